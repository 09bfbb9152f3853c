// Figures, sums, order and text of the rows of a memory map.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { kindBars } from '../../../../extension/core/memoryMap/kindBars.ts';
import { noFigures, RegionFigures } from '../../../../extension/core/memoryMap/regionFigures.ts';
import { filterRegions, sortRegions } from '../../../../extension/core/memoryMap/regionOrder.ts';
import { sumKinds, sumRegions } from '../../../../extension/core/memoryMap/regionSums.ts';
import { type RegionTextForm, regionTextParts } from '../../../../extension/core/memoryMap/regionText.ts';
import { anyRegions, figuresOf, page, spaceOf } from './spaces.ts';

const regions = [
  { first: 0x400, pages: 2, rights: 'r-xp', name: '/usr/bin/x', inode: 7 },
  { first: 0x402, pages: 1, rights: 'rw-p', name: '/usr/bin/x', inode: 7, offset: 2 },
  { first: 0x500, pages: 8, name: '[heap]' },
  { first: 0x600, pages: 4, rights: 'rw-s', name: '/dev/shm/Ring, "1"', inode: 9, dev: 0x1an },
  { first: 0x7_0000, pages: 2 ** 31, rights: '---p' },
] as const;
const space = spaceOf(regions);
const measured = figuresOf([
  { first: 0x400, pages: 2, rss: 8192, pss: 4096, sharedClean: 8192, flags: 'rd ex mr mw me' },
  { first: 0x402, pages: 1, rss: 4096, pss: 4096, privateDirty: 4096, anonymous: 4096, flags: 'rd wr mr mw me ac' },
  { first: 0x500, pages: 8, rss: 8192, pss: 8192, privateDirty: 8192, swap: 4096, flags: 'rd wr mr mw me ac' },
  { first: 0x5f0, pages: 1, rss: 4096, pss: 4096 },
  { first: 0x600, pages: 3, rss: 4096, pss: 2048 },
  { first: 0x7_0000, pages: 2 ** 31, flags: 'mr mw me nr' },
]);
const figures = new RegionFigures(space.columns, measured);

describe('figures', () => {
  test('are laid beside their regions, and beside none that is another by now', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((row) => figures.at('rss', row)),
      [8192, 4096, 8192, Number.NaN, 0],
    );
    assert.deepEqual(figures.flags(1), ['rd', 'wr', 'mr', 'mw', 'me', 'ac']);
    assert.equal(figures.flags(3), undefined);
    assert.equal(figures.total('rss'), 20480);
    assert.ok(Number.isNaN(noFigures().at('rss', 0)) && noFigures().flags(0) === undefined);
  });

  test('of any regions come back, also where some are missing', () => {
    fc.assert(
      fc.property(anyRegions, fc.array(fc.boolean()), (all, missing) => {
        const known = all.filter((_, row) => missing[row] !== true);
        const laid = new RegionFigures(
          spaceOf(all).columns,
          figuresOf(known.map(({ first, pages }) => ({ first, pages, rss: pages, flags: `f${pages}` }))),
        );
        all.forEach(({ pages }, row) => {
          const isKnown = missing[row] !== true;
          assert.equal(laid.at('rss', row), isKnown ? pages : Number.NaN);
          assert.deepEqual(laid.flags(row), isKnown ? [`f${pages}`] : undefined);
        });
      }),
    );
  });
});

