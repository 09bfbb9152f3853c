// The operations on shared memory as the extension calls them, over the real addon: whole fills, copies and changes,
// exactly of the object that is meant, and nothing left behind where they fail or are cancelled.
import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deviceNumber, deviceOf } from '../../extension/core/memoryRegion.ts';
import type { FileTarget } from '../../extension/core/objectTarget.ts';
import { SourceError } from '../../extension/core/sourceError.ts';
import { openSource } from '../../extension/platform/openSource.ts';
import { OwnHolds } from '../../extension/platform/ownHolds.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { sharedMemoryOperations } from '../../extension/platform/sharedMemory/operations.ts';
import type { Task } from '../../extension/platform/sharedMemory/task.ts';
import { start } from '../support/programs.ts';
import { addon, diskFolder, mountTmpfs, nothingHeld, pathOf, shmFolder } from './addon.ts';

const machine = { addon, holds: new OwnHolds(), journals: new Journals(addon, '') };

const operations = sharedMemoryOperations(addon);
const MiB = 2 ** 20;

const failsWith = (code: string) => (error: unknown) => error instanceof SourceError && error.code === code;

function make(
  folder: string,
  name: string,
  size: number,
  more: Partial<Parameters<typeof operations.makePosix>[0]> = {},
) {
  const wanted = {
    name: pathOf(name),
    size: BigInt(size),
    reserve: true,
    mode: 0o600,
    folder: pathOf(folder),
    ...more,
  };
  return operations.makePosix(wanted);
}

/** The target of a file as a look would find it. */
function targetOf(path: string): FileTarget {
  const { dev, ino, size } = lstatSync(path, { bigint: true });
  return { kind: 'file', path: pathOf(path), device: deviceOf(dev), inode: ino, size };
}

async function segment(t: TestContext, size: number, more: object = {}) {
  const made = await operations.makeSegment({ key: 0, size: BigInt(size), mode: 0o600, ...more });
  t.after(() => operations.remove(made).catch(() => {}));
  return made;
}

/** A task that the user cancels once `after` bytes are done. */
function cancelledAfter(after: number): Task {
  let isCancelled = false;
  return {
    isCancelled: () => isCancelled,
    report: (done) => {
      isCancelled ||= done >= after;
    },
  };
}

const pattern = (bytes: readonly number[]) => ({ kind: 'pattern', bytes: Uint8Array.from(bytes) }) as const;

test('device numbers come apart and together as stat has them', () => {
  for (const path of ['/dev/shm', '/', '/proc', '/dev/null']) {
    const { dev, rdev } = statSync(path, { bigint: true });
    for (const number of [dev, rdev, 0xfffff_fff_fffffn]) assert.equal(deviceNumber(deviceOf(number)), number);
  }
  assert.deepEqual(deviceOf(statSync('/dev/null', { bigint: true }).rdev), { major: 1, minor: 3 });
});

test('made with contents: a pattern through all of it, bytes with zeros after, a range of a file', async (t) => {
  const folder = shmFolder(t);
  const size = 20 * MiB + 5;
  await make(folder, 'pattern', size, { contents: pattern([1, 2, 3]) });
  const found = readFileSync(join(folder, 'pattern'));
  assert.equal(found.length, size);
  assert.ok(found.every((byte, at) => byte === (at % 3) + 1));

  await make(folder, 'text', 8, { contents: { kind: 'bytes', bytes: pathOf('héllo') } });
  assert.deepEqual([...readFileSync(join(folder, 'text'))], [...Buffer.from('héllo'), 0, 0]);

  const source = await openSource(machine, { kind: 'file', path: pathOf(join(folder, 'pattern')) });
  t.after(() => source.dispose());
  const contents = { kind: 'source', source, offset: 9 * MiB, length: 9 * MiB } as const;
  await make(folder, 'part', 9 * MiB, { contents });
  assert.ok(readFileSync(join(folder, 'part')).equals(found.subarray(9 * MiB, 18 * MiB)));
});

test('the mode comes last: while it is filled, an object is its owner’s alone', async (t) => {
  const folder = shmFolder(t);
  const seen: number[] = [];
  const task: Task = {
    isCancelled: () => false,
    report: () => seen.push(statSync(join(folder, 'shared')).mode & 0o777),
  };
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  await operations.makePosix(
    {
      name: pathOf('shared'),
      size: 9n * BigInt(MiB),
      reserve: true,
      mode: 0o666,
      folder: pathOf(folder),
      contents: pattern([7]),
    },
    task,
  );
  assert.deepEqual(seen, [0o600, 0o600]);
  assert.equal(statSync(join(folder, 'shared')).mode & 0o777, 0o666);
});

