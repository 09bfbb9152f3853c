import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rowsInRanges, selectedRanges } from '../../../../webview/model/memoryMap/selectedRanges.ts';
import { type Described, spaceOf } from '../../../support/regions.ts';

const space = spaceOf(Array.from({ length: 40 }, (_, row): Described => ({ first: 2 * row + 1, pages: 1 })));

test('what is selected is the same rows again, of the same regions', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(39)), (selected) => {
      const ranges = selectedRanges(space, selected, 40) ?? assert.fail();
      assert.deepEqual(
        rowsInRanges(space, ranges),
        selected.toSorted((a, b) => a - b),
      );
    }),
  );
});

test('neighbours are one range, and more ranges than are wanted are none', () => {
  assert.deepEqual(selectedRanges(space, [2, 1, 0, 5], 2), [
    ['1000', '6000'],
    ['b000', 'c000'],
  ]);
  assert.equal(selectedRanges(space, [2, 1, 0, 5], 1), undefined);
  assert.deepEqual(selectedRanges(space, [99], 1), [], 'what has vanished is not kept');
});

test('what has come and gone meanwhile is selected where it begins in a range', () => {
  const later = spaceOf([
    { first: 1, pages: 1 },
    { first: 2, pages: 1 },
    { first: 11, pages: 1 },
  ]);
  assert.deepEqual(rowsInRanges(later, selectedRanges(space, [0, 1, 2], 9) ?? []), [0, 1]);
  assert.deepEqual(rowsInRanges(later, []), []);
});
