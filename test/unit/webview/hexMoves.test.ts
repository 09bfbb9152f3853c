import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { movedInHex } from '../../../webview/model/hexMoves.ts';
import type { Move } from '../../../webview/model/keymap.ts';

const grid = { bytesPerRow: 16, size: 100, pageRows: 3 };
const cases: readonly (readonly [number, Move, number])[] = [
  [20, 'left', 19],
  [0, 'left', 0],
  [99, 'right', 99],
  [20, 'up', 4],
  [4, 'up', 4],
  [80, 'down', 96],
  [90, 'down', 99],
  [97, 'down', 97],
  [60, 'pageUp', 12],
  [20, 'pageUp', 4],
  [20, 'pageDown', 68],
  [90, 'pageDown', 99],
  [20, 'rowStart', 16],
  [20, 'rowEnd', 31],
  [97, 'rowEnd', 99],
  [50, 'start', 0],
  [50, 'end', 99],
];
for (const [from, move, to] of cases) {
  test(`${move} from ${from}`, () => assert.equal(movedInHex(from, move, grid), to));
}

const moves: readonly Move[] = [
  'left',
  'right',
  'up',
  'down',
  'pageUp',
  'pageDown',
  'rowStart',
  'rowEnd',
  'start',
  'end',
];

test('no move leaves the source, and none goes the other way', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 512 }),
      fc.constantFrom(...moves),
      (size, share, bytesPerRow, move) => {
        const from = Math.min(size - 1, Math.floor(size * share));
        const to = movedInHex(from, move, { bytesPerRow, size, pageRows: 40 });
        assert.ok(Number.isSafeInteger(to) && to >= 0 && to < size);
        const isForward = ['right', 'down', 'pageDown', 'rowEnd', 'end'].includes(move);
        assert.ok(isForward ? to >= from : to <= from);
      },
    ),
  );
});
