import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { FigureReader, figuresOfParts } from '../../../../extension/core/memoryMap/figureParts.ts';
import { figureKeys } from '../../../../extension/core/memoryMap/regionColumns.ts';
import { RegionFigures } from '../../../../extension/core/memoryMap/regionFigures.ts';
import { anyRegions, type Described, type DescribedFigures, figuresOf, partsOf, spaceOf } from './spaces.ts';

describe('figures that come in parts', () => {
  const kib = fc.integer({ min: 0, max: 2 ** 40 }).map((value) => value * 1024);
  const figure = fc.oneof(fc.constant(0), fc.constant(4096), kib);
  const anyRow = fc.record({
    figures: fc.record(Object.fromEntries(figureKeys.map((key) => [key, figure]))),
    flags: fc.constantFrom('rd wr mr mw me ac', 'rd mr mw me', ''),
    isMeasured: fc.boolean(),
  });
  const anyRows = fc.array(anyRow, { minLength: 40, maxLength: 40 });
  const anySize = fc.integer({ min: 1, max: 50 });
  type Row = typeof anyRow extends fc.Arbitrary<infer T> ? T : never;
  const measured = (regions: readonly Described[], rows: readonly Row[]): DescribedFigures[] =>
    regions.flatMap(({ first, pages }, at) =>
      rows[at]?.isMeasured ? [{ first, pages, ...rows[at].figures, flags: rows[at].flags }] : [],
    );

  test('are those that come in one, beside the same regions; and where there are none, none', () => {
    fc.assert(
      fc.property(anyRegions, anyRows, anySize, (regions, rows, size) => {
        const { columns } = spaceOf(regions);
        const sent = figuresOf(measured(regions, rows));
        const got = figuresOfParts(columns, partsOf(sent, size));
        assert.deepEqual(got.columns, sent);
        const wanted = new RegionFigures(columns, sent);
        for (let row = 0; row < columns.count; row++) assert.equal(got.rowOf(row), wanted.rowOf(row));
      }),
    );
  });

  test('stand in place of those that do not hold any more', () => {
    fc.assert(
      fc.property(anyRegions, anyRows, anyRows, anySize, fc.nat(40), (regions, before, after, size, from) => {
        const { columns } = spaceOf(regions);
        const [old, fresh] = [before, after].map((rows) => measured(regions, rows)) as [Described[], Described[]];
        const reader = new FigureReader(columns);
        for (const part of partsOf(figuresOf(old), size)) reader.read(part);
        const first = Math.min(from, old.length);
        const later = fresh.filter((row) => row.first >= (old[first]?.first ?? Number.POSITIVE_INFINITY));
        const all = figuresOf([...old.slice(0, first), ...later]);
        for (const part of partsOf(figuresOf(later), size)) {
          reader.read({ ...part, first: first + part.first });
        }
        assert.ok(reader.isDone);
        const [got, wanted] = [reader.figures(), new RegionFigures(columns, all)];
        for (let row = 0; row < columns.count; row++) {
          for (const key of figureKeys) assert.equal(got.at(key, row), wanted.at(key, row));
        }
      }),
    );
  });

  test('are done with the last part, and not before', () => {
    const { columns } = spaceOf([1, 2, 3].map((first) => ({ first, pages: 1 })));
    const reader = new FigureReader(columns);
    const told = partsOf(figuresOf([1, 2, 3].map((first) => ({ first, pages: 1, rss: 4096 }))), 2).map((part) => {
      reader.read(part);
      return reader.isDone;
    });
    assert.deepEqual(told, [false, true]);
  });

  test('take a few bytes each where they are alike', () => {
    const stripes = Array.from({ length: 10_000 }, (_, i) => ({ first: 2 ** 35 + i, pages: 1, rss: i % 2 ? 4096 : 0 }));
    const bytes = partsOf(figuresOf(stripes), 5000).reduce((sum, part) => sum + part.bytes.length, 0);
    assert.ok(bytes < 21_000);
  });
});
