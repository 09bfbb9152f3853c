import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { RegionFigures } from '../../../../extension/core/memoryMap/regionFigures.ts';
import { MapModel } from '../../../../webview/model/memoryMap/mapModel.ts';
import { anyRegions, columnsOf, type Described, figuresOf, spaceOf } from '../../core/memoryMap/spaces.ts';

const heap: Described = { first: 100, pages: 4, name: '[heap]' };
const library: Described = { first: 200, pages: 8, rights: 'r-xp', name: '/lib/libc.so', inode: 7 };
const anonymous: Described = { first: 300, pages: 2 };
const memfd: Described = { first: 400, pages: 16, rights: 'rw-s', name: '/memfd:x (deleted)', inode: 9, dev: 1n };
const four = [heap, library, anonymous, memfd];

const names = (model: MapModel) =>
  [...model.order].map((code) => {
    const { space, row } = model.region(code);
    return space.objectOf(row).name || `${space.firstPages[row]}`;
  });

/** What a look and the look after it show, with what changed between them. */
function compared(before: readonly Described[], after: readonly Described[]): MapModel {
  const model = new MapModel(1, spaceOf(before));
  const base = model.space;
  model.setRegions(2, spaceOf(after));
  model.setBase(base);
  model.compare();
  return model;
}

describe('the rows of a memory map', () => {
  test('are all regions by their addresses, or as the user sorts and filters them', () => {
    const model = new MapModel(1, spaceOf(four));
    assert.deepEqual(names(model), ['[heap]', '/lib/libc.so', '300', '/memfd:x (deleted)']);
    model.setSort({ key: 'size', descending: true });
    assert.deepEqual(names(model), ['/memfd:x (deleted)', '/lib/libc.so', '[heap]', '300']);
    model.setSort({ key: 'address', descending: true });
    assert.deepEqual(names(model), ['/memfd:x (deleted)', '300', '/lib/libc.so', '[heap]']);
    model.setFilter({ kinds: ['heap', 'shared'] }, '');
    assert.deepEqual(names(model), ['/memfd:x (deleted)', '[heap]']);
    model.setFilter({ rights: 'x' }, 'LIBC');
    assert.deepEqual(names(model), ['/lib/libc.so']);
    model.setFilter({ mappings: ['privateAnonymous'] }, '');
    assert.deepEqual(names(model), ['300', '[heap]']);
    model.setFilter({ kinds: [], mappings: [], rights: '' }, '0x12c');
    assert.deepEqual(names(model), ['300']);
  });

  test('follow figures that come later', () => {
    const model = new MapModel(1, spaceOf(four));
    model.setSort({ key: 'rss', descending: true });
    const rows = four.map(({ first, pages }, at) => ({ first, pages, rss: [1, 4, 2, 3][at] ?? 0 }));
    model.setFigures(new RegionFigures(columnsOf(four), figuresOf(rows)));
    assert.deepEqual(names(model), ['/lib/libc.so', '/memfd:x (deleted)', '300', '[heap]']);
    // Until the next figures come, those of regions that are still the same stay.
    model.setRegions(2, spaceOf([library, anonymous, { ...memfd, pages: 17 }]));
    assert.equal(model.figures.at('rss', 0), 4);
    assert.ok(Number.isNaN(model.figures.at('rss', 2)));
  });

  test('are each region once, whatever is sorted, filtered and compared', () => {
    const keys = fc.constantFrom(
      'address',
      'size',
      'rights',
      'kind',
      'mapping',
      'offset',
      'device',
      'inode',
      'name',
      'shared',
      'rss',
    );
    fc.assert(
      fc.property(anyRegions, anyRegions, keys, fc.boolean(), (before, after, key, descending) => {
        const model = compared(before, after);
        model.setSort({ key, descending } as Parameters<MapModel['setSort']>[0]);
        const present = [...model.order].filter((code) => !model.isVanished(code));
        assert.deepEqual(
          present.sort((a, b) => a - b),
          after.map((_, row) => row),
        );
        assert.equal(new Set(model.order).size, model.order.length);
        if (key !== 'address') return;
        const starts = [...model.order].map((code) => {
          const { space, row } = model.region(code);
          return (descending ? -1 : 1) * (space.firstPages[row] ?? 0);
        });
        assert.deepEqual(
          starts,
          [...starts].sort((a, b) => a - b),
        );
      }),
    );
  });
});

