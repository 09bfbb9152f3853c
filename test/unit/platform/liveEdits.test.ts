import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ByteSource } from '../../../extension/core/byteSource.ts';
import type { EditStep } from '../../../extension/core/editing/documentEdits.ts';
import type { LiveStores } from '../../../extension/core/live/liveStores.ts';
import { SourceError } from '../../../extension/core/sourceError.ts';
import { type LiveDifference, LiveEdits } from '../../../extension/platform/editing/liveEdits.ts';
import { WatchedSource } from '../../../extension/platform/watchedSource.ts';

/** Bytes that others write to, too. */
class Memory {
  bytes: number[];
  asked: LiveDifference[] = [];
  answer = false;
  time = 0;
  /** Where the next store stops, as one that others get in the way of does. */
  stopsAt: number | undefined;
  reopen = async () => {};

  constructor(bytes: number[]) {
    this.bytes = bytes;
  }

  readonly stores: LiveStores = {
    storesNumbersAsOne: true,
    refusal: async () => undefined,
    store: async (offset, expected, bytes) => {
      let stored = 0;
      for (const [at, byte] of bytes.entries()) {
        if (expected !== undefined && this.bytes[offset + at] !== expected[at]) {
          return {
            kind: 'differs',
            stored,
            now: Uint8Array.from(this.bytes.slice(offset + stored, offset + bytes.length)),
          };
        }
        if (at === this.stopsAt) throw new SourceError('ioError', { stored });
        this.bytes[offset + at] = byte;
        stored++;
      }
      return { kind: 'stored', isAtomic: false };
    },
  };

  async edits(): Promise<LiveEdits> {
    const source = {
      ref: { kind: 'posixShm', path: Uint8Array.of(0x78) },
      can: { write: true, resize: false, flush: false, watch: false, watchBytes: true },
      sizeKind: 'exact',
      stores: this.stores,
      size: async () => this.bytes.length,
      read: async (offset: number, into: Uint8Array) => {
        const found = this.bytes.slice(offset, offset + into.length);
        into.set(found);
        return { length: found.length, holes: [] };
      },
      probe: async () => ({ size: this.bytes.length, version: '', fate: { kind: 'same' } }),
      overview: () => Promise.reject(new Error('not asked for')),
      dispose: () => {},
    } as unknown as ByteSource;
    // Each time another one, as what is opened anew is.
    const watched = await WatchedSource.open(async () => ({ ...source }));
    this.reopen = () => watched.reopen();
    const ask = async (difference: LiveDifference) => {
      this.asked.push(difference);
      return this.answer;
    };
    return new LiveEdits(watched, ask, () => this.time);
  }
}

const put = (edits: LiveEdits, offset: number, bytes: number[], shown?: number[], isTyping = false) =>
  edits.edit({
    offset,
    length: bytes.length,
    bytes: Uint8Array.from(bytes),
    shown: shown === undefined ? undefined : Uint8Array.from(shown),
    isTyping,
  });
const isCode = (code: string) => (error: unknown) => error instanceof SourceError && error.code === code;

test('what was not written is held against what is opened anew, and is kept and brought back with what stands there', async () => {
  const memory = new Memory([1, 2, 3]);
  const edits = await memory.edits();
  memory.bytes[1] = 9;
  await assert.rejects(put(edits, 1, [20, 30], [2, 3]), isCode('changedSince'));
  const met = () => edits.refused.map(({ offset, bytes, now }) => [offset, [...bytes], [...now]]);
  assert.deepEqual(met(), [[1, [20, 30], [9, 3]]]);
  memory.bytes = [4, 5, 6];
  await memory.reopen();
  await put(edits, 0, [7], [4]);
  assert.deepEqual(met(), [[1, [20, 30], [5, 6]]]);
  const backup = await edits.unwritten.backup();
  memory.bytes = [7, 20, 30];
  await memory.reopen();
  await put(edits, 0, [8], [7]);
  assert.deepEqual(met(), [], 'all of it is there');
  memory.bytes[2] = 31;
  assert.equal(await edits.unwritten.restore(backup), true);
  assert.deepEqual(met(), [[1, [20, 30], [20, 31]]]);
  await edits.writeAnyway();
  assert.deepEqual(memory.bytes, [8, 20, 30]);
  assert.equal(await edits.unwritten.restore(Uint8Array.of(1)), false);
});

test('of what is refused only that is written anyway which was meant: what was refused since is still to be decided on', async () => {
  const memory = new Memory([1, 2, 3]);
  const edits = await memory.edits();
  await assert.rejects(put(edits, 0, [10], [9]), isCode('changedSince'));
  const meant = edits.refused;
  await assert.rejects(put(edits, 2, [30], [9]), isCode('changedSince'));
  await edits.writeAnyway(meant);
  assert.deepEqual(memory.bytes, [10, 2, 3]);
  assert.deepEqual(
    edits.refused.map(({ offset }) => offset),
    [2],
  );
});

