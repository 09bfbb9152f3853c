/**
 * The picture of an address space: a strip of all regions in the order of their addresses, the gaps between them folded.
 * Nothing here knows pixels but `runs`: positions are units of the strip, 0 … length.
 *
 * A page is one unit long, and the length grows with the square root of the size: so the large is seen to be large, and
 * the hundred small regions of libraries are seen beside it. What is larger than 256 MiB grows slower, and what is only
 * reserved slower from the first page on: a reservation of terabytes is no memory.
 */
import { type AddressSpace, kindIndex } from './addressSpace.ts';
import { pageBytes } from './regionColumns.ts';
import { type RegionKind, regionKinds } from './regionKind.ts';
import { lastAtMost } from './sortedSearch.ts';

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
  /** Whether most of that is only reserved. */
  readonly isReserved: boolean;
  /** Rows of the regions, the last included; of a gap, the one before and the one behind it. */
  readonly firstRow: number;
  readonly lastRow: number;
}

/** Pages of 4 KiB: 256 MiB, and its length. */
const large = 2 ** 16;
const largeLength = Math.sqrt(large);
/** What each doubling beyond it adds. */
const doublingLength = 16;
/** Gaps from this many pages on (1 GiB) set parts of the address space apart, and are given room to be seen. */
export const wideGap = 2 ** 18;
/** Of the strip: a wide gap, and all of them together at the most. */
const wideGapShare = 0.008;
const wideGapsShare = 0.2;

const gapKinds = { none: 0, narrow: 1, wide: 2 } as const;

/** What does not depend on how near the strip is looked at. */
interface StripBase {
  readonly space: AddressSpace;
  readonly lengths: Float64Array;
  /** By row, what is before it: another region, a gap, or a wide one. */
  readonly gaps: Uint8Array;
  /** By row, where its share of a run is counted: by kind, and what is reserved only behind all kinds. */
  readonly slots: Uint8Array;
  /** Of a wide gap where the whole strip shows. */
  readonly gapLength: number;
  readonly wholeLength: number;
}

export class AddressStrip {
  readonly length: number;
  readonly #base: StripBase;
  readonly #space: AddressSpace;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;

  private constructor(base: StripBase, gapScale: number) {
    const { space, lengths, gaps, gapLength } = base;
    this.#base = base;
    this.#space = space;
    this.#starts = new Float64Array(space.count);
    this.#ends = new Float64Array(space.count);
    let position = 0;
    for (let row = 0; row < space.count; row++) {
      if (gaps[row] === gapKinds.wide) position += gapLength * gapScale;
      else if (gaps[row] === gapKinds.narrow) position++;
      this.#starts[row] = position;
      position += lengths[row] ?? 0;
      // The very number that the next one starts at: nothing is between neighbours.
      this.#ends[row] = position;
    }
    this.length = position;
  }

  /** The strip as it is where the whole of it shows. */
  static of(space: AddressSpace): AddressStrip {
    return new AddressStrip(baseOf(space), 1);
  }

  /** Of the strip as it is where the whole of it shows. */
  get wholeLength(): number {
    return this.#base.wholeLength;
  }