describe('what changed since the look before', () => {
  const marks = (model: MapModel) =>
    [...model.order].flatMap((code) => {
      const { mark } = model.region(code);
      return mark === undefined ? [] : [mark.kind];
    });

  test('is marked: new, gone, grown, merged, split', () => {
    assert.deepEqual(marks(compared([heap, anonymous], [heap, anonymous, memfd])), ['appeared']);
    assert.deepEqual(marks(compared([heap], [{ ...heap, pages: 9 }])), ['grew']);
    assert.deepEqual(
      marks(
        compared(
          [
            { first: 1, pages: 1 },
            { first: 2, pages: 1, rights: 'r--p' },
          ],
          [{ first: 1, pages: 2 }],
        ),
      ),
      ['merged'],
    );
    const halves = [
      { first: 1, pages: 1 },
      { first: 2, pages: 1, rights: 'r--p' },
    ];
    assert.deepEqual(marks(compared([{ first: 1, pages: 2 }], halves)), ['split', 'split']);
    assert.equal(compared(four, four).changes, 0);
  });

  test('shows what is gone where it was, and at the end in other orders', () => {
    const model = compared(four, [heap, anonymous, memfd]);
    assert.deepEqual(names(model), ['[heap]', '/lib/libc.so', '300', '/memfd:x (deleted)']);
    assert.deepEqual(marks(model), ['vanished']);
    const gone = model.order[1] ?? 0;
    assert.ok(model.isVanished(gone));
    assert.equal(model.sums.regions, 3);
    model.setSort({ key: 'size', descending: true });
    assert.equal(names(model).at(-1), '/lib/libc.so');
    model.setFilter({ kinds: ['heap'] }, '');
    assert.deepEqual(names(model), ['[heap]']);
    model.setBase(undefined);
    model.setFilter({}, '');
    model.compare();
    assert.equal(model.order.length, 3);
  });

  test('is gone through one by one, round and round', () => {
    const model = compared([heap, anonymous], [{ ...heap, pages: 5 }, library, anonymous, memfd]);
    const order = model.order.map((code) => model.region(code).space.firstPages[model.region(code).row] ?? 0);
    const places: (number | undefined)[] = [];
    for (let i = 0; i < 4; i++) places.push(model.nextChange(places.at(-1) ?? -1, 1));
    assert.deepEqual(
      places.map((at) => order[at ?? -1]),
      [100, 200, 400, 100],
    );
    assert.equal(order[model.nextChange(0, -1) ?? -1], 400);
    assert.equal(compared(four, four).nextChange(-1, 1), undefined);
  });
});

describe('the selection', () => {
  test('grows from where it began, toggles, takes all, and adds up', () => {
    const model = new MapModel(1, spaceOf(four));
    const { selection } = model;
    selection.only(1);
    selection.extendTo(3, model.order);
    assert.deepEqual([...selection.shown(model.order)], [1, 2, 3]);
    assert.equal(model.sums.size, 26n * 4096n);
    selection.extendTo(0, model.order);
    assert.deepEqual([...selection.shown(model.order)], [0, 1]);
    selection.toggle(3);
    selection.toggle(0);
    assert.deepEqual([...selection.shown(model.order)], [1, 3]);
    assert.equal(selection.cursor, 0);
    selection.all(model.order);
    assert.equal(selection.size, 4);
    selection.clear();
    assert.equal(selection.size, 0);
    assert.equal(selection.cursor, 0);
  });

  test('stays with its regions through a look and a filter', () => {
    const model = new MapModel(1, spaceOf(four));
    model.selection.only(1);
    model.selection.extendTo(2, model.order);
    model.setRegions(2, spaceOf([{ first: 50, pages: 1 }, ...four]));
    assert.deepEqual([...model.selection.shown(model.order)], [2, 3]);
    assert.equal(model.selection.cursor, 3);
    model.setFilter({}, 'libc');
    assert.deepEqual([...model.selection.shown(model.order)], [2]);
    model.setFilter({}, '');
    model.setRegions(3, spaceOf([heap, memfd]));
    assert.equal(model.selection.size, 0);
    assert.equal(model.selection.cursor, -1);
  });

  test('is extended to a row whose beginning is filtered out as if it began there', () => {
    const model = new MapModel(1, spaceOf(four));
    model.selection.only(0);
    model.setFilter({}, 'lib');
    model.selection.extendTo(1, model.order);
    assert.deepEqual([...model.selection.shown(model.order)], [1]);
  });

  test('is found by address, and by who shares it', () => {
    const model = new MapModel(1, spaceOf(four));
    assert.equal(model.rowAt(201n * 4096n), 1);
    assert.equal(model.rowAt(0n), -1);
    const other = { pid: 5, startTime: 6, label: 'consumer 5' };
    model.setShared([{ starts: [(400 * 4096).toString(16)], others: [other] }]);
    assert.deepEqual(model.region(3).others, [other]);
    assert.equal(model.region(0).others, undefined);
  });
});
