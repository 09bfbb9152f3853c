import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Column, ViewLayout } from '../../../extension/protocol/viewTypes.ts';
import { byteAt, cellAt, headerText, hexGeometry } from '../../../webview/model/hexGeometry.ts';
import { layoutOf } from './layouts.ts';

const anyGeometry = fc
  .record({
    bytesPerRow: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.constant('auto')) as fc.Arbitrary<number | 'auto'>,
    groupSize: fc.constantFrom(1, 2, 4, 8) as fc.Arbitrary<ViewLayout['groupSize']>,
    endianness: fc.constantFrom('big', 'little') as fc.Arbitrary<ViewLayout['endianness']>,
    size: fc.maxSafeNat(),
    width: fc.integer({ min: 0, max: 3000 }),
    characterWidth: fc.integer({ min: 300, max: 2000 }).map((hundredths) => hundredths / 100),
  })
  .map(({ size, width, characterWidth, ...layout }) => hexGeometry(layoutOf(layout), size, { width, characterWidth }));

test('the middle of a cell leads back to its byte and its column', () => {
  fc.assert(
    fc.property(anyGeometry, (geometry) => {
      for (let index = 0; index < geometry.columns.bytesPerRow; index++) {
        for (const column of ['hex', 'text'] satisfies Column[]) {
          const { left, width } = cellAt(geometry, index, column);
          assert.ok(left >= 0 && left + width <= geometry.rowWidth);
          assert.deepEqual(byteAt(geometry, left + width / 2), { index, column });
        }
      }
    }),
  );
});

test('over each byte stands its offset in the row', () => {
  const wide = { width: 900, characterWidth: 8 };
  const geometry = (layout: Partial<ViewLayout>) => hexGeometry(layoutOf(layout), 100, wide);
  assert.equal(headerText(geometry({ bytesPerRow: 11 }), true), '00 01 02 03 04 05 06 07  08 09 0A');
  assert.equal(headerText(geometry({ bytesPerRow: 4, groupSize: 2, endianness: 'little' }), false), '0100 0302');
});
