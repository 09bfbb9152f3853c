import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UnseenChanges } from '../../../../extension/core/editing/unseenChanges.ts';
import { type Move, moveOf, type Placed } from '../../../../extension/core/overlay/moves.ts';
import { SentEdits } from '../../../../webview/model/sentEdits.ts';

/** What goes to the document: an edit, and the view that it was made in. */
interface Asked {
  readonly number: number;
  readonly placed: Placed;
  readonly others: number;
  readonly names: readonly number[];
  readonly view: readonly number[];
}

/** What comes to the view: moves of others, or that nobody can say what stands where; or neither, but what was taken. */
interface Told {
  readonly taken: number;
  readonly others?: number;
  readonly move?: Move;
  readonly names?: readonly number[];
  readonly all?: readonly number[];
}

/** A document and one view of it, with messages under way in both directions. Each byte has a name of its own. */
class Wire {
  document: number[] = Array.from({ length: 8 }, (_, at) => at);
  view: number[] = [...this.document];
  accepted = 0;
  readonly #unseen = new UnseenChanges();
  readonly #up: Asked[] = [];
  readonly #down: Told[] = [];
  #next = 100;
  #taken = 0;
  readonly #sent = new SentEdits();
  #number = 0;
  #others = 0;

  #names(count: number): number[] {
    return Array.from({ length: count }, () => this.#next++);
  }

  type(wanted: Placed): void {
    const offset = wanted.offset % (this.view.length + 1);
    const placed = { ...wanted, offset, length: Math.min(wanted.length, this.view.length - offset) };
    const names = this.#names(moveOf(placed)?.inserted ?? 0);
    this.#up.push({ number: ++this.#number, placed, others: this.#others, names, view: [...this.view] });
    this.#sent.add(placed.offset, placed.length, new Uint8Array(placed.inserted));
    splice(this.view, moveOf(placed), names);
  }

  /** Somebody else moves bytes; without a move nobody knows which. */
  change(wanted: Placed | undefined): void {
    if (wanted === undefined) {
      this.document = this.#names(5);
      this.#barrier();
      return;
    }
    const offset = wanted.offset % (this.document.length + 1);
    const removed = Math.min(wanted.length, this.document.length - offset);
    const move = { offset, removed, inserted: wanted.inserted };
    const names = this.#names(move.inserted);
    splice(this.document, move, names);
    this.#unseen.note({ touched: { offset, length: Math.max(removed, move.inserted) }, moves: [move] });
    this.#down.push({ taken: this.#taken, others: this.#unseen.count, move, names });
  }

  takeUp(): void {
    const asked = this.#up.shift();
    if (asked === undefined) return;
    const { placed, names, view } = asked;
    const settled = this.#unseen.settle(placed, asked.others);
    this.#taken = asked.number;
    if (settled === undefined) {
      if (placed.length === placed.inserted) this.#down.push({ taken: this.#taken });
      else this.#barrier();
      return;
    }
    this.accepted++;
    const { offset } = settled;
    const { length } = placed;
    // What it goes over are the very bytes that the view showed there, and what it goes between are those it was between.
    assert.deepEqual(
      this.document.slice(offset, offset + length),
      view.slice(placed.offset, placed.offset + length),
      'other bytes are meant',
    );
    for (const [at, name] of this.document.entries()) {
      const wasAt = view.indexOf(name);
      if (wasAt >= 0) assert.equal(at < offset, wasAt < placed.offset, 'it is on the other side of a byte');
    }
    splice(this.document, moveOf({ ...placed, offset }), names);
    this.#down.push({ taken: this.#taken });
  }

  takeDown(): void {
    const told = this.#down.shift();
    if (told === undefined) return;
    this.#others = told.others ?? this.#others;
    if (told.all !== undefined) this.view = [...told.all];
    const move = told.move && this.#sent.cross(told.move, told.taken);
    // Else what was typed there is refused, and the view is told all.
    if (move !== undefined) splice(this.view, move, told.names ?? []);
    this.#sent.settle(told.taken);
  }

  settle(): void {
    while (this.#up.length > 0) this.takeUp();
    while (this.#down.length > 0) this.takeDown();
  }

  #barrier(): void {
    this.#unseen.note({ touched: undefined, moves: undefined });
    this.#down.push({ taken: this.#taken, others: this.#unseen.count, all: [...this.document] });
  }
}

function splice(cells: number[], move: Move | undefined, names: readonly number[]): void {
  if (move !== undefined) cells.splice(move.offset, move.removed, ...names);
}

const placed = fc.record({ offset: fc.nat(20), length: fc.nat(2), inserted: fc.nat(2) });
const event = fc.oneof(
  { weight: 4, arbitrary: placed.map((one) => (wire: Wire) => wire.type(one)) },
  { weight: 2, arbitrary: placed.map((one) => (wire: Wire) => wire.change(one)) },
  { weight: 3, arbitrary: fc.constant((wire: Wire) => wire.takeUp()) },
  { weight: 3, arbitrary: fc.constant((wire: Wire) => wire.takeDown()) },
);
const rare = fc.constant((wire: Wire) => wire.change(undefined));

test('however late it comes, what is typed goes where it was typed or nowhere, and the view is told what became of it', () => {
  let accepted = 0;
  const property = fc.property(
    fc.array(fc.oneof({ weight: 40, arbitrary: event }, { weight: 1, arbitrary: rare }), { maxLength: 60 }),
    (events) => {
      const wire = new Wire();
      for (const act of events) act(wire);
      wire.settle();
      assert.deepEqual(wire.view, wire.document);
      accepted += wire.accepted;
    },
  );
  fc.assert(property, { numRuns: 3000 });
  assert.ok(accepted > 3000);
});

test('a view that says nothing does not make it grow, and what it says then is refused', () => {
  const unseen = new UnseenChanges();
  const move = { offset: 0, removed: 0, inserted: 1 };
  for (let i = 0; i < 5000; i++) unseen.note({ touched: { offset: 0, length: 1 }, moves: [move] });
  assert.equal(unseen.settle({ offset: 5, length: 1, inserted: 1 }, 0), undefined);
  assert.equal(unseen.settle({ offset: 5, length: 1, inserted: 1 }, 4999)?.offset, 6);
  assert.equal(unseen.settle({ offset: 5, length: 1, inserted: 1 }, 5000)?.offset, 5);
});

test('an edit hears whether bytes of it are others than the view knew, since its edit before', () => {
  const unseen = new UnseenChanges();
  const over = (offset: number, seen = 0) => unseen.settle({ offset, length: 1, inserted: 1 }, seen);
  const touch = (offset: number) => unseen.note({ touched: { offset, length: 2 }, moves: [] });
  assert.deepEqual(over(3), { offset: 3, isStale: false, isTouched: false });
  touch(5);
  assert.deepEqual(over(3), { offset: 3, isStale: true, isTouched: false });
  touch(5);
  touch(8);
  assert.deepEqual(over(6), { offset: 6, isStale: true, isTouched: true });
  // What is typed on stands on what was typed after the change.
  assert.deepEqual(over(6), { offset: 6, isStale: true, isTouched: false });
  touch(9);
  assert.deepEqual(over(6), { offset: 6, isStale: true, isTouched: false });
  assert.deepEqual(over(5, 4), { offset: 5, isStale: false, isTouched: false });
});
