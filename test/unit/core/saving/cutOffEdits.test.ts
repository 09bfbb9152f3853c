// What a save that was cut off has left to do, against a plain model of saves and of what others write meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { cutOffEdits, isPartOf } from '../../../../extension/core/saving/cutOffEdits.ts';
import { saveContentsSteps } from '../../../../extension/core/saving/saveContents.ts';
import { finished } from '../../../support/finished.ts';
import { cellsOf } from '../overlay/model.ts';

interface Save {
  readonly oldSize: number;
  readonly newSize: number;
  readonly ranges: readonly { readonly offset: number; readonly length: number }[];
  readonly bytes: Uint8Array;
  readonly wanted: readonly number[];
}

const source = Array.from({ length: 40 }, (_, i) => i);
const share = fc.nat(999).map((thousandths) => thousandths / 1000);
const edit = fc.record({ at: share, length: fc.nat(6), bytes: fc.uint8Array({ maxLength: 6, min: 100, max: 155 }) });
type WantedEdit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function stage(overlay: Overlay, bytes: readonly number[], edits: readonly WantedEdit[]): void {
  for (const { at, length, bytes: put } of edits) {
    const offset = Math.floor(at * overlay.size);
    const fitting = Math.min(length, overlay.size - offset);
    const shown = Uint8Array.from(cellsOf(overlay, bytes).slice(offset, offset + fitting), ({ value }) => value);
    overlay.edit({ offset, length: fitting, bytes: put, shown });
  }
}

const view = (overlay: Overlay, bytes: readonly number[]) => cellsOf(overlay, bytes).map(({ value }) => value);

/** What a save writes into the file itself. */
function saveOf(edits: readonly WantedEdit[]): Save {
  const overlay = new Overlay(source.length);
  stage(overlay, source, edits);
  const wanted = view(overlay, source);
  const { pieces } = finished(saveContentsSteps(overlay, 'changes'));
  const ranges = Array.from(pieces.offsets, (offset, i) => ({ offset, length: pieces.lengths[i] ?? 0 }));
  const bytes = Uint8Array.from(ranges.flatMap(({ offset, length }) => wanted.slice(offset, offset + length)));
  return { oldSize: source.length, newSize: wanted.length, ranges, bytes, wanted };
}

/** The file where the save ended after so many bytes. */
function cutAfter(save: Save, done: number): number[] {
  const file = [...source];
  let left = done;
  let at = 0;
  for (const { offset, length } of save.ranges) {
    for (let i = 0; i < length && left > 0; i++, left--) file[offset + i] = save.bytes[at + i] ?? 0;
    at += length;
  }
  return file;
}

async function staged(save: Save, file: readonly number[], overlay = new Overlay(file.length)) {
  const { edits, left } = await cutOffEdits(save, save.bytes, overlay, async (offset, length) =>
    Uint8Array.from(file.slice(offset, offset + length)),
  );
  overlay.editTogether(edits);
  return { overlay, left, count: edits.length };
}

test('wherever a save was cut off, its edits make of the file what the save was to make, and one undo takes them back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { maxLength: 6 }), share, async (edits, done) => {
      const save = saveOf(edits);
      const file = cutAfter(save, Math.floor(done * save.bytes.length));
      const { overlay, left } = await staged(save, file);
      assert.deepEqual([view(overlay, file), left], [save.wanted, 0]);
      overlay.undo();
      assert.deepEqual(view(overlay, file), file);
      overlay.redo();
      assert.deepEqual(view(overlay, file), overlay.isEmpty ? file : save.wanted);
    }),
  );
});

test('one that was done has nothing left to do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { maxLength: 6 }), async (edits) => {
      const save = saveOf(edits);
      assert.equal((await staged(save, save.wanted)).count, 0);
    }),
  );
});

test('where the disk has not got what came behind the old end, and zeros are there, it is written over those', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { maxLength: 6 }), share, async (edits, done) => {
      const save = saveOf(edits);
      const file = cutAfter(save, save.bytes.length);
      file.fill(0, Math.max(source.length, Math.floor(done * file.length)));
      const { overlay } = await staged(save, file);
      assert.deepEqual(view(overlay, file), save.wanted);
    }),
  );
});

test('what others have written outside of it, or put behind the end, stays', async () => {
  const other = fc.record({ at: share, value: fc.integer({ min: 200, max: 255 }) });
  const behind = fc.array(fc.integer({ min: 200, max: 255 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(edit, { maxLength: 6 }),
      share,
      fc.array(other, { maxLength: 4 }),
      behind,
      async (edits, done, others, appended) => {
        const save = saveOf(edits);
        const file = cutAfter(save, Math.floor(done * save.bytes.length));
        const wanted = [...save.wanted];
        const isIts = (offset: number) => save.ranges.some((r) => offset >= r.offset && offset < r.offset + r.length);
        for (const { at, value } of others) {
          const offset = Math.floor(at * Math.min(source.length, save.newSize));
          if (offset >= file.length) continue;
          file[offset] = value;
          if (!isIts(offset)) wanted[offset] = value;
        }
        file.push(...appended);
        const { overlay, left } = await staged(save, file);
        assert.deepEqual([view(overlay, file), left], [[...wanted, ...appended], 0]);
      },
    ),
  );
});

test('what the user has staged meanwhile is later, and stays', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { maxLength: 6 }), fc.array(edit, { maxLength: 4 }), async (edits, later) => {
      const save = saveOf(edits);
      const overlay = new Overlay(source.length);
      const marked = later.map((each) => ({ ...each, bytes: each.bytes.map((byte) => byte + 100) }));
      stage(overlay, source, marked);
      const own = (shown: readonly number[]) => shown.filter((value) => value >= 200);
      const before = own(view(overlay, source));
      await staged(save, source, overlay);
      assert.deepEqual(own(view(overlay, source)), before);
    }),
  );
});

test('what has no place in a file that was cut is told, and the rest is staged', async () => {
  const save: Save = {
    oldSize: 10,
    newSize: 10,
    ranges: [
      { offset: 1, length: 2 },
      { offset: 6, length: 3 },
    ],
    bytes: Uint8Array.from([101, 102, 106, 107, 108]),
    wanted: [],
  };
  const { overlay, left } = await staged(save, [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual([view(overlay, [0, 1, 2, 3, 4, 5, 6]), left], [[0, 101, 102, 3, 4, 5, 106], 2]);
});

test('a save that was to cut the file, and did, cuts nothing that came behind it since', async () => {
  const save: Save = {
    oldSize: 10,
    newSize: 6,
    ranges: [{ offset: 2, length: 4 }],
    bytes: new Uint8Array(4),
    wanted: [],
  };
  const file = [0, 1, 0, 0, 0, 0, 200, 201];
  const { overlay, count } = await staged(save, file);
  assert.deepEqual([view(overlay, file), count], [file, 0]);
});

test('the edits of a save are known as its own, and with a byte more they are not', async () => {
  await fc.assert(
    fc.property(fc.array(edit, { maxLength: 6 }), share, (edits, at) => {
      const save = saveOf(edits);
      const overlay = new Overlay(source.length);
      stage(overlay, source, edits);
      assert.equal(isPartOf(overlay, save, save.bytes), !overlay.isEmpty);
      stage(overlay, source, [{ at, length: 0, bytes: Uint8Array.of(1) }]);
      assert.equal(isPartOf(overlay, save, save.bytes), false);
    }),
  );
});
