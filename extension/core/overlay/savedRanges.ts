import type { ByteRange } from '../byteRange.ts';
import type { Overlay } from './overlay.ts';

/** What of the source a save of these edits writes to, in order: from the first that moves others on, all of it. */
export function savedRanges(overlay: Pick<Overlay, 'allChanges' | 'sourceSize'>): ByteRange[] {
  const ranges: ByteRange[] = [];
  for (const { kind, source, length } of overlay.allChanges()) {
    if (kind === 'overwrite') {
      ranges.push({ offset: source, length });
      continue;
    }
    if (source < overlay.sourceSize) ranges.push({ offset: source, length: overlay.sourceSize - source });
    break;
  }
  return ranges;
}
