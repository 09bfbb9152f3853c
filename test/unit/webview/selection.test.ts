import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { moveTo, type Selection, select, selectedRange, within } from '../../../webview/model/selection.ts';

const anySelection: fc.Arbitrary<Selection> = fc.record({
  cursor: fc.maxSafeNat(),
  anchor: fc.option(fc.maxSafeNat(), { nil: undefined }),
  column: fc.constantFrom('hex', 'text') as fc.Arbitrary<'hex' | 'text'>,
});

test('a selection holds the byte it starts and the byte it ends at, drawn either way', () => {
  assert.deepEqual(selectedRange({ cursor: 9, anchor: 4, column: 'hex' }), { offset: 4, length: 6 });
  assert.deepEqual(selectedRange({ cursor: 4, anchor: 9, column: 'hex' }), { offset: 4, length: 6 });
  assert.deepEqual(selectedRange({ cursor: 4, anchor: 4, column: 'hex' }), { offset: 4, length: 1 });
  assert.equal(selectedRange({ cursor: 4, column: 'hex' }), undefined);
});

test('extending keeps the anchor, moving lets go of it, and neither changes the column', () => {
  const start: Selection = { cursor: 10, column: 'text' };
  const drawn = moveTo(start, 20, true);
  assert.deepEqual(drawn, { cursor: 20, anchor: 10, column: 'text' });
  assert.deepEqual(moveTo(drawn, 5, true), { cursor: 5, anchor: 10, column: 'text' });
  assert.deepEqual(moveTo(drawn, 5, false), { cursor: 5, column: 'text' });
});

test('a selected range is the range selected', () => {
  fc.assert(
    fc.property(anySelection, fc.nat(2 ** 31), fc.integer({ min: 1, max: 2 ** 31 }), (before, offset, length) => {
      const after = select(before, { offset, length });
      assert.deepEqual(selectedRange(after), { offset, length });
      assert.equal(after.cursor, offset + length - 1);
      assert.equal(selectedRange(select(before, { offset, length: 0 })), undefined);
    }),
  );
});

test('within a source nothing points past its end, and what fits is not touched', () => {
  fc.assert(
    fc.property(anySelection, fc.maxSafeNat(), (selection, size) => {
      const inside = within(selection, size);
      const last = Math.max(0, size - 1);
      assert.ok(inside.cursor <= last && (inside.anchor ?? 0) <= last);
      assert.equal(inside.anchor === undefined, selection.anchor === undefined);
      if (selection.cursor <= last && (selection.anchor ?? 0) <= last) assert.equal(inside, selection);
      assert.equal(within(inside, size), inside);
    }),
  );
});
