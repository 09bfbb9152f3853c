import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteRange } from '../../../extension/core/byteRange.ts';
import type { FileTask, StagedSave } from '../../../extension/core/editing/stagedSave.ts';
import { Overlay } from '../../../extension/core/overlay/overlay.ts';
import type { BlockDigests } from '../../../extension/core/overlay/unkeptBytes.ts';
import { SourceError } from '../../../extension/core/sourceError.ts';
import { DeletionDigests, noteUnknown } from '../../../extension/platform/editing/deletionDigests.ts';
import { quietTask } from '../../../extension/platform/sharedMemory/task.ts';

const GiB = 2 ** 30;

interface Asked {
  readonly ranges: readonly ByteRange[];
  readonly task: FileTask;
  answer(): void;
  fail(): void;
}

/** Each digest is of one block, and says which turn it was taken in. */
function scene() {
  const asked: Asked[] = [];
  const takeDigests = (ranges: readonly ByteRange[], task: FileTask) =>
    new Promise<readonly BlockDigests[]>((resolve, reject) => {
      const turn = asked.length + 1;
      const found = ranges.map(({ length }) => ({ blockLength: length, digests: new Uint8Array(16).fill(turn) }));
      asked.push({ ranges, task, answer: () => resolve(found), fail: () => reject(new SourceError('ioError')) });
    });
  const overlay = new Overlay(1000 * GiB);
  const digests = new DeletionDigests(() => ({ takeDigests }) as Partial<StagedSave> as StagedSave);
  const remove = (offset: number, length: number) => {
    overlay.edit({ offset, length, bytes: new Uint8Array(0), shown: undefined });
    void digests.follow(overlay);
  };
  /** The turn that each was taken in, in the order of the source; 0 where nobody knows. */
  const known = () =>
    overlay
      .unkeptDeletions()
      .toSorted((one, other) => one.offset - other.offset)
      .map(({ bytes }) => bytes.digests?.digests[0]);
  return { asked, overlay, digests, remove, known };
}

test('each long deletion has its digests taken once, also where others come around it', async () => {
  const { asked, overlay, digests, remove, known } = scene();
  remove(100 * GiB, 20 * GiB);
  remove(10 * GiB, 5 * GiB);
  asked[1]?.answer();
  asked[0]?.answer();
  assert.equal(await digests.taken(quietTask), true);
  assert.deepEqual(known(), [2, 1]);
  // Around both.
  remove(5 * GiB, 200 * GiB);
  assert.deepEqual(
    asked[2]?.ranges.map(({ offset, length }) => [offset / GiB, length / GiB]),
    [
      [5, 5],
      [15, 85],
      [120, 110],
    ],
  );
  asked[2]?.answer();
  await digests.taken(quietTask);
  assert.deepEqual(known(), [3, 2, 3, 1, 3]);
  void digests.follow(overlay);
  assert.equal(asked.length, 3);
});

test('an undo ends it, and a redo begins it again', async () => {
  const { asked, overlay, digests, remove, known } = scene();
  remove(0, 20 * GiB);
  assert.equal(asked[0]?.task.isCancelled(), false);
  overlay.undo();
  void digests.follow(overlay);
  assert.equal(asked[0]?.task.isCancelled(), true);
  asked[0]?.fail();
  assert.equal(await digests.taken(quietTask), true);
  overlay.redo();
  void digests.follow(overlay);
  assert.deepEqual([asked.length, known()], [2, [undefined]]);
  asked[1]?.answer();
  await digests.taken(quietTask);
  assert.deepEqual(known(), [2]);
  overlay.undo();
  void digests.follow(overlay);
  overlay.redo();
  void digests.follow(overlay);
  assert.deepEqual([asked.length, known()], [2, [2]]);
});

test('who waits is told how far it is, and need not wait; nobody waits for what is ended', async () => {
  const { asked, digests, remove, known } = scene();
  remove(0, 20 * GiB);
  remove(0, 30 * GiB);
  asked[0]?.task.report(5 * GiB, 20 * GiB);
  asked[1]?.task.report(GiB, 30 * GiB);
  const told: unknown[] = [];
  const report = (...how: unknown[]) => told.push(how);
  let looks = 0;
  assert.equal(await digests.taken({ report, isCancelled: () => ++looks > 1 }), false);
  assert.deepEqual(told, [[6 * GiB, 50 * GiB, 'deleted']]);
  assert.deepEqual(known(), [undefined, undefined]);
  digests.end();
  assert.deepEqual(
    asked.map(({ task }) => task.isCancelled()),
    [true, true],
  );
  assert.equal(await digests.taken(quietTask), true);
});

test('of what cannot be read, or was not read before the source was another, nobody knows what it was', async () => {
  const { asked, overlay, digests, remove, known } = scene();
  remove(0, 20 * GiB);
  asked[0]?.fail();
  await digests.taken(quietTask);
  assert.deepEqual(known(), [0]);
  overlay.edit({ offset: 0, length: GiB, bytes: new Uint8Array(0), shown: undefined });
  noteUnknown(overlay);
  void digests.follow(overlay);
  assert.deepEqual([known(), asked.length], [[0, 0], 1]);
  const memory = new DeletionDigests(() => undefined);
  const other = new Overlay(GiB);
  other.edit({ offset: 0, length: GiB, bytes: new Uint8Array(0), shown: undefined });
  void memory.follow(other);
  assert.equal(await memory.taken(quietTask), true);
  assert.ok(other.unkeptDeletions().every(({ bytes }) => bytes.digests?.digests.every((byte) => byte === 0)));
});
