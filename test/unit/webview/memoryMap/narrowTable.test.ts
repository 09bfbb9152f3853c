import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type MapColumn, mapColumns, usualColumns } from '../../../../extension/core/memoryMap/mapColumns.ts';
import { type Density, tableColumns } from '../../../../webview/model/memoryMap/narrowTable.ts';

/** 100 for each column, half of that where it is compact. */
const widthOf = (_: MapColumn, density: Density) => (density === 'compact' ? 50 : 100);
const always: readonly MapColumn[] = ['start', 'size', 'rights', 'name'];

describe('in little room', () => {
  test('the least of the usual columns give way, one after the other', () => {
    const shown = (room: number) => tableColumns('usual', 'address', room, widthOf);
    assert.deepEqual(shown(1000).columns, usualColumns);
    assert.deepEqual(
      shown(999).columns,
      usualColumns.filter((column) => column !== 'mapping'),
    );
    assert.deepEqual(shown(500).columns, ['start', 'size', 'rights', 'rss', 'name']);
    assert.deepEqual(shown(400), { columns: always, widths: [100, 100, 100, 100], density: 'usual' });
    assert.deepEqual(shown(399), { columns: always, widths: [50, 50, 50, 50], density: 'compact' });
  });

  test('what is sorted by goes last', () => {
    assert.deepEqual(tableColumns('usual', 'privateDirty', 500, widthOf).columns, [
      ...['start', 'size', 'rights', 'privateDirty', 'name'],
    ]);
  });

  test('what the user chose stays as it is', () => {
    for (const chosen of [usualColumns, mapColumns]) {
      const { columns, density } = tableColumns(chosen, 'address', 100, widthOf);
      assert.deepEqual([columns, density], [chosen, 'usual']);
    }
  });

  test('start, size, rights and name always show, and all of them fit where there is any room for that', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.array(fc.integer({ min: 20, max: 300 })), (room, widths) => {
        const width = (column: MapColumn, density: Density) =>
          (widths[mapColumns.indexOf(column)] ?? 90) / (density === 'compact' ? 2 : 1);
        const { columns, widths: shown, density } = tableColumns('usual', 'name', room, width);
        for (const column of always) assert.ok(columns.includes(column));
        const needed = shown.reduce((sum, each) => sum + each, 0);
        assert.ok(needed <= room || density === 'compact');
      }),
    );
  });
});
