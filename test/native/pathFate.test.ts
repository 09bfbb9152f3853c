// What has become of the path.
import assert from 'node:assert/strict';
import { linkSync, mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { NativeFile } from '../../native/index.d.ts';
import { diskFolder, failureOf, mountTmpfs, open, pathOf, read } from './addon.ts';

async function opened(t: TestContext): Promise<{ file: NativeFile; path: string; folder: string }> {
  const folder = join(diskFolder(t), 'folder');
  mkdirSync(folder);
  const path = join(folder, 'file');
  writeFileSync(path, 'old');
  return { file: await open(t, path), path, folder };
}

const fate = async (file: NativeFile) => (await file.probe()).path;

test('the same, and fresh size and times', async (t) => {
  const { file, path } = await opened(t);
  const before = await file.probe();
  assert.deepEqual(before.path, { kind: 'same' });
  writeFileSync(path, 'longer than before');
  const after = await file.probe();
  assert.equal(after.size, 18n);
  assert.equal(after.nlink, 1);
  assert.ok(after.mtimeNs >= before.mtimeNs);
});

test('deleted: still readable', async (t) => {
  const { file, path } = await opened(t);
  unlinkSync(path);
  const probe = await file.probe();
  assert.deepEqual([probe.path, probe.nlink], [{ kind: 'deleted' }, 0]);
  assert.equal((await read(file, 0, 10)).length, 3);
});

test('deleted under this name, though another hard link is left', async (t) => {
  const { file, path } = await opened(t);
  linkSync(path, `${path}2`);
  unlinkSync(path);
  const probe = await file.probe();
  assert.deepEqual([probe.path, probe.nlink], [{ kind: 'deleted' }, 1]);
});

test('replaced by rename, and deleted and made again', async (t) => {
  const { file, path } = await opened(t);
  writeFileSync(`${path}.new`, 'new');
  renameSync(`${path}.new`, path);
  assert.deepEqual(await fate(file), { kind: 'replaced' });
  const second = await open(t, path);
  unlinkSync(path);
  writeFileSync(path, 'again');
  assert.deepEqual(await fate(second), { kind: 'replaced' });
});

test('moved, itself or with its folder', async (t) => {
  const { file, path, folder } = await opened(t);
  const odd = join(folder, 'new\nname (deleted)');
  renameSync(path, odd);
  assert.deepEqual(await fate(file), { kind: 'moved', to: pathOf(odd) });
  renameSync(folder, `${folder}2`);
  assert.deepEqual(await fate(file), { kind: 'moved', to: pathOf(join(`${folder}2`, 'new\nname (deleted)')) });
});

test('a folder of the path has become a file', async (t) => {
  const { file, path, folder } = await opened(t);
  unlinkSync(path);
  renameSync(folder, `${folder}2`);
  writeFileSync(folder, '');
  assert.deepEqual(await fate(file), { kind: 'deleted' });
});

test('a path that cannot be looked at', async (t) => {
  const { file, path, folder } = await opened(t);
  renameSync(folder, `${folder}2`);
  symlinkSync(folder, folder);
  assert.deepEqual(await fate(file), { kind: 'unknown', code: 'ELOOP' });
  assert.ok(path.startsWith(folder));
});

test('unmounted: still readable', async (t) => {
  const folder = mountTmpfs(t, 'size=1m');
  if (folder === undefined) return;
  const path = join(folder, 'file');
  writeFileSync(path, 'mounted');
  const file = await open(t, path);
  assert.equal(failureOf('umount', '-l', folder), undefined);
  assert.deepEqual(await fate(file), { kind: 'unmounted' });
  assert.equal((await read(file, 0, 10)).length, 7);
});
