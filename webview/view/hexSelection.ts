import type { ByteRange } from '../../extension/core/byteRange.ts';
import type { HexColumns } from '../model/hexColumns.ts';
import { rangeOf } from './highlights.ts';

/** The static ranges that paint what lies in `bytes` of the row whose first byte is `first`, in both columns. */
export function bytesRanges(
  bytes: ByteRange | undefined,
  first: number,
  columns: HexColumns,
  texts: { readonly hex: Text; readonly decoded: Text },
): StaticRange[] {
  if (bytes === undefined) return [];
  const { bytesPerRow, hexStart, isSwapped } = columns;
  const from = Math.max(0, bytes.offset - first);
  const to = Math.min(bytesPerRow, bytes.offset + bytes.length - first);
  if (from >= to) return [];
  const ranges: StaticRange[] = [];
  const add = (text: Text, start: number, end: number) => {
    // A row that ends early has less text than its columns have places.
    if (start < text.length) ranges.push(rangeOf(text, start, Math.min(end, text.length)));
  };
  const start = (index: number) => hexStart[index] ?? 0;
  if (isSwapped) {
    // The order on the screen is not the order of the bytes: byte by byte.
    for (let index = from; index < to; index++) add(texts.hex, start(index), start(index) + 2);
  } else {
    add(texts.hex, start(from), start(to - 1) + 2);
  }
  add(texts.decoded, from, to);
  return ranges;
}
