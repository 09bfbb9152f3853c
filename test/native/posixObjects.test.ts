// Making, removing and changing POSIX objects: exactly the one that was meant, and nothing left behind.
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addon, mountTmpfs, nobodyCannotRun, pathOf, runChild, shmFolder } from './addon.ts';

const MiB = 1n << 20n;

function create(folder: string, name: string | Uint8Array, size: bigint, reserve = true, mode = 0o600) {
  return addon.createSharedMemory(pathOf(name), size, reserve, mode, pathOf(folder));
}

const identityOf = (path: string) => {
  const { dev, ino } = lstatSync(path, { bigint: true });
  return { dev, ino };
};

test('reserved or sparse, with the mode asked for whatever the umask', async (t) => {
  const folder = shmFolder(t);
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  const reserved = await create(folder, '/reserved', MiB, true, 0o666);
  assert.deepEqual([reserved.size, reserved.allocated, reserved.mode], [MiB, MiB, 0o666]);
  assert.equal(reserved.fileSystem, 'tmpfs');
  const sparse = await create(folder, 'sparse', 1n << 40n, false, 0o640);
  assert.deepEqual([sparse.size, sparse.allocated, sparse.mode], [1n << 40n, 0n, 0o640]);
  const stat = statSync(join(folder, 'sparse'), { bigint: true });
  assert.deepEqual([sparse.dev, sparse.ino], [stat.dev, stat.ino]);
  const empty = await create(folder, 'empty', 0n);
  assert.deepEqual([empty.size, empty.allocated], [0n, 0n]);
  const huge = await create(folder, 'huge', 2n ** 63n - 4096n, false);
  assert.equal(huge.size, 2n ** 63n - 4096n);
  await assert.rejects(create(folder, 'too huge', 2n ** 63n, false), { code: 'EFBIG', syscall: 'ftruncate' });
  assert.ok(!existsSync(join(folder, 'too huge')));
});

test('in /dev/shm unless told otherwise', async (t) => {
  const name = `memglass-test-${process.pid}`;
  const facts = await addon.createSharedMemory(pathOf(`//${name}`), 10n, true, 0o600);
  t.after(() => addon.unlinkSharedMemory(pathOf(`/dev/shm/${name}`), facts).catch(() => {}));
  assert.equal(statSync(`/dev/shm/${name}`, { bigint: true }).ino, facts.ino);
  await addon.unlinkSharedMemory(pathOf(`/dev/shm/${name}`), facts);
  assert.ok(!existsSync(`/dev/shm/${name}`));
});

test("glibc's rules for names", async (t) => {
  const folder = shmFolder(t);
  for (const name of ['/', '//', '.', '/.', '..', '/..', 'a/b', 'a/']) {
    await assert.rejects(create(folder, name, 1n), { code: 'EINVAL', syscall: 'shm_open', path: pathOf(name) }, name);
  }
  await assert.rejects(create(folder, 'n'.repeat(256), 1n), { code: 'ENAMETOOLONG' });
  const good = ['n'.repeat(255), '...', '.hidden', ' ', 'line\nbreak', '\xff\xfe', 'fake (deleted)'];
  for (const name of good) await create(folder, Uint8Array.from(Buffer.from(name, 'latin1')), 1n);
  const found = readdirSync(folder, { encoding: 'buffer' }).map((name) => name.toString('latin1'));
  assert.deepEqual(found.sort(), good.sort());
});

