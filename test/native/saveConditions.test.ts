// What becomes of a file between its opening and its save, so that it cannot be written: said, with the file as it was and
// the edits staged, and saved once it can be written again.
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createPlatform } from '../../extension/platform/platform.ts';
import { quietTask } from '../../extension/platform/sharedMemory/task.ts';
import { addon, diskFolder, failureOf, mountTmpfs, nobodyCannotRun, pathOf, shmFolder } from './addon.ts';

const nobody = 65534;
const size = 20_000;
const old = 'old '.repeat(size / 4);
const options = { overwrites: false, task: quietTask, approve: async () => true };

/** A file with two edits staged over it, and with `more` inserted at its start. */
async function staged(t: TestContext, folder: string, { more = '', storage = join(folder, 'storage') } = {}) {
  const path = join(folder, 'file');
  mkdirSync(storage, { recursive: true });
  writeFileSync(path, old);
  for (const each of [path, storage]) chownSync(each, process.geteuid?.() ?? 0, process.getegid?.() ?? 0);
  const platform = createPlatform(addon, storage);
  const watched = await platform.watch({ kind: 'file', path: pathOf(path) });
  t.after(() => watched.dispose());
  const edited = platform.edit(watched);
  await edited.edit({ offset: 10, length: 5, bytes: pathOf('FIRST') });
  await edited.edit({ offset: 9000, length: 6, bytes: pathOf('SECOND') });
  if (more !== '') await edited.edit({ offset: 0, length: 0, bytes: pathOf(more) });
  const wanted = `${more}${old.slice(0, 10)}FIRST${old.slice(15, 9000)}SECOND${old.slice(9006)}`;
  const isRefused = async (code: string, errno: string) => {
    const { count } = edited.overlay;
    await assert.rejects(edited.save(options), (error: Error & { detail?: { errno?: string } }) => {
      assert.deepEqual(['code' in error && error.code, error.detail?.errno], [code, errno]);
      return true;
    });
    assert.ok(readFileSync(path, 'latin1') === old);
    assert.equal(edited.overlay.count, count);
    const journals = join(storage, 'journals');
    assert.deepEqual(readdirSync(storage).includes('journals') ? readdirSync(journals) : [], []);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name !== 'storage'),
      ['file'],
    );
  };
  const isSaved = async () => {
    await edited.save(options);
    assert.ok(readFileSync(path, 'latin1') === wanted);
    assert.equal(edited.hasEdits, false);
  };
  return { path, edited, isRefused, isSaved };
}

/** Runs as somebody whom the mode and the quota of a file hold for. */
async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  process.setegid?.(nobody);
  process.seteuid?.(nobody);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

test('a file system that is mounted for reading only since', async (t) => {
  const folder = mountTmpfs(t, 'size=4m');
  if (folder === undefined) return;
  const { isRefused, isSaved } = await staged(t, folder, { storage: diskFolder(t) });
  assert.equal(failureOf('mount', '-o', 'remount,ro', folder), undefined);
  await isRefused('readOnlyMount', 'EROFS');
  assert.equal(failureOf('mount', '-o', 'remount,rw', folder), undefined);
  await isSaved();
});

test('a folder of journals that is mounted for reading only since', async (t) => {
  const storage = mountTmpfs(t, 'size=4m');
  if (storage === undefined) return;
  const { isRefused, isSaved } = await staged(t, diskFolder(t), { storage });
  assert.equal(failureOf('mount', '-o', 'remount,ro', storage), undefined);
  await isRefused('readOnlyMount', 'EROFS');
  assert.equal(failureOf('mount', '-o', 'remount,rw', storage), undefined);
  await isSaved();
});

for (const [attribute, name] of [
  ['i', 'immutable'],
  ['a', 'append only'],
] as const) {
  test(`a file that is ${name} since`, async (t) => {
    const { path, isRefused, isSaved } = await staged(t, diskFolder(t));
    const failure = failureOf('chattr', `+${attribute}`, path);
    if (failure !== undefined) return t.skip(failure);
    try {
      await isRefused('mayNotChange', 'EPERM');
    } finally {
      failureOf('chattr', `-${attribute}`, path);
    }
    await isSaved();
  });
}

test('a file whose mode lets its owner only read since', async (t) => {
  const refused = nobodyCannotRun();
  if (refused !== undefined) return t.skip(refused);
  const folder = shmFolder(t);
  chownSync(folder, nobody, nobody);
  await asNobody(async () => {
    const { path, isRefused, isSaved } = await staged(t, folder);
    chmodSync(path, 0o400);
    await isRefused('mayNotChange', 'EACCES');
    chmodSync(path, 0o600);
    await isSaved();
  });
});

test('a quota that leaves no room for what is inserted', async (t) => {
  const refused = nobodyCannotRun();
  if (refused !== undefined) return t.skip(refused);
  const folder = mountTmpfs(t, 'size=4m,mode=777,usrquota,usrquota_block_hardlimit=256k');
  if (folder === undefined) return;
  const edited = await asNobody(async () => {
    const { isRefused, edited } = await staged(t, folder, { more: 'much '.repeat(100_000) });
    await isRefused('noSpace', 'EDQUOT');
    return edited;
  });
  // Whom it does not hold for may.
  await edited.save(options);
  assert.equal(edited.hasEdits, false);
  assert.equal(readFileSync(join(folder, 'file'), 'latin1').length, size + 500_000);
});
