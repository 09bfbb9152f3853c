import { type ByteRange, endOf } from '../byteRange.ts';

/** Bytes of a row, and rows shown around what differs. */
export const rowBytes = 16;
const rowsAround = 2;

/**
 * The rows of a view in which edits show, with some around them, in order and joined where they meet; `most` bytes in all,
 * `isCut` where there are more.
 */
export function rowsToCompare(
  edits: Iterable<ByteRange>,
  size: number,
  most: number,
): { readonly ranges: readonly ByteRange[]; readonly isCut: boolean } {
  const ranges: ByteRange[] = [];
  let left = most;
  for (const edit of edits) {
    const last = ranges.at(-1);
    const start = Math.max(0, Math.floor(edit.offset / rowBytes) - rowsAround) * rowBytes;
    const end = Math.min(size, (Math.ceil((endOf(edit) || 1) / rowBytes) + rowsAround) * rowBytes);
    const isNext = last === undefined || start > endOf(last);
    const from = isNext ? start : endOf(last);
    if (end <= from) continue;
    if (end - from > left) return { ranges, isCut: true };
    left -= end - from;
    if (isNext) ranges.push({ offset: start, length: end - start });
    else ranges[ranges.length - 1] = { offset: last.offset, length: end - last.offset };
  }
  return { ranges, isCut: false };
}
