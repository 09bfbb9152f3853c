/**
 * The picture of an address space: a strip of all regions in the order of their addresses, the gaps between them folded
 * to a narrow mark each. Nothing here knows pixels but `runs`: positions are units of the strip, 0 … length.
 */
import type { AddressSpace } from './addressSpace.ts';
import { pageBytes } from './regionColumns.ts';
import type { RegionKind } from './regionKind.ts';
import { lastAtMost } from './sortedSearch.ts';

/**
 * `compressed`: each doubling of a region makes it one unit longer, so that a page and a reservation of terabytes are
 * seen side by side. `proportional`: by size, but never less than what can be seen of all.
 */
export type StripScale = 'compressed' | 'proportional';

/** The part of the strip that shows. */
export interface StripView {
  readonly from: number;
  readonly to: number;
}

/** Neighbouring pixels that show the same: one region, several that are too small to be told apart, or a gap. */
export interface StripRun {
  /** Pixels, whole. */
  readonly x: number;
  readonly width: number;
  /** The kind that takes most of it; undefined for a gap. */
  readonly kind: RegionKind | undefined;
  /** Rows of the regions, the last included; of a gap, the one before and the one behind it. */
  readonly firstRow: number;
  readonly lastRow: number;
}

/** So much of all regions is the smallest one, and a gap, on the proportional scale. */
const smallestShare = 1 / 500;

export class AddressStrip {
  readonly length: number;
  readonly #space: AddressSpace;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;

  constructor(space: AddressSpace, scale: StripScale) {
    this.#space = space;
    this.#starts = new Float64Array(space.count);
    this.#ends = new Float64Array(space.count);
    const { lengthOf, gap } = measure(space, scale);
    let position = 0;
    for (let row = 0; row < space.count; row++) {
      if (row > 0 && space.firstPages[row] !== space.endPages[row - 1]) position += gap;
      this.#starts[row] = position;
      position += lengthOf(space.pages(row));
      this.#ends[row] = position;
    }
    this.length = position;
  }

