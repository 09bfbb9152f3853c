// Writing, resizing and flushing what other processes have mapped, memfds and deleted files included.
import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { NativeFile } from '../../native/index.d.ts';
import { start } from '../support/programs.ts';
import { diskFolder, failureOf, mountTmpfs, open, read, shmFolder } from './addon.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const expectedOf = async ({ facts, probe }: NativeFile) => ({
  dev: facts.dev,
  ino: facts.ino,
  size: (await probe()).size,
});

test('what is written is seen by a process that has the object mapped, and the other way round', async (t) => {
  const name = `memglass-write-${process.pid}`;
  t.after(() => rmSync(`/dev/shm/${name}`, { force: true }));
  const producer = await start(t, 'create', name, 8192);
  const file = await open(t, `/dev/shm/${name}`);
  await file.write(5000, bytesOf('A'), await expectedOf(file));
  assert.equal(await producer.ask('peek 5000'), '65');
  assert.equal(await producer.ask('poke 5001 66'), 'ok');
  assert.equal(textOf((await read(file, 5000, 2)).bytes), 'AB');
  await file.flush('sync');
});

test('a memfd and a deleted buffer are opened through a descriptor, and stay when their process ends', async (t) => {
  const sender = await start(t, 'memfd', 'passed', 8192);
  const store = await start(t, 'unlinked', '/dev/shm', 8192);
  for (const [path, program, first] of [
    [`/proc/${sender.pid}/fd/${sender.fd}`, sender, 0],
    [`/proc/${sender.child}/fd/${sender.childFd}`, sender, 0],
    [`/proc/${store.pid}/fd/${store.fd}`, store, 'u'.charCodeAt(0)],
  ] as const) {
    const file = await open(t, path);
    assert.deepEqual([file.strategy, file.facts.fileSystem, file.facts.nlink], ['read', 'tmpfs', 0]);
    assert.equal((await read(file, 0, 1)).bytes[0], first);
    await file.write(4096, bytesOf('Z'), await expectedOf(file));
    assert.equal(await program.ask('peek 4096'), '90');
    assert.equal(await program.ask('poke 4096 89'), 'ok');
    assert.equal((await read(file, 4096, 1)).bytes[0], 89);
  }
  const [memfd, deleted] = [
    await open(t, `/proc/${sender.child}/fd/${sender.childFd}`),
    await open(t, `/proc/${store.pid}/fd/${store.fd}`),
  ];
  await Promise.all([sender.kill(), store.kill()]);
  for (const file of [memfd, deleted]) {
    assert.equal((await read(file, 4096, 1)).bytes[0], 89);
    assert.equal((await read(file, 0, 9000)).length, 8192);
    await file.write(8191, bytesOf('!'), await expectedOf(file));
    assert.equal((await read(file, 8191, 1)).bytes[0], 33);
    assert.equal((await file.probe()).nlink, 0);
  }
});

test('nothing is written where the object is not the one expected, or past its end', async (t) => {
  const path = join(shmFolder(t), 'object');
  writeFileSync(path, '0123456789');
  const file = await open(t, path);
  const expected = await expectedOf(file);
  const one = bytesOf('X');
  for (const wrong of [{ size: 9n }, { ino: expected.ino + 1n }, { dev: expected.dev + 1n }]) {
    await assert.rejects(file.write(0, one, { ...expected, ...wrong }), { code: 'ESTALE', written: 0 });
    await assert.rejects(file.resize(5n, false, { ...expected, ...wrong }), { code: 'ESTALE' });
  }
  for (const [offset, length] of [
    [10, 1],
    [9, 2],
    [0, 11],
    [Number.MAX_SAFE_INTEGER, 1],
  ] as const) {
    await assert.rejects(file.write(offset, new Uint8Array(length), expected), { code: 'ERANGE' });
  }
  truncateSync(path, 5);
  await assert.rejects(file.write(0, one, expected), { code: 'ESTALE' });
  assert.equal(readFileSync(path, 'utf8'), '01234');
  await file.write(4, one, { ...expected, size: 5n });
  await file.write(5, new Uint8Array(0), { ...expected, size: 5n });
  assert.equal(readFileSync(path, 'utf8'), '0123X');
});

test('offsets past 2^32 and up to 2^53 are exact', async (t) => {
  const path = join(shmFolder(t), 'sparse');
  writeFileSync(path, '');
  const failure = failureOf('truncate', '-s', String(2n ** 60n), path);
  if (failure !== undefined) return t.skip(failure);
  const file = await open(t, path);
  const expected = await expectedOf(file);
  for (const offset of [2 ** 32 + 1, 2 ** 53 - 2]) {
    await file.write(offset, bytesOf('Q'), expected);
    assert.deepEqual([...(await read(file, offset - 1, 3)).bytes].slice(0, 2), [0, 81]);
  }
  assert.equal((await read(file, 0, 1)).bytes[0], 0);
});

