import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { largestEditBytes } from '../../../../extension/core/overlay/editBytes.ts';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { finished } from '../../../support/finished.ts';
import { cellsOf, type Step, Twins } from './model.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const nothing = new Uint8Array(0);

/** An overlay over a text, with what one would type. */
class Page {
  readonly overlay: Overlay;
  #source: string;

  constructor(source: string) {
    this.#source = source;
    this.overlay = new Overlay(source.length);
  }

  get text(): string {
    const cells = cellsOf(this.overlay, [...bytesOf(this.#source)]);
    return new TextDecoder().decode(Uint8Array.from(cells, ({ value }) => value));
  }

  replace(offset: number, length: number, text: string, typing = false): boolean {
    const shown = bytesOf(this.text).subarray(offset, offset + length);
    return this.overlay.edit({ offset, length, bytes: bytesOf(text), shown }, { typing }).isStep;
  }

  type(offset: number, text: string): void {
    for (const [i, letter] of [...text].entries()) this.replace(offset + i, 1, letter, true);
  }

  save(): void {
    this.#source = this.text;
    this.overlay.saved();
  }

  edits(): string[] {
    return [...this.overlay.allChanges()].map(({ kind, offset, length }) => `${kind} ${offset} ${length}`);
  }
}

test('overwriting, inserting and deleting leave the source as it is', () => {
  const page = new Page('0123456789');
  page.replace(2, 3, 'abc');
  page.replace(8, 0, 'XY');
  page.replace(5, 1, '');
  assert.equal(page.text, '01abc67XY89');
  assert.deepEqual(page.edits(), ['overwrite 2 3', 'delete 5 1', 'insert 7 2']);
  assert.equal(page.overlay.sourceSize, 10);
  assert.deepEqual(
    [0, 4, 5, 7, 9, 11].map((offset) => page.overlay.toSource(offset)),
    [0, 4, 6, undefined, 8, 10],
  );
  assert.deepEqual(
    [0, 4, 5, 6, 8, 10].map((offset) => page.overlay.toView(offset)),
    [0, 4, undefined, 5, 9, 11],
  );
});

test('what an edit hides of the source is kept, whatever was staged over it since', () => {
  const page = new Page('0123456789');
  page.replace(2, 4, 'abcd');
  page.replace(3, 2, 'ZZ');
  page.replace(1, 3, '');
  const originals = [...page.overlay.allChanges()].map(({ id, length, isKept }) => {
    const bytes = new Uint8Array(length);
    page.overlay.readOriginals(id, 0, bytes);
    assert.ok(isKept);
    return new TextDecoder().decode(bytes);
  });
  assert.deepEqual([page.text, ...originals], ['0Zd6789', '123', '4', '5']);
});

test('typing on is one edit and one step; the second digit of a byte and Backspace belong to it', () => {
  const page = new Page('0123456789');
  page.type(2, 'abc');
  assert.equal(page.replace(4, 1, 'C', true), false);
  page.type(5, 'd');
  assert.deepEqual([page.text, ...page.edits()], ['01abCd6789', 'overwrite 2 4']);
  page.overlay.undo();
  assert.equal(page.text, '0123456789');
  page.overlay.redo();
  assert.equal(page.text, '01abCd6789');
  for (const at of [9, 8, 7]) page.replace(at, 1, '', true);
  assert.equal(page.text, '01abCd6');
  page.overlay.undo();
  assert.equal(page.text, '01abCd6789');
  page.replace(0, 0, 'x', true);
  page.replace(1, 0, 'y', true);
  page.overlay.endStep();
  assert.equal(page.replace(2, 0, 'z', true), true);
  page.overlay.undo();
  assert.equal(page.text, 'xy01abCd6789');
});

test('undo goes on beyond a save, and redo comes back over it', () => {
  const page = new Page('0123456789');
  page.replace(2, 2, 'ab');
  page.replace(5, 2, '');
  page.replace(0, 0, '>>');
  page.save();
  page.replace(0, 1, '!');
  const texts = [page.text];
  while (page.overlay.undo() !== undefined) texts.push(page.text);
  assert.deepEqual(texts, ['!>01ab4789', '>>01ab4789', '01ab4789', '01ab456789', '0123456789']);
  page.save();
  const back = [page.text];
  while (page.overlay.redo() !== undefined) back.push(page.text);
  assert.deepEqual(back, texts.toReversed());
});

test('a deletion too long to be kept is undone until it is saved', () => {
  const overlay = new Overlay(2 ** 40);
  overlay.edit({ offset: 5, length: 2 ** 39, bytes: nothing, shown: undefined });
  assert.equal(overlay.size, 2 ** 39);
  overlay.undo();
  assert.equal(overlay.size, 2 ** 40);
  overlay.redo();
  overlay.saved();
  overlay.edit({ offset: 0, length: 0, bytes: bytesOf('x'), shown: nothing });
  assert.ok(overlay.undo());
  assert.equal(overlay.undo(), undefined);
  assert.equal(overlay.size, 2 ** 39);
});

test('a deletion too long to be kept that was undone is done again beyond a save', () => {
  const overlay = new Overlay(2 ** 40);
  overlay.edit({ offset: 9, length: 0, bytes: bytesOf('abc'), shown: nothing });
  overlay.saved();
  overlay.edit({ offset: 5, length: 2 ** 39, bytes: nothing, shown: undefined });
  overlay.undo();
  overlay.saved();
  assert.ok(overlay.redo());
  assert.equal(overlay.size, 2 ** 39 + 3);
  assert.deepEqual(
    overlay.unkeptDeletions().map(({ offset, length }) => [offset, length]),
    [[5, 2 ** 39]],
  );
  assert.ok(overlay.undo());
  assert.equal(overlay.size, 2 ** 40 + 3);
});

test('what is undone and done again beyond saves is kept anew each time, as long as there is room', () => {
  const overlay = new Overlay(100, 64);
  overlay.edit({ offset: 0, length: 16, bytes: new Uint8Array(16).fill(1), shown: new Uint8Array(16) });
  let turns = 0;
  do overlay.saved();
  while ((turns % 2 === 0 ? overlay.undo() : overlay.redo()) !== undefined && ++turns < 10);
  assert.deepEqual([turns, overlay.isEmpty, overlay.size], [3, true, 100]);
  // What cannot be undone stays as it is, and other edits go on.
  overlay.edit({ offset: 5, length: 1, bytes: bytesOf('x'), shown: bytesOf('?') });
  assert.deepEqual([overlay.undo() !== undefined, overlay.isEmpty], [true, true]);
});

test('edits are found from anywhere, and given up by range', () => {
  const page = new Page('0123456789abcdef');
  page.replace(2, 4, 'WXYZ');
  page.replace(8, 2, '');
  page.replace(12, 0, '++');
  const { overlay } = page;
  assert.deepEqual([overlay.next(-1)?.offset, overlay.next(2)?.offset, overlay.next(12)], [2, 8, undefined]);
  assert.deepEqual(
    [overlay.previous(2), overlay.previous(9)?.offset, overlay.previous(99)?.offset],
    [undefined, 8, 12],
  );
  assert.deepEqual(
    overlay.changes(3, 2).map(({ kind }) => kind),
    ['overwrite'],
  );
  assert.deepEqual(
    overlay.changes(8, 0).map(({ kind }) => kind),
    ['delete'],
  );
  assert.deepEqual(overlay.changes(4, 0), []);
  finished(overlay.discardSteps({ offset: 3, length: 6 }));
  assert.equal(page.text, '01W3456789abcd++ef');
  overlay.undo();
  assert.equal(page.text, '01WXYZ67abcd++ef');
  assert.equal(finished(overlay.discardSteps({ offset: 0, length: 2 })), undefined);
});

test('100,000 edits are given up in many steps, seen all at once, and undone and done again as one', () => {
  const count = 100_000;
  const overlay = new Overlay(2 * count);
  for (let i = 0; i < count; i++) {
    overlay.edit({ offset: 2 * i, length: 1, bytes: Uint8Array.of(1), shown: Uint8Array.of(0) });
  }
  const discarding = overlay.discardSteps({ offset: 2, length: 2 * count });
  let steps = 0;
  for (let step = discarding.next(); step.done !== true; step = discarding.next()) {
    steps++;
    assert.equal(overlay.count, count);
  }
  assert.ok(steps > 3 * (count / 1000), `${steps} steps`);
  assert.equal(overlay.count, 1);
  const offsets = () => Array.from(overlay.allChanges(), ({ offset }) => offset);
  overlay.undo();
  assert.deepEqual(
    offsets(),
    Array.from({ length: count }, (_, i) => 2 * i),
  );
  overlay.redo();
  assert.deepEqual(offsets(), [0]);
  overlay.undo();
  overlay.undo();
  assert.equal(overlay.count, count - 1);
  overlay.revert();
  assert.deepEqual([overlay.count, overlay.size], [0, 2 * count]);
});

test('nothing is done past the end, beyond 2^53 or with more than fits in memory', () => {
  const overlay = new Overlay(Number.MAX_SAFE_INTEGER - 1);
  const edit = (offset: number, length: number, bytes: Uint8Array, shown = new Uint8Array(Math.max(0, length) % 8)) =>
    overlay.edit({ offset, length, bytes, shown });
  edit(Number.MAX_SAFE_INTEGER - 2, 1, bytesOf('x'));
  edit(0, 0, bytesOf('1'));
  assert.throws(() => edit(0, 0, bytesOf('2')), { code: 'badSize' });
  assert.throws(() => edit(Number.MAX_SAFE_INTEGER, 1, bytesOf('x')), { code: 'pastEnd' });
  for (const wild of [2 ** 53, -1, 0.5, Number.NaN]) assert.throws(() => edit(wild, 0, nothing), RangeError);
  assert.throws(() => edit(0, 2, bytesOf('ab'), bytesOf('a')), RangeError);
  const small = new Overlay(1);
  const large = new Uint8Array(largestEditBytes + 1);
  assert.throws(() => small.edit({ offset: 0, length: 0, bytes: large, shown: nothing }), { code: 'editsTooLarge' });
  assert.deepEqual([overlay.count, small.count], [2, 0]);
});

test('100,000 edits all over a file take at most 64 bytes each, and what is undone gives its memory back', () => {
  const count = 100_000;
  const overlay = new Overlay(2 ** 40);
  const put = (i: number) => {
    const offset = ((i * 7_368_787) % count) * 1000;
    return overlay.edit({ offset, length: 1, bytes: Uint8Array.of(i), shown: Uint8Array.of(0) });
  };
  for (let i = 0; i < count; i++) put(i);
  assert.equal(overlay.count, count);
  const { memory } = overlay;
  assert.ok(memory <= 64 * count, `${memory / count} bytes an edit`);
  for (let i = 0; i < count / 2; i++) overlay.undo();
  put(count / 2);
  assert.ok(overlay.memory < 0.6 * memory, `${overlay.memory} of ${memory} bytes`);
});

/** Not fc.double: most of its numbers are next to 0. */
const share = fc.nat(999).map((thousandths) => thousandths / 1000);

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('edit', 'edit', 'edit', 'edit', 'edit', 'undo', 'undo', 'redo', 'save', 'discard'),
  at: share,
  share,
  bytes: fc.uint8Array({ maxLength: 12, size: 'max' }),
  typing: fc.boolean(),
});

/** Everything an overlay says must follow from what the model has. */
function compare({ overlay, source, view }: Twins): void {
  assert.equal(overlay.size, view.length);
  const cells = cellsOf(overlay, source);
  assert.deepEqual(
    cells.map(({ value }) => value),
    view.map(({ value }) => value),
  );
  for (const [offset, { source: from }] of cells.entries()) {
    assert.equal(overlay.toSource(offset), from);
    if (from !== undefined) assert.equal(overlay.toView(from), offset);
  }
  let end = 0;
  let hidden = 0;
  const unkept = new Map(overlay.unkeptDeletions().map(({ offset, length }) => [offset, length]));
  for (const { source: at, kind, length, id, offset, isKept } of overlay.allChanges()) {
    assert.ok(at >= end, 'changes are in the order of the source');
    assert.ok(length > 0);
    if (kind === 'insert') continue;
    const originals = new Uint8Array(length);
    if (isKept) overlay.readOriginals(id, 0, originals);
    else assert.equal(unkept.get(at), length);
    const known = isKept ? originals : (overlay.unkept(id)?.digests?.digests ?? nothing);
    assert.deepEqual([...known], source.slice(at, at + length));
    unkept.delete(at);
    assert.equal(overlay.toViewOrAfter(at), offset);
    end = at + length;
    if (kind === 'delete') hidden += length;
    else assert.equal(overlay.next(offset - 1)?.offset, offset);
  }
  assert.equal(cells.filter((cell) => cell.source !== undefined).length, source.length - hidden);
  assert.equal(unkept.size, 0);
}

test('random steps do what they do to a plain array', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(step, { maxLength: 60, size: 'max' }), (source, steps) => {
      const twins = new Twins([...source]);
      for (const each of steps) {
        twins.take(each);
        compare(twins);
      }
    }),
    { numRuns: 400 },
  );
});