  /** Where a region is. */
  extent(row: number): StripView {
    return { from: this.#starts[row] ?? 0, to: this.#ends[row] ?? 0 };
  }

  /** The region at a position; -1 in a gap and outside of the strip. */
  rowAt(position: number): number {
    const row = this.#lastStarting(position);
    return row >= 0 && position < (this.#ends[row] ?? 0) ? row : -1;
  }

  /** The page at a position: in its region, or in its gap. Positions outside of the strip give its first or last. */
  addressAt(position: number): bigint {
    const { firstPages, endPages, count } = this.#space;
    if (count === 0) return 0n;
    const row = Math.max(0, this.#lastStarting(Math.max(0, position)));
    const isGap = position >= (this.#ends[row] ?? 0) && row + 1 < count;
    const [from, to] = isGap ? [this.#ends[row], this.#starts[row + 1]] : [this.#starts[row], this.#ends[row]];
    const [first, end] = isGap ? [endPages[row], firstPages[row + 1]] : [firstPages[row], endPages[row]];
    return pageAddress(interpolate(position, from ?? 0, to ?? 0, first ?? 0, end ?? 0));
  }

  /** The middle of the page of an address; that of the first or last page where the address is outside of the strip. */
  positionOf(address: bigint): number {
    const { firstPages, endPages, count } = this.#space;
    const page = Number(address / pageBytes);
    const row = lastAtMost(firstPages, page);
    if (count === 0 || row < 0) return 0;
    const isInside = page < (endPages[row] ?? 0);
    if (!isInside && row + 1 === count) return this.length;
    const [from, to] = isInside ? [this.#starts[row], this.#ends[row]] : [this.#ends[row], this.#starts[row + 1]];
    const [first, end] = isInside ? [firstPages[row], endPages[row]] : [endPages[row], firstPages[row + 1]];
    const share = (page - (first ?? 0) + 0.5) / ((end ?? 0) - (first ?? 0));
    return (from ?? 0) + share * ((to ?? 0) - (from ?? 0));
  }

  /**
   * What to paint on `width` pixels, from the left to the right and without overlap. Every region of the view is in one
   * of the runs, however small it is; pixels without a run show a part of the view beyond the strip.
   */
  runs({ from, to }: StripView, width: number): readonly StripRun[] {
    const runs: OpenRun[] = [];
    const scale = width / (to - from);
    const pixel = (position: number) => Math.min(width, Math.max(0, Math.floor((position - from) * scale)));
    const first = Math.max(0, this.#lastStarting(from));
    for (let row = first; row < this.#space.count; row++) {
      const [start, end] = [this.#starts[row] ?? 0, this.#ends[row] ?? 0];
      if (start >= to) break;
      if (end <= from) continue;
      const left = Math.min(pixel(start), width - 1);
      const right = Math.max(left + 1, pixel(end));
      const last = runs.at(-1);
      const taken = last === undefined ? 0 : last.x + last.width;
      const kind = this.#space.kindOf(row);
      if (last !== undefined && right <= taken) {
        last.add(kind, end - start, row);
        continue;
      }
      const x = Math.max(left, taken);
      if (x > taken && row > 0) runs.push(OpenRun.gap(taken, x - taken, row));
      runs.push(new OpenRun(x, right - x, kind, row, end - start));
    }
    return runs.map((run) => run.done());
  }

  #lastStarting(position: number): number {
    return lastAtMost(this.#starts, position);
  }
}

/** Zooms by a factor (2: twice as near) about a position that stays where it is, within the strip. */
export function zoomView(view: StripView, factor: number, anchor: number, length: number): StripView {
  const span = Math.min(length, (view.to - view.from) / factor);
  const share = (anchor - view.from) / (view.to - view.from);
  return withinStrip(anchor - share * span, span, length);
}

/** Moves the view along the strip, and not beyond its ends. */
export function scrollView(view: StripView, distance: number, length: number): StripView {
  return withinStrip(view.from + distance, view.to - view.from, length);
}

function withinStrip(from: number, span: number, length: number): StripView {
  const start = Math.max(0, Math.min(from, length - span));
  return { from: start, to: start + span };
}

class OpenRun {
  readonly x: number;
  readonly width: number;
  readonly #firstRow: number;
  #lastRow: number;
  /** How much of each kind it shows; empty for a gap. */
  readonly #shares = new Map<RegionKind, number>();

  constructor(x: number, width: number, kind: RegionKind | undefined, row: number, share: number) {
    this.x = x;
    this.width = width;
    this.#firstRow = row;
    this.#lastRow = row;
    if (kind !== undefined) this.#shares.set(kind, share);
  }

  /** The gap in front of a region. */
  static gap(x: number, width: number, row: number): OpenRun {
    const run = new OpenRun(x, width, undefined, row - 1, 0);
    run.#lastRow = row;
    return run;
  }

  add(kind: RegionKind, share: number, row: number): void {
    this.#shares.set(kind, (this.#shares.get(kind) ?? 0) + share);
    this.#lastRow = row;
  }

  done(): StripRun {
    let [kind, most]: [RegionKind | undefined, number] = [undefined, -1];
    for (const [each, share] of this.#shares) if (share > most) [kind, most] = [each, share];
    return { x: this.x, width: this.width, kind, firstRow: this.#firstRow, lastRow: this.#lastRow };
  }
}

interface Measure {
  /** Units, by pages. */
  lengthOf(pages: number): number;
  readonly gap: number;
}

function measure(space: AddressSpace, scale: StripScale): Measure {
  if (scale === 'compressed') return { lengthOf: (pages) => 1 + Math.log2(pages), gap: 1 };
  let total = 0;
  for (let row = 0; row < space.count; row++) total += space.pages(row);
  const smallest = total * smallestShare;
  return { lengthOf: (pages) => Math.max(pages, smallest), gap: smallest };
}

/** The page at a position between two, the last one left out. */
function interpolate(position: number, from: number, to: number, first: number, end: number): number {
  const share = to > from ? (position - from) / (to - from) : 0;
  return Math.min(end - 1, Math.max(first, first + Math.floor(share * (end - first))));
}

function pageAddress(page: number): bigint {
  return BigInt(page) * pageBytes;
}