test('a full tmpfs is ENOSPC with what was written before, and no signal', async (t) => {
  const folder = mountTmpfs(t, 'size=1m');
  if (folder === undefined) return;
  const path = join(folder, 'sparse');
  writeFileSync(path, '');
  truncateSync(path, 4 << 20);
  const file = await open(t, path);
  const expected = await expectedOf(file);
  const failed = await file.write(0, new Uint8Array(2 << 20).fill(1), expected).then(
    () => undefined,
    (error) => error,
  );
  assert.deepEqual([failed?.code, failed?.syscall], ['ENOSPC', 'pwrite64']);
  assert.ok(failed.written > 900_000 && failed.written <= 1 << 20, `${failed.written}`);
  assert.equal(statSync(path).size, 4 << 20);
  await assert.rejects(file.resize(8n << 20n, true, expected), { code: 'ENOSPC' });
  assert.equal(statSync(path).size, 4 << 20);
  await file.resize(8n << 20n, false, expected);
  assert.equal(statSync(path).size, 8 << 20);
});

test('resizing grows with memory set aside, or without, and shrinks', async (t) => {
  const path = join(shmFolder(t), 'object');
  writeFileSync(path, 'data');
  const file = await open(t, path);
  await file.resize(1n << 20n, true, await expectedOf(file));
  assert.deepEqual([statSync(path).size, statSync(path).blocks * 512], [1 << 20, 1 << 20]);
  await file.resize(2n << 20n, false, await expectedOf(file));
  assert.deepEqual([statSync(path).size, statSync(path).blocks * 512], [2 << 20, 1 << 20]);
  await file.resize(2n, true, await expectedOf(file));
  assert.equal(readFileSync(path, 'utf8'), 'da');
  await assert.rejects(file.resize(2n ** 63n, false, await expectedOf(file)), { code: 'EFBIG' });
});

test('seals are told, and obeyed', async (t) => {
  const disk = join(diskFolder(t), 'file');
  writeFileSync(disk, 'x');
  assert.equal(await (await open(t, disk)).seals(), undefined);
  const shm = join(shmFolder(t), 'file');
  writeFileSync(shm, 'x');
  assert.equal(await (await open(t, shm)).seals(), 1);
  const sender = await start(t, 'memfd', 'sealed', 4096);
  const file = await open(t, `/proc/${sender.pid}/fd/${sender.fd}`);
  assert.equal(await file.seals(), 0);
  const [sealShrink, addSeals] = [2, 1033];
  const script = `import fcntl, os; fcntl.fcntl(os.open("/proc/${sender.pid}/fd/${sender.fd}", os.O_RDWR), ${addSeals}, ${sealShrink})`;
  assert.equal(failureOf('python3', '-c', script), undefined);
  assert.equal(await file.seals(), sealShrink);
  await assert.rejects(file.resize(0n, false, await expectedOf(file)), { code: 'EPERM', syscall: 'ftruncate' });
});

test('flushing, in each way, of a file that somebody else wrote', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, new Uint8Array(3 << 20).fill(7));
  const file = await open(t, path);
  for (const how of ['async', 'invalidate', 'sync'] as const) await file.flush(how);
  const empty = join(diskFolder(t), 'empty');
  closeSync(openSync(empty, 'w'));
  await (await open(t, empty)).flush('sync');
  const wild = file as unknown as { flush(how?: unknown): Promise<void> };
  for (const how of [undefined, 'now', 1]) await assert.rejects(async () => wild.flush(how), TypeError);
});

test('what is read only is not written', async (t) => {
  const disk = join(diskFolder(t), 'file');
  writeFileSync(disk, 'x');
  const fd = openSync(disk, 'r+');
  t.after(() => closeSync(fd));
  const failure = failureOf('chattr', '+i', disk);
  if (failure !== undefined) return t.skip(failure);
  t.after(() => failureOf('chattr', '-i', disk));
  const file = await open(t, disk);
  await assert.rejects(file.write(0, bytesOf('y'), await expectedOf(file)), { code: 'EPERM', syscall: 'openat' });
  failureOf('chattr', '-i', disk);
  await file.write(0, bytesOf('y'), await expectedOf(file));
  assert.equal(readFileSync(disk, 'utf8'), 'y');
  const zero = await open(t, '/dev/zero');
  const nowhere = { dev: zero.facts.dev, ino: zero.facts.ino, size: 0n };
  await assert.rejects(zero.write(0, bytesOf('y'), nowhere), { code: 'ENOTSUP' });
});

test('the bytes are those of the moment of the call; 8 MiB at most', async (t) => {
  const path = join(shmFolder(t), 'object');
  writeFileSync(path, '....');
  const file = await open(t, path);
  const expected = await expectedOf(file);
  const bytes = bytesOf('good');
  const writing = file.write(0, bytes, expected);
  bytes.fill(0);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  await writing;
  assert.equal(readFileSync(path, 'utf8'), 'good');
  await assert.rejects(async () => file.write(0, new Uint8Array((8 << 20) + 1), expected), RangeError);
  const wild = file as unknown as { write(...args: unknown[]): Promise<void> };
  await assert.rejects(async () => wild.write(0, 'text', expected), TypeError);
  await assert.rejects(async () => wild.write(0, bytesOf('x'), { dev: 1n, ino: 1n }), TypeError);
  const fd = openSync(path, 'r+');
  writeSync(fd, 'evil', 0);
  closeSync(fd);
  file.close();
  await assert.rejects(file.write(0, bytesOf('late'), expected), { code: 'EBADF' });
  await assert.rejects(file.flush('sync'), { code: 'EBADF' });
});