describe('sums', () => {
  test('of a selection, by the figures where they are there', () => {
    assert.deepEqual(sumRegions(space, figures, [1, 2, 3]), {
      regions: 3,
      size: 13n * page,
      // The shared region has no figures: by its rights it is not private.
      committed: 13n * page,
      resident: 12288,
      proportional: 12288,
      dirty: 12288,
      privateDirty: 12288,
      swapped: 4096,
      measured: 2,
    });
    assert.equal(sumRegions(space, noFigures(), [0, 1, 2, 4]).committed, 11n * page);
    assert.equal(sumRegions(space, figures, [4]).size, 2n ** 43n);
  });

  test('by kind add up to all, whatever the regions', () => {
    fc.assert(
      fc.property(anyRegions, (any) => {
        const anySpace = spaceOf(any);
        const known = figuresOf(
          any.map(({ first, pages }) => ({ first, pages, rss: 4096, pss: 2048, swap: 1024, flags: 'rd nr' })),
        );
        const { all, byKind } = sumKinds(anySpace, new RegionFigures(anySpace.columns, known));
        const kinds = [...byKind.values()];
        assert.equal(
          kinds.reduce((sum, { regions }) => sum + regions, 0),
          any.length,
        );
        assert.equal(
          kinds.reduce((sum, { size }) => sum + size, 0n),
          all.size,
        );
        assert.equal(
          kinds.reduce((sum, { resident }) => sum + resident, 0),
          4096 * any.length,
        );
        assert.ok(all.committed <= all.size && all.committed >= BigInt(any.length) * page);
        assert.deepEqual(all, sumRegions(anySpace, new RegionFigures(anySpace.columns, known), any.keys()));
      }),
    );
  });

  test('count of a reservation what is in memory or swapped out, and no more', () => {
    const shadow = spaceOf([{ first: 16, pages: 2 ** 32 }]);
    const known = figuresOf([{ first: 16, pages: 2 ** 32, rss: 8192, swap: 4096, flags: 'rd wr nr' }]);
    assert.equal(sumRegions(shadow, noFigures(), [0]).committed, 2n ** 44n);
    assert.equal(sumRegions(shadow, new RegionFigures(shadow.columns, known), [0]).committed, 3n * page);
  });
});

describe('bars', () => {
  test('are on one scale, with the kinds one behind the other', () => {
    const bars = kindBars(sumKinds(space, figures));
    assert.deepEqual(
      bars.map(({ measure, bytes, isToScale, isPartial }) => [measure, bytes, isToScale, isPartial]),
      [
        ['committed', 61440, true, false],
        ['resident', 20480, true, true],
        ['dirty', 12288, true, true],
        ['swapped', 4096, true, true],
      ],
    );
    assert.deepEqual(bars[0]?.parts, [
      { kind: 'code', bytes: 12288, from: 0, to: 3 / 15 },
      { kind: 'heap', bytes: 32768, from: 3 / 15, to: 11 / 15 },
      { kind: 'shared', bytes: 16384, from: 11 / 15, to: 1 },
    ]);
    assert.deepEqual(bars[1]?.parts.at(-1), { kind: 'heap', bytes: 8192, from: 12288 / 61440, to: 20480 / 61440 });
  });

  test('of figures that nobody knows yet are not of nothing; those of no regions are', () => {
    const unknown = kindBars(sumKinds(space, noFigures()));
    assert.deepEqual(
      unknown.map(({ bytes, isPartial }) => [bytes, isPartial]),
      [
        [61440, false],
        [undefined, false],
        [undefined, false],
        [undefined, false],
      ],
    );
    const none = kindBars(sumKinds(spaceOf([]), noFigures()));
    assert.deepEqual(
      none.map(({ bytes }) => bytes),
      [0, 0, 0, 0],
    );
  });

  test('stay within the width and in order, and what is in memory is seen whatever is committed', () => {
    const anyFigures = fc.array(
      fc.record({ rss: fc.nat(1 << 20), privateDirty: fc.nat(1 << 20), swap: fc.nat(1 << 20) }),
    );
    fc.assert(
      fc.property(anyRegions, anyFigures, (any, bytes) => {
        const anySpace = spaceOf(any);
        const known = figuresOf(any.map(({ first, pages }, row) => ({ first, pages, ...bytes[row] })));
        const bars = kindBars(sumKinds(anySpace, new RegionFigures(anySpace.columns, known)));
        for (const { parts } of bars) {
          let end = 0;
          for (const part of parts) {
            assert.ok(Math.abs(part.from - end) < 1e-9 && part.to > part.from && part.to <= 1 + 1e-9);
            end = part.to;
          }
        }
        const longest = Math.max(...bars.slice(1).map(({ parts }) => parts.at(-1)?.to ?? 0));
        if (bars.slice(1).some(({ bytes: total }) => total !== undefined && total > 0))
          assert.ok(longest >= 1 / 6 - 1e-9);
      }),
    );
  });
});