test('the same where the bytes of longer deletions are not kept: what is known of those stays with them', () => {
  const source = fc.uint8Array({ minLength: 20, maxLength: 60 });
  fc.assert(
    fc.property(source, fc.array(step, { maxLength: 60, size: 'max' }), (bytes, steps) => {
      const twins = new Twins([...bytes], 2);
      for (const each of steps) {
        const isDeletion = each.kind === 'edit' && each.share > 0.5;
        twins.take(isDeletion ? { ...each, bytes: nothing } : each);
        compare(twins);
      }
    }),
    { numRuns: 400 },
  );
});

test('10,000 random edits and undos of one overlay do, too', () => {
  const steps = fc.sample(step, { numRuns: 10_000, seed: 5 });
  const twins = new Twins(Array.from({ length: 300 }, (_, i) => i % 251));
  steps.forEach((each, i) => {
    // A save or a discard every so often: else there would never be many edits.
    const isRare = each.kind === 'save' || each.kind === 'discard';
    twins.take(isRare && i % 20 > 0 ? { ...each, kind: 'edit' } : each);
    if (i % 50 === 0) compare(twins);
  });
  compare(twins);
});

test('revert goes back to the last save, from before it and from after it, and leaves what led to it', () => {
  const page = new Page('0123456789');
  page.replace(2, 2, 'ab');
  page.save();
  page.replace(5, 1, 'x');
  page.replace(7, 0, 'yz');
  assert.equal(page.overlay.revert(), true);
  assert.deepEqual([page.text, page.overlay.count, page.overlay.redo()], ['01ab456789', 0, undefined]);
  page.overlay.undo();
  assert.equal(page.text, '0123456789');
  assert.equal(page.overlay.revert(), true);
  assert.deepEqual([page.text, page.overlay.count], ['01ab456789', 0]);
  // What leads back to the save is gone with another edit.
  page.overlay.undo();
  page.replace(0, 1, '!');
  assert.equal(page.overlay.revert(), false);
});

test('a source that grows makes the view longer, and moves no edit', () => {
  const overlay = new Overlay(10);
  overlay.edit({ offset: 4, length: 0, bytes: bytesOf('xy'), shown: nothing }, { typing: true });
  overlay.grow(15);
  assert.deepEqual([overlay.size, overlay.sourceSize, overlay.toView(12)], [17, 15, 14]);
  assert.throws(() => overlay.grow(9), RangeError);
});