  /** The same strip with wide gaps of another length; 1 is that where the whole of it shows. */
  withGaps(scale: number): AddressStrip {
    return new AddressStrip(this.#base, scale);
  }

  /** Where the same place is in the same strip with other gaps. */
  positionIn(other: AddressStrip, position: number): number {
    const row = this.#lastStarting(position);
    if (row < 0) return 0;
    const { from, to } = this.extent(row);
    const there = other.extent(row);
    if (position <= to || row + 1 === this.#space.count) return there.from + (position - from);
    const [next, nextThere] = [this.extent(row + 1), other.extent(row + 1)];
    return there.to + ((position - to) / (next.from - to)) * (nextThere.from - there.to);
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
    const runs: StripRun[] = [];
    const open = new OpenRun();
    const scale = width / (to - from);
    // What ends with the view ends with its last pixel, whatever rounding makes of it.
    const pixel = (position: number) =>
      position >= to ? width : Math.min(width, Math.max(0, Math.floor((position - from) * scale)));
    const first = Math.max(0, this.#lastStarting(from));
    for (let row = first; row < this.#space.count; row++) {
      const [start, end] = [this.#starts[row] ?? 0, this.#ends[row] ?? 0];
      if (start >= to) break;
      if (end <= from) continue;
      const left = Math.min(pixel(start), width - 1);
      const right = Math.max(left + 1, pixel(end));
      const taken = open.end;
      if (right > taken) {
        if (open.width > 0) runs.push(open.done());
        const x = Math.max(left, taken);
        if (x > taken && row > 0) runs.push(gapRun(taken, x - taken, row));
        open.begin(x, right - x, row);
      }
      open.add(this.#base.slots[row] ?? 0, end - start, row);
    }
    if (open.width > 0) runs.push(open.done());
    const rest = runs.length === 0 ? first + 1 : open.lastRow + 1;
    if (open.end < width && rest > 0 && rest < this.#space.count) runs.push(gapRun(open.end, width - open.end, rest));
    return runs;
  }

  #lastStarting(position: number): number {
    return lastAtMost(this.#starts, position);
  }
}

/** A part of a strip that shows. However near it is looked at, wide gaps are as wide on the screen. */
export interface ZoomedStrip {
  readonly strip: AddressStrip;
  readonly view: StripView;
}

export function wholeStrip(strip: AddressStrip): ZoomedStrip {
  return { strip: strip.withGaps(1), view: { from: 0, to: Math.max(1, strip.wholeLength) } };
}

/** Zooms by a factor (2: twice as near) about a position that stays where it is, within the strip. */
export function zoomStrip({ strip, view }: ZoomedStrip, factor: number, anchor: number): ZoomedStrip {
  const span = (view.to - view.from) / factor;
  if (!(span < strip.wholeLength)) return wholeStrip(strip);
  const share = (anchor - view.from) / (view.to - view.from);
  const next = strip.withGaps(span / strip.wholeLength);
  const from = strip.positionIn(next, anchor) - share * span;
  return { strip: next, view: withinStrip(from, span, next.length) };
}

/** Shows what is between two positions of a strip, but not less than `least` of it. */
export function zoomTo(strip: AddressStrip, from: number, to: number, least: number): ZoomedStrip {
  const [none, whole] = [strip.withGaps(0), strip.withGaps(1)];
  const between = (other: AddressStrip) => strip.positionIn(other, to) - strip.positionIn(other, from);
  const regions = between(none);
  // The gaps are to take as much of what shows as they take of the whole.
  const gapShare = (between(whole) - regions) / strip.wholeLength;
  const span = Math.max(least, regions / (1 - gapShare));
  if (!(span < strip.wholeLength)) return wholeStrip(strip);
  const next = strip.withGaps(span / strip.wholeLength);
  return { strip: next, view: withinStrip(strip.positionIn(next, from), span, next.length) };
}

/** Moves the view along the strip, and not beyond its ends. */
export function scrollView(view: StripView, distance: number, length: number): StripView {
  return withinStrip(view.from + distance, view.to - view.from, length);
}

function withinStrip(from: number, span: number, length: number): StripView {
  const start = Math.max(0, Math.min(from, length - span));
  return { from: start, to: start + span };
}

/** The gap in front of a region. */
function gapRun(x: number, width: number, row: number): StripRun {
  return { x, width, kind: undefined, isReserved: false, firstRow: row - 1, lastRow: row };
}

/** One for all runs, filled anew: there are thousands in a frame. */
class OpenRun {
  width = 0;
  #x = 0;
  #firstRow = 0;
  #lastRow = 0;
  /** How much it shows of each kind, first of what is more than reserved and then of what is reserved only. */
  readonly #shares = new Float64Array(2 * regionKinds.length);

  get lastRow(): number {
    return this.#lastRow;
  }

  /** The first pixel behind it. */
  get end(): number {
    return this.#x + this.width;
  }

  begin(x: number, width: number, row: number): void {
    this.#x = x;
    this.width = width;
    this.#firstRow = row;
    this.#shares.fill(0);
  }

  add(slot: number, share: number, row: number): void {
    this.#shares[slot] = (this.#shares[slot] ?? 0) + share;
    this.#lastRow = row;
  }

  done(): StripRun {
    const most = this.#shares.indexOf(Math.max(...this.#shares));
    const kind = regionKinds[most % regionKinds.length];
    const isReserved = most >= regionKinds.length;
    return { x: this.#x, width: this.width, kind, isReserved, firstRow: this.#firstRow, lastRow: this.#lastRow };
  }
}

function lengthOf(space: AddressSpace, row: number): number {
  const pages = space.pages(row);
  if (space.isReserved(row)) return Math.min(Math.sqrt(pages), 1 + Math.log2(pages));
  return pages <= large ? Math.sqrt(pages) : largeLength + doublingLength * Math.log2(pages / large);
}

/** Pages between a region and the one before it. */
function gapBefore(space: AddressSpace, row: number): number {
  return row === 0 ? 0 : (space.firstPages[row] ?? 0) - (space.endPages[row - 1] ?? 0);
}

function baseOf(space: AddressSpace): StripBase {
  const { count } = space;
  const lengths = new Float64Array(count);
  const [gaps, slots] = [new Uint8Array(count), new Uint8Array(count)];
  const kinds = Uint8Array.from(space.objects, ({ kind }) => kindIndex(kind));
  let [position, wide] = [0, 0];
  for (let row = 0; row < count; row++) {
    const gap = gapBefore(space, row);
    gaps[row] = gap >= wideGap ? gapKinds.wide : gap > 0 ? gapKinds.narrow : gapKinds.none;
    if (gap >= wideGap) wide++;
    else if (gap > 0) position++;
    const length = lengthOf(space, row);
    lengths[row] = length;
    slots[row] = (kinds[space.objectIndexes[row] ?? 0] ?? 0) + (space.isReserved(row) ? regionKinds.length : 0);
    position += length;
  }
  const gapLength = Math.max(1, position * Math.min(wideGapShare, wideGapsShare / Math.max(1, wide)));
  return { space, lengths, gaps, slots, gapLength, wholeLength: position + wide * gapLength };
}

/** The page at a position between two, the last one left out. */
function interpolate(position: number, from: number, to: number, first: number, end: number): number {
  const share = to > from ? (position - from) / (to - from) : 0;
  return Math.min(end - 1, Math.max(first, first + Math.floor(share * (end - first))));
}

function pageAddress(page: number): bigint {
  return BigInt(page) * pageBytes;
}
