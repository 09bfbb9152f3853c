/** Which region an address is in, and which are its neighbours. */
import type { AddressSpace } from './addressSpace.ts';
import { pageBytes } from './regionColumns.ts';
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
    if (address < 0n || address >= 1n << 64n) return -1;
    const page = Number(address / pageBytes);
    const row = this.#lastStarting(page);
    return row >= 0 && page < (this.#end[row] ?? 0) ? row : -1;
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

  /** The last region whose first page is `page` or before it; -1 for none. */
  #lastStarting(page: number): number {
    return lastAtMost(this.#first, page);
  }
}
