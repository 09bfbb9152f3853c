// A copy of what a view shows, written to another file: what it replaces, and what it leaves alone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SourceError } from '../../extension/core/sourceError.ts';
import { EditedSource } from '../../extension/platform/editing/editedSource.ts';
import { createPlatform } from '../../extension/platform/platform.ts';
import type { NativeAddon } from '../../native/index.d.ts';
import { addon, diskFolder, failureOf, nobodyCannotRun, pathOf, runChild, shmFolder } from './addon.ts';
import { makePeculiar, peculiaritiesOf } from './likeness.ts';

const never = () => false;

/** Writes copies of `old content` with its first letter edited. */
async function copier(t: TestContext, folder: string, by = addon): Promise<(path: string) => Promise<void>> {
  writeFileSync(join(folder, 'original'), 'old content');
  const platform = createPlatform(by, join(folder, 'storage'));
  const watched = await platform.watch({ kind: 'file', path: pathOf(join(folder, 'original')) });
  t.after(() => watched.dispose());
  const edited = new EditedSource(watched);
  await edited.edit({ offset: 0, length: 1, bytes: pathOf('O') });
  return (path) => platform.writeCopy(edited, pathOf(path), never);
}

test('a copy keeps owner, mode, ACL and attributes of the file that it replaces', async (t) => {
  const folder = diskFolder(t);
  const copy = await copier(t, folder);
  const path = join(folder, 'copy');
  writeFileSync(path, 'another');
  const failure = makePeculiar(path);
  if (failure !== undefined) return t.skip(failure);
  const before = peculiaritiesOf(path);
  await copy(path);
  assert.equal(readFileSync(path, 'latin1'), 'Old content');
  assert.deepEqual(peculiaritiesOf(path), before);
  assert.deepEqual(readdirSync(folder).sort(), ['copy', 'original']);
});

test('a file that a new one could not be like is not replaced, nor is one with other names', async (t) => {
  const folder = diskFolder(t);
  const path = join(folder, 'copy');
  writeFileSync(path, 'another');
  const refusing: NativeAddon = {
    ...addon,
    openFile: async (opened) => {
      const file = await addon.openFile(opened);
      const failure = Object.assign(new Error(), { code: 'EPERM', errno: 1, syscall: 'fchown' });
      return Object.assign(file, { makeAlike: () => Promise.reject(failure) });
    },
  };
  const couldNotBe = (errno: string, syscall: string) => (error: unknown) =>
    error instanceof SourceError && error.message === `cannotBeAlike ${syscall} ${errno} ${path}`;
  const refused = await copier(t, folder, refusing);
  await assert.rejects(refused(path), couldNotBe('EPERM', 'fchown'));
  const copy = await copier(t, folder);
  linkSync(path, join(folder, 'link'));
  await assert.rejects(copy(path), couldNotBe('EMLINK', 'rename'));
  assert.equal(readFileSync(path, 'latin1'), 'another');
  assert.deepEqual(readdirSync(folder).sort(), ['copy', 'link', 'original']);
});

test('a file that may not be written is not replaced', async (t) => {
  const folder = diskFolder(t);
  const copy = await copier(t, folder);
  const path = join(folder, 'copy');
  writeFileSync(path, 'another');
  const failure = failureOf('chattr', '+i', path);
  if (failure !== undefined) return t.skip(failure);
  try {
    await assert.rejects(copy(path), { code: 'mayNotChange' });
  } finally {
    failureOf('chattr', '-i', path);
  }
  assert.deepEqual([readFileSync(path, 'latin1'), readdirSync(folder).sort()], ['another', ['copy', 'original']]);
});

test('another user’s file lends its likeness to none of ours', (t) => {
  const refused = nobodyCannotRun();
  if (refused !== undefined) return t.skip(refused);
  const folder = shmFolder(t);
  chmodSync(folder, 0o777);
  const [theirs, ours] = [join(folder, 'theirs'), join(folder, 'ours')];
  writeFileSync(theirs, 'x');
  writeFileSync(ours, 'x');
  chownSync(ours, 65534, 65534);
  const ask = `const file = await addon.openFile(pathOf(args[1]));
    await file.makeAlike(pathOf(args[0])).catch(({ code, syscall }) => console.log(code, syscall)); file.close();`;
  assert.equal(runChild(ask, [theirs, ours], { uid: 65534, gid: 65534, cwd: '/' }).stdout.trim(), 'EPERM fchown');
});

test('a copy replaces a file, whose mode stays, also by a link and under the longest name', async (t) => {
  const folder = diskFolder(t);
  const copy = await copier(t, folder);
  const long = join(folder, 'x'.repeat(255));
  await copy(long);
  chmodSync(long, 0o600);
  writeFileSync(long, 'another');
  const link = join(folder, 'link');
  symlinkSync(long, link);
  await copy(link);
  assert.deepEqual([readFileSync(long, 'latin1'), statSync(long).mode & 0o7777], ['Old content', 0o600]);
  assert.deepEqual(readdirSync(folder).sort(), ['link', 'original', 'x'.repeat(255)]);
  assert.equal(readFileSync(join(folder, 'original'), 'latin1'), 'old content');
});

test('what is no file, and shared memory, is not replaced by one', async (t) => {
  const folder = diskFolder(t);
  const copy = await copier(t, folder);
  const [pipe, below, object] = [join(folder, 'pipe'), join(folder, 'folder'), join(shmFolder(t), 'ring')];
  execFileSync('mkfifo', [pipe]);
  mkdirSync(below);
  await assert.rejects(copy(pipe), { code: 'notAFile' });
  await assert.rejects(copy(below), { code: 'notAFile' });
  assert.ok(statSync(pipe).isFIFO() && statSync(below).isDirectory());
  await copy(object);
  const { ino } = statSync(object);
  await assert.rejects(copy(object), { code: 'nameTaken' });
  assert.equal(statSync(object).ino, ino);
  assert.deepEqual(readdirSync(folder).sort(), ['folder', 'original', 'pipe']);
});
