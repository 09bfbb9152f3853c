/**
 * Regions as few bytes, for the way from the extension host to a view: as columns, 65,530 of them would be 3 MB, and a
 * megabyte takes some 50 ms. What a row has in common with the row before it is not said again. Places are pages, for
 * addresses, sizes and offsets are whole pages. Figures are on their way so from the start: figureParts.ts.
 */
import { Halves, type NameBytes, pageOfHalves, type RegionColumns, setPage } from './regionColumns.ts';
import { ByteReader, ByteWriter } from './wireBytes.ts';

/** A part of the rows, in their order. */
export interface WireRows {
  readonly count: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Facts of a region that do not follow from the region before it. */
const facts = { gap: 1, pages: 2, rights: 4, file: 8, name: 16, offset: 32, maybeNewline: 64 } as const;

/** The rows [from, to) as bytes. A reader must be given all parts in their order, from row 0 on. */
export function wireRegions(columns: RegionColumns, from: number, to: number): WireRows {
  const out = new ByteWriter(8 * (to - from));
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
    const input = new ByteReader(part.bytes);
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

function copyWords(words: Uint32Array, from: number, to: number): void {
  words.copyWithin(2 * to, 2 * from, 2 * from + 2);
}
