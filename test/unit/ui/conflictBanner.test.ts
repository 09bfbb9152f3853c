import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChangedRange, SaveConflict } from '../../../extension/core/editing/stagedSave.ts';
import '../../support/hostWords.ts';

const { conflictBanner } = await import('../../../extension/ui/editing/conflictBanner.ts');

const under: ChangedRange = { offset: 4, length: 2 };
const beside: ChangedRange = { ...under, seenBeside: new Uint8Array(2) };
const changed = (ranges: readonly ChangedRange[], isCut = false): SaveConflict => ({ kind: 'changed', ranges, isCut });

for (const [isHeld, not] of [
  [false, 'Not saved: '],
  [true, 'Not applied: '],
] as const) {
  test(`${not}in how many places others have changed what, and what brings the edits in all the same`, () => {
    const edited = `${not}others have changed bytes that you edited, in`;
    const inserted = `${not}others have changed what stands around bytes that you inserted, in`;
    for (const [conflict, text, mine] of [
      [changed([under]), `${edited} 1 place.`, 'Overwrite'],
      [changed([under, beside]), `${edited} 2 places.`, 'Overwrite'],
      [changed([under, under], true), `${edited} more than 2 places.`, 'Overwrite'],
      [changed([beside]), `${inserted} 1 place.`, 'Insert Them There'],
      [changed([beside, beside], true), `${inserted} more than 2 places.`, 'Insert Them There'],
    ] as const) {
      const banner = conflictBanner(conflict, isHeld);
      assert.deepEqual([banner.text, banner.actions[0]?.label], [text, mine]);
    }
  });
}

test('Not saved: deleted bytes of which nobody knows whether they still are the same', () => {
  const deleted: ChangedRange = { ...under, isDeleted: true };
  const banner = conflictBanner(changed([deleted]), false);
  const text = 'Not saved: others have changed bytes that you deleted, or may have, in 1 place.';
  assert.deepEqual([banner.text, banner.actions[0]?.label], [text, 'Delete Them All the Same']);
  assert.equal(conflictBanner(changed([deleted, under]), false).actions[0]?.label, 'Overwrite');
});