test('a taken name, a name that shm_open refuses: nothing is made', async (t) => {
  const folder = shmFolder(t);
  writeFileSync(join(folder, 'taken'), 'precious');
  await assert.rejects(make(folder, 'taken', 10), failsWith('nameTaken'));
  await assert.rejects(make(folder, 'a/b', 10), failsWith('badName'));
  assert.equal(readFileSync(join(folder, 'taken'), 'utf8'), 'precious');
  assert.deepEqual(readdirSync(folder), ['taken']);
});

test('no room is said before anything is written, with what is asked for and what is free', async (t) => {
  const folder = mountTmpfs(t, 'size=1m');
  if (folder === undefined) return;
  const isFull = (needed: bigint) => (error: unknown) => {
    const { code, detail } = error as SourceError;
    assert.deepEqual([code, detail.space], ['noSpace', { needed, free: BigInt(MiB) }]);
    return true;
  };
  await assert.rejects(make(folder, 'big', 4 * MiB), isFull(4n * BigInt(MiB)));
  // Sparse, but its contents would not fit.
  const contents = { kind: 'bytes', bytes: new Uint8Array(2 * MiB) } as const;
  await assert.rejects(make(folder, 'big', 4 * MiB, { reserve: false, contents }), isFull(2n * BigInt(MiB)));
  assert.deepEqual(readdirSync(folder), []);
  await make(folder, 'sparse', 4 * MiB, { reserve: false });
  await assert.rejects(
    operations.write(targetOf(join(folder, 'sparse')), 0, pattern([1]), 4 * MiB),
    failsWith('noSpace'),
  );
});

test('what fails or is cancelled midway leaves nothing behind', async (t) => {
  const folder = shmFolder(t);
  const wanted = { name: pathOf('big'), size: 64n * BigInt(MiB), reserve: true, mode: 0o600, folder: pathOf(folder) };
  const all = { ...wanted, contents: pattern([1]) };
  await assert.rejects(operations.makePosix(all, cancelledAfter(MiB)), failsWith('cancelled'));
  assert.deepEqual(readdirSync(folder), []);

  // A file that is cut while it is read in.
  const path = join(diskFolder(t), 'contents');
  writeFileSync(path, new Uint8Array(32 * MiB));
  const source = await openSource(machine, { kind: 'file', path: pathOf(path) });
  t.after(() => source.dispose());
  const contents = { kind: 'source', source, offset: 0, length: 32 * MiB } as const;
  const cut: Task = { isCancelled: () => false, report: () => truncateSync(path, 4096) };
  await assert.rejects(operations.makePosix({ ...wanted, contents }, cut), failsWith('gone'));
  source.dispose();
  assert.deepEqual(readdirSync(folder), []);

  const before = readFileSync('/proc/sysvipc/shm', 'utf8').split('\n').length;
  const made = operations.makeSegment(
    { key: 0, size: 64n * BigInt(MiB), mode: 0o600, contents: pattern([1]) },
    cancelledAfter(1),
  );
  await assert.rejects(made, failsWith('cancelled'));
  assert.equal(readFileSync('/proc/sysvipc/shm', 'utf8').split('\n').length, before);
  await nothingHeld();
});

test('what took the name meanwhile is not what is taken back', async (t) => {
  const folder = shmFolder(t);
  const replace: Task = {
    isCancelled: () => false,
    report: () => {
      if (existsSync(join(folder, 'other'))) return;
      writeFileSync(join(folder, 'other'), 'of somebody else');
      renameSync(join(folder, 'other'), join(folder, 'name'));
      throw new Error('stop here');
    },
  };
  const wanted = { name: pathOf('name'), size: 1024n, reserve: true, mode: 0o600, folder: pathOf(folder) };
  await assert.rejects(operations.makePosix({ ...wanted, contents: pattern([1]) }, replace), /stop here/);
  assert.equal(readFileSync(join(folder, 'name'), 'utf8'), 'of somebody else');
});

test('a fill reaches those who have it mapped at once, and stays inside its range', async (t) => {
  const name = `memglass-test-${process.pid}`;
  const producer = await start(t, 'create', name, 4096);
  const target = targetOf(`/dev/shm/${name}`);
  await operations.write(target, 16, pattern([0xaa, 0xbb]), 5);
  assert.deepEqual([...readFileSync(`/dev/shm/${name}`)].slice(14, 23), [0, 0, 0xaa, 0xbb, 0xaa, 0xbb, 0xaa, 0, 0]);
  assert.equal(await producer.ask('peek 17'), '187');
  await assert.rejects(operations.write(target, 4090, pattern([1]), 7), failsWith('pastEnd'));
  assert.equal(await producer.ask('peek 4095'), '0');
});

