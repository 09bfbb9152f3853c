/** What regions add up to: those of a kind, those that somebody chose, or all. */
import { type AddressSpace, kindIndex } from './addressSpace.ts';
import { pageBytes } from './regionColumns.ts';
import type { RegionFigures } from './regionFigures.ts';
import { type RegionKind, regionKinds } from './regionKind.ts';

/** Bytes. */
export interface RegionSums {
  readonly regions: number;
  /** Address space. */
  readonly size: bigint;
  /**
   * The size without what is only reserved. Reserved is private memory that has no rights, or that the kernel was told
   * not to keep memory for (`nr` of VmFlags, known with the figures); what of it is in memory or swapped out is not
   * reserved only, but committed.
   */
  readonly committed: bigint;
  /** In memory, the huge pages of hugetlb included, which the kernel's own Rss leaves out. */
  readonly resident: number;
  /** The same, with each shared page divided by those who share it. */
  readonly proportional: number;
  /** Written to since it was last saved to a file, or not of a file at all. */
  readonly dirty: number;
  /** Dirty, and of this process alone: what ends with it. */
  readonly privateDirty: number;
  readonly swapped: number;
  /** How many of the regions have figures: the last five are of those. */
  readonly measured: number;
}

class Sum {
  regions = 0;
  pages = 0;
  reservedPages = 0;
  resident = 0;
  proportional = 0;
  dirty = 0;
  privateDirty = 0;
  swapped = 0;
  measured = 0;

  include(other: Sum): void {
    for (const key of Object.keys(this) as (keyof Omit<Sum, 'include' | 'done'>)[]) this[key] += other[key];
  }

  done(): RegionSums {
    const { pages, reservedPages, ...rest } = this;
    const size = BigInt(pages) * pageBytes;
    return { ...rest, size, committed: size - BigInt(reservedPages) * pageBytes };
  }
}

/** `rows` may name a region once only. */
export function sumRegions(space: AddressSpace, figures: RegionFigures, rows: Iterable<number>): RegionSums {
  const sum = new Sum();
  const add = adder(space, figures);
  for (const row of rows) add(sum, row);
  return sum.done();
}

export interface KindSums {
  readonly all: RegionSums;
  readonly byKind: ReadonlyMap<RegionKind, RegionSums>;
}

/** All kinds are there, in the order of `regionKinds`, also those without regions. */
export function sumKinds(space: AddressSpace, figures: RegionFigures): KindSums {
  const sums = regionKinds.map(() => new Sum());
  // By object, for there are few of them.
  const ofObjects = space.objects.map(({ kind }) => sums[kindIndex(kind)] as Sum);
  const add = adder(space, figures);
  for (let row = 0; row < space.count; row++) add(ofObjects[space.objectIndexes[row] ?? 0] as Sum, row);
  const all = new Sum();
  for (const sum of sums) all.include(sum);
  return { all: all.done(), byKind: new Map(regionKinds.map((kind, index) => [kind, (sums[index] as Sum).done()])) };
}

function adder(space: AddressSpace, figures: RegionFigures): (sum: Sum, row: number) => void {
  const hasNoReserve = figures.hasFlag('nr');
  const { rss, pss, privateDirty, sharedDirty, privateHugetlb, sharedHugetlb, swap } = figures.columns;
  const of = (column: Float64Array, at: number) => column[at] ?? Number.NaN;
  return (sum, row) => {
    const pages = space.pages(row);
    const isReserved =
      space.isReserved(row) || (hasNoReserve(row) && space.objectOf(row).mapping === 'privateAnonymous');
    sum.regions++;
    sum.pages += pages;
    const at = figures.rowOf(row);
    const inMemory = of(rss, at);
    if (Number.isNaN(inMemory)) {
      if (isReserved) sum.reservedPages += pages;
      return;
    }
    sum.measured++;
    const privateHuge = of(privateHugetlb, at);
    const resident = inMemory + privateHuge + of(sharedHugetlb, at);
    const swapped = of(swap, at);
    if (isReserved) sum.reservedPages += Math.max(0, pages - Math.ceil((resident + swapped) / Number(pageBytes)));
    sum.resident += resident;
    sum.proportional += of(pss, at) + privateHuge;
    sum.dirty += of(privateDirty, at) + of(sharedDirty, at);
    sum.privateDirty += of(privateDirty, at);
    sum.swapped += swapped;
  };
}
