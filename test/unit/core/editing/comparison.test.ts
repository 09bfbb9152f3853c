import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rowBytes, rowsToCompare } from '../../../../extension/core/editing/comparison.ts';

const size = 5000;
const edits = fc
  .array(fc.record({ offset: fc.nat(size - 1), length: fc.nat(50) }), { maxLength: 30 })
  .map((all) => all.sort((a, b) => a.offset - b.offset).map((each) => clamped(each)));

function clamped({ offset, length }: { readonly offset: number; readonly length: number }) {
  return { offset, length: Math.min(length, size - offset) };
}

test('rows hold every edit, begin where rows do, and come in order and apart', () => {
  fc.assert(
    fc.property(edits, (all) => {
      const { ranges, isCut } = rowsToCompare(all, size, 10 * size);
      assert.equal(isCut, false);
      let last = -1;
      for (const { offset, length } of ranges) {
        assert.equal(offset % rowBytes, 0);
        assert.ok(length > 0 && offset > last && offset + length <= size);
        last = offset + length;
      }
      for (const { offset, length } of all) {
        assert.ok(ranges.some((range) => offset >= range.offset && offset + length <= range.offset + range.length));
      }
    }),
  );
});

test('no more is compared than was asked for', () => {
  const all = Array.from({ length: 100 }, (_, i) => ({ offset: i * 200, length: 1 }));
  const { ranges, isCut } = rowsToCompare(all, 100 * 200, 400);
  assert.equal(isCut, true);
  assert.ok(ranges.reduce((sum, { length }) => sum + length, 0) <= 400);
});
