// Making shared memory as the extension has it made, over the real addon: whole, and nothing left behind where it fails or is
// cancelled.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SourceError } from '../../extension/core/sourceError.ts';
import { openSource } from '../../extension/platform/openSource.ts';
import type { Task } from '../../extension/platform/sharedMemory/task.ts';
import { diskFolder, mountTmpfs, nothingHeld, pathOf, shmFolder } from './addon.ts';
import { cancelledAfter, failsWith, MiB, machine, make, operations, pattern, targetOf } from './operationScene.ts';

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

  // Others make segments too.
  const ours = () => {
    const [head = '', ...rows] = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n');
    const creator = head.trim().split(/\s+/).indexOf('cpid');
    return rows.map((row) => row.trim().split(/\s+/)).filter((row) => row[creator] === `${process.pid}`).length;
  };
  const before = ours();
  const made = operations.makeSegment(
    { key: 0, size: 64n * BigInt(MiB), mode: 0o600, contents: pattern([1]) },
    cancelledAfter(1),
  );
  await assert.rejects(made, failsWith('cancelled'));
  // A segment that is removed is there until the last one has detached: we ourselves, a moment later, on a thread.
  await nothingHeld();
  assert.equal(ours(), before);
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
