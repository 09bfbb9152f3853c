import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import {
  type SaveContents,
  type SaveExtent,
  saveContentsSteps,
} from '../../../../extension/core/saving/saveContents.ts';
import { inPlacePlanSteps, type SaveTarget, savePlanSteps } from '../../../../extension/core/saving/savePlan.ts';
import { finished } from '../../../support/finished.ts';

const GiB = 2 ** 30;
const nothing = new Uint8Array(0);
const plain: SaveTarget = {
  allocated: GiB,
  isFixed: false,
  links: 1,
  isFolderWritable: true,
  free: { beside: 100 * GiB, journal: 100 * GiB },
};

function overwritten(...offsets: number[]): Overlay {
  const overlay = new Overlay(100 * GiB);
  for (const offset of offsets) {
    overlay.edit({ offset, length: 1, bytes: Uint8Array.of(0xff), shown: Uint8Array.of(0) });
  }
  return overlay;
}

function inserted(offset: number, length = 1): Overlay {
  const overlay = new Overlay(100 * GiB);
  overlay.edit({ offset, length: 0, bytes: new Uint8Array(length), shown: nothing });
  return overlay;
}

/** A plan in a few words. */
function plan(overlay: Overlay, more: Partial<SaveTarget> = {}): string {
  const made = finished(savePlanSteps(overlay, { ...plain, ...more }));
  if (made.way !== 'inPlace') return made.way;
  return `${made.way} ${made.reason} ${made.usesJournal ? 'by journal' : 'at once'}`;
}

test('what changes a few bytes is written into the file; one write within a page needs no journal', () => {
  assert.equal(plan(new Overlay(9)), 'nothing');
  assert.equal(plan(overwritten(4096)), 'inPlace fewBytes at once');
  assert.equal(plan(overwritten(4095, 4096)), 'inPlace fewBytes by journal');
  assert.equal(plan(overwritten(0, 50 * GiB)), 'inPlace fewBytes by journal');
  assert.equal(plan(inserted(100 * GiB)), 'inPlace fewBytes by journal');
  assert.equal(plan(inserted(100 * GiB - 2 ** 20)), 'inPlace fewBytes by journal');
});

test('what moves most of a file is written beside it, where the file can be replaced', () => {
  assert.equal(plan(inserted(0)), 'beside');
  assert.equal(plan(inserted(0), { links: 2 }), 'inPlace otherLinks by journal');
  assert.equal(plan(inserted(0), { isFolderWritable: false }), 'inPlace folderNotWritable by journal');
  assert.equal(plan(inserted(0), { isFixed: true }), 'refused');
  assert.equal(plan(overwritten(7), { isFixed: true }), 'inPlace fewBytes at once');
  const stays = finished(inPlacePlanSteps(inserted(0), plain));
  assert.ok(stays.way === 'inPlace' && stays.reason === 'notAlike' && stays.usesJournal);
});

test('time and space are told before: holes cost neither, a journal costs both twice', () => {
  const costOf = (overlay: Overlay, more: Partial<SaveTarget> = {}) => {
    const made = finished(savePlanSteps(overlay, { ...plain, ...more }));
    assert.ok('cost' in made);
    return made.cost;
  };
  assert.deepEqual([costOf(overwritten(5)).written, costOf(overwritten(5)).isLong], [1, false]);
  const sparse = costOf(inserted(0));
  assert.deepEqual([sparse.written, sparse.space, sparse.isLong], [GiB + 1, GiB + 1, false]);
  assert.ok(costOf(inserted(0), { allocated: 100 * GiB }).isLong);
  assert.ok(costOf(inserted(0), { free: { beside: GiB, journal: undefined } }).isLong);
  const linked = costOf(inserted(0), { links: 2 });
  assert.equal(linked.written, 2 * (100 * GiB + 1));
});

/** The new file, made of the old one as the addon makes it. */
function carriedOut({ newSize, pieces, bytes }: SaveContents, old: Uint8Array, extent: SaveExtent): Uint8Array {
  const made = new Uint8Array(newSize);
  if (extent === 'changes') made.set(old.subarray(0, newSize));
  let at = 0;
  let end = 0;
  pieces.offsets.forEach((offset, i) => {
    const [length = 0, source = 0] = [pieces.lengths[i], pieces.sources[i]];
    assert.ok(offset >= end && length > 0);
    end = offset + length;
    made.set(source < 0 ? bytes.subarray(at, at + length) : old.subarray(source, source + length), offset);
    if (source < 0) at += length;
  });
  assert.equal(at, bytes.length);
  return made;
}

test('the contents of a save make the view of the source, and hold what was seen under the edits', () => {
  const edit = fc.record({ at: fc.nat(999), share: fc.nat(9), bytes: fc.uint8Array({ maxLength: 8 }) });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60, size: 'max' }), fc.array(edit, { maxLength: 12 }), (old, edits) => {
      const overlay = new Overlay(old.length);
      let view = old;
      for (const { at, share, bytes } of edits) {
        const offset = Math.floor((at / 1000) * (view.length + 1));
        const length = Math.min(share, view.length - offset);
        overlay.edit({ offset, length, bytes, shown: view.slice(offset, offset + length) });
        view = Uint8Array.from([...view.subarray(0, offset), ...bytes, ...view.subarray(offset + length)]);
      }
      for (const extent of ['whole', 'changes'] as const) {
        const contents = finished(saveContentsSteps(overlay, extent));
        assert.deepEqual(carriedOut(contents, old, extent), view);
        let seen = 0;
        contents.checks.offsets.forEach((offset, i) => {
          const length = contents.checks.lengths[i] ?? 0;
          assert.deepEqual(contents.originals.slice(seen, seen + length), old.slice(offset, offset + length));
          seen += length;
        });
        assert.equal(seen, contents.originals.length);
      }
    }),
    { numRuns: 500 },
  );
});
