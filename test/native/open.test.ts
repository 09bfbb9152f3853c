// What is opened, what is refused, and what is said of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  addon,
  binary,
  diskFolder,
  failureOf,
  isSanitized,
  nobodyCannotRun,
  open,
  pathOf,
  read,
  runChild,
  shmFolder,
  withoutCall,
} from './addon.ts';

test('the facts are those of stat', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, 'x'.repeat(5000));
  chmodSync(path, 0o4640);
  const facts = await addon.inspect(pathOf(path));
  const stat = statSync(path, { bigint: true });
  assert.equal(facts.kind, 'regular');
  assert.equal(facts.dev, stat.dev);
  assert.equal(facts.ino, stat.ino);
  assert.equal(facts.size, 5000n);
  assert.equal(facts.allocated, stat.blocks * 512n);
  assert.equal(facts.mtimeNs, stat.mtimeNs);
  assert.equal(facts.mode, 0o4640);
  assert.equal(facts.nlink, 1);
  assert.equal(facts.uid, process.getuid?.());
  assert.deepEqual(facts.rdev, [0, 0]);
  assert.deepEqual((await open(t, path)).facts, facts);
});

test('the file system decides how a file is read', async (t) => {
  const shm = join(shmFolder(t), 'file');
  writeFileSync(shm, 'x');
  for (const [path, fileSystem] of [
    [shm, 'tmpfs'],
    ['/proc/self/maps', 'proc'],
    ['/sys/kernel/notes', 'sysfs'],
  ] as const) {
    const file = await open(t, path);
    assert.equal(file.facts.fileSystem, fileSystem);
    assert.equal(file.strategy, 'read', path);
  }
  const disk = join(diskFolder(t), 'file');
  writeFileSync(disk, 'x');
  const file = await open(t, disk);
  const mapped = ['ext4', 'xfs', 'btrfs', 'f2fs'].includes(file.facts.fileSystem);
  assert.equal(file.strategy, mapped ? 'map' : 'read', file.facts.fileSystem);
});

