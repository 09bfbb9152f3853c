import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { figureKeys, type RegionColumns } from '../../../../extension/core/memoryMap/regionColumns.ts';
import { noFigures, RegionFigures } from '../../../../extension/core/memoryMap/regionFigures.ts';
import {
  FigureReader,
  RegionReader,
  type WireRows,
  wireFigures,
  wireRegions,
} from '../../../../extension/core/memoryMap/regionWire.ts';
import { anyRegions, columnsOf, figuresOf } from './spaces.ts';

/** As a message takes them: in parts of `size` rows. */
function parts(count: number, size: number, wire: (from: number, to: number) => WireRows): WireRows[] {
  const made: WireRows[] = [];
  for (let from = 0; from < count; from += size) made.push(wire(from, Math.min(count, from + size)));
  return made;
}

function throughTheWire(columns: RegionColumns, size: number): RegionColumns {
  const reader = new RegionReader(columns.count, columns.names);
  for (const part of parts(columns.count, size, (from, to) => wireRegions(columns, from, to))) reader.read(part);
  assert.ok(reader.isDone);
  return reader.columns;
}

const partSize = fc.integer({ min: 1, max: 50 });

describe('regions on the wire', () => {
  test('arrive as they were sent, whatever they are and in whatever parts', () => {
    fc.assert(
      fc.property(anyRegions, partSize, (regions, size) => {
        const columns = columnsOf(regions);
        assert.deepEqual(throughTheWire(columns, size), columns);
      }),
    );
  });

  test('up to the last address, with offsets and numbers of any size', () => {
    const columns = columnsOf([
      { first: 2 ** 35, pages: 3, inode: 2 ** 40, dev: 0xffff_ffff_ffffn, offset: 2 ** 51, name: '/x' },
      { first: 2 ** 52 - 1, pages: 1, rights: 'r-xp' },
    ]);
    assert.deepEqual(throughTheWire(columns, 9), columns);
  });

  test('take a few bytes each where they are alike', () => {
    const stripes = Array.from({ length: 10_000 }, (_, i) => ({
      first: 2 ** 35 + i,
      pages: 1,
      rights: i % 2 ? 'rw-p' : 'r--p',
    }));
    assert.ok(wireRegions(columnsOf(stripes), 0, 10_000).bytes.length < 21_000);
  });
});

describe('figures on the wire', () => {
  const kib = fc.integer({ min: 0, max: 2 ** 40 }).map((value) => value * 1024);
  const figure = fc.oneof(fc.constant(0), fc.constant(4096), kib, fc.constant(Number.NaN));
  const row = fc.record({
    figures: fc.record(Object.fromEntries(figureKeys.map((key) => [key, figure]))),
    flags: fc.constantFrom('rd wr mr mw me ac', 'rd mr mw me', ''),
    isMeasured: fc.boolean(),
  });

  test('arrive as they were sent, and where there are none, as none', () => {
    fc.assert(
      fc.property(anyRegions, fc.array(row, { minLength: 40, maxLength: 40 }), partSize, (regions, rows, size) => {
        const columns = columnsOf(regions);
        const measured = regions.flatMap(({ first, pages }, at) =>
          rows[at]?.isMeasured ? [{ first, pages, ...rows[at].figures, flags: rows[at].flags }] : [],
        );
        const sent = new RegionFigures(columns, figuresOf(measured));
        const reader = new FigureReader(columns, sent.columns.flagSets);
        for (const part of parts(columns.count, size, (from, to) => wireFigures(sent, from, to))) reader.read(part);
        assert.ok(reader.isDone);
        const got = reader.figures();
        for (let region = 0; region < columns.count; region++) {
          for (const key of figureKeys) assert.equal(got.at(key, region), sent.at(key, region));
          assert.deepEqual(got.flags(region), sent.flags(region));
        }
      }),
    );
  });

  test('that are not there at all are none', () => {
    const columns = columnsOf([{ first: 1, pages: 1 }]);
    const reader = new FigureReader(columns, noFigures().columns.flagSets);
    reader.read(wireFigures(noFigures(), 0, 1));
    assert.ok(Number.isNaN(reader.figures().at('rss', 0)));
    assert.equal(reader.figures().flags(0), undefined);
  });
});