describe('order', () => {
  const rows = (filter: Parameters<typeof filterRegions>[1]) => [...filterRegions(space, filter)];

  test('filters by text, rights, kind and mapping', () => {
    assert.deepEqual(rows({}), [0, 1, 2, 3, 4]);
    assert.deepEqual(rows({ text: ' RING' }), [3]);
    assert.deepEqual(rows({ text: '0x40' }), [0, 1]);
    assert.deepEqual(rows({ text: 'heap' }), [2]);
    assert.deepEqual(rows({ rights: 'rw' }), [1, 2, 3]);
    assert.deepEqual(rows({ rights: 'rw-p' }), [1, 2]);
    assert.deepEqual(rows({ rights: 's' }), [3]);
    assert.deepEqual(rows({ kinds: new Set(['code', 'heap']) }), [0, 1, 2]);
    assert.deepEqual(rows({ mappings: new Set(['sharedFile']), text: '1' }), [3]);
    assert.deepEqual(rows({ text: 'nothing' }), []);
  });

  test('sorts by any key, and what nobody knows is last in both directions', () => {
    const sorted = (key: Parameters<typeof sortRegions>[3]['key'], descending = false) => [
      ...sortRegions(filterRegions(space, {}), space, figures, { key, descending }),
    ];
    assert.deepEqual(sorted('address', true), [4, 3, 2, 1, 0]);
    assert.deepEqual(sorted('size'), [1, 0, 3, 2, 4]);
    assert.deepEqual(sorted('rights'), [4, 0, 1, 2, 3]);
    assert.deepEqual(sorted('kind'), [0, 1, 2, 3, 4]);
    assert.deepEqual(sorted('name'), [4, 3, 0, 1, 2]);
    assert.deepEqual(sorted('offset', true), [1, 0, 2, 3, 4]);
    assert.deepEqual(sorted('inode', true), [3, 0, 1, 2, 4]);
    assert.deepEqual(sorted('device'), [2, 4, 3, 0, 1]);
    assert.deepEqual(sorted('rss'), [4, 1, 0, 2, 3]);
    assert.deepEqual(sorted('rss', true), [0, 2, 1, 4, 3]);
  });

  test('sorting loses no row', () => {
    const keys = fc.constantFrom(
      'address',
      'size',
      'rights',
      'kind',
      'name',
      'offset',
      'device',
      'inode',
      'rss' as const,
    );
    fc.assert(
      fc.property(anyRegions, keys, fc.boolean(), (any, key, descending) => {
        const anySpace = spaceOf(any);
        const sorted = sortRegions(filterRegions(anySpace, {}), anySpace, noFigures(), { key, descending } as never);
        assert.deepEqual(
          [...sorted].sort((a, b) => a - b),
          [...any.keys()],
        );
      }),
    );
  });
});

describe('text', () => {
  const textOf = (rows: readonly number[], form: RegionTextForm) =>
    [...regionTextParts(space, figures, rows, form)].join('');

  test('is that of maps', () => {
    assert.equal(
      textOf([0, 4], 'text'),
      `00400000-00402000 r-xp 00000000 08:01 7                                  /usr/bin/x
70000000-80070000000 ---p 00000000 00:00 0
`,
    );
  });

  test('as CSV has a line per row, whatever stands in the names', () => {
    const lines = textOf([3, 1], 'csv').split('\r\n');
    assert.equal(lines.length, 4);
    assert.match(lines[0] ?? '', /^start,end,size,rights,kind,mapping,offset,device,inode,name,rss,.*,flags$/);
    assert.match(
      lines[1] ?? '',
      /^0x600000,0x604000,16384,rw-s,shared,sharedFile,0x0,0:26,9,"\/dev\/shm\/Ring, ""1""",,,/,
    );
    assert.match(lines[2] ?? '', /,0x2000,8:1,7,\/usr\/bin\/x,4096,4096,.*,rd wr mr mw me ac$/);
    const columns = (line = '') => line.replace(/"[^"]*(?:""[^"]*)*"/g, '').split(',').length;
    assert.equal(columns(lines[1]), columns(lines[0]));
  });

  test('as JSON is read back', () => {
    const [heap, ring] = JSON.parse(textOf([2, 3], 'json'));
    assert.deepEqual(
      [heap.start, heap.size, heap.kind, heap.mapping, heap.rss, heap.flags.length],
      ['0x500000', '32768', 'heap', 'privateAnonymous', 8192, 6],
    );
    assert.deepEqual([ring.name, ring.rss, ring.flags], ['/dev/shm/Ring, "1"', null, null]);
  });
});
