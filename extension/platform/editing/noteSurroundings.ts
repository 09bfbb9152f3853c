import type { ByteRange } from '../../core/byteRange.ts';
import type { ByteSource } from '../../core/byteSource.ts';
import type { Overlay } from '../../core/overlay/overlay.ts';
import { surroundingBytes } from '../../core/overlay/surroundings.ts';
import { SourceError } from '../../core/sourceError.ts';
import { Slices } from '../slices.ts';
import { readWhole } from './readWhole.ts';

/**
 * Notes for insertions in a range of the view, where it is not known, what stands around their places: a save, or whoever
 * loads the edits again, can tell by it whether those are still what they were. What cannot be read cannot be told later.
 * The overlay must not change meanwhile.
 */
export async function noteSurroundings(
  overlay: Overlay,
  source: Pick<ByteSource, 'read'>,
  { offset, length }: ByteRange,
): Promise<void> {
  const slices = new Slices();
  for (const { kind, id, source: place } of overlay.changes(offset, length)) {
    if (kind !== 'insert' || overlay.surrounding(id) !== undefined) continue;
    await slices.pause();
    const before = Math.min(surroundingBytes, place);
    const after = Math.min(surroundingBytes, overlay.sourceSize - place);
    const bytes = await readWhole(source, place - before, before + after).catch(unlessUnreadable);
    if (bytes === undefined) continue;
    overlay.noteSurrounding(id, { before: bytes.subarray(0, before), after: bytes.subarray(before) });
  }
}

function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof SourceError)) throw error;
}
