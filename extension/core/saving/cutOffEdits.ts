/** What of a save that was cut off is still to be done, as edits over the file as it is now. */
import { changedRuns } from '../byteChanges.ts';
import { type ByteRange, endOf, intersect } from '../byteRange.ts';
import { largestKeptDeletion } from '../limits.ts';
import { equalBytes } from '../memoryMap/memoryRegion.ts';
import type { Overlay } from '../overlay/overlay.ts';
import type { SourcePiece } from '../overlay/pieces.ts';
import type { Edit } from '../overlay/replacement.ts';
import type { CutOffSave } from './cutOffSave.ts';

export interface CutOffEdits {
  /** Of the view, in order and none over another. None: the file is what the save was to make of it. */
  readonly edits: readonly Edit[];
  /** Bytes that have no place in the file any more: it was cut. */
  readonly left: number;
}

/** Bytes of the source, all of a range; rejects where they cannot be read. */
type BytesAt = (offset: number, length: number) => Promise<Uint8Array>;

/** Read and compared at a time. */
const block = 2 ** 20;

/** Equal bytes between two that differ, up to which both are one edit. */
const joinedGap = 15;

/**
 * `bytes`: those of the save's ranges, one after the other. What the user has staged meanwhile is later than the save, and
 * stays; what others have put behind the old end stays behind it.
 */
export async function cutOffEdits(
  save: Pick<CutOffSave, 'oldSize' | 'newSize' | 'ranges'>,
  bytes: Uint8Array,
  overlay: Overlay,
  bytesAt: BytesAt,
): Promise<CutOffEdits> {
  const { oldSize, newSize } = save;
  const size = overlay.sourceSize;
  const within = Math.min(oldSize, newSize, size);
  const inside: Put[] = [];
  const beyond: Uint8Array[] = [];
  let left = 0;
  let at = 0;
  for (const range of save.ranges) {
    const own = bytes.subarray(at, at + range.length);
    at += range.length;
    const split = Math.max(0, Math.min(range.length, within - range.offset));
    if (split > 0) inside.push({ offset: range.offset, bytes: own.subarray(0, split) });
    if (split === range.length) continue;
    if (size < oldSize) left += range.length - split;
    else beyond.push(own.subarray(split));
  }
  const sources = [...overlay.pieces(0, overlay.size)].filter((piece) => piece.kind === 'source');
  const edits = await overwritten(sources, inside, bytesAt);
  if (newSize > oldSize && size >= oldSize)
    edits.push(...(await grown(overlay, sources, oldSize, joined(beyond), bytesAt)));
  if (newSize < oldSize && size >= oldSize) edits.push(...(await cut(sources, newSize, oldSize, bytesAt)));
  return { edits: edits.sort((one, other) => one.offset - other.offset), left };
}

/** Whether edits are in the save: once it is done they are in the file, and over it they would come there again. */
export function isPartOf(
  overlay: Overlay,
  { oldSize, newSize, ranges }: Pick<CutOffSave, 'oldSize' | 'newSize' | 'ranges'>,
  bytes: Uint8Array,
): boolean {
  if (overlay.isEmpty || overlay.size - overlay.sourceSize !== newSize - oldSize) return false;
  let range = 0;
  let at = 0;
  for (const piece of overlay.pieces(0, overlay.size)) {
    if (piece.kind === 'delete' || (piece.kind === 'source' && piece.offset === piece.source)) continue;
    const end = Math.min(endOf(piece), newSize);
    if (end <= piece.offset) continue;
    while (range < ranges.length && endOf(ranges[range] as ByteRange) <= piece.offset) {
      at += (ranges[range] as ByteRange).length;
      range++;
    }
    const found = ranges[range];
    if (found === undefined || found.offset > piece.offset || endOf(found) < end) return false;
    if (piece.kind === 'source') continue;
    const put = new Uint8Array(piece.length);
    overlay.readPut(piece.place, put);
    const from = at + piece.offset - found.offset;
    if (!equalBytes(put, bytes.subarray(from, from + piece.length))) return false;
  }
  return true;
}

