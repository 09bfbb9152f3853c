import type { ByteRange } from '../byteRange.ts';
import type { Overlay } from './overlay.ts';

/** What of a range of the view was put in, in order and without gaps between neighbours; for a deletion, the byte after it. */
export function editedRanges(overlay: Overlay, range: ByteRange): ByteRange[] {
  const found: ByteRange[] = [];
  for (const { kind, offset, length } of overlay.changes(range.offset, range.length)) {
    const from = Math.max(range.offset, offset);
    const end = Math.min(range.offset + range.length, offset + (kind === 'delete' ? 1 : length));
    if (from >= end) continue;
    const last = found.at(-1);
    if (last !== undefined && from <= last.offset + last.length) {
      found[found.length - 1] = { offset: last.offset, length: Math.max(last.length, end - last.offset) };
    } else found.push({ offset: from, length: end - from });
  }
  return found;
}

/** The bytes of a range of the view that edits put in; undefined where some are the source's. */
export function putIn(overlay: Overlay, { offset, length }: ByteRange): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(length);
  for (const piece of overlay.pieces(offset, length)) {
    if (piece.kind === 'source') return undefined;
    if (piece.kind === 'delete') continue;
    overlay.readPut(piece.place, bytes.subarray(piece.offset - offset, piece.offset - offset + piece.length));
  }
  return bytes;
}