test('another object, or another size, and nothing is written, resized, changed or removed', async (t) => {
  const folder = shmFolder(t);
  const path = join(folder, 'object');
  const target = await make(folder, 'object', 4096);
  const everything = [
    () => operations.write(target, 0, pattern([1]), 16),
    () => operations.resize(target, 8192n, true),
    () => operations.changeOwner(target, { mode: 0o640 }),
    () => operations.remove(target),
    () => operations.flush(target, 'sync'),
  ];
  writeFileSync(join(folder, 'other'), new Uint8Array(4096));
  renameSync(join(folder, 'other'), path);
  const before = lstatSync(path, { bigint: true });
  for (const run of everything) await assert.rejects(run(), failsWith('stale'), run.toString());
  const after = lstatSync(path, { bigint: true });
  assert.deepEqual(
    [after.ino, after.size, after.mode, after.mtimeNs],
    [before.ino, before.size, before.mode, before.mtimeNs],
  );

  // The same object, grown since it was looked at.
  const grown = targetOf(path);
  appendFileSync(path, 'x');
  await assert.rejects(operations.write(grown, 0, pattern([1]), 16), failsWith('stale'));
  await assert.rejects(operations.resize(grown, 0n, true), failsWith('stale'));
  assert.equal(statSync(path).size, 4097);

  const ours = await segment(t, 4096);
  const mistaken = { ...ours, creatorPid: ours.creatorPid + 1 };
  await assert.rejects(operations.write(mistaken, 0, pattern([1]), 1), failsWith('stale'));
  await assert.rejects(operations.remove(mistaken), failsWith('stale'));
});

test('resized under a mapper: growth is there for it, and what is cut is gone', async (t) => {
  const name = `memglass-test-${process.pid}`;
  await start(t, 'create', name, 8192);
  const path = `/dev/shm/${name}`;
  await operations.resize(targetOf(path), 16384n, true);
  assert.deepEqual([statSync(path).size, statSync(path).blocks * 512], [16384, 12288]);
  await operations.resize(targetOf(path), 4096n, true);
  assert.equal(statSync(path).size, 4096);
  await assert.rejects(operations.resize(targetOf(path), 2n ** 62n, true), failsWith('noSpace'));
  assert.equal(statSync(path).size, 4096);
});

test('seals are respected, and named', async (t) => {
  const child = await start(t, 'memfd', 'sealed', 4096);
  const path = `/proc/${child.pid}/fd/${child.fd}`;
  const { dev, ino, size } = statSync(path, { bigint: true });
  const target: FileTarget = { kind: 'file', path: pathOf(path), device: deviceOf(dev), inode: ino, size };
  assert.equal(await operations.seals(target), 0);
  await operations.write(target, 2, pattern([9]), 1);
  assert.equal(await child.ask('peek 2'), '9');
  await child.ask(`seal ${child.fd}`);
  assert.equal(await operations.seals(target), 2 | 4);
  await assert.rejects(operations.resize(target, 0n, true), failsWith('sealed'));
  await assert.rejects(operations.resize(target, 8192n, true), failsWith('sealed'));
});

test('saved and duplicated, sparse stays sparse', async (t) => {
  const folder = shmFolder(t);
  const size = 3 * 2 ** 30;
  const target = await make(folder, 'sparse', size, { reserve: false });
  await operations.write(target, 2 ** 30 + 17, { kind: 'bytes', bytes: pathOf('in the middle') }, 13);
  await operations.write(target, size - 4, { kind: 'bytes', bytes: pathOf('last') }, 4);
  const disk = diskFolder(t);
  const saved = join(disk, 'saved.bin');
  await operations.save(target, pathOf(saved), false);
  const facts = statSync(saved);
  assert.equal(facts.size, size);
  assert.ok(facts.blocks * 512 < MiB, `${facts.blocks} blocks`);
  const copy = await operations.duplicateAsPosix(target, {
    name: pathOf('copy'),
    reserve: false,
    mode: 0o640,
    folder: pathOf(folder),
  });
  assert.equal(copy.size, BigInt(size));
  for (const path of [saved, join(folder, 'copy')]) {
    const file = await addon.openFile(pathOf(path));
    const bytes = new Uint8Array(32);
    await file.read(2 ** 30 + 16, bytes);
    assert.equal(Buffer.from(bytes).toString('latin1', 0, 15), '\0in the middle\0');
    await file.read(size - 8, bytes.subarray(0, 8));
    assert.equal(Buffer.from(bytes).toString('latin1', 0, 8), '\0\0\0\0last');
    file.close();
  }
  const { blocks, mode } = statSync(join(folder, 'copy'));
  assert.ok(blocks * 512 < MiB);
  assert.equal(mode & 0o777, 0o640);
});

