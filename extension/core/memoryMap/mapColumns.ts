/** The columns of a memory map's table. */
import type { RegionSortKey } from './regionOrder.ts';

export const mapColumns = [
  'start',
  'end',
  'size',
  'rights',
  'kind',
  'mapping',
  'offset',
  'device',
  'inode',
  'rss',
  'pss',
  'privateDirty',
  'shared',
  'swap',
  'hugePages',
  'flags',
  'name',
  'others',
  'change',
] as const;
export type MapColumn = (typeof mapColumns)[number];

export const usualColumns: readonly MapColumn[] = [
  'start',
  'size',
  'rights',
  'kind',
  'mapping',
  'rss',
  'privateDirty',
  'name',
  'others',
  'change',
];

/** `usual`: nobody chose any, and where there is little room not all of the usual ones show. */
export type ChosenColumns = readonly MapColumn[] | 'usual';

/** What to sort by for a column; undefined where its rows cannot be sorted. */
export function sortKeyOf(column: MapColumn): RegionSortKey | undefined {
  switch (column) {
    case 'start':
    case 'end':
      return 'address';
    case 'flags':
    case 'others':
    case 'change':
      return undefined;
    default:
      return column;
  }
}

/** The columns that somebody wrote into a setting, each once, in their own order; the usual ones where none is one. */
export function columnsOf(wanted: unknown): readonly MapColumn[] {
  const names: readonly unknown[] = Array.isArray(wanted) ? wanted : [];
  const found = mapColumns.filter((column) => names.includes(column));
  return found.length === 0 ? usualColumns : found;
}
