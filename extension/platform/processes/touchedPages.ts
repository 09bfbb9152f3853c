import type { NativeAddon } from '../../../native/index.d.ts';
import type { ByteRange } from '../../core/byteRange.ts';
import type { ProcessKey } from './process.ts';
import { processAnswer } from './processAnswer.ts';

const partsPerLook = 256;
/** A range of so few pages is taken whole where any of it is touched. */
const smallest = 16;

/**
 * What of so many pages from `start` on is in memory or swapped out, as ranges of bytes counted from there, in order:
 * found from the coarse to the fine, so that a reservation of terabytes takes some looks.
 */
export async function* touchedRanges(
  addon: NativeAddon,
  key: ProcessKey,
  start: bigint,
  pages: number,
  offset = 0,
): AsyncGenerator<ByteRange> {
  if (pages === 0) return;
  const { pid, startTime } = key;
  const parts = Math.min(partsPerLook, pages);
  const counts = await processAnswer(key, addon.countPagemap(pid, startTime, start, pages, parts));
  const boundary = (part: number) => Math.ceil((part * pages) / parts);
  for (let part = 0; part < parts; part++) {
    const [first, end] = [boundary(part), boundary(part + 1)];
    const columns = [counts.anonymous, counts.file, counts.swapped, counts.guard];
    const touched = columns.reduce((sum, column) => sum + (column[part] ?? 0), 0);
    if (touched === 0) continue;
    const at = first * addon.pageSize;
    if (touched === end - first || end - first <= smallest) {
      yield { offset: offset + at, length: (end - first) * addon.pageSize };
    } else yield* touchedRanges(addon, key, start + BigInt(at), end - first, offset + at);
  }
}
