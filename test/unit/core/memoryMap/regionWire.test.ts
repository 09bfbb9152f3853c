import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { RegionColumns } from '../../../../extension/core/memoryMap/regionColumns.ts';
import { RegionReader, type WireRows, wireRegions } from '../../../../extension/core/memoryMap/regionWire.ts';
import { anyRegions, columnsOf } from './spaces.ts';

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
