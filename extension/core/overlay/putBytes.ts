import type { Change } from './changes.ts';
import type { Overlay } from './overlay.ts';

/** What an overwriting or inserting change puts in. */
export function putBytes(overlay: Overlay, { id, length }: Change): Uint8Array {
  const bytes = new Uint8Array(length);
  overlay.readPutOf(id, bytes);
  return bytes;
}
