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
  bytesAt: (offset: number, length: number) => Promise<Uint8Array>,
): Promise<number> {
  let count = 0;
  for (const change of changes) {
    if (change.kind !== 'overwrite') continue;
    const { id, source, length } = change;
    const [put, seen] = [putBytes(overlay, change), new Uint8Array(length)];
    overlay.readOriginals(id, 0, seen);
    const now = await bytesAt(source, length);
    if (now.some((byte, i) => byte === put[i] && byte !== seen[i])) count += 1;
  }
  return count;
}
