import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { crossed, type Move, movedOffset, moveOf, type Placed } from '../../../../extension/core/overlay/moves.ts';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { finished } from '../../../support/finished.ts';

/** Bytes that have names: those that stay keep theirs. */
type Cells = readonly string[];

const moved = (cells: Cells, { offset, removed, inserted }: Move, name: string): Cells =>
  cells.toSpliced(offset, removed, ...Array.from({ length: inserted }, (_, i) => `${name}${i}`));

function edited(cells: Cells, edit: Placed): Cells {
  const move = moveOf(edit);
  const over = cells.map((cell, at) => (at >= edit.offset && at < edit.offset + edit.length ? `${cell}!` : cell));
  return move === undefined ? over : moved(over, move, 'typed');
}

const size = 12;
const cells = Array.from({ length: size }, (_, at) => String(at));
const placed = fc
  .tuple(fc.nat(size), fc.nat(4), fc.nat(4))
  .map(([offset, length, inserted]): Placed => ({ offset, length: Math.min(length, size - offset), inserted }));

test('an edit and a move that cross lead to the same bytes in either order, or are not crossed', () => {
  let count = 0;
  const property = fc.property(placed, placed, (edit, other) => {
    const move: Move = { offset: other.offset, removed: other.length, inserted: other.inserted };
    const met = crossed(edit, move);
    if (met === undefined) return;
    count++;
    assert.deepEqual(moved(edited(cells, edit), met.move, 'theirs'), edited(moved(cells, move, 'theirs'), met.edit));
  });
  fc.assert(property, { numRuns: 5000 });
  assert.ok(count > 1000);
});

test('what is not certain is not crossed: bytes that are gone or parted, and two insertions in one place', () => {
  const over = (offset: number, length: number): Placed => ({ offset, length, inserted: length });
  const insertion = (offset: number): Placed => ({ offset, length: 0, inserted: 1 });
  assert.equal(crossed(over(3, 1), { offset: 3, removed: 1, inserted: 0 }), undefined);
  assert.equal(crossed(over(3, 2), { offset: 4, removed: 0, inserted: 1 }), undefined);
  assert.equal(crossed(insertion(4), { offset: 3, removed: 2, inserted: 0 }), undefined);
  assert.equal(crossed(insertion(3), { offset: 3, removed: 0, inserted: 1 }), undefined);
  assert.equal(crossed(over(3, 1), { offset: 3, removed: 0, inserted: 1 })?.edit.offset, 4);
  assert.equal(crossed(insertion(1), { offset: 0, removed: 1, inserted: 0 })?.edit.offset, 0);
  assert.equal(crossed(insertion(3), { offset: 3, removed: 1, inserted: 0 })?.edit.offset, 3);
});

test('an offset goes with its byte; where that is gone, to what follows', () => {
  const property = fc.property(placed, fc.nat(size - 1), ({ offset, length, inserted }, at) => {
    const after = moved(cells, { offset, removed: length, inserted }, 'theirs');
    const to = movedOffset(at, { offset, removed: length, inserted });
    const isGone = at >= offset && at < offset + length;
    assert.equal(after[to], isGone ? cells[offset + length] : cells[at]);
  });
  fc.assert(property);
});

const step = fc.record({
  kind: fc.constantFrom('edit', 'edit', 'edit', 'type', 'undo', 'redo', 'discard', 'save'),
  at: fc.nat(1000),
  length: fc.nat(4),
  bytes: fc.nat(4),
});

test('an overlay says of all it does where the bytes of the source and those put in stand then', () => {
  const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const overlay = new Overlay(20);
    const shown = (length: number) => new Uint8Array(length);
    /** What each byte of the view is, as far as it has a name. */
    const names = () => {
      const found: (string | undefined)[] = [];
      for (const piece of overlay.pieces(0, overlay.size)) {
        for (let i = 0; piece.kind !== 'delete' && i < piece.length; i++) {
          found.push(piece.kind === 'insert' ? undefined : `source ${piece.source + i}`);
        }
      }
      return found;
    };
    for (const { kind, at, length, bytes } of steps) {
      const before = names();
      const offset = at % (overlay.size + 1);
      const range = { offset, length: Math.min(length, overlay.size - offset) };
      const edit = { ...range, bytes: new Uint8Array(bytes), shown: shown(range.length) };
      if (kind === 'save') {
        overlay.saved();
        continue;
      }
      const changed =
        kind === 'undo'
          ? overlay.undo()
          : kind === 'redo'
            ? overlay.redo()
            : kind === 'discard'
              ? finished(overlay.discardSteps(range))
              : overlay.edit(edit, { typing: kind === 'type' });
      const moves = changed?.moves ?? [];
      const after = names();
      assert.equal(
        after.length - before.length,
        moves.reduce((sum, one) => sum + one.inserted - one.removed, 0),
      );
      for (const [from, name] of before.entries()) {
        let to: number | undefined = from;
        for (const move of moves) {
          const isGone: boolean = to !== undefined && to >= move.offset && to < move.offset + move.removed;
          to = to === undefined || isGone ? undefined : movedOffset(to, move);
        }
        // What an edit put over the source stands where the source did.
        if (to !== undefined && name !== undefined && after[to] !== undefined) assert.equal(after[to], name);
      }
    }
  });
  fc.assert(property, { numRuns: 500 });
});
