/**
 * Regions and their figures as few bytes, for the way from the extension host to a view: as columns, 65,530 of them
 * would be 12 MB, and a megabyte takes some 50 ms. What a row has in common with the row before it is not said again.
 *
 * Numbers are varints of seven bits, low ones first. Places are pages, for addresses, sizes and offsets are whole
 * pages; figures are KiB, as smaps has them.
 */
import {
  type FigureKey,
  figureKeys,
  Halves,
  lowHalf,
  type NameBytes,
  pageOfHalves,
  type RegionColumns,
} from './regionColumns.ts';
import { RegionFigures } from './regionFigures.ts';

/** A part of the rows, in their order. */
export interface WireRows {
  readonly count: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Facts of a region that do not follow from the region before it. */
const facts = { gap: 1, pages: 2, rights: 4, file: 8, name: 16, offset: 32, maybeNewline: 64 } as const;

/** The rows [from, to) as bytes. A reader must be given all parts in their order, from row 0 on. */
export function wireRegions(columns: RegionColumns, from: number, to: number): WireRows {
  const out = new Writer(8 * (to - from));
  const { rights, nameIndexes, maybeNewline } = columns;
  const halves = (column: BigUint64Array) => new Halves(column);
  const [starts, ends, offsets] = [halves(columns.starts), halves(columns.ends), halves(columns.offsets)];
  const [devs, inos] = [halves(columns.devs), halves(columns.inos)];
  for (let row = from; row < to; row++) {
    // Each part is begun anew, so that parts may be of any size.
    const before = row === from ? -1 : row - 1;
    const start = pageAt(starts, row);
    const pages = endPage(ends, row) - start;
    const offset = pageAt(offsets, row);
    const lastEnd = before < 0 ? 0 : endPage(ends, before);
    const isSameFile = before >= 0 && devs.areSame(row, devs, before) && inos.areSame(row, inos, before);
    const follows = before < 0 ? 0 : followingOffset(offsets, starts, ends, before);
    const mask =
      (start === lastEnd ? 0 : facts.gap) |
      (before >= 0 && pages === lastEnd - pageAt(starts, before) ? 0 : facts.pages) |
      (rights[row] === (before < 0 ? 0 : rights[before]) ? 0 : facts.rights) |
      (isSameFile ? 0 : facts.file) |
      (nameIndexes[row] === (before < 0 ? 0 : nameIndexes[before]) ? 0 : facts.name) |
      (offset === follows ? 0 : facts.offset) |
      (maybeNewline[row] === 1 ? facts.maybeNewline : 0);
    out.byte(mask);
    if (mask & facts.gap) out.number(start - lastEnd);
    if (mask & facts.pages) out.number(pages);
    if (mask & facts.rights) out.byte(rights[row] ?? 0);
    if (mask & facts.file) for (const column of [devs, inos]) out.halves(column.high(row), column.low(row));
    if (mask & facts.name) out.number(nameIndexes[row] ?? 0);
    if (mask & facts.offset) out.number(offset);
  }
  return { count: to - from, bytes: out.done() };
}

/** Makes the columns of regions again, part by part. */
export class RegionReader {
  readonly #columns: Mutable<RegionColumns>;
  #count = 0;

  /** `count`: rows of all parts together. */
  constructor(count: number, names: NameBytes) {
    const big = () => new BigUint64Array(count);
    this.#columns = {
      ...{ count, names, starts: big(), ends: big(), offsets: big(), devs: big(), inos: big() },
      ...{ rights: new Uint8Array(count), nameIndexes: new Uint32Array(count), maybeNewline: new Uint8Array(count) },
    };
  }

  get isDone(): boolean {
    return this.#count === this.#columns.count;
  }

  /** Those that have been read; complete once `isDone`. */
  get columns(): RegionColumns {
    return this.#columns;
  }

