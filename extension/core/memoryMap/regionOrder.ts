/** Which regions a table shows, and in which order: rows, not regions, so that 65,530 of them sort within a frame. */

import type { AddressSpace } from './addressSpace.ts';
import type { MappingKind } from './memoryRegion.ts';
import { type FigureKey, rightBits } from './regionColumns.ts';
import type { RegionFigures } from './regionFigures.ts';
import { type RegionKind, regionKinds } from './regionKind.ts';

export interface RegionFilter {
  /** What the name holds, in any case; or, in hex (with or without 0x), what an address of the region begins with. */
  readonly text?: string | undefined;
  /** Letters of `rwxsp` that all must be there (`s` and `p` together are `s`); `-` as in maps is passed over. */
  readonly rights?: string | undefined;
  /** Undefined for all. */
  readonly kinds?: ReadonlySet<RegionKind> | undefined;
  readonly mappings?: ReadonlySet<MappingKind> | undefined;
}

/** `shared`: in memory, and mapped by others as well, clean or dirty. */
export type RegionSortKey =
  | 'address'
  | 'size'
  | 'rights'
  | 'kind'
  | 'mapping'
  | 'offset'
  | 'device'
  | 'inode'
  | 'name'
  | 'shared'
  | FigureKey;

export interface RegionSort {
  readonly key: RegionSortKey;
  readonly descending: boolean;
}

/** The rows that pass, in the order of the addresses. */
export function filterRegions(space: AddressSpace, filter: RegionFilter): Uint32Array<ArrayBuffer> {
  const text = filter.text?.trim().toLowerCase() ?? '';
  const wanted = rightsWanted(filter.rights ?? '');
  const objects = space.objects.map(({ kind, mapping }) => {
    return (filter.kinds?.has(kind) ?? true) && (filter.mappings?.has(mapping) ?? true);
  });
  const named = space.objects.map(({ name }) => name.toLowerCase().includes(text));
  const address = /^(?:0x)?[0-9a-f]+$/.test(text) ? text.replace(/^0x/, '') : undefined;
  const { rights, starts } = space.columns;
  const rows = new Uint32Array(space.count);
  let count = 0;
  for (let row = 0; row < space.count; row++) {
    const object = space.objectIndexes[row] ?? 0;
    if (objects[object] !== true || ((rights[row] ?? 0) & wanted.mask) !== wanted.bits) continue;
    const isFound = named[object] === true || (address !== undefined && hexOf(starts[row]).startsWith(address));
    if (isFound) rows[count++] = row;
  }
  return rows.slice(0, count);
}

function hexOf(address: bigint | undefined): string {
  return (address ?? 0n).toString(16);
}

function rightsWanted(letters: string): { readonly mask: number; readonly bits: number } {
  const { read, write, execute, shared } = rightBits;
  const has = (letter: string, bit: number) => (letters.includes(letter) ? bit : 0);
  const bits = has('r', read) | has('w', write) | has('x', execute) | has('s', shared);
  return { mask: bits | has('p', shared), bits };
}

/** The same rows in another order, in place. Equal ones stay in the order of the addresses; what is unknown is last. */
export function sortRegions(
  rows: Uint32Array<ArrayBuffer>,
  space: AddressSpace,
  figures: RegionFigures,
  { key, descending }: RegionSort,
): Uint32Array<ArrayBuffer> {
  const value = sortValue(space, figures, key);
  const values = new Float64Array(space.count);
  for (const row of rows) values[row] = value(row);
  const sign = descending ? -1 : 1;
  return rows.sort((a, b) => {
    const [x, y] = [values[a] ?? 0, values[b] ?? 0];
    if (x === y) return a - b;
    if (Number.isNaN(x) || Number.isNaN(y))
      return Number.isNaN(x) && Number.isNaN(y) ? a - b : Number.isNaN(x) ? 1 : -1;
    return sign * (x - y);
  });
}

/** A number for each row that sorts as the key does. */
function sortValue(space: AddressSpace, figures: RegionFigures, key: RegionSortKey): (row: number) => number {
  const { columns } = space;
  switch (key) {
    case 'address':
      return (row) => row;
    case 'size':
      return (row) => space.pages(row);
    case 'rights':
      // As the text sorts: what can be read comes after what cannot.
      return (row) => rightsRank(columns.rights[row] ?? 0);
    case 'kind':
      return (row) => regionKinds.indexOf(space.kindOf(row));
    case 'mapping':
      return ofObjects(space, (a, b) => compare(a.mapping, b.mapping));
    case 'shared':
      return (row) => figures.at('sharedClean', row) + figures.at('sharedDirty', row);
    case 'offset':
      return ranked(space.count, (row) => columns.offsets[row] ?? 0n);
    case 'device':
      return ofObjects(space, (a, b) => a.device.major - b.device.major || a.device.minor - b.device.minor);
    case 'inode':
      return ofObjects(space, (a, b) => compare(a.inode, b.inode));
    case 'name':
      return ofObjects(space, (a, b) => compare(a.name, b.name));
    default:
      return (row) => figures.at(key, row);
  }
}

function rightsRank(bits: number): number {
  const { read, write, execute, shared } = rightBits;
  const has = (bit: number, rank: number) => ((bits & bit) === 0 ? 0 : rank);
  return has(read, 8) + has(write, 4) + has(execute, 2) + has(shared, 1);
}

type MappedObject = AddressSpace['objects'][number];

/** Objects are few: they are sorted once, and a region has the rank of its own. Equal ones have one rank. */
function ofObjects(space: AddressSpace, order: (a: MappedObject, b: MappedObject) => number): (row: number) => number {
  const sorted = [...space.objects.keys()].sort((a, b) => {
    const [x, y] = [space.objects[a], space.objects[b]];
    return x === undefined || y === undefined ? 0 : order(x, y);
  });
  const ranks = new Float64Array(sorted.length);
  sorted.forEach((object, at) => {
    const [x, y] = [space.objects[sorted[at - 1] ?? -1], space.objects[object]];
    const isEqual = x !== undefined && y !== undefined && order(x, y) === 0;
    ranks[object] = isEqual ? (ranks[sorted[at - 1] ?? 0] ?? 0) : at;
  });
  return (row) => ranks[space.objectIndexes[row] ?? 0] ?? 0;
}

/** Values past 2^53 by their rank. */
function ranked(count: number, value: (row: number) => bigint): (row: number) => number {
  const values = BigUint64Array.from({ length: count }, (_, row) => value(row));
  const sorted = values.slice().sort();
  const ranks = new Map<bigint, number>();
  for (const [at, each] of sorted.entries()) if (!ranks.has(each)) ranks.set(each, at);
  return (row) => ranks.get(values[row] ?? 0n) ?? 0;
}

function compare<Value extends string | bigint>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
