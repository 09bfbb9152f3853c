import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changedUnder, isInTheWay } from '../../../../extension/core/editing/changedUnder.ts';
import { keptWithin } from '../../../../extension/core/overlay/keptWithin.ts';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { noteSurroundings } from '../../../../extension/platform/editing/noteSurroundings.ts';
import { finished } from '../../../support/finished.ts';
import { anyEdits, overlayWith } from '../overlay/edits.ts';

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const nothing = new Uint8Array(0);
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

const insertion = (offset: number, text: string) => ({ offset, length: 0, bytes: bytesOf(text), shown: nothing });

async function note(overlay: Overlay, source: string): Promise<void> {
  const read = async (offset: number, into: Uint8Array) => {
    const bytes = bytesOf(source.slice(offset, offset + into.length));
    into.set(bytes);
    return { length: bytes.length, holes: [] };
  };
  await noteSurroundings(overlay, { read }, { offset: 0, length: overlay.size });
}

/** What is told of `overlay` where its source is `now`, each place with what was seen there. */
async function told(overlay: Overlay, now: string): Promise<string[]> {
  const conflict = await changedUnder(overlay, (offset, length) => bytesOf(now.slice(offset, offset + length)));
  if (conflict === undefined) return [];
  assert.ok(conflict.kind === 'changed');
  return conflict.ranges.map(({ offset, length, seenBeside }) => {
    const seen = seenBeside && Buffer.from(seenBeside).toString('latin1');
    return `${offset} ${length}${seen === undefined ? '' : ` ${seen}`}`;
  });
}

test('what stands around an insertion is others’ now, before it or after it, and no further away', async () => {
  const overlay = new Overlay(letters.length);
  overlay.edit(insertion(20, '++'));
  await note(overlay, letters);
  assert.deepEqual(await told(overlay, letters), []);
  const changedAt = (offset: number) => told(overlay, `${letters.slice(0, offset)}#${letters.slice(offset + 1)}`);
  assert.deepEqual(await changedAt(19), ['19 1 t']);
  assert.deepEqual(await changedAt(20), ['20 1 u']);
  assert.deepEqual(await changedAt(4), ['4 1 e']);
  assert.deepEqual(await changedAt(35), ['35 1 J']);
  for (const offset of [3, 36]) assert.deepEqual(await changedAt(offset), []);
  // A line more before it: all has moved.
  assert.deepEqual(await told(overlay, `new${letters}`), ['4 32 efghijklmnopqrstuvwxyzABCDEFGHIJ']);
});

test('what was put at the end is not behind what others append; near the end it stays in its place', async () => {
  for (const [offset, expected] of [
    [letters.length, [`${letters.length} 3 `]],
    [letters.length - 1, []],
  ] as const) {
    const overlay = new Overlay(letters.length);
    overlay.edit(insertion(offset, '++'));
    await note(overlay, letters);
    overlay.grow(letters.length + 3);
    assert.deepEqual(await told(overlay, `${letters}new`), expected);
  }
});

test('what is left of an insertion remembers its place, and all of its parts tell of it once', async () => {
  const overlay = new Overlay(letters.length);
  overlay.edit(insertion(20, 'one two'));
  await note(overlay, letters);
  // Others have been there when it is parted: what was seen first counts.
  const now = `${letters.slice(0, 20)}#${letters.slice(21)}`;
  overlay.edit({ offset: 23, length: 1, bytes: bytesOf('-'), shown: bytesOf(' ') });
  await note(overlay, now);
  finished(overlay.discardSteps({ offset: 25, length: 1 }));
  assert.equal(overlay.count, 4);
  assert.deepEqual(await told(overlay, now), ['20 1 u']);
  // Undone and done again it is the same.
  for (let step = 0; step < 3; step++) overlay.undo();
  assert.deepEqual(await told(overlay, now), []);
  overlay.redo();
  assert.deepEqual(await told(overlay, now), ['20 1 u']);
});

test('an insertion at the end of a source that was cut is around what is left', async () => {
  const overlay = new Overlay(letters.length);
  overlay.edit(insertion(20, '++'));
  await note(overlay, letters);
  const kept = keptWithin(overlay, 25);
  assert.deepEqual(await told(kept, letters.slice(0, 25)), []);
  assert.deepEqual(await told(kept, `${letters.slice(0, 24)}#`), ['24 1 y']);
});

test('over a source that nobody has changed, nothing is told of any edits', async () => {
  await fc.assert(
    fc.asyncProperty(anyEdits(12), async (edits) => {
      const overlay = overlayWith([...bytesOf(letters)], edits);
      await note(overlay, letters);
      assert.deepEqual(await told(overlay, letters), []);
    }),
  );
});

test('an edit that nobody noted the surroundings of is in nobody’s way', async () => {
  const overlay = new Overlay(letters.length);
  overlay.edit(insertion(20, '++'));
  assert.deepEqual(await told(overlay, letters.toUpperCase()), []);
});

test('whatever others have written, once the edits in the way are given up nothing is in the way of the others', async () => {
  const outcomes = { some: 0, none: 0 };
  const foreign = fc.array(fc.record({ at: fc.nat(51), by: fc.constantFrom('#', '%') }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(anyEdits(12), foreign, async (edits, writes) => {
      const overlay = overlayWith([...bytesOf(letters)], edits);
      await note(overlay, letters);
      const bytes = bytesOf(letters);
      for (const { at, by } of writes) bytes[at] = by.charCodeAt(0);
      const bytesAt = (offset: number, length: number) => bytes.slice(offset, offset + length);
      const conflict = await changedUnder(overlay, bytesAt);
      if (conflict?.kind !== 'changed') return;
      const [before, count] = [[...overlay.allChanges()], overlay.count];
      const inTheWay = before.filter((change) => isInTheWay(overlay, change, conflict.ranges)).map(({ id }) => id);
      assert.ok(inTheWay.length > 0);
      outcomes[inTheWay.length < count ? 'some' : 'none'] += 1;
      const isMeant = (change: { readonly id: number }) => inTheWay.includes(change.id);
      finished(overlay.discardSteps({ offset: 0, length: overlay.size }, isMeant));
      assert.deepEqual(
        Array.from(overlay.allChanges(), ({ id }) => id),
        before.map(({ id }) => id).filter((id) => !inTheWay.includes(id)),
      );
      assert.equal(await changedUnder(overlay, bytesAt), undefined);
      overlay.undo();
      assert.deepEqual([...overlay.allChanges()], before);
    }),
  );
  assert.ok(outcomes.some > 0 && outcomes.none > 0, JSON.stringify(outcomes));
});
