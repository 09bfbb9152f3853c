// The operations on shared memory that is there, as the extension calls them, over the real addon: exactly of the object that
// is meant, and as whole as they can be.
import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deviceNumber, deviceOf } from '../../extension/core/memoryMap/memoryRegion.ts';
import type { FileTarget } from '../../extension/core/sharedMemory/objectTarget.ts';
import type { SourceError } from '../../extension/core/sourceError.ts';
import { start } from '../support/programs.ts';
import { diskFolder, nothingHeld, pathOf, shmFolder } from './addon.ts';
import { cancelledAfter, failsWith, MiB, make, operations, pattern, segment, targetOf } from './operationScene.ts';

test('device numbers come apart and together as stat has them', () => {
  for (const path of ['/dev/shm', '/', '/proc', '/dev/null']) {
    const { dev, rdev } = statSync(path, { bigint: true });
    for (const number of [dev, rdev, 0xfffff_fff_fffffn]) assert.equal(deviceNumber(deviceOf(number)), number);
  }
  assert.deepEqual(deviceOf(statSync('/dev/null', { bigint: true }).rdev), { major: 1, minor: 3 });
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

test('a write that meets another size midway says how much of it is there', async (t) => {
  const folder = shmFolder(t);
  const path = join(folder, 'object');
  const target = await make(folder, 'object', 20 * MiB);
  const task = { isCancelled: () => false, report: (done: number) => done === 8 * MiB && appendFileSync(path, 'x') };
  const written = operations.write(target, 0, pattern([7]), 20 * MiB, task);
  await assert.rejects(written, ({ code, detail }: SourceError) => code === 'stale' && detail.stored === 8 * MiB);
  assert.deepEqual([...readFileSync(path).subarray(8 * MiB - 2, 8 * MiB + 2)], [7, 7, 0, 0]);
  const cancelled = operations.write(targetOf(path), 0, pattern([8]), 20 * MiB, cancelledAfter(16 * MiB));
  await assert.rejects(
    cancelled,
    ({ code, detail }: SourceError) => code === 'cancelled' && detail.stored === 16 * MiB,
  );
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
