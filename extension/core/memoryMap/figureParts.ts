/**
 * Figures on their way in. They come in parts while the kernel is still at the next one, and stay as few bytes all the
 * way from the thread that reads them to the view that shows them: as columns, those of 65,530 regions are 10 MB, which
 * are garbage soon, and collecting it takes the processors that the view waits for.
 */
import {
  type FigureColumns,
  type FigureKey,
  figureKeys,
  type NameBytes,
  type RegionColumns,
  setPage,
} from './regionColumns.ts';
import { matchRows, RegionFigures } from './regionFigures.ts';
import { ByteReader } from './wireBytes.ts';

/** Some of the rows, in the order of the addresses: see native/processes.d.ts, which says what the bytes are. */
export interface FigurePart {
  /** Which row its first one is. Where it is not the next one, the rows from there on do not hold any more. */
  readonly first: number;
  readonly count: number;
  readonly isLast: boolean;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly flagSets: NameBytes;
}

/** What follows in a row, by the bits of its mask; the figures have those from `firstFigure` on. */
export const rowBits = { gap: 1, pages: 2, flags: 4, firstFigure: 8 } as const;

type Regions = Pick<RegionColumns, 'count' | 'starts' | 'ends'>;
type Growing = { -readonly [K in keyof FigureColumns]: FigureColumns[K] };

/** Lays figures beside the regions that they belong to, as they come. */
export class FigureReader {
  readonly #regions: Regions;
  #columns: Growing;
  #rows: Int32Array;
  /** So many of the regions are matched. */
  #matched = 0;
  #isDone = false;

  constructor(regions: Regions) {
    this.#regions = regions;
    this.#columns = withRoom(regions.count);
    this.#rows = new Int32Array(regions.count).fill(-1);
  }

  /** The last part has come. */
  get isDone(): boolean {
    return this.#isDone;
  }

  read(part: FigurePart): void {
    if (part.first !== this.#columns.count) this.#goBack(part.first);
    const columns = this.#columns;
    const from = columns.count;
    columns.count = from + part.count;
    if (columns.count > columns.starts.length) this.#columns = copyOf(columns, 2 * columns.count);
    readRows(part, this.#columns, from);
    this.#columns.flagSets = part.flagSets;
    this.#matched = matchRows(this.#regions, this.#columns, this.#rows, { region: this.#matched, figure: from });
    this.#isDone = part.isLast;
  }

  /** Once `isDone`. */
  figures(): RegionFigures {
    const { count, starts, ends, flags, flagSets } = this.#columns;
    const figures = figureKeys.map((key) => [key, this.#columns[key].subarray(0, count)]);
    const columns = {
      ...(Object.fromEntries(figures) as Record<FigureKey, Float64Array>),
      ...{ count, starts: starts.subarray(0, count), ends: ends.subarray(0, count) },
      ...{ flags: flags.subarray(0, count), flagSets },
    };
    return new RegionFigures(this.#regions, columns, this.#rows);
  }

  /** Keeps so many rows. */
  #goBack(count: number): void {
    this.#columns.count = count;
    this.#rows.fill(-1);
    this.#matched = matchRows(this.#regions, this.#columns, this.#rows, { region: 0, figure: 0 });
  }
}

/** Figures that came in parts, beside regions. */
export function figuresOfParts(regions: Regions, parts: readonly FigurePart[]): RegionFigures {
  const reader = new FigureReader(regions);
  for (const part of parts) reader.read(part);
  return reader.figures();
}

function readRows({ bytes, count }: FigurePart, columns: Growing, from: number): void {
  const input = new ByteReader(bytes);
  const values = figureKeys.map((key) => columns[key]);
  const last = new Float64Array(values.length);
  const [starts, ends] = [columns.starts, columns.ends].map((column) => new Uint32Array(column.buffer));
  if (starts === undefined || ends === undefined) return;
  let [end, pages, flags] = [0, 0, 0];
  for (let row = from; row < from + count; row++) {
    const mask = input.number();
    const start = end + (mask & rowBits.gap ? input.number() : 0);
    if (mask & rowBits.pages) pages = input.number();
    if (mask & rowBits.flags) flags = input.number();
    end = start + pages;
    setPage(starts, row, start);
    setPage(ends, row, end);
    columns.flags[row] = flags;
    for (let at = 0, bit: number = rowBits.firstFigure; at < values.length; at++, bit *= 2) {
      if (mask & bit) last[at] = input.number() * 1024;
      (values[at] as Float64Array)[row] = last[at] ?? 0;
    }
  }
}

function withRoom(rows: number): Growing {
  const figures = Object.fromEntries(figureKeys.map((key) => [key, new Float64Array(rows)]));
  return {
    ...(figures as Record<FigureKey, Float64Array>),
    ...{ count: 0, starts: new BigUint64Array(rows), ends: new BigUint64Array(rows), flags: new Uint32Array(rows) },
    flagSets: { bytes: new Uint8Array(0), offsets: Uint32Array.of(0) },
  };
}

/** The same rows, with room for more. */
function copyOf(columns: FigureColumns, rows: number): Growing {
  const { count, flagSets } = columns;
  const copy = { ...withRoom(rows), count, flagSets };
  copy.starts.set(columns.starts);
  copy.ends.set(columns.ends);
  copy.flags.set(columns.flags);
  for (const key of figureKeys) copy[key].set(columns[key]);
  return copy;
}
