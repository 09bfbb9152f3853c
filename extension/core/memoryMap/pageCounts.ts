/** What stands in a process's page tables for a range of pages, counted in parts of it. */

/** A page is one of these, or nothing stands for it. */
export const pageStates = ['anonymous', 'file', 'zero', 'swapped', 'guard'] as const;
export type PageState = (typeof pageStates)[number];

/** What pages are besides. */
export const pageMarks = ['exclusive', 'softDirty', 'huge'] as const;
export type PageMark = (typeof pageMarks)[number];

/** Pages, a number for each part. */
export type PageCounts = Readonly<Record<PageState | PageMark, Float64Array>>;

/** A range of pages to be counted: `pages` pages of `pageSize` bytes, in parts that differ by a page at most. */
export interface PageSpan {
  /** The address of the first, in hex. */
  readonly start: string;
  readonly pages: number;
  readonly parts: number;
}

/** Parts that one range may have. */
export const mostParts = 1024;
