/**
 * The regions of an address space and their figures as columns: a typed array per property, row i is entry i of each.
 * A process may have 65,530 regions, and as many objects would take their thread longer than a frame.
 */

/** Byte strings one after the other: name i is `bytes.subarray(offsets[i], offsets[i + 1])`. */
export interface NameBytes {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

/** In the order of the addresses; no region overlaps the next. */
export interface RegionColumns {
  readonly count: number;
  /** Addresses; `ends` is exclusive. */
  readonly starts: BigUint64Array;
  readonly ends: BigUint64Array;
  /** Bytes into the file or object. */
  readonly offsets: BigUint64Array;
  /** Device numbers as stat gives them. */
  readonly devs: BigUint64Array;
  readonly inos: BigUint64Array;
  /** See `rightBits`. */
  readonly rights: Uint8Array;
  /** Indexes into `names`. */
  readonly nameIndexes: Uint32Array;
  /** 1 where each `\012` in the name may be a newline. */
  readonly maybeNewline: Uint8Array;
  readonly names: NameBytes;
}

export const rightBits = { read: 1, write: 2, execute: 4, shared: 8 } as const;

/** The figures of regions, in bytes. */
export const figureKeys = [
  'rss',
  'pss',
  'pssDirty',
  'sharedClean',
  'sharedDirty',
  'privateClean',
  'privateDirty',
  'referenced',
  'anonymous',
  'lazyFree',
  'hugePages',
  'sharedHugetlb',
  'privateHugetlb',
  'swap',
  'swapPss',
  'locked',
  'pageSizes',
] as const;
export type FigureKey = (typeof figureKeys)[number];

/** A figure is NaN where nobody knows it. */
export interface FigureColumns extends Readonly<Record<FigureKey, Float64Array>> {
  readonly count: number;
  readonly starts: BigUint64Array;
  readonly ends: BigUint64Array;
  /** Indexes into `flagSets`. */
  readonly flags: Uint32Array;
  /** Two-letter codes set apart by blanks; vmFlags.ts explains them. */
  readonly flagSets: NameBytes;
}

export function nameAt({ bytes, offsets }: NameBytes, index: number): Uint8Array {
  return bytes.subarray(offsets[index], offsets[index + 1]);
}

/**
 * Regions begin and end at pages, and no page is smaller than this. The number of a page of 2^64 bytes is exact as a
 * number, where an address is not; so what is done for thousands of addresses is done with pages.
 */
export const pageBytes = 4096n;

/** The halves of 64-bit values, to be compared and converted without a bigint for each. */
export class Halves {
  readonly #words: Uint32Array;

  constructor(values: BigUint64Array) {
    this.#words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  }

  low(row: number): number {
    return this.#words[2 * row + lowHalf] ?? 0;
  }

  high(row: number): number {
    return this.#words[2 * row + 1 - lowHalf] ?? 0;
  }

  areSame(row: number, others: Halves, other: number): boolean {
    return this.low(row) === others.low(other) && this.high(row) === others.high(other);
  }
}

/** Which of the two 32-bit words of a 64-bit value is the low one here. */
export const lowHalf = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

/** The page of the address with these halves, each 0 … 2^32-1. */
export function pageOfHalves(high: number, low: number): number {
  return high * 2 ** 20 + (low >>> 12);
}

/** Stores the address of a page in a column of addresses, as its words. */
export function setPage(words: Uint32Array, row: number, page: number): void {
  words[2 * row + lowHalf] = (page % 2 ** 20) * 4096;
  words[2 * row + 1 - lowHalf] = Math.floor(page / 2 ** 20);
}

/** The page numbers of a column of addresses. */
export function pagesOf(addresses: BigUint64Array): Float64Array {
  const halves = new Halves(addresses);
  const pages = new Float64Array(addresses.length);
  for (let row = 0; row < pages.length; row++) pages[row] = pageOfHalves(halves.high(row), halves.low(row));
  return pages;
}
