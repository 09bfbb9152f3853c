import type { Change } from '../overlay/changes.ts';
import type { Overlay } from '../overlay/overlay.ts';
import { putBytes } from '../overlay/putBytes.ts';

/**
 * How many of these edits the source has already, each as a whole or in part: from an apply that was cut off, or from
 * others who stored the same. `bytesAt` gives all of a range, or rejects. The overlay must not change meanwhile.
 */
export async function storedAlready(
  overlay: Overlay,
  changes: Iterable<Change>,
  bytesAt: (offset: number, length: number) => Uint8Array | Promise<Uint8Array>,
): Promise<number> {
  let count = 0;
  for (const change of changes) {
    if (change.kind !== 'overwrite') continue;
    const { id, source, length } = change;
    const [put, seen] = [putBytes(overlay, change), new Uint8Array(length)];
    overlay.readOriginals(id, 0, seen);
    const held = bytesAt(source, length);
    // A turn of the loop for each would be what takes the time.
    const now = held instanceof Uint8Array ? held : await held;
    if (now.some((byte, i) => byte === put[i] && byte !== seen[i])) count += 1;
  }
  return count;
}
