/** The rows of a memory map's table: the regions that pass the filter, in their order, and among them those that vanished. */
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import { noFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import {
  filterRegions,
  type RegionFilter,
  type RegionSort,
  sortRegions,
} from '../../../extension/core/memoryMap/regionOrder.ts';

/** What vanished is of an earlier look, with rows of its own. */
export interface Vanished {
  readonly space: AddressSpace;
  /** Ascending. */
  readonly rows: readonly number[];
}

/**
 * Codes of rows: a region's own row, or for one that vanished the count of all regions and its row in its own space. In
 * the order of the addresses those that vanished stand where they were, in every other one at the end.
 */
export function mapRows(
  space: AddressSpace,
  figures: RegionFigures,
  filter: RegionFilter,
  sort: RegionSort,
  vanished: Vanished | undefined,
): Uint32Array<ArrayBuffer> {
  const rows = filterRegions(space, filter);
  // They are in the order of the addresses already.
  const isByAddress = sort.key === 'address';
  if (!isByAddress) sortRegions(rows, space, figures, sort);
  const gone = vanished === undefined ? [] : vanishedRows(vanished, filter);
  const all = gone.length === 0 || vanished === undefined ? rows : withVanished(rows, gone, space, vanished, sort);
  return isByAddress && sort.descending ? all.reverse() : all;
}

function vanishedRows({ space, rows }: Vanished, filter: RegionFilter): readonly number[] {
  const passing = new Set(filterRegions(space, filter));
  return rows.filter((row) => passing.has(row));
}

function withVanished(
  rows: Uint32Array<ArrayBuffer>,
  gone: readonly number[],
  space: AddressSpace,
  { space: before }: Vanished,
  sort: RegionSort,
): Uint32Array<ArrayBuffer> {
  const merged = new Uint32Array(rows.length + gone.length);
  if (sort.key !== 'address') {
    const ordered = sortRegions(Uint32Array.from(gone), before, noFigures(), sort);
    merged.set(rows);
    merged.set(
      ordered.map((row) => space.count + row),
      rows.length,
    );
    return merged;
  }
  let [at, next] = [0, 0];
  for (const row of rows) {
    for (; next < gone.length; next++) {
      const earlier = gone[next] ?? 0;
      if ((before.firstPages[earlier] ?? 0) > (space.firstPages[row] ?? 0)) break;
      merged[at++] = space.count + earlier;
    }
    merged[at++] = row;
  }
  for (; next < gone.length; next++) merged[at++] = space.count + (gone[next] ?? 0);
  return merged;
}
