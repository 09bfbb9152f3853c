import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isDone, isSurelyDone } from '../../../../extension/core/overlay/isDone.ts';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { noteSurroundings } from '../../../../extension/platform/editing/noteSurroundings.ts';
import { anyEdits, overlayWith } from './edits.ts';
import { cellsOf } from './model.ts';

const sourceOf = (bytes: readonly number[]) => ({
  size: async () => bytes.length,
  read: async (offset: number, into: Uint8Array) => {
    const part = bytes.slice(offset, offset + into.length);
    into.set(part);
    return { length: part.length, holes: [] };
  },
});

const source = Array.from({ length: 32 }, (_, i) => i);
/** Of bytes that the source has nowhere. */
const edits = anyEdits(8, 100);

async function noted(overlay: Overlay, over: readonly number[]): Promise<Overlay> {
  await noteSurroundings(overlay, sourceOf(over) as never, { offset: 0, length: overlay.size });
  return overlay;
}

/** One edit of a source. */
async function edited(over: readonly number[], offset: number, length: number, put: readonly number[]) {
  const overlay = new Overlay(over.length);
  overlay.edit({
    offset,
    length,
    bytes: Uint8Array.from(put),
    shown: Uint8Array.from(over.slice(offset, offset + length)),
  });
  return await noted(overlay, over);
}

test('edits are done where the source is what the view was, unless nothing tells', async () => {
  await fc.assert(
    fc.asyncProperty(edits, async (made) => {
      const overlay = await noted(overlayWith(source, made), source);
      const after = cellsOf(overlay, source).map(({ value }) => value);
      const tells =
        overlay.size !== overlay.sourceSize || [...overlay.allChanges()].every(({ kind }) => kind === 'overwrite');
      assert.equal(await isDone(overlay, sourceOf(after)), tells);
      assert.equal(await isSurelyDone(overlay, sourceOf(after)), tells);
    }),
  );
});

test('edits that put in what was not there are not done before they are', async () => {
  await fc.assert(
    fc.asyncProperty(edits, async (made) => {
      const overlay = overlayWith(source, made);
      const changesNothing = overlay.isEmpty;
      assert.equal(await isDone(overlay, sourceOf(source)), changesNothing);
    }),
  );
});

test('an insertion is not done where others put as many bytes elsewhere, and those at its place are the same by chance', async () => {
  const over = [9, 5, 6, 7, ...source];
  const overlay = await edited(over, 2, 0, [5]);
  const theirs = [8, ...over];
  assert.equal(await isDone(overlay, sourceOf(theirs)), true);
  assert.equal(await isSurelyDone(overlay, sourceOf(theirs)), false);
});

test('an insertion among bytes that are the same is not done when others append as many', async () => {
  const zeros = Array.from({ length: 100 }, () => 0);
  const overlay = await edited(zeros, 50, 0, [0]);
  assert.equal(await isDone(overlay, sourceOf([...zeros, 7])), true);
  assert.equal(await isSurelyDone(overlay, sourceOf([...zeros, 7])), false);
  // What was appended is where it was appended, whoever did it.
  const appended = await edited(zeros, 100, 0, [7]);
  assert.equal(await isSurelyDone(appended, sourceOf([...zeros, 7])), true);
});

test('a deletion is not done when others cut as many bytes off the end, or leave them out before it', async () => {
  const overlay = await edited(source, 10, 3, []);
  for (const theirs of [source.slice(0, -3), source.slice(3)]) {
    assert.equal(await isDone(overlay, sourceOf(theirs)), true);
    assert.equal(await isSurelyDone(overlay, sourceOf(theirs)), false);
  }
  assert.equal(await isSurelyDone(overlay, sourceOf(source.toSpliced(10, 3))), true);
});
