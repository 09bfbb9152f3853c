/** A selection of regions as addresses, which mean the same when they are read anew: rows come and go. */
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';

/** Where the first region begins and the last one ends, in hex; between them all are selected. */
export type SelectedRange = readonly [start: string, end: string];

/** Neighbouring rows are one range. Undefined where there would be more than `most`. */
export function selectedRanges(
  { columns: { starts, ends }, count }: AddressSpace,
  selected: Iterable<number>,
  most: number,
): readonly SelectedRange[] | undefined {
  const rows = Uint32Array.from([...selected].filter((row) => row < count)).sort();
  const ranges: SelectedRange[] = [];
  for (let first = 0; first < rows.length; ) {
    if (ranges.length === most) return undefined;
    let last = first;
    while (rows[last + 1] === (rows[last] ?? 0) + 1) last++;
    const [start = 0n, end = 0n] = [starts[rows[first] ?? 0], ends[rows[last] ?? 0]];
    ranges.push([start.toString(16), end.toString(16)]);
    first = last + 1;
  }
  return ranges;
}

/** The rows that begin in one of the ranges, ascending. */
export function rowsInRanges(
  { columns: { starts }, count }: AddressSpace,
  ranges: readonly SelectedRange[],
): readonly number[] {
  const bounds = ranges.map(([start, end]) => [BigInt(`0x${start}`), BigInt(`0x${end}`)] as const);
  const rows: number[] = [];
  let at = 0;
  for (let row = 0; row < count && at < bounds.length; row++) {
    const start = starts[row] ?? 0n;
    while (start >= (bounds[at]?.[1] ?? start + 1n)) at++;
    if (start >= (bounds[at]?.[0] ?? start + 1n)) rows.push(row);
  }
  return rows;
}