test('what is typed is stored at once, and a run of it is one step', async () => {
  const memory = new Memory([1, 2, 3, 4]);
  const edits = await memory.edits();
  const first = await put(edits, 0, [10], [1], true);
  const second = await put(edits, 1, [20], [2], true);
  assert.deepEqual([memory.bytes, first.isStep, second.isStep], [[10, 20, 3, 4], true, false]);
  memory.time = 1000;
  const third = await put(edits, 2, [30], [3], true);
  assert.equal(third.isStep, true);
  await third.undo();
  assert.deepEqual(memory.bytes, [10, 20, 3, 4]);
  await first.undo();
  assert.deepEqual(memory.bytes, [1, 2, 3, 4]);
  await first.redo();
  assert.deepEqual([memory.bytes, edits.canUndo], [[10, 20, 3, 4], true]);
});

test('other bytes than were shown are left alone, until the user says so', async () => {
  const memory = new Memory([1, 2, 3]);
  const edits = await memory.edits();
  memory.bytes[1] = 9;
  await assert.rejects(put(edits, 1, [20], [2]), isCode('changedSince'));
  assert.deepEqual(memory.bytes, [1, 9, 3]);
  const [refused] = edits.refused;
  assert.deepEqual([refused?.offset, [...(refused?.now ?? [])]], [1, [9]]);
  // Clicked twice it is one step: an undo takes the bytes back at once.
  const [step, nothing] = await Promise.all([edits.writeAnyway(), edits.writeAnyway()]);
  assert.deepEqual([memory.bytes, edits.refused], [[1, 20, 3], []]);
  assert.deepEqual([step.isStep, nothing.isStep], [true, false]);
  await step.undo();
  assert.deepEqual([memory.bytes, edits.canUndo], [[1, 9, 3], false]);
});

test('what nobody is there to decide on is given up, and takes nothing along that its user is still to decide on', async () => {
  const memory = new Memory([1, 2, 3]);
  const edits = await memory.edits();
  memory.bytes = [9, 9, 9];
  await assert.rejects(put(edits, 0, [10], [1]), isCode('changedSince'));
  const bytes = Uint8Array.of(30);
  const unattended = edits.edit({ offset: 2, length: 1, bytes, shown: Uint8Array.of(3), isUnattended: true });
  await assert.rejects(unattended, isCode('changedSince'));
  await edits.overwrite({ offset: 1, bytes: Uint8Array.of(20) });
  assert.deepEqual(memory.bytes, [9, 20, 9]);
  assert.deepEqual(
    edits.refused.map(({ offset, bytes: refused }) => [offset, ...refused]),
    [[0, 10]],
  );
});

test('what was refused does not go over what its user has written there since', async () => {
  const memory = new Memory([1, 2, 3, 4]);
  const edits = await memory.edits();
  memory.bytes = [9, 9, 9, 9];
  await assert.rejects(put(edits, 0, [10, 20, 30, 40], [1, 2, 3, 4]), isCode('changedSince'));
  await put(edits, 1, [50], [9]);
  assert.deepEqual(
    edits.refused.map(({ offset, bytes, now }) => [offset, [...bytes], [...now]]),
    [
      [0, [10], [9, 9, 9, 9]],
      [2, [30, 40], [9, 9]],
    ],
  );
  await edits.overwrite({ offset: 3, bytes: Uint8Array.of(60) });
  await edits.writeAnyway();
  assert.deepEqual([memory.bytes, edits.refused], [[10, 50, 30, 60], []]);
});

test('an undo asks where ours are not there any more, and does what is answered', async () => {
  const memory = new Memory([1, 2, 3]);
  const edits = await memory.edits();
  const step = await put(edits, 0, [10, 20], [1, 2]);
  memory.bytes[1] = 9;
  await step.undo();
  // What was ours before it is put back, what is not stays.
  assert.deepEqual([memory.bytes, memory.asked.length, [...(memory.asked[0]?.now ?? [])]], [[1, 9, 3], 1, [9]]);
  memory.answer = true;
  await step.undo();
  assert.deepEqual(memory.bytes, [1, 2, 3]);
  await step.redo();
  assert.deepEqual(memory.bytes, [10, 20, 3]);
});