test('a save replaces nothing unasked, and what is cancelled leaves the old file and no part of a new one', async (t) => {
  const folder = shmFolder(t);
  const target = await make(folder, 'object', 32 * MiB, { contents: pattern([5]) });
  const disk = diskFolder(t);
  const path = join(disk, 'file');
  await assert.rejects(operations.save(target, pathOf(path), false, cancelledAfter(MiB)), failsWith('cancelled'));
  assert.deepEqual(readdirSync(disk), []);
  writeFileSync(path, 'precious');
  await assert.rejects(operations.save(target, pathOf(path), false), failsWith('nameTaken'));
  await assert.rejects(operations.save(target, pathOf(path), true, cancelledAfter(MiB)), failsWith('cancelled'));
  assert.deepEqual([readdirSync(disk), readFileSync(path, 'utf8')], [['file'], 'precious']);
  await operations.save(target, pathOf(path), true);
  assert.deepEqual(readdirSync(disk), ['file']);
  assert.ok(readFileSync(path).equals(readFileSync(join(folder, 'object'))));
});

test('a segment of System V: filled, duplicated, saved, and pages that were never touched stay so', async (t) => {
  const size = 16 * MiB;
  const first = await segment(t, size);
  await operations.write(first, 5 * MiB, pattern([1, 2]), 4);
  const second = await operations.duplicateAsSegment(first, { key: 0, mode: 0o640 });
  t.after(() => operations.remove(second).catch(() => {}));
  const path = join(diskFolder(t), 'segment');
  await operations.save(second, pathOf(path), false);
  const bytes = readFileSync(path);
  assert.deepEqual([bytes.length, [...bytes.subarray(5 * MiB - 1, 5 * MiB + 5)]], [size, [0, 1, 2, 1, 2, 0]]);
  assert.ok(statSync(path).blocks * 512 < MiB);
  const resident = (id: number) => {
    const row = readFileSync('/proc/sysvipc/shm', 'utf8')
      .split('\n')
      .find((line) => line.trim().split(/\s+/)[1] === `${id}`);
    return Number(row?.trim().split(/\s+/)[14]);
  };
  assert.ok(resident(first.id) < MiB && resident(second.id) < MiB, `${resident(first.id)} ${resident(second.id)}`);
  await nothingHeld();
});

test('removed while mapped: the name goes, the memory stays with its users', async (t) => {
  const name = `memglass-test-${process.pid}`;
  const producer = await start(t, 'create', name, 4096);
  await operations.remove(targetOf(`/dev/shm/${name}`));
  assert.ok(!existsSync(`/dev/shm/${name}`));
  assert.equal(await producer.ask('peek 0'), String('p'.charCodeAt(0)));
});

test('a file named sem.x of three bytes is no semaphore, and post wakes who waits on a real one', async (t) => {
  const folder = shmFolder(t);
  writeFileSync(join(folder, 'sem.x'), 'abc');
  const short = targetOf(join(folder, 'sem.x'));
  for (const run of [operations.inspectSemaphore, operations.postSemaphore, operations.tryWaitSemaphore]) {
    await assert.rejects(run(short), failsWith('notASemaphore'));
  }
  const name = `memglass-test-${process.pid}`;
  const waiter = await start(t, 'semaphore', name, 0);
  const target = targetOf(`/dev/shm/sem.${name}`);
  while ((await operations.inspectSemaphore(target)).waiters === 0) await sleep(1);
  assert.equal(await operations.tryWaitSemaphore(target), false);
  await operations.postSemaphore(target);
  while ((await waiter.ask('peek 0')) !== '1') await sleep(1);
});

test('another user’s objects: what may not be done says so, and nothing is changed', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('seteuid needs root');
  const folder = shmFolder(t);
  chmodSync(folder, 0o1777);
  const target = await make(folder, 'mine', 4096);
  const open = await make(folder, 'open', 4096, { mode: 0o666 });
  const ours = await segment(t, 4096);
  process.seteuid?.(65534);
  t.after(() => process.seteuid?.(0));
  try {
    await assert.rejects(operations.write(target, 0, pattern([1]), 1), failsWith('mayNotChange'));
    await assert.rejects(operations.write(ours, 0, pattern([1]), 1), failsWith('mayNotChange'));
    await assert.rejects(operations.save(target, pathOf(join(folder, 'copy')), false), failsWith('noPermission'));
    await assert.rejects(operations.save(ours, pathOf(join(folder, 'copy')), false), failsWith('noPermission'));
    // Sticky: only the owner removes, whatever the object's own mode is.
    await assert.rejects(operations.remove(open), failsWith('mayNotChange'));
    await assert.rejects(operations.remove(ours), failsWith('mayNotChange'));
    await assert.rejects(operations.changeOwner(open, { mode: 0o600 }), failsWith('mayNotChange'));
    // protected_regular forbids O_CREAT on it, with which nothing here is opened.
    await operations.write(open, 0, pattern([1]), 1);
  } finally {
    process.seteuid?.(0);
  }
  assert.deepEqual([readFileSync(join(folder, 'open'))[0], readFileSync(join(folder, 'mine'))[0]], [1, 0]);
});
