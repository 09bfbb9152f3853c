import type { Change, Overlay } from './overlay.ts';

/** What an overwriting or inserting change puts in. */
export function putBytes(overlay: Overlay, { offset, length }: Change): Uint8Array {
  const bytes = new Uint8Array(length);
  for (const piece of overlay.pieces(offset, length)) {
    if (piece.kind !== 'overwrite' && piece.kind !== 'insert') continue;
    overlay.readPut(piece.place, bytes.subarray(piece.offset - offset, piece.offset - offset + piece.length));
  }
  return bytes;
}