  read(part: WireRows): void {
    const { rights, nameIndexes, maybeNewline, starts, ends, offsets, devs, inos } = this.#columns;
    const input = new Reader(part.bytes);
    const words = (column: BigUint64Array) => new Uint32Array(column.buffer);
    const [startWords, endWords, offsetWords] = [words(starts), words(ends), words(offsets)];
    const files = [words(devs), words(inos)];
    const last = { end: 0, pages: 0, rights: 0, name: 0, offset: 0 };
    const first = this.#count;
    for (let row = first; row < first + part.count; row++) {
      const mask = input.byte();
      const start = last.end + (mask & facts.gap ? input.number() : 0);
      if (mask & facts.pages) last.pages = input.number();
      if (mask & facts.rights) last.rights = input.byte();
      if (mask & facts.file) for (const column of files) input.halves(column, row);
      else for (const column of files) copyWords(column, row - 1, row);
      if (mask & facts.name) last.name = input.number();
      const offset = mask & facts.offset ? input.number() : last.offset;
      last.end = start + last.pages;
      last.offset = offset === 0 ? 0 : offset + last.pages;
      setPage(startWords, row, start);
      setPage(endWords, row, last.end);
      setPage(offsetWords, row, offset);
      rights[row] = last.rights;
      nameIndexes[row] = last.name;
      maybeNewline[row] = mask & facts.maybeNewline ? 1 : 0;
    }
    this.#count += part.count;
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Before the figures themselves: whether a region has any, and whether its flags are others. */
const noFiguresBit = 1;
const flagsBit = 2;
const firstFigureBit = 4;

/** The figures of the regions [from, to) as bytes. */
export function wireFigures(figures: RegionFigures, from: number, to: number): WireRows {
  const out = new Writer(6 * (to - from));
  const { columns } = figures;
  const values = figureKeys.map((key) => columns[key]);
  let before = -1;
  for (let region = from; region < to; region++) {
    const row = figures.rowOf(region);
    if (row < 0) {
      out.byte(noFiguresBit);
      continue;
    }
    let mask = columns.flags[row] === (before < 0 ? 0 : columns.flags[before]) ? 0 : flagsBit;
    for (let at = 0, bit = firstFigureBit; at < values.length; at++, bit *= 2) {
      if (!isSame(values[at]?.[row], before < 0 ? 0 : values[at]?.[before])) mask |= bit;
    }
    out.number(mask);
    if (mask & flagsBit) out.number(columns.flags[row] ?? 0);
    for (let at = 0, bit = firstFigureBit; at < values.length; at++, bit *= 2) {
      if (mask & bit) out.number(kibOf(values[at]?.[row] ?? Number.NaN));
    }
    before = row;
  }
  return { count: to - from, bytes: out.done() };
}

/** Makes the columns of figures again, part by part. */
export class FigureReader {
  readonly #regions: Pick<RegionColumns, 'count' | 'starts' | 'ends'>;
  readonly #flagSets: NameBytes;
  readonly #rows: Uint32Array;
  readonly #flags: Uint32Array;
  readonly #figures: readonly Float64Array[];
  #region = 0;
  #count = 0;

  /** `regions`: those the figures were written for. */
  constructor(regions: Pick<RegionColumns, 'count' | 'starts' | 'ends'>, flagSets: NameBytes) {
    const { count } = regions;
    this.#regions = regions;
    this.#flagSets = flagSets;
    this.#rows = new Uint32Array(count);
    this.#flags = new Uint32Array(count);
    this.#figures = figureKeys.map(() => new Float64Array(count));
  }

  get isDone(): boolean {
    return this.#region === this.#regions.count;
  }

  read(part: WireRows): void {
    const input = new Reader(part.bytes);
    const values = this.#figures;
    const last = new Float64Array(values.length);
    let flags = 0;
    for (const end = this.#region + part.count; this.#region < end; this.#region++) {
      const mask = input.number();
      if (mask & noFiguresBit) continue;
      if (mask & flagsBit) flags = input.number();
      for (let at = 0, bit = firstFigureBit; at < values.length; at++, bit *= 2) {
        if (mask & bit) last[at] = bytesOf(input.number());
        (values[at] as Float64Array)[this.#count] = last[at] ?? 0;
      }
      this.#flags[this.#count] = flags;
      this.#rows[this.#count++] = this.#region;
    }
  }

  /** Once `isDone`. */
  figures(): RegionFigures {
    const count = this.#count;
    const rows = this.#rows.subarray(0, count);
    const { starts, ends } = this.#regions;
    const columns = Object.fromEntries(
      figureKeys.map((key, at) => [key, (this.#figures[at] as Float64Array).subarray(0, count)]),
    ) as Record<FigureKey, Float64Array>;
    const of = (column: BigUint64Array) => BigUint64Array.from(rows, (row) => column[row] ?? 0n);
    // Nearly always all regions have figures.
    const isAll = count === this.#regions.count;
    return new RegionFigures(this.#regions, {
      ...columns,
      ...{ count, starts: isAll ? starts : of(starts), ends: isAll ? ends : of(ends) },
      ...{ flags: this.#flags.subarray(0, count), flagSets: this.#flagSets },
    });
  }
}

/** What is not known is 0 on the wire. */
function kibOf(bytes: number): number {
  return Number.isNaN(bytes) ? 0 : 1 + Math.floor(bytes / 1024);
}

function bytesOf(kib: number): number {
  return kib === 0 ? Number.NaN : (kib - 1) * 1024;
}

function isSame(a: number | undefined, b: number | undefined): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** 2^64 as a page: the end of a region that reaches to the last address. */
const pastTheLast = 2 ** 52;

function pageAt(column: Halves, row: number): number {
  return pageOfHalves(column.high(row), column.low(row));
}

function endPage(column: Halves, row: number): number {
  return pageAt(column, row) || pastTheLast;
}

/** What is mapped next of the same file goes on where this one ends; anonymous memory has no offsets. */
function followingOffset(offsets: Halves, starts: Halves, ends: Halves, row: number): number {
  const offset = pageAt(offsets, row);
  return offset === 0 ? 0 : offset + endPage(ends, row) - pageAt(starts, row);
}

function setPage(words: Uint32Array, row: number, page: number): void {
  words[2 * row + lowHalf] = (page % 2 ** 20) * 4096;
  words[2 * row + 1 - lowHalf] = Math.floor(page / 2 ** 20);
}

function copyWords(words: Uint32Array, from: number, to: number): void {
  words.copyWithin(2 * to, 2 * from, 2 * from + 2);
}

class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(Math.max(64, size));
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow();
    this.#bytes[this.#length++] = value;
  }

  /** 0 … 2^53 - 1. */
  number(value: number): void {
    let rest = value;
    for (; rest >= 2 ** 31; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 0x80);
    for (; rest >= 128; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  halves(high: number, low: number): void {
    this.number(high);
    this.number(low);
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.#bytes.length);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  halves(words: Uint32Array, row: number): void {
    words[2 * row + 1 - lowHalf] = this.number();
    words[2 * row + lowHalf] = this.number();
  }
}
