/** Figures laid beside the regions they belong to. They are read later, so an address space may have changed between. */
import { type FigureColumns, type FigureKey, figureKeys, Halves, nameAt, type RegionColumns } from './regionColumns.ts';

/** By the rows of the regions; NaN where a region has no figures. */
export class RegionFigures {
  readonly #columns: FigureColumns;
  /** By row of the regions, the row of the figures; -1 for none. */
  readonly #rows: Int32Array;

  constructor(regions: Pick<RegionColumns, 'count' | 'starts' | 'ends'>, figures: FigureColumns) {
    this.#columns = figures;
    this.#rows = matchingRows(regions, figures);
  }

  /** As they were read, by rows of their own: see `rowOf`. */
  get columns(): FigureColumns {
    return this.#columns;
  }

  /** The same figures beside other regions: those that are still the same have them. */
  beside(regions: Pick<RegionColumns, 'count' | 'starts' | 'ends'>): RegionFigures {
    return new RegionFigures(regions, this.#columns);
  }

  /** The row of a region's figures in `columns`; -1 where it has none. */
  rowOf(row: number): number {
    return this.#rows[row] ?? -1;
  }

  /** Bytes. */
  at(key: FigureKey, row: number): number {
    return this.#columns[key][this.#rows[row] ?? -1] ?? Number.NaN;
  }

  /** Two-letter codes; undefined where the region has no figures. */
  flags(row: number): readonly string[] | undefined {
    const index = this.#columns.flags[this.#rows[row] ?? -1];
    if (index === undefined) return undefined;
    const bytes = nameAt(this.#columns.flagSets, index);
    return bytes.length === 0 ? [] : String.fromCharCode(...bytes).split(' ');
  }

  /** Whether one of the flags of a region is this; false where it has no figures. */
  hasFlag(flag: string): (row: number) => boolean {
    const { flagSets, flags } = this.#columns;
    const having = Array.from({ length: Math.max(0, flagSets.offsets.length - 1) }, (_, index) =>
      ` ${String.fromCharCode(...nameAt(flagSets, index))} `.includes(` ${flag} `),
    );
    return (row) => having[flags[this.#rows[row] ?? -1] ?? -1] ?? false;
  }

  /** The sum of what is known of a figure in all regions. Bytes. */
  total(key: FigureKey): number {
    let sum = 0;
    for (const row of this.#rows) if (row >= 0) sum += this.#columns[key][row] ?? 0;
    return sum;
  }
}

/** Both are in the order of the addresses. A region that has grown since has other figures than it had. */
function matchingRows(
  regions: Pick<RegionColumns, 'count' | 'starts' | 'ends'>,
  figures: Pick<FigureColumns, 'count' | 'starts' | 'ends'>,
): Int32Array {
  const [starts, ends] = [new Halves(regions.starts), new Halves(regions.ends)];
  const [figureStarts, figureEnds] = [new Halves(figures.starts), new Halves(figures.ends)];
  const rows = new Int32Array(regions.count).fill(-1);
  let other = 0;
  for (let row = 0; row < regions.count; row++) {
    while (other < figures.count && isBefore(figureStarts, other, starts, row)) other++;
    if (other === figures.count) break;
    if (figureStarts.areSame(other, starts, row) && figureEnds.areSame(other, ends, row)) rows[row] = other;
  }
  return rows;
}

function isBefore(a: Halves, row: number, b: Halves, other: number): boolean {
  const [high, otherHigh] = [a.high(row), b.high(other)];
  return high < otherHigh || (high === otherHigh && a.low(row) < b.low(other));
}

/** No figures at all: what is shown until they are read. */
export function noFigures(): RegionFigures {
  const empty = new Float64Array(0);
  const none = Object.fromEntries(figureKeys.map((key) => [key, empty])) as Record<FigureKey, Float64Array>;
  const names = { bytes: new Uint8Array(0), offsets: Uint32Array.of(0) };
  const [starts, flags] = [new BigUint64Array(0), new Uint32Array(0)];
  const columns = { ...none, count: 0, starts, ends: starts, flags, flagSets: names };
  return new RegionFigures({ count: 0, starts, ends: starts }, columns);
}
