// Saving staged edits: which way is taken, what is refused, and what is completed at the next start.
import assert from 'node:assert/strict';
import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Overlay } from '../../extension/core/overlay/overlay.ts';
import type { Saved } from '../../extension/core/saving/saved.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { type FileSave, saveFile } from '../../extension/platform/saving/saveFile.ts';
import { quietTask } from '../../extension/platform/sharedMemory/task.ts';
import { start } from '../support/programs.ts';
import { addon, diskFolder, failureOf, mountTmpfs, pathOf } from './addon.ts';
import { cannotTrace, old, Scene } from './saveScene.ts';

const MiB = 2 ** 20;
const nothing = new Uint8Array(0);

function save(t: TestContext, path: string, overlay: Overlay, more: Partial<FileSave> = {}): Promise<Saved> {
  const { dev, ino } = statSync(path, { bigint: true });
  const journals = new Journals(addon, join(diskFolder(t), 'journals'));
  const plain = { path: pathOf(path), identity: { dev, ino }, isShared: false, overlay, task: quietTask };
  return saveFile(addon, journals, { ...plain, ...more });
}

function insertion(size: number, offset = 0): Overlay {
  const overlay = new Overlay(size);
  overlay.edit({ offset, length: 0, bytes: pathOf('new'), shown: nothing });
  return overlay;
}

function overwriting(size: number, offset: number, shown: string, text: string): Overlay {
  const overlay = new Overlay(size);
  overlay.edit({ offset, length: text.length, bytes: pathOf(text), shown: pathOf(shown) });
  return overlay;
}

/** A file of `size` bytes, all but the first few never written. */
function sparseFile(folder: string, size: number): string {
  const path = join(folder, 'file');
  writeFileSync(path, 'head');
  truncateSync(path, size);
  return path;
}

test('a small change stays in the file, a large one goes to a new one, and other hard links keep the file', async (t) => {
  const folder = diskFolder(t);
  const path = sparseFile(folder, 100 * MiB);
  const { ino } = statSync(path);
  assert.deepEqual(await save(t, path, new Overlay(100 * MiB)), { kind: 'saved', way: 'nothing' });
  assert.deepEqual(await save(t, path, overwriting(100 * MiB, 0, 'head', 'HEAD')), { kind: 'saved', way: 'inPlace' });
  assert.deepEqual(await save(t, path, insertion(100 * MiB, 90 * MiB)), { kind: 'saved', way: 'inPlace' });
  assert.equal(statSync(path).ino, ino);
  assert.deepEqual(await save(t, path, insertion(100 * MiB + 3)), { kind: 'saved', way: 'beside' });
  assert.deepEqual([statSync(path).ino === ino, statSync(path).size], [false, 100 * MiB + 6]);
  linkSync(path, join(folder, 'link'));
  assert.deepEqual(await save(t, path, insertion(100 * MiB + 6)), { kind: 'saved', way: 'inPlace' });
  assert.equal(readFileSync(join(folder, 'link')).toString('latin1', 0, 10), 'newnewHEAD');
});

test('a file that is mounted by itself cannot be replaced, and is not', async (t) => {
  const folder = diskFolder(t);
  const path = sparseFile(folder, 100 * MiB);
  const { ino } = statSync(path);
  const failure = failureOf('mount', '--bind', path, path);
  if (failure !== undefined) return t.skip(failure);
  try {
    assert.deepEqual(await save(t, path, insertion(100 * MiB)), { kind: 'saved', way: 'inPlace' });
  } finally {
    failureOf('umount', path);
  }
  assert.deepEqual([statSync(path).ino, readdirSync(folder)], [ino, ['file']]);
});

test('others’ bytes under an edit are told by their ranges, another file or size is stale', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, '0123456789');
  const overlay = overwriting(10, 2, '2', 'X');
  overlay.edit({ offset: 7, length: 2, bytes: nothing, shown: pathOf('78') });
  writeFileSync(path, '01234567#9');
  assert.deepEqual(await save(t, path, overlay), { kind: 'changed', ranges: [{ offset: 7, length: 2 }] });
  writeFileSync(path, '012345678');
  await assert.rejects(save(t, path, overlay), { code: 'stale' });
  await assert.rejects(save(t, path, overlay, { identity: { dev: 1n, ino: 1n } }), { code: 'stale' });
  assert.equal(readFileSync(path, 'utf8'), '012345678');
});

test('shared memory is overwritten as it is, and never given another size or replaced', async (t) => {
  const producer = await start(t, 'memfd', 'shared', 8192);
  const path = `/proc/${producer.pid}/fd/${producer.fd}`;
  await assert.rejects(save(t, path, insertion(8192), { isShared: true }), { code: 'sizeIsFixed' });
  const first = String.fromCharCode(Number(await producer.ask('peek 4096')));
  assert.deepEqual(await save(t, path, overwriting(8192, 4096, first, 'Z'), { isShared: true }), {
    kind: 'saved',
    way: 'inPlace',
  });
  assert.equal(await producer.ask('peek 4096'), '90');
  const script = `import fcntl, os; fcntl.fcntl(os.open("${path}", os.O_RDWR), 1033, 16)`;
  assert.equal(failureOf('python3', '-c', script), undefined);
  await assert.rejects(save(t, path, overwriting(8192, 4096, 'Z', 'Y'), { isShared: true }), { code: 'sealed' });
});

