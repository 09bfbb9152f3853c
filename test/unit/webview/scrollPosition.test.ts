import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  clampPosition,
  jumpedTo,
  lastPosition,
  revealed,
  type ScrollExtent,
  type ScrollPosition,
  scrolledBy,
} from '../../../webview/model/scrollPosition.ts';

const most = Number.MAX_SAFE_INTEGER;
/** Rows of sources up to 2^53 - 1 bytes, at 1 … 512 bytes a row; many of them few rows. */
const anyRows = fc.oneof(
  fc.integer({ min: 0, max: 60 }),
  fc.integer({ min: 1, max: 512 }).map((bytes) => Math.ceil(most / bytes)),
  fc.maxSafeNat(),
);
const anyExtent: fc.Arbitrary<ScrollExtent> = fc.record({
  rows: anyRows,
  rowHeight: fc.integer({ min: 8, max: 60 }),
  // Whole pixels, and the parts of one that browsers know.
  height: fc.oneof(
    fc.nat(2000),
    fc.nat(2000 * 64).map((parts) => parts / 64),
  ),
});
const rowIn = (extent: ScrollExtent, share: number) => Math.min(extent.rows - 1, Math.floor(share * extent.rows));
const share = fc.double({ min: 0, max: 1, noNaN: true });

function assertExists(position: ScrollPosition, extent: ScrollExtent): void {
  assert.ok(Number.isSafeInteger(position.row) && position.row >= 0, JSON.stringify(position));
  assert.ok(position.pixels >= 0 && position.pixels < extent.rowHeight, JSON.stringify(position));
  assert.deepEqual(clampPosition(position, extent), position);
}

/** Top of a row on the screen, pixels. */
const topOf = (row: number, position: ScrollPosition, { rowHeight }: ScrollExtent) =>
  (row - position.row) * rowHeight - position.pixels;

function assertShowsWhole(row: number, position: ScrollPosition, extent: ScrollExtent): void {
  const top = topOf(row, position, extent);
  assert.ok(top >= -1e-6, `row ${row} at ${top}`);
  if (extent.height >= extent.rowHeight)
    assert.ok(top + extent.rowHeight <= extent.height + 1e-6, `row ${row} at ${top}`);
}

test('the last row ends where the view ends', () => {
  fc.assert(
    fc.property(anyExtent, (extent) => {
      const last = lastPosition(extent);
      assertExists(last, extent);
      if (extent.rows === 0 || extent.rows * extent.rowHeight <= extent.height) {
        assert.deepEqual(last, { row: 0, pixels: 0 });
        return;
      }
      const end = topOf(extent.rows, last, extent);
      assert.ok(Math.abs(end - extent.height) < 1e-6, `${end} of ${extent.height}`);
    }),
  );
});

test('every row can be revealed and jumped to, from anywhere, and then shows whole', () => {
  fc.assert(
    fc.property(anyExtent, share, share, fc.double({ min: 0, max: 0.99, noNaN: true }), (extent, from, to, part) => {
      fc.pre(extent.rows > 0);
      const start = clampPosition({ row: rowIn(extent, from), pixels: Math.floor(part * extent.rowHeight) }, extent);
      const row = rowIn(extent, to);
      for (const position of [revealed(start, row, extent), jumpedTo(row, extent)]) {
        assertExists(position, extent);
        assertShowsWhole(row, position, extent);
      }
      // What shows whole already is left where it is: nothing moves by itself.
      const once = revealed(start, row, extent);
      assert.deepEqual(revealed(once, row, extent), once);
    }),
    { numRuns: 1000 },
  );
});

test('the ends of the largest source, byte by byte', () => {
  const extent = { rows: Math.ceil(most / 16), rowHeight: 18, height: 900 };
  for (let back = 1; back < 200; back++) {
    const row = extent.rows - back;
    assertShowsWhole(row, revealed({ row: 0, pixels: 0 }, row, extent), extent);
  }
  assert.equal(scrolledBy(lastPosition(extent), -18, extent).row, lastPosition(extent).row - 1);
});

test('scrolling down and back up by the same pixels comes back, away from the ends', () => {
  fc.assert(
    fc.property(anyExtent, share, fc.integer({ min: -5000, max: 5000 }), fc.nat(59), (extent, at, by, pixels) => {
      const start = clampPosition({ row: rowIn(extent, at), pixels: pixels % extent.rowHeight }, extent);
      const there = scrolledBy(start, by, extent);
      assertExists(there, extent);
      const last = lastPosition(extent);
      const isAtEnd =
        (there.row === 0 && there.pixels === 0) || (there.row === last.row && there.pixels === last.pixels);
      if (isAtEnd) return;
      const back = scrolledBy(there, -by, extent);
      assert.equal(back.row, start.row);
      assert.ok(Math.abs(back.pixels - start.pixels) < 1e-6);
    }),
  );
});

test('single rows and single pixels lead from the start to the end', () => {
  const extent = { rows: 7, rowHeight: 10, height: 33 };
  let position: ScrollPosition = { row: 0, pixels: 0 };
  for (let i = 0; i < 37; i++) position = scrolledBy(position, 1, extent);
  assert.deepEqual(position, lastPosition(extent));
  assert.deepEqual(position, { row: 3, pixels: 7 });
  assert.deepEqual(scrolledBy(position, 1, extent), position);
  assert.deepEqual(scrolledBy(position, -1e9, extent), { row: 0, pixels: 0 });
});

test('a view lower than a row still reaches all of it', () => {
  const extent = { rows: 3, rowHeight: 20, height: 8 };
  assert.deepEqual(lastPosition(extent), { row: 2, pixels: 12 });
});
