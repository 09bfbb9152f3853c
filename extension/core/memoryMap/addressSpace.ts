/** The address space of a process at one look: its regions with what lies behind each, found out once per object. */

import { printableName } from '../text/printableName.ts';
import {
  type Backing,
  backingOf,
  type Device,
  deviceOf,
  type MappingKind,
  type MemoryRegion,
  mappingKind,
  type Rights,
  type Sharing,
} from './memoryRegion.ts';
import { Halves, nameAt, pagesOf, type RegionColumns, rightBits } from './regionColumns.ts';
import { kindOfBacking, type RegionKind, regionKinds } from './regionKind.ts';
import { rightsText } from './rights.ts';

/** What several regions have in common: the same file or object, mapped in the same way. */
export interface MappedObject {
  readonly backing: Backing;
  readonly mapping: MappingKind;
  readonly kind: RegionKind;
  readonly device: Device;
  readonly inode: bigint;
  /** As maps has it, safe to show; empty for anonymous memory. */
  readonly name: string;
}

/** The eight there are, so that no region has its own. */
const RIGHTS: readonly Rights[] = Array.from({ length: 8 }, (_, bits) => ({
  read: (bits & rightBits.read) !== 0,
  write: (bits & rightBits.write) !== 0,
  execute: (bits & rightBits.execute) !== 0,
}));

export class AddressSpace {
  readonly columns: RegionColumns;
  /** The first page of each region, and the first after it: numbers of pages of 4 KiB, exact. */
  readonly firstPages: Float64Array;
  readonly endPages: Float64Array;
  /** By row, an index into `objects`. */
  readonly objectIndexes: Uint32Array;
  readonly objects: readonly MappedObject[];

  constructor(columns: RegionColumns) {
    this.columns = columns;
    this.firstPages = pagesOf(columns.starts);
    this.endPages = pagesOf(columns.ends);
    const { indexes, firstRows } = distinctObjects(columns);
    this.objectIndexes = indexes;
    const programs = programFiles(columns);
    this.objects = firstRows.map((row) => objectAt(columns, row, programs));
  }

  get count(): number {
    return this.columns.count;
  }

  /** Throws a RangeError for a row that is not there; so do the next three. */
  objectOf(row: number): MappedObject {
    const object = this.objects[this.objectIndexes[row] ?? -1];
    if (object === undefined) throw new RangeError(`region ${row} of ${this.count}`);
    return object;
  }

  region(row: number): MemoryRegion {
    const { backing, device, inode } = this.objectOf(row);
    const { starts, ends, offsets } = this.columns;
    const sharing = this.sharing(row);
    const [start = 0n, end = 0n, offset = 0n] = [starts[row], ends[row], offsets[row]];
    return { start, end, rights: this.rights(row), sharing, offset, device, inode, backing };
  }

  rights(row: number): Rights {
    return RIGHTS[(this.columns.rights[row] ?? 0) & 7] as Rights;
  }

  sharing(row: number): Sharing {
    return this.#has(row, rightBits.shared) ? 'shared' : 'private';
  }

  /** `rw-p`, as maps has it. */
  rightsText(row: number): string {
    return rightsText({ rights: this.rights(row), sharing: this.sharing(row) });
  }

  kindOf(row: number): RegionKind {
    return this.objectOf(row).kind;
  }

  /** Whether it only keeps addresses from other use: private, and with no right at all (PROT_NONE). */
  isReserved(row: number): boolean {
    const { read, write, execute, shared } = rightBits;
    return !this.#has(row, read | write | execute | shared);
  }

  /** Pages of 4 KiB. */
  pages(row: number): number {
    return (this.endPages[row] ?? 0) - (this.firstPages[row] ?? 0);
  }

  #has(row: number, bit: number): boolean {
    return ((this.columns.rights[row] ?? 0) & bit) !== 0;
  }
}

/** An index into `regionKinds`, for columns of kinds. */
export function kindIndex(kind: RegionKind): number {
  return regionKinds.indexOf(kind);
}

interface Distinct {
  readonly indexes: Uint32Array;
  /** The first region of each object. */
  readonly firstRows: readonly number[];
}

/** Regions of one object follow each other, or lie apart; both cost no bigint. */
function distinctObjects({ count, devs, inos, rights, nameIndexes, maybeNewline }: RegionColumns): Distinct {
  const [devices, inodes] = [new Halves(devs), new Halves(inos)];
  const indexes = new Uint32Array(count);
  const firstRows: number[] = [];
  const byName = new Map<number, number[]>();
  const isSame = (a: number, b: number) =>
    nameIndexes[a] === nameIndexes[b] &&
    maybeNewline[a] === maybeNewline[b] &&
    (((rights[a] ?? 0) ^ (rights[b] ?? 0)) & rightBits.shared) === 0 &&
    inodes.areSame(a, inodes, b) &&
    devices.areSame(a, devices, b);
  for (let row = 0; row < count; row++) {
    if (row > 0 && isSame(row - 1, row)) {
      indexes[row] = indexes[row - 1] ?? 0;
      continue;
    }
    const name = nameIndexes[row] ?? 0;
    let candidates = byName.get(name);
    if (candidates === undefined) {
      candidates = [];
      byName.set(name, candidates);
    }
    let index = candidates.find((candidate) => isSame(firstRows[candidate] ?? 0, row));
    if (index === undefined) {
      index = firstRows.push(row) - 1;
      candidates.push(index);
    }
    indexes[row] = index;
  }
  return { indexes, firstRows };
}

/** The files of which a private region can be executed, by `fileKey`. */
function programFiles(columns: RegionColumns): ReadonlySet<string> {
  const { count, rights } = columns;
  const found = new Set<string>();
  const wanted = rightBits.execute | rightBits.shared;
  for (let row = 0; row < count; row++) {
    if (((rights[row] ?? 0) & wanted) === rightBits.execute && columns.inos[row] !== 0n)
      found.add(fileKey(columns, row));
  }
  return found;
}

function fileKey({ devs, inos }: RegionColumns, row: number): string {
  return `${devs[row]} ${inos[row]}`;
}

function objectAt(columns: RegionColumns, row: number, programs: ReadonlySet<string>): MappedObject {
  const bytes = nameAt(columns.names, columns.nameIndexes[row] ?? 0);
  const device = deviceOf(columns.devs[row] ?? 0n);
  const inode = columns.inos[row] ?? 0n;
  const sharing = ((columns.rights[row] ?? 0) & rightBits.shared) === 0 ? 'private' : 'shared';
  const backing = backingOf(bytes, { sharing, device, inode, escapesNewline: columns.maybeNewline[row] === 1 });
  const kind = kindOfBacking(backing, sharing, programs.has(fileKey(columns, row)));
  return { backing, mapping: mappingKind({ sharing, backing }), kind, device, inode, name: printableName(bytes) };
}
