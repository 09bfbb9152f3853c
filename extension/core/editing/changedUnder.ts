import { changedRuns } from '../byteChanges.ts';
import { type ByteRange, endOf } from '../byteRange.ts';
import { equalBytes } from '../memoryMap/memoryRegion.ts';
import type { Change } from '../overlay/changes.ts';
import type { Overlay } from '../overlay/overlay.ts';
import { putBytes } from '../overlay/putBytes.ts';
import { bytesAround, type Surrounding, surroundingBytes } from '../overlay/surroundings.ts';
import type { ChangedRange, SaveConflict } from './stagedSave.ts';

/** Ranges of a conflict that are told; a user looks at some. */
const mostTold = 100;

/** Compared at a time. */
const block = 2 ** 20;

/**
 * Where a source has neither what the user saw under his edits nor, from a save that failed midway, what is to be there;
 * and where something else stands now around what he inserted. `bytesAt` gives all of a range, or rejects: what cannot be
 * read cannot be compared. The overlay must not change meanwhile.
 */
export async function changedUnder(
  overlay: Overlay,
  bytesAt: (offset: number, length: number) => Uint8Array | Promise<Uint8Array>,
): Promise<SaveConflict | undefined> {
  const ranges: ChangedRange[] = [];
  for (const change of overlay.allChanges()) {
    if (change.kind === 'insert') {
      const around = overlay.surrounding(change.id);
      if (around === undefined) continue;
      const { before, after } = around;
      const held = bytesAt(change.source - before.length, before.length + after.length);
      const now = held instanceof Uint8Array ? held : await held;
      const last = ranges.at(-1)?.offset ?? -1;
      // Of the parts of one insertion, one tells it.
      ranges.push(...changedAround(overlay, change.source, around, now).filter(({ offset }) => offset > last));
      if (ranges.length > mostTold) return changedRanges(ranges);
    }
    if (change.kind === 'insert' || !change.isKept) continue;
    const put = change.kind === 'overwrite' ? putBytes(overlay, change) : undefined;
    for (let done = 0; done < change.length; done += block) {
      const offset = change.source + done;
      const seen = new Uint8Array(Math.min(block, change.length - done));
      overlay.readOriginals(change.id, done, seen);
      const held = bytesAt(offset, seen.length);
      // Of very many edits most are read along with others: a turn of the loop for each would be what takes the time.
      const now = held instanceof Uint8Array ? held : await held;
      for (const run of changedRuns(seen, now)) {
        const ours = put?.subarray(done + run.offset, done + endOf(run));
        if (ours !== undefined && equalBytes(ours, now.subarray(run.offset, endOf(run)))) continue;
        ranges.push({ offset: offset + run.offset, length: run.length });
      }
      if (ranges.length > mostTold) return changedRanges(ranges);
    }
  }
  return ranges.length === 0 ? undefined : changedRanges(ranges);
}

/** What was the end is no place for what was put there, once others have put something there too. */
function changedAround(overlay: Overlay, source: number, around: Surrounding, now: Uint8Array): ChangedRange[] {
  const seen = bytesAround(around);
  const offset = source - around.before.length;
  const ranges: ChangedRange[] = changedRuns(seen, now, surroundingBytes).map((run) => ({
    offset: offset + run.offset,
    length: run.length,
    seenBeside: seen.slice(run.offset, endOf(run)),
  }));
  const behind = around.after.length === 0 ? Math.min(overlay.sourceSize - source, surroundingBytes) : 0;
  if (behind > 0) ranges.push({ offset: source, length: behind, seenBeside: new Uint8Array(0) });
  return ranges;
}

/** Whether an edit is one that these ranges of a conflict tell of: bytes under it are others, or those around it. */
export function isInTheWay(
  overlay: Overlay,
  { id, kind, source, length }: Change,
  ranges: readonly ChangedRange[],
): boolean {
  if (kind !== 'insert') {
    return ranges.some((range) => range.seenBeside === undefined && overlaps(range, source, source + length));
  }
  const around = overlay.surrounding(id);
  if (around === undefined) return false;
  // What is around one of several that stand close together may be told with another of them.
  const from = source - around.before.length;
  return ranges.some((range) => overlaps(range, from, source + (around.after.length || surroundingBytes)));
}

/** Whether each edit that is in the way by the one ranges is so by those that were told, too: bytes under it may go on changing. */
export function isToldOf(overlay: Overlay, now: readonly ChangedRange[], told: readonly ChangedRange[]): boolean {
  for (const change of overlay.allChanges()) {
    if (isInTheWay(overlay, change, now) && !isInTheWay(overlay, change, told)) return false;
  }
  return true;
}

function overlaps(range: ByteRange, from: number, to: number): boolean {
  return range.offset < to && endOf(range) > from;
}

/** As many of them as a user is told, in order. */
export function changedRanges(ranges: readonly ChangedRange[], isCut = false): SaveConflict {
  const inOrder = ranges.toSorted((one, other) => one.offset - other.offset);
  return { kind: 'changed', ranges: inOrder.slice(0, mostTold), isCut: isCut || ranges.length > mostTold };
}

/** What was found, and of what a save found before, what only a save can tell: that deleted bytes are others. */
export function withDeleted(found: SaveConflict | undefined, saved: SaveConflict): SaveConflict | undefined {
  const deleted = saved.kind === 'changed' ? saved.ranges.filter(({ isDeleted }) => isDeleted === true) : [];
  if (deleted.length === 0 || (found !== undefined && found.kind !== 'changed')) return found;
  return changedRanges([...(found?.ranges ?? []), ...deleted], found?.isCut);
}
