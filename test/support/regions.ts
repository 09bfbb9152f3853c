// Address spaces from a few words: for the unit tests, and for pages in a browser.
import { AddressSpace } from '../../extension/core/memoryMap/addressSpace.ts';
import { type FigurePart, rowBits } from '../../extension/core/memoryMap/figureParts.ts';
import {
  type FigureColumns,
  type FigureKey,
  figureKeys,
  type NameBytes,
  type RegionColumns,
} from '../../extension/core/memoryMap/regionColumns.ts';
import { ByteWriter } from '../../extension/core/memoryMap/wireBytes.ts';
import { encodeUtf8 } from '../../extension/core/text/utf8.ts';

export interface Described {
  /** Pages of 4 KiB. */
  readonly first: number;
  readonly pages: number;
  /** As in maps. Default `rw-p`. */
  readonly rights?: string;
  readonly name?: string;
  /** 0 for none. */
  readonly inode?: number;
  readonly dev?: bigint;
  /** Pages. */
  readonly offset?: number;
}

export const page = 4096n;

export function columnsOf(regions: readonly Described[]): RegionColumns {
  const names = new Map<string, number>();
  for (const { name = '' } of regions) if (!names.has(name)) names.set(name, names.size);
  const big = (value: (region: Described) => bigint) => BigUint64Array.from(regions, value);
  return {
    count: regions.length,
    starts: big(({ first }) => BigInt(first) * page),
    ends: big(({ first, pages }) => BigInt.asUintN(64, BigInt(first + pages) * page)),
    offsets: big(({ offset = 0 }) => BigInt(offset) * page),
    devs: big(({ dev, inode = 0 }) => dev ?? (inode === 0 ? 0n : 0x801n)),
    inos: big(({ inode = 0 }) => BigInt(inode)),
    rights: Uint8Array.from(regions, ({ rights = 'rw-p' }) => rightsOf(rights)),
    nameIndexes: Uint32Array.from(regions, ({ name = '' }) => names.get(name) ?? 0),
    maybeNewline: new Uint8Array(regions.length),
    names: nameBytes([...names.keys()]),
  };
}

export function spaceOf(regions: readonly Described[]): AddressSpace {
  return new AddressSpace(columnsOf(regions));
}

function rightsOf(text: string): number {
  return [...'rwxs'].reduce((bits, letter, at) => bits | (text.includes(letter) ? 1 << at : 0), 0);
}

function nameBytes(names: readonly string[]): NameBytes {
  const bytes = names.map((name) => encodeUtf8(name));
  const offsets = Uint32Array.of(0, ...bytes.map(({ length }) => length));
  for (let at = 1; at < offsets.length; at++) offsets[at] = (offsets[at] ?? 0) + (offsets[at - 1] ?? 0);
  return { bytes: Uint8Array.from(bytes.flatMap((each) => [...each])), offsets };
}

export interface DescribedFigures extends Partial<Record<FigureKey, number>> {
  readonly first: number;
  readonly pages: number;
  readonly flags?: string;
}

export function figuresOf(rows: readonly DescribedFigures[]): FigureColumns {
  const sets = [...new Set(rows.map(({ flags = '' }) => flags))];
  const column = (key: FigureKey) => Float64Array.from(rows, (row) => row[key] ?? 0);
  const columns = Object.fromEntries(figureKeys.map((key) => [key, column(key)])) as Record<FigureKey, Float64Array>;
  return {
    ...columns,
    count: rows.length,
    starts: BigUint64Array.from(rows, ({ first }) => BigInt(first) * page),
    ends: BigUint64Array.from(rows, ({ first, pages }) => BigInt(first + pages) * page),
    flags: Uint32Array.from(rows, ({ flags = '' }) => sets.indexOf(flags)),
    flagSets: nameBytes(sets),
  };
}

/** As the addon gives them, in parts of `size` rows. */
export function partsOf(columns: FigureColumns, size: number): FigurePart[] {
  const parts: FigurePart[] = [];
  let first = 0;
  do {
    const count = Math.min(size, columns.count - first);
    parts.push(partOf(columns, first, count));
    first += count;
  } while (first < columns.count);
  return parts;
}

function partOf(columns: FigureColumns, first: number, count: number): FigurePart {
  const out = new ByteWriter(0);
  const values = figureKeys.map((key) => columns[key]);
  let before = { end: 0, pages: 0, flags: 0, figures: values.map(() => 0) };
  for (let row = first; row < first + count; row++) {
    const [start, end] = [columns.starts, columns.ends].map((column) => Number((column[row] ?? 0n) / page)) as [
      number,
      number,
    ];
    const [pages, flags] = [end - start, columns.flags[row] ?? 0];
    const figures = values.map((value) => (value[row] ?? 0) / 1024);
    const facts = [
      ...(start === before.end ? [] : [[rowBits.gap, start - before.end]]),
      ...(pages === before.pages ? [] : [[rowBits.pages, pages]]),
      ...(flags === before.flags ? [] : [[rowBits.flags, flags]]),
      ...figures.flatMap((kib, at) => (kib === before.figures[at] ? [] : [[rowBits.firstFigure * 2 ** at, kib]])),
    ] as [number, number][];
    for (const number of [facts.reduce((mask, [bit]) => mask | bit, 0), ...facts.map(([, value]) => value)])
      out.number(number);
    before = { end, pages, flags, figures };
  }
  return { first, count, isLast: first + count === columns.count, bytes: out.done(), flagSets: columns.flagSets };
}
