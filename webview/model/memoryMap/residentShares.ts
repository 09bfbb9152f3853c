/** How much of a stretch of regions is in memory, for the thousands of stretches of a picture. */
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import { pageBytes } from '../../../extension/core/memoryMap/regionColumns.ts';
import type { RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';

export class ResidentShares {
  /** By row, what all rows before it have: bytes in memory, and the size of those whose figures are known. */
  readonly #resident: Float64Array;
  readonly #measured: Float64Array;

  constructor(space: AddressSpace, figures: RegionFigures) {
    this.#resident = new Float64Array(space.count + 1);
    this.#measured = new Float64Array(space.count + 1);
    for (let row = 0; row < space.count; row++) {
      const rss = figures.at('rss', row);
      const resident = rss + figures.at('privateHugetlb', row) + figures.at('sharedHugetlb', row);
      const isKnown = !Number.isNaN(rss);
      this.#resident[row + 1] = (this.#resident[row] ?? 0) + (isKnown ? resident : 0);
      this.#measured[row + 1] = (this.#measured[row] ?? 0) + (isKnown ? space.pages(row) * Number(pageBytes) : 0);
    }
  }

  /** 0 … 1; undefined where nothing is known of any of the rows. `last` is included. */
  of(first: number, last: number): number | undefined {
    const measured = this.#between(this.#measured, first, last);
    return measured === 0 ? undefined : Math.min(1, this.#between(this.#resident, first, last) / measured);
  }

  #between(sums: Float64Array, first: number, last: number): number {
    return (sums[last + 1] ?? 0) - (sums[first] ?? 0);
  }
}
