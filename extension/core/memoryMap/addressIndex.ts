/** Which region an address is in: for one address, and for the thousands of values on a screen that may be pointers. */
import type { AddressSpace } from './addressSpace.ts';
import { pageBytes, pageOfHalves } from './regionColumns.ts';
import { lastAtMost } from './sortedSearch.ts';

export class AddressIndex {
  readonly #first: Float64Array;
  readonly #end: Float64Array;

  constructor(space: AddressSpace) {
    this.#first = space.firstPages;
    this.#end = space.endPages;
  }

  /** The row of the region that holds the address; -1 where it is not mapped. Any bigint may be asked for. */
  rowAt(address: bigint): number {
    return address < 0n || address >= 1n << 64n ? -1 : this.#rowOfPage(Number(address / pageBytes));
  }

  /** The same for the halves of a 64-bit value, without a bigint: some 50 ns. */
  rowOfHalves(high: number, low: number): number {
    return this.#rowOfPage(pageOfHalves(high, low));
  }

  /** The first region that starts after the address; -1 where there is none. */
  after(address: bigint): number {
    const row = this.#lastStarting(Number(address / pageBytes)) + 1;
    return row < this.#first.length ? row : -1;
  }

  /** The last region that ends at the address or before it; -1 where there is none. */
  before(address: bigint): number {
    const page = Number(address / pageBytes);
    const row = this.#lastStarting(page);
    return row >= 0 && (this.#end[row] ?? 0) > page ? row - 1 : row;
  }

  /** The rows of all regions that have a byte in [start, end): from the first to the one before the second. */
  rowsIn(start: bigint, end: bigint): readonly [from: number, to: number] {
    const from = this.before(start) + 1;
    return [from, Math.max(from, this.#lastStarting(Number((end - 1n) / pageBytes)) + 1)];
  }

  #rowOfPage(page: number): number {
    const row = this.#lastStarting(page);
    return row >= 0 && page < (this.#end[row] ?? 0) ? row : -1;
  }

  /** The last region whose first page is `page` or before it; -1 for none. */
  #lastStarting(page: number): number {
    return lastAtMost(this.#first, page);
  }
}
