import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ViewLayout } from '../../../extension/protocol/viewTypes.ts';
import { fittingBytesPerRow, hexColumns, mostBytesPerRow } from '../../../webview/model/hexColumns.ts';
import { layoutOf } from './layouts.ts';

const anyLayout = fc.record({
  groupSize: fc.constantFrom(1, 2, 4, 8) as fc.Arbitrary<ViewLayout['groupSize']>,
  endianness: fc.constantFrom('big', 'little') as fc.Arbitrary<ViewLayout['endianness']>,
});
const anyBytesPerRow = fc.integer({ min: 1, max: mostBytesPerRow });

test('bytes stand apart by one blank, and by two at every eighth', () => {
  const columns = hexColumns(layoutOf(), 16);
  assert.deepEqual(columns.hexStart, [0, 3, 6, 9, 12, 15, 18, 21, 25, 28, 31, 34, 37, 40, 43, 46]);
  assert.equal(columns.hexWidth, 48);
  assert.equal(columns.isSwapped, false);
});

test('groups stand together', () => {
  assert.deepEqual(
    hexColumns(layoutOf({ groupSize: 4 }), 16).hexStart,
    [0, 2, 4, 6, 9, 11, 13, 15, 19, 21, 23, 25, 28, 30, 32, 34],
  );
  assert.deepEqual(hexColumns(layoutOf({ groupSize: 8 }), 16).hexStart.slice(7, 9), [14, 18]);
});

test('little endian turns each group around, a partial one too', () => {
  assert.deepEqual(hexColumns(layoutOf({ groupSize: 2, endianness: 'little' }), 4).hexStart, [2, 0, 7, 5]);
  assert.deepEqual(hexColumns(layoutOf({ groupSize: 4, endianness: 'little' }), 6).hexStart, [6, 4, 2, 0, 11, 9]);
  // A group of one has no order.
  assert.equal(hexColumns(layoutOf({ endianness: 'little' }), 16).isSwapped, false);
});

test('no two bytes share a character, and every digit leads back to its byte', () => {
  fc.assert(
    fc.property(anyLayout, anyBytesPerRow, (change, bytesPerRow) => {
      const columns = hexColumns(layoutOf(change), bytesPerRow);
      const taken = new Set<number>();
      for (let index = 0; index < bytesPerRow; index++) {
        const start = columns.hexStart[index] ?? -1;
        for (const char of [start, start + 1]) {
          assert.ok(char >= 0 && char < columns.hexWidth && !taken.has(char));
          taken.add(char);
          assert.equal(columns.byteAtHexChar(char), index);
          assert.equal(columns.byteAtHexChar(char + 0.99), index);
        }
        assert.equal(columns.byteAtTextChar(index), index);
      }
    }),
  );
});

test('a blank belongs to a nearest byte, and what lies outside to the first or last', () => {
  fc.assert(
    fc.property(anyLayout, anyBytesPerRow, (change, bytesPerRow) => {
      const columns = hexColumns(layoutOf(change), bytesPerRow);
      const distance = (index: number, char: number) => Math.abs((columns.hexStart[index] ?? 0) + 1 - (char + 0.5));
      for (let char = 0; char < columns.hexWidth; char++) {
        const found = distance(columns.byteAtHexChar(char), char);
        for (let index = 0; index < bytesPerRow; index++) assert.ok(found <= distance(index, char));
      }
      assert.equal(columns.byteAtHexChar(-5), columns.byteAtHexChar(0));
      assert.equal(columns.byteAtHexChar(1e9), columns.byteAtHexChar(columns.hexWidth - 1));
      assert.equal(columns.byteAtTextChar(-1), 0);
      assert.equal(columns.byteAtTextChar(1e9), bytesPerRow - 1);
    }),
    { numRuns: 30 },
  );
});

test('auto takes the largest multiple of eight that fits, and never less than eight', () => {
  fc.assert(
    fc.property(
      anyLayout,
      fc.integer({ min: 0, max: 3000 }),
      fc.integer({ min: 1, max: 20 }),
      (change, width, address) => {
        const layout = layoutOf(change);
        const bytes = fittingBytesPerRow(layout, width, address);
        assert.equal(bytes % 8, 0);
        assert.ok(bytes >= 8 && bytes <= mostBytesPerRow);
        const wide = (count: number) => address + 3 + hexColumns(layout, count).hexWidth + 3 + count + 3;
        if (bytes > 8) assert.ok(wide(bytes) <= width);
        if (bytes < mostBytesPerRow) assert.ok(wide(bytes + 8) > width);
      },
    ),
  );
});
