/** Figures laid beside the regions they belong to. They are read later, so an address space may have changed between. */
import { type FigureColumns, type FigureKey, figureKeys, Halves, nameAt, type RegionColumns } from './regionColumns.ts';

type Addresses = Pick<RegionColumns, 'count' | 'starts' | 'ends'>;

/** By the rows of the regions; NaN where a region has no figures. */
export class RegionFigures {
  readonly #columns: FigureColumns;
  /** By row of the regions, the row of the figures; -1 for none. */
  readonly #rows: Int32Array;

  /** `rows`: by row of the regions, the row of the figures, -1 for none; where it is not known yet, it is found. */
  constructor(regions: Addresses, figures: FigureColumns, rows: Int32Array = matchingRows(regions, figures)) {
    this.#columns = figures;
    this.#rows = rows;
  }

  /** As they were read, by rows of their own: see `rowOf`. */
  get columns(): FigureColumns {
    return this.#columns;
  }

  /** The same figures beside other regions: those that are still the same have them. */
  beside(regions: Addresses): RegionFigures {
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

function matchingRows(regions: Addresses, figures: Addresses): Int32Array {
  const rows = new Int32Array(regions.count).fill(-1);
  matchRows(regions, figures, rows, { region: 0, figure: 0 });
  return rows;
}

/**
 * Finds the rows of figures from `from` on, where -1 stands in `rows`. Both are in the order of the addresses. A region
 * that has grown since has other figures than it had. Answers the first region that more figures could be of.
 */
export function matchRows(
  regions: Addresses,
  figures: Addresses,
  rows: Int32Array,
  from: { readonly region: number; readonly figure: number },
): number {
  const [starts, ends] = [new Halves(regions.starts), new Halves(regions.ends)];
  const [figureStarts, figureEnds] = [new Halves(figures.starts), new Halves(figures.ends)];
  let { region, figure } = from;
  for (; region < regions.count; region++) {
    while (figure < figures.count && isBefore(figureStarts, figure, starts, region)) figure++;
    if (figure === figures.count) break;
    if (figureStarts.areSame(figure, starts, region) && figureEnds.areSame(figure, ends, region)) rows[region] = figure;
  }
  return region;
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