test('a save is asked about before it is long, fails early without space, and is cancelled', async (t) => {
  const folder = mountTmpfs(t, 'size=200m');
  if (folder === undefined) return;
  const path = join(folder, 'file');
  writeFileSync(path, new Uint8Array(120 * MiB));
  await assert.rejects(save(t, path, insertion(120 * MiB)), { code: 'noSpace' });
  assert.deepEqual(readdirSync(folder), ['file']);
  const disk = sparseFile(diskFolder(t), 100 * MiB);
  const cancelled = { report: () => {}, isCancelled: () => true };
  await assert.rejects(save(t, disk, insertion(100 * MiB), { task: cancelled }), { code: 'cancelled' });
  assert.equal(statSync(disk).size, 100 * MiB);
});

test('what may not be written says so, and a folder without room for another file keeps the file', async (t) => {
  const folder = join(diskFolder(t), 'folder');
  mkdirSync(folder);
  const path = sparseFile(folder, 100 * MiB);
  const failure = failureOf('chattr', '+i', folder);
  if (failure !== undefined) return t.skip(failure);
  try {
    assert.deepEqual(await save(t, path, insertion(100 * MiB)), { kind: 'saved', way: 'inPlace' });
    failureOf('chattr', '+i', path);
    await assert.rejects(save(t, path, overwriting(100 * MiB + 3, 0, 'n', 'N')), { code: 'mayNotChange' });
  } finally {
    failureOf('chattr', '-i', folder, path);
  }
});

test('a save that was cut off is completed at the next start, or the next save says why not', async (t) => {
  const refused = cannotTrace();
  if (refused !== undefined) return t.skip(refused);
  const folder = diskFolder(t);
  const journals = new Journals(addon, join(folder, 'journals'));
  const edits = [
    { offset: 10, length: 5, text: 'FIRST' },
    { offset: 9000, length: 6, text: 'SECOND' },
  ];
  const cutOff = async (call: string) => {
    const scene = new Scene(folder, { name: '', way: 'inPlace', edits });
    const identity = statSync(scene.path, { bigint: true });
    scene.journal = await journals.pathFor(identity);
    assert.equal(scene.save('-e', `inject=${call}:signal=KILL`).status, 137);
    return { scene, identity };
  };
  const { scene } = await cutOff('pwrite64:when=3');
  assert.notEqual(scene.content, scene.wanted);
  assert.deepEqual([...(await journals.recoverAll()).values()], ['completed']);
  assert.equal(scene.content, scene.wanted);
  const torn = await cutOff('fdatasync:when=1');
  assert.equal(readdirSync(journals.folder).length, 1);
  assert.deepEqual([(await journals.recoverAll()).size, readdirSync(journals.folder)], [0, []]);
  assert.equal(torn.scene.content, old);
  const changed = await cutOff('pwrite64:when=3');
  writeFileSync(changed.scene.path, `${old.slice(0, 9001)}#${old.slice(9002)}`);
  assert.equal(await journals.recover(changed.identity), 'changed');
  const overlay = overwriting(old.length, 500, old.slice(500, 501), '!');
  const again = { path: pathOf(changed.scene.path), identity: changed.identity, isShared: false, overlay };
  await assert.rejects(saveFile(addon, journals, { ...again, task: quietTask }), { code: 'unfinishedSave' });
  await journals.discard(changed.identity);
  assert.deepEqual(await saveFile(addon, journals, { ...again, task: quietTask }), { kind: 'saved', way: 'inPlace' });
});

test('a document over a real file is edited, saved in place and beside, undone beyond that and saved again', async (t) => {
  const path = sparseFile(diskFolder(t), 100 * MiB);
  const platform = createPlatform(addon, join(diskFolder(t), 'storage'));
  const watched = await platform.watch({ kind: 'file', path: pathOf(path) });
  t.after(() => watched.dispose());
  const edited = platform.edit(watched);
  const head = async () => {
    const { bytes } = await edited.read(0, 8);
    return Buffer.from(bytes).toString('latin1').replaceAll('\0', '.');
  };
  const options = { overwrites: false, task: quietTask, approve: async () => true };
  const typed = await edited.edit({ offset: 0, length: 1, bytes: pathOf('H') });
  await edited.save(options);
  const inserted = await edited.edit({ offset: 1, length: 0, bytes: pathOf('++') });
  await edited.save(options);
  assert.deepEqual([await head(), edited.hasEdits], ['H++ead..', false]);
  await inserted.undo();
  await typed.undo();
  assert.equal(await head(), 'head....');
  await edited.save(options);
  assert.deepEqual([readFileSync(path).toString('latin1', 0, 4), statSync(path).size], ['head', 100 * MiB]);
});
