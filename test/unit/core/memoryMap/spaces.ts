// Address spaces for the tests: from a few words, and at random.
import fc from 'fast-check';
import { AddressSpace } from '../../../../extension/core/memoryMap/addressSpace.ts';
import {
  type FigureColumns,
  type FigureKey,
  figureKeys,
  type NameBytes,
  type RegionColumns,
} from '../../../../extension/core/memoryMap/regionColumns.ts';
import { encodeUtf8 } from '../../../../extension/core/utf8.ts';

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

const objects = fc.constantFrom<Partial<Described>>(
  {},
  {},
  { name: '[heap]' },
  { name: '/lib/libc.so', inode: 7 },
  { name: '/lib/libm.so', inode: 8 },
  { name: '/memfd:x (deleted)', inode: 9, dev: 1n },
);

const piece = fc.record({
  gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 34 })),
  pages: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 ** 31 })),
  rights: fc.constantFrom('r--p', 'rw-p', 'r-xp', '---p', 'rw-s'),
  object: objects,
  offset: fc.integer({ min: 0, max: 4 }),
});

/** Up to 40 regions in order; the last may end at 2^63 and beyond. */
export const anyRegions: fc.Arbitrary<readonly Described[]> = fc
  .record({ base: fc.constantFrom(0, 16, 2 ** 35, 2 ** 51), pieces: fc.array(piece, { maxLength: 40 }) })
  .map(({ base, pieces }) => {
    let at = base;
    return pieces.map(({ gap, pages, rights, object, offset }) => {
      const first = at + gap;
      at = first + pages;
      return { first, pages, rights, offset: object.inode === undefined ? 0 : offset, ...object };
    });
  });