test('what is written anyway and fails midway is a step as far as it came, and the rest is refused still', async () => {
  const memory = new Memory([1, 2, 3, 4]);
  const edits = await memory.edits();
  memory.bytes = [5, 6, 7, 8];
  await assert.rejects(put(edits, 0, [10], [1]), isCode('changedSince'));
  await assert.rejects(put(edits, 1, [20, 30, 40], [2, 3, 4]), isCode('changedSince'));
  memory.stopsAt = 2;
  const step = await edits.writeAnyway();
  assert.ok(isCode('ioError')(step.problem));
  assert.deepEqual(memory.bytes, [10, 20, 30, 8]);
  assert.deepEqual(
    edits.refused.map(({ offset, bytes }) => [offset, ...bytes]),
    [[3, 40]],
  );
  memory.stopsAt = 0;
  await assert.rejects(edits.writeAnyway(), isCode('ioError'));
  assert.equal(edits.refused.length, 1);
  memory.stopsAt = undefined;
  await step.undo();
  assert.deepEqual(memory.bytes, [5, 6, 7, 8]);
  const rest = await edits.writeAnyway();
  assert.deepEqual([memory.bytes, edits.refused], [[5, 6, 7, 40], []]);
  await rest.undo();
  // An undo over others' bytes that fails midway goes on from there.
  const row = await put(edits, 0, [11, 12], [5, 6]);
  memory.bytes = [90, 91, 7, 8];
  memory.answer = true;
  memory.stopsAt = 1;
  await assert.rejects(row.undo(), isCode('ioError'));
  assert.deepEqual([memory.bytes, row.isDone?.()], [[5, 91, 7, 8], true]);
  memory.stopsAt = undefined;
  await row.undo();
  assert.deepEqual([memory.bytes, row.isDone?.()], [[5, 6, 7, 8], false]);
});

test('a step says whether it is done, whatever an undo or a redo was answered', async () => {
  const memory = new Memory([1, 2, 3]);
  const edits = await memory.edits();
  const step = await put(edits, 0, [10, 20], [1, 2]);
  assert.equal(step.isDone?.(), true);
  memory.bytes[1] = 9;
  await step.undo();
  // A part of it is back, and the rest can be asked about again.
  assert.deepEqual([memory.bytes, step.isDone?.(), edits.canUndo], [[1, 9, 3], true, true]);
  memory.answer = true;
  await step.undo();
  assert.deepEqual([step.isDone?.(), edits.canUndo], [false, false]);
  memory.answer = false;
  memory.bytes[0] = 8;
  memory.bytes[1] = 7;
  await step.redo();
  assert.deepEqual([memory.bytes, step.isDone?.()], [[8, 7, 3], false]);
  memory.bytes[0] = 1;
  await step.redo();
  assert.deepEqual([memory.bytes, step.isDone?.()], [[10, 7, 3], true]);
});

test('a store that fails midway is a step as far as it came', async () => {
  const memory = new Memory([1, 2, 3]);
  const edits = await memory.edits();
  memory.stopsAt = 2;
  const step = await put(edits, 0, [10, 20, 30], [1, 2, 3]);
  assert.ok(isCode('ioError')(step.problem));
  assert.deepEqual(memory.bytes, [10, 20, 3]);
  memory.stopsAt = undefined;
  await step.undo();
  assert.deepEqual(memory.bytes, [1, 2, 3]);
});

test('nothing goes past the end, and nothing changes the size', async () => {
  const memory = new Memory([1, 2]);
  const edits = await memory.edits();
  await assert.rejects(put(edits, 1, [1, 2]), isCode('pastEnd'));
  const insertion = { offset: 0, length: 0, bytes: Uint8Array.of(1) };
  await assert.rejects(edits.edit(insertion), isCode('sizeIsFixed'));
  assert.deepEqual(memory.bytes, [1, 2]);
});

test('whatever is edited, undone and done again between others’ stores, nothing of theirs is gone over unasked', async () => {
  const act = fc.oneof(
    fc.record({
      kind: fc.constant('edit'),
      at: fc.nat(7),
      bytes: fc.array(fc.nat(255), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ kind: fc.constant('undo') }),
    fc.record({ kind: fc.constant('redo') }),
    fc.record({ kind: fc.constant('other'), at: fc.nat(7), byte: fc.nat(255) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
      const memory = new Memory(Array.from({ length: 8 }, (_, at) => at));
      const edits = await memory.edits();
      const steps: EditStep[] = [];
      let at = 0;
      for (const one of acts) {
        const before = [...memory.bytes];
        if (one.kind === 'other' && 'byte' in one) memory.bytes[one.at] = one.byte;
        else if (one.kind === 'edit' && 'bytes' in one) {
          const shown = memory.bytes.slice(one.at, one.at + one.bytes.length);
          const step = await put(edits, one.at, one.bytes, shown).catch(() => undefined);
          if (step !== undefined) {
            steps.splice(at, steps.length, step);
            at++;
          }
        } else if (one.kind === 'undo' && at > 0) await steps[--at]?.undo();
        else if (one.kind === 'redo' && at < steps.length) await steps[at++]?.redo();
        for (const { offset, now } of memory.asked.splice(0)) {
          assert.equal(memory.bytes[offset], now[0], 'what was asked about is as it was');
          assert.equal(before[offset], now[0]);
        }
      }
      // Without others in between, all steps back lead to the beginning.
      if (!acts.some(({ kind }) => kind === 'other')) {
        while (at > 0) await steps[--at]?.undo();
        assert.deepEqual(memory.bytes, [0, 1, 2, 3, 4, 5, 6, 7]);
      }
    }),
    { numRuns: 300 },
  );
});
