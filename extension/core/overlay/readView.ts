import { type ByteRange, intersect } from '../byteRange.ts';
import type { ByteSource, Hole, ReadResult } from '../byteSource.ts';
import type { Overlay } from './overlay.ts';
import type { SourcePiece } from './pieces.ts';

/** Source bytes that nobody asked for are read along where that saves a read: a read costs more than they do. Bytes. */
const worthwhileGap = 4096;

/**
 * Reads a range of the view: what the overlay puts in, and the source where it does not. Like ByteSource.read, with holes and
 * what was never written at their offsets in the view. The overlay counts as it is at the call.
 */
export async function readView(
  overlay: Overlay,
  source: ByteSource,
  offset: number,
  into: Uint8Array,
): Promise<ReadResult> {
  const length = Math.max(0, Math.min(into.length, overlay.size - offset));
  const shown: SourcePiece[] = [];
  for (const piece of overlay.pieces(offset, length)) {
    if (piece.kind === 'source') shown.push(piece);
    else if (piece.kind !== 'delete') {
      overlay.readPut(piece.place, into.subarray(piece.offset - offset, piece.offset - offset + piece.length));
    }
  }
  const holes: Hole[] = [];
  const unwritten: ByteRange[] = [];
  for (const group of grouped(shown)) {
    const [first, last] = [group[0] as SourcePiece, group.at(-1) as SourcePiece];
    const bytes = new Uint8Array(last.source + last.length - first.source);
    const read = await source.read(first.source, bytes);
    for (const piece of group) {
      const from = piece.source - first.source;
      into.set(bytes.subarray(from, from + piece.length), piece.offset - offset);
      const shift = piece.offset - piece.source;
      const range = { offset: piece.source, length: piece.length };
      for (const hole of [...read.holes, ...missing(first.source, bytes.length, read)]) {
        const part = intersect(hole, range);
        if (part !== undefined) holes.push({ ...hole, ...part, offset: part.offset + shift });
      }
      for (const never of read.unwritten ?? []) {
        const part = intersect(never, range);
        if (part !== undefined) unwritten.push({ ...part, offset: part.offset + shift });
      }
    }
  }
  return { length, holes, ...(unwritten.length > 0 ? { unwritten } : {}) };
}

/** Pieces that one read gives together. */
function grouped(pieces: readonly SourcePiece[]): SourcePiece[][] {
  const groups: SourcePiece[][] = [];
  for (const piece of pieces) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && piece.source - (last.source + last.length) <= worthwhileGap) groups.at(-1)?.push(piece);
    else groups.push([piece]);
  }
  return groups;
}

/** A source that has become shorter leaves a hole where the overlay still counts on it. */
function missing(offset: number, length: number, read: ReadResult): Hole[] {
  if (read.length >= length) return [];
  return [{ offset: offset + read.length, length: length - read.length, reason: 'pastEnd' }];
}