/** Bytes at an offset of the source. */
interface Put {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Where the source has other bytes, and no edit stands over them. Both lists are in order. */
async function overwritten(sources: readonly SourcePiece[], puts: readonly Put[], bytesAt: BytesAt): Promise<Edit[]> {
  const edits: Edit[] = [];
  let first = 0;
  for (const { offset, bytes } of puts) {
    const range = { offset, length: bytes.length };
    while (first < sources.length && endOf(sourceOf(sources[first] as SourcePiece)) <= offset) first++;
    for (let i = first; i < sources.length; i++) {
      const piece = sources[i] as SourcePiece;
      const part = intersect(range, sourceOf(piece));
      if (part === undefined) break;
      const toView = piece.offset - piece.source;
      for (let done = 0; done < part.length; done += block) {
        const from = part.offset + done;
        const length = Math.min(block, part.length - done);
        const now = await bytesAt(from, length);
        const wanted = bytes.slice(from - offset, from - offset + length);
        for (const run of changedRuns(now, wanted, joinedGap)) {
          edits.push({
            offset: toView + from + run.offset,
            length: run.length,
            bytes: wanted.subarray(run.offset, endOf(run)),
            shown: now.subarray(run.offset, endOf(run)),
          });
        }
      }
    }
  }
  return edits;
}

/**
 * What comes behind the old end. Where only bytes of the save are there, or zeros where the disk has not got them, it goes on
 * from those; where others have put something there, theirs comes after it.
 */
async function grown(
  overlay: Overlay,
  sources: readonly SourcePiece[],
  oldSize: number,
  bytes: Uint8Array,
  bytesAt: BytesAt,
): Promise<Edit[]> {
  const size = overlay.sourceSize;
  const there = Math.min(bytes.length, size - oldSize);
  const { same, isOwn } = await compared(oldSize, bytes.subarray(0, there), bytesAt);
  const done = isOwn ? there : same;
  const edits = isOwn
    ? await overwritten(sources, [{ offset: oldSize, bytes: bytes.subarray(0, there) }], bytesAt)
    : [];
  if (done === bytes.length) return edits;
  const offset = (oldSize + done < size ? overlay.toView(oldSize + done) : undefined) ?? overlay.size;
  return [...edits, { offset, length: 0, bytes: bytes.subarray(done), shown: new Uint8Array(0) }];
}

/** How many of the first bytes are there, and whether all others that are there are zeros. */
async function compared(
  offset: number,
  bytes: Uint8Array,
  bytesAt: BytesAt,
): Promise<{ readonly same: number; readonly isOwn: boolean }> {
  let same = 0;
  let isOwn = true;
  for (let done = 0; done < bytes.length && isOwn; done += block) {
    const wanted = bytes.slice(done, done + block);
    const now = await bytesAt(offset + done, wanted.length);
    const [first] = changedRuns(now, wanted);
    if (same === done) same += first?.offset ?? wanted.length;
    isOwn = now.every((byte, i) => byte === 0 || byte === wanted[i]);
  }
  return { same, isOwn };
}

/** What the save was to cut off at the end. */
async function cut(sources: readonly SourcePiece[], from: number, to: number, bytesAt: BytesAt): Promise<Edit[]> {
  const edits: Edit[] = [];
  for (const piece of sources) {
    const part = intersect(sourceOf(piece), { offset: from, length: to - from });
    if (part === undefined) continue;
    const shown = part.length > largestKeptDeletion ? undefined : await bytesAt(part.offset, part.length);
    edits.push({
      offset: piece.offset + part.offset - piece.source,
      length: part.length,
      bytes: new Uint8Array(0),
      shown,
    });
  }
  return edits;
}

function sourceOf({ source, length }: SourcePiece): ByteRange {
  return { offset: source, length };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