test('what has no bytes is refused by its kind and never opened', async (t) => {
  const folder = diskFolder(t);
  mkdirSync(join(folder, 'directory'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  symlinkSync('fifo', join(folder, 'link to the fifo'));
  const server = createServer().listen(join(folder, 'socket'));
  await new Promise((listening) => server.once('listening', listening));
  t.after(() => server.close());
  for (const [path, kind] of [
    [join(folder, 'directory'), 'directory'],
    [join(folder, 'fifo'), 'fifo'],
    [join(folder, 'link to the fifo'), 'fifo'],
    [join(folder, 'socket'), 'socket'],
    ['/dev/tty', 'character'],
    ['/dev/ptmx', 'character'],
    ['/dev/kmsg', 'character'],
  ] as const) {
    await assert.rejects(addon.openFile(pathOf(path)), { code: 'ENOTSUP', errno: 95, kind, path: pathOf(path) }, path);
    assert.equal((await addon.inspect(pathOf(path))).kind, kind);
  }
});

test('a refused FIFO was not opened: a writer still waits for a reader', async (t) => {
  const path = join(diskFolder(t), 'fifo');
  execFileSync('mkfifo', [path]);
  await assert.rejects(addon.openFile(pathOf(path)), { code: 'ENOTSUP' });
  assert.match(
    failureOf('dd', 'if=/dev/null', `of=${path}`, 'oflag=nonblock', 'conv=notrunc,nocreat') ?? '',
    /No such device/,
  );
});

test('five FIFOs at once hold up neither another file nor the exit', (t) => {
  const folder = diskFolder(t);
  const fifos = [1, 2, 3, 4, 5].map((i) => join(folder, `fifo${i}`));
  execFileSync('mkfifo', fifos);
  writeFileSync(join(folder, 'file'), 'still here');
  const done = runChild(
    `
    const refused = Promise.allSettled(args.slice(1).map((path) => addon.openFile(pathOf(path))));
    const file = await addon.openFile(pathOf(args[0]));
    const into = new Uint8Array(10);
    await file.read(0, into);
    console.log(Buffer.from(into).toString(), (await refused).map((r) => r.reason.kind).join());
    `,
    [join(folder, 'file'), ...fifos],
  );
  assert.equal(done.stdout, 'still here fifo,fifo,fifo,fifo,fifo\n', done.stderr);
  assert.equal(done.status, 0);
});

test('the memory devices are read', async (t) => {
  const zero = await read(await open(t, '/dev/zero'), 2 ** 52, 100_000);
  assert.equal(zero.length, 100_000);
  assert.ok(zero.bytes.every((byte) => byte === 0));
  assert.equal((await read(await open(t, '/dev/null'), 0, 100)).length, 0);
  assert.equal((await read(await open(t, '/dev/urandom'), 0, 100)).length, 100);
});

test('names are bytes', async (t) => {
  const folder = new TextEncoder().encode(`${diskFolder(t)}/`);
  const names: number[][] = [
    [0xff, 0xfe, 0x80],
    [...new TextEncoder().encode('line\nbreak \\012 (deleted)\x1b[31m')],
    new Array<number>(255).fill(0x61),
  ];
  for (const name of names) {
    const path = Uint8Array.from([...folder, ...name]);
    writeFileSync(Buffer.from(path), 'named');
    const file = await open(t, path);
    assert.equal((await read(file, 0, 10)).length, 5);
    assert.deepEqual((await file.probe()).path, { kind: 'same' });
    unlinkSync(Buffer.from(path));
    assert.deepEqual((await file.probe()).path, { kind: 'deleted' });
  }
  const tooLong = Uint8Array.from([...folder, ...new Array<number>(256).fill(0x61)]);
  await assert.rejects(addon.openFile(tooLong), { code: 'ENAMETOOLONG', syscall: 'openat', path: tooLong });
});

test('sizes past 2^53 are exact', async (t) => {
  const path = join(shmFolder(t), 'huge');
  writeFileSync(path, 'begin');
  const size = 2n ** 63n - 4096n;
  const failure = failureOf('truncate', '-s', `${size}`, path);
  if (failure !== undefined) return t.skip(failure);
  const file = await open(t, path);
  assert.equal(file.facts.size, size);
  assert.equal((await file.probe()).size, size);
  const end = await read(file, Number.MAX_SAFE_INTEGER - 10, 100);
  assert.equal(end.length, 100);
  assert.deepEqual(end.faults, []);
  assert.equal((await addon.inspect(pathOf(path))).allocated, 4096n);
});

test('what may not be opened is inspected all the same', (t) => {
  const cannot = nobodyCannotRun();
  if (cannot !== undefined) return t.skip(cannot);
  const path = join(shmFolder(t), 'secret');
  chmodSync(join(path, '..'), 0o755);
  writeFileSync(path, 'secret');
  chmodSync(path, 0o600);
  const done = runChild(
    `
    console.log((await addon.inspect(pathOf(args[0]))).size);
    await addon.openFile(pathOf(args[0])).catch((e) => console.log(e.code, e.errno, e.syscall, Buffer.from(e.path) + ''));
    `,
    [path],
    { uid: 65534, gid: 65534, cwd: '/' },
  );
  assert.equal(done.stdout, `6n\nEACCES 13 openat ${path}\n`, done.stderr);
});

test('where process_vm_readv is forbidden, all is read with pread', (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, 'by pread');
  for (const error of ['EPERM', 'ENOSYS'] as const) {
    const through = withoutCall('process_vm_readv', error);
    if (typeof through === 'string') return t.skip(through);
    const done = runChild(
      `
      const file = await addon.openFile(pathOf(args[0]));
      const into = new Uint8Array(8);
      await file.read(0, into);
      console.log(file.strategy, Buffer.from(into) + '');
      `,
      [path],
      { through },
    );
    assert.equal(done.stdout, 'read by pread\n', `${error} ${done.stderr}`);
  }
});

test('a bug of the caller is a TypeError or a RangeError, never a crash', async (t) => {
  const path = join(shmFolder(t), 'file');
  writeFileSync(path, 'x');
  const file = await open(t, path);
  const wild = addon as unknown as Record<'openFile' | 'inspect', (...args: unknown[]) => Promise<unknown>>;
  const wildFile = file as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const bad: unknown[] = [
    undefined,
    null,
    'text',
    7,
    new Uint8Array(0),
    Uint8Array.of(47, 0, 47),
    new Uint16Array(4),
    {},
  ];
  for (const argument of bad) {
    await assert.rejects(async () => wild.openFile(argument), TypeError);
    await assert.rejects(async () => wild.inspect(argument), TypeError);
  }
  await assert.rejects(async () => wild.openFile(), TypeError);
  const into = new Uint8Array(8);
  for (const method of ['read', 'residency', 'allocation']) {
    const tail = method === 'read' ? [into] : [8, into];
    for (const offset of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      await assert.rejects(async () => wildFile[method]?.(offset, ...tail), RangeError, `${method} ${offset}`);
    }
    for (const offset of [undefined, '0', 0n]) {
      await assert.rejects(async () => wildFile[method]?.(offset, ...tail), TypeError);
    }
    await assert.rejects(async () => wildFile[method]?.(0, ...tail.slice(0, -1)), TypeError);
    await assert.rejects(async () => wildFile[method]?.(0, ...tail.slice(0, -1), new Float64Array(1)), TypeError);
  }
  await assert.rejects(async () => file.read(0, new Uint8Array(64 * 2 ** 20 + 1)), RangeError);
  assert.equal((await file.read.call({}, 0, into)).length, 1);
});

test('the binary asks for no glibc newer than the oldest that VS Code serves', (t) => {
  if (isSanitized()) return t.skip('the sanitised build is not shipped');
  const text = execFileSync('objdump', ['-T', binary], { encoding: 'utf8' });
  const newer = text
    .split('\n')
    .filter((line) => Number(/GLIBC_2\.(\d+)/.exec(line)?.[1] ?? 0) > 28)
    .map((line) => line.trim().split(/\s+/).slice(-2).join(' '));
  assert.deepEqual(newer, []);
  assert.doesNotMatch(text, /GLIBCXX|CXXABI/);
});

test('a deleted file is opened through its descriptor', async (t) => {
  const path = join(shmFolder(t), 'gone');
  writeFileSync(path, 'gone, yet here');
  const fd = openSync(path, 'r');
  unlinkSync(path);
  const file = await open(t, `/proc/self/fd/${fd}`);
  assert.equal((await read(file, 0, 100)).length, 14);
  assert.equal(readFileSync(fd, 'utf8'), 'gone, yet here');
});

test('opening writes nothing: a truncated name stays missing', async (t) => {
  const path = join(diskFolder(t), 'missing');
  await assert.rejects(addon.openFile(pathOf(path)), { code: 'ENOENT', syscall: 'openat' });
  assert.throws(() => truncateSync(path, 0), { code: 'ENOENT' });
});
