/** What a memory map's table leaves out where there is little room, so that start, size, rights and name stay in view. */
import {
  type ChosenColumns,
  type MapColumn,
  sortKeyOf,
  usualColumns,
} from '../../../extension/core/memoryMap/mapColumns.ts';
import type { RegionSortKey } from '../../../extension/core/memoryMap/regionOrder.ts';

/** `compact`: addresses without gaps, and less room between columns. */
export type Density = 'usual' | 'compact';

/** A table's columns from left to right, with the pixels of each; that of the name is the least it gets. */
export interface TableColumns {
  readonly columns: readonly MapColumn[];
  readonly widths: readonly number[];
  readonly density: Density;
}

/** What of the usual columns gives way, the least first: the rest says it too, or it is told on asking (Show Hover). */
const giveWay: readonly MapColumn[] = ['mapping', 'others', 'privateDirty', 'change', 'kind', 'rss'];

/**
 * What the user chose is left as it is, and scrolls sideways. Of the usual columns as many show as fit into `room`
 * pixels; what is sorted by stays the longest.
 */
export function tableColumns(
  chosen: ChosenColumns,
  sortedBy: RegionSortKey,
  room: number,
  widthOf: (column: MapColumn, density: Density) => number,
): TableColumns {
  const inDensity = (columns: readonly MapColumn[], density: Density): TableColumns => ({
    columns,
    widths: columns.map((column) => widthOf(column, density)),
    density,
  });
  const fits = ({ widths }: TableColumns) => widths.reduce((sum, width) => sum + width, 0) <= room;
  if (chosen !== 'usual') return inDensity(chosen, 'usual');
  const isSorted = (column: MapColumn) => sortKeyOf(column) === sortedBy;
  const leaving = [...giveWay.filter((column) => !isSorted(column)), ...giveWay.filter(isSorted)];
  for (let left = 0; left <= leaving.length; left++) {
    const gone = new Set(leaving.slice(0, left));
    const some = inDensity(
      usualColumns.filter((column) => !gone.has(column)),
      'usual',
    );
    if (fits(some)) return some;
  }
  return inDensity(
    usualColumns.filter((column) => !leaving.includes(column)),
    'compact',
  );
}
