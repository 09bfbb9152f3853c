/** The pages of one region as they come to be known: counted in parts, piece by piece, so that it can be given up. */
import {
  mostParts,
  type PageCounts,
  type PageMark,
  type PageSpan,
  type PageState,
  pageMarks,
  pageStates,
} from '../../../extension/core/memoryMap/pageCounts.ts';

/** Pages that one piece may have where they are all there: some 10 ms of the kernel's time for each GiB. */
const largestPiece = 2 ** 19;
/** What is larger is nearly always empty: a page table that is not there is passed over at once. */
const mostPieces = 8;

/** Shares of a stretch of pages, 0 … 1; what they leave is absent. */
export type PageShares = Readonly<Record<PageState | PageMark, number>>;

export class RegionPages {
  readonly pages: number;
  readonly parts: number;
  readonly #start: bigint;
  readonly #pageSize: bigint;
  readonly #counts: PageCounts;
  readonly #totals = Object.fromEntries([...pageStates, ...pageMarks].map((key) => [key, 0])) as Record<
    PageState | PageMark,
    number
  >;
  #known = 0;

  /** `pages` of `pageSize` bytes from the address `start` on. */
  constructor(start: bigint, pages: number, pageSize: number) {
    this.#start = start;
    this.pages = pages;
    this.#pageSize = BigInt(pageSize);
    this.parts = Math.min(pages, mostParts);
    this.#counts = Object.fromEntries(
      [...pageStates, ...pageMarks].map((key) => [key, new Float64Array(this.parts)]),
    ) as Record<PageState | PageMark, Float64Array>;
  }

  /** How many parts are known, from the first on. */
  get known(): number {
    return this.#known;
  }

  get isDone(): boolean {
    return this.#known === this.parts;
  }

  /** What to ask for next; undefined once all is known. */
  next(): PageSpan | undefined {
    if (this.isDone) return undefined;
    const pieces = Math.min(mostPieces, Math.ceil(this.pages / largestPiece));
    const parts = Math.min(this.parts - this.#known, Math.ceil(this.parts / pieces));
    const [from, to] = [this.firstPage(this.#known), this.firstPage(this.#known + parts)];
    const start = this.#start + BigInt(from) * this.#pageSize;
    return { start: start.toString(16), pages: to - from, parts };
  }

  /** The answer to the last `next`. */
  add(counts: PageCounts): void {
    for (const key of [...pageStates, ...pageMarks]) {
      this.#counts[key].set(counts[key], this.#known);
      this.#totals[key] += counts[key].reduce((sum, count) => sum + count, 0);
    }
    this.#known += counts.anonymous.length;
  }

  /** Pages, of those that are known. */
  total(key: PageState | PageMark): number {
    return this.#totals[key];
  }

  /** Those that are known, and for which nothing stands in the page tables. */
  get absent(): number {
    return this.firstPage(this.#known) - pageStates.reduce((sum, key) => sum + this.#totals[key], 0);
  }

  /** Of the parts [from, to); undefined where not all of them are known. */
  shares(from: number, to: number): PageShares | undefined {
    if (to > this.#known || from >= to) return undefined;
    const pages = this.firstPage(to) - this.firstPage(from);
    const shareOf = (key: PageState | PageMark) =>
      this.#counts[key].subarray(from, to).reduce((sum, count) => sum + count, 0) / pages;
    return Object.fromEntries([...pageStates, ...pageMarks].map((key) => [key, shareOf(key)])) as PageShares;
  }

  /** The page that a part begins with; of the part behind the last one, how many pages there are. */
  firstPage(part: number): number {
    return Math.ceil((part * this.pages) / this.parts);
  }
}

/** A column of the strip, in whole pixels, and the parts that it shows. */
export interface PageColumn {
  readonly x: number;
  readonly width: number;
  readonly from: number;
  readonly to: number;
}

/** A column for each part, or where there are fewer pixels than parts for each pixel; without gaps or overlap. */
export function* pageColumns(parts: number, width: number): Generator<PageColumn> {
  const columns = Math.min(parts, width);
  for (let at = 0; at < columns; at++) {
    const x = Math.floor((at * width) / columns);
    const end = Math.floor(((at + 1) * width) / columns);
    const [from, to] = [Math.floor((at * parts) / columns), Math.floor(((at + 1) * parts) / columns)];
    yield { x, width: end - x, from, to };
  }
}
