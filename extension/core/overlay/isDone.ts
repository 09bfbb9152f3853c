import { endOf, intersect } from '../byteRange.ts';
import type { ByteSource } from '../byteSource.ts';
import { equalBytes } from '../memoryMap/memoryRegion.ts';
import type { Change } from './changes.ts';
import { movesOthers } from './movesOthers.ts';
import type { Overlay } from './overlay.ts';
import { putBytes } from './putBytes.ts';
import { bytesAround } from './surroundings.ts';

/** Compared at a time. */
const block = 2 ** 20;

type Source = Pick<ByteSource, 'size' | 'read'>;

/**
 * Whether a source is already what the view over it was to become, as far as the edits tell. Where bytes were put in and
 * left out, and the size stayed, no byte of the source tells what was left out: then it is not known, and so not done.
 */
export async function isDone(overlay: Overlay, source: Source): Promise<boolean> {
  if ((await source.size()) !== overlay.size) return false;
  for (const change of overlay.allChanges()) {
    const movesOthers = change.kind !== 'overwrite';
    if (movesOthers && overlay.size === overlay.sourceSize) return false;
    if (change.kind !== 'delete' && !(await has(source, change.offset, putBytes(overlay, change)))) return false;
  }
  return true;
}

/**
 * The same where nobody knows of a save: others may have made the source as much longer or shorter as the edits do, and
 * have by chance what those put in. So what stood around the edits must stand around them still, and something must tell that
 * the source is not what they were made over.
 */
export async function isSurelyDone(overlay: Overlay, source: Source): Promise<boolean> {
  if (!(await isDone(overlay, source))) return false;
  if (!movesOthers(overlay)) return true;
  let tells = false;
  for (const change of overlay.allChanges()) {
    if (change.kind === 'insert' && !(await standsBetween(overlay, source, change))) return false;
    if (change.kind === 'delete' && (await isMoved(overlay, source, change))) return false;
    tells = tells || !(await isAsBefore(overlay, source, change));
  }
  return tells;
}

/** Whether what stood around an insertion, and no edit is over, stands where the view shows it. */
async function standsBetween(
  overlay: Overlay,
  source: Source,
  { id, offset, length, ...put }: Change,
): Promise<boolean> {
  const around = overlay.surrounding(id);
  if (around === undefined) return true;
  const known = { offset: put.source - around.before.length, length: around.before.length + around.after.length };
  const bytes = bytesAround(around);
  const start = Math.max(0, offset - around.before.length);
  const seen = overlay.pieces(start, Math.min(overlay.size, offset + length + around.after.length) - start);
  for (const piece of seen) {
    if (piece.kind !== 'source') continue;
    const part = intersect(known, { offset: piece.source, length: piece.length });
    if (part === undefined) continue;
    const wanted = bytes.subarray(part.offset - known.offset, endOf(part) - known.offset);
    if (!(await has(source, piece.offset + part.offset - piece.source, wanted))) return false;
  }
  return true;
}

/** Whether what a deletion left out is where others, who made the source as much shorter before it, would have moved it. */
async function isMoved(overlay: Overlay, source: Source, change: Change): Promise<boolean> {
  const offset = change.source + overlay.size - overlay.sourceSize;
  return offset >= 0 && change.isKept && (await has(source, offset, originals(overlay, change)));
}

/** Whether the source has at the place of an edit what it had when that was made, as far as that is known. */
async function isAsBefore(overlay: Overlay, source: Source, change: Change): Promise<boolean> {
  if (change.kind !== 'insert') {
    return !change.isKept || (await has(source, change.source, originals(overlay, change)));
  }
  const around = overlay.surrounding(change.id);
  if (around === undefined) return true;
  // What was the end is none any more.
  if (around.after.length === 0) return (await source.size()) === change.source;
  return await has(source, change.source - around.before.length, bytesAround(around));
}

function originals(overlay: Overlay, { id, length }: Change): Uint8Array {
  const bytes = new Uint8Array(length);
  overlay.readOriginals(id, 0, bytes);
  return bytes;
}

/** Whether the source has these bytes at an offset. */
async function has(source: Pick<ByteSource, 'read'>, offset: number, bytes: Uint8Array): Promise<boolean> {
  for (let done = 0; done < bytes.length; done += block) {
    const wanted = bytes.subarray(done, done + block);
    const now = new Uint8Array(wanted.length);
    const { length, holes } = await source.read(offset + done, now);
    if (length < now.length || holes.length > 0 || !equalBytes(wanted, now)) return false;
  }
  return true;
}