test('a name that is taken, by whatever, is left alone', async (t) => {
  const folder = shmFolder(t);
  writeFileSync(join(folder, 'file'), 'precious');
  mkdirSync(join(folder, 'folder'));
  symlinkSync('file', join(folder, 'link'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  for (const name of ['file', 'folder', 'link', 'dangling']) {
    await assert.rejects(create(folder, name, 4n), { code: 'EEXIST', syscall: 'openat' }, name);
  }
  assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'precious');
  assert.equal(readdirSync(folder).length, 4);
});

test('no room: ENOSPC before anything is taken, and nothing is left', async (t) => {
  const folder = mountTmpfs(t, 'size=1m,nr_inodes=3');
  if (folder === undefined) return;
  const free = statfsSync(folder).bfree;
  await assert.rejects(create(folder, 'object', 16n * MiB), { code: 'ENOSPC', syscall: 'fallocate' });
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(statfsSync(folder).bfree, free);
  await create(folder, 'sparse', 16n * MiB, false);
  await create(folder, 'second', 4096n);
  await assert.rejects(create(folder, 'third', 4096n), { code: 'ENOSPC', syscall: 'openat' });
  assert.deepEqual(readdirSync(folder).sort(), ['second', 'sparse']);
});

test('only the object that is meant is removed', async (t) => {
  const folder = shmFolder(t);
  const path = join(folder, 'object');
  const first = await create(folder, 'object', 10n);
  const other = { dev: first.dev, ino: first.ino + 1n };
  await assert.rejects(addon.unlinkSharedMemory(pathOf(path), other), { code: 'ESTALE', syscall: 'statx' });
  assert.ok(existsSync(path));
  await addon.unlinkSharedMemory(pathOf(path), first);
  await assert.rejects(addon.unlinkSharedMemory(pathOf(path), first), { code: 'ENOENT', path: pathOf(path) });

  writeFileSync(join(folder, 'target'), 'precious');
  symlinkSync('target', join(folder, 'link'));
  const target = identityOf(join(folder, 'target'));
  await assert.rejects(addon.unlinkSharedMemory(pathOf(join(folder, 'link')), target), { code: 'ESTALE' });
  await addon.unlinkSharedMemory(pathOf(join(folder, 'link')), identityOf(join(folder, 'link')));
  assert.equal(readFileSync(join(folder, 'target'), 'utf8'), 'precious');

  mkdirSync(join(folder, 'folder'));
  const directory = identityOf(join(folder, 'folder'));
  await assert.rejects(addon.unlinkSharedMemory(pathOf(join(folder, 'folder')), directory), { code: 'EISDIR' });
});

test('mode and owner, also of an object that may not be opened', async (t) => {
  const folder = shmFolder(t);
  const path = join(folder, 'object');
  const facts = await create(folder, 'object', 10n, true, 0o000);
  await addon.changeSharedMemory(pathOf(path), facts, { mode: 0o640 });
  assert.equal(statSync(path).mode & 0o7777, 0o640);
  if (process.getuid?.() === 0) {
    await addon.changeSharedMemory(pathOf(path), facts, { uid: 65534, gid: 65533, mode: 0o4600 });
    const { uid, gid, mode } = statSync(path);
    assert.deepEqual([uid, gid, mode & 0o7777], [65534, 65533, 0o4600]);
    await addon.changeSharedMemory(pathOf(path), facts, { gid: 0 });
    assert.deepEqual([statSync(path).uid, statSync(path).gid], [65534, 0]);
  }
  symlinkSync('object', join(folder, 'link'));
  await assert.rejects(addon.changeSharedMemory(pathOf(join(folder, 'link')), facts, { mode: 0 }), { code: 'ESTALE' });
  const link = identityOf(join(folder, 'link'));
  await assert.rejects(addon.changeSharedMemory(pathOf(join(folder, 'link')), link, { mode: 0 }), { code: 'ENOTSUP' });
  const other = { ...facts, ino: facts.ino + 1n };
  await assert.rejects(addon.changeSharedMemory(pathOf(path), other, { mode: 0 }), { code: 'ESTALE' });
});

test('another user may neither remove nor change it, nor write to it', (t) => {
  const cannot = nobodyCannotRun();
  if (cannot !== undefined) return t.skip(cannot);
  const folder = shmFolder(t);
  chmodSync(folder, 0o1777);
  const path = join(folder, 'object');
  writeFileSync(path, 'precious', { mode: 0o644 });
  const { dev, ino } = identityOf(path);
  const done = runChild(
    `
    const [path, dev, ino] = args;
    const expected = { dev: BigInt(dev), ino: BigInt(ino), size: 8n };
    const note = (error) => console.log(error.code, error.syscall);
    await addon.unlinkSharedMemory(pathOf(path), expected).catch(note);
    await addon.changeSharedMemory(pathOf(path), expected, { mode: 0 }).catch(note);
    const file = await addon.openFile(pathOf(path));
    await file.write(0, new Uint8Array(1), expected).catch(note);
    await file.resize(0n, true, expected).catch(note);
    `,
    [path, String(dev), String(ino)],
    { uid: 65534, gid: 65534, cwd: '/' },
  );
  assert.equal(done.stdout, 'EPERM unlinkat\nEPERM fchmodat\nEACCES openat\nEACCES openat\n', done.stderr);
  assert.equal(readFileSync(path, 'utf8'), 'precious');
});

test('a bug of the caller is a TypeError or a RangeError', async (t) => {
  const folder = shmFolder(t);
  const wild = addon as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const name = pathOf('x');
  const calls: [string, unknown[]][] = [
    ['createSharedMemory', ['x', 1n, true, 0]],
    ['createSharedMemory', [name, 1, true, 0, pathOf(folder)]],
    ['createSharedMemory', [name, -1n, true, 0, pathOf(folder)]],
    ['createSharedMemory', [name, 1n << 64n, true, 0, pathOf(folder)]],
    ['createSharedMemory', [name, 1n, 1, 0, pathOf(folder)]],
    ['createSharedMemory', [name, 1n, true, '0', pathOf(folder)]],
    ['unlinkSharedMemory', [name]],
    ['unlinkSharedMemory', [name, { dev: 1, ino: 1n }]],
    ['unlinkSharedMemory', [name, null]],
    ['changeSharedMemory', [name, { dev: 1n, ino: 1n }]],
    ['changeSharedMemory', [name, { dev: 1n, ino: 1n }, { uid: 2 ** 32 - 1 }]],
    ['changeSharedMemory', [name, { dev: 1n, ino: 1n }, { mode: 1.5 }]],
  ];
  for (const [call, args] of calls) await assert.rejects(async () => wild[call]?.(...args), TypeError, call);
  for (const mode of [-1, 0o10000, 0.5]) {
    await assert.rejects(async () => wild['createSharedMemory']?.(name, 1n, true, mode, pathOf(folder)), RangeError);
  }
  const thrower = {
    get dev() {
      throw new Error('mine');
    },
  };
  await assert.rejects(async () => wild['unlinkSharedMemory']?.(name, thrower), { message: 'mine' });
  assert.deepEqual(readdirSync(folder), []);
});
