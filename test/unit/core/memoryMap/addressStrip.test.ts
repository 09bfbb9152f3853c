import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AddressStrip, scrollView, zoomView } from '../../../../extension/core/memoryMap/addressStrip.ts';
import { anyRegions, page, spaceOf } from './spaces.ts';

const scales = ['compressed', 'proportional'] as const;

describe('the strip', () => {
  test('has all regions in order, each with a length, and gaps of one width between them', () => {
    fc.assert(
      fc.property(anyRegions, fc.constantFrom(...scales), (regions, scale) => {
        const strip = new AddressStrip(spaceOf(regions), scale);
        let end = 0;
        const gaps = new Set<number>();
        regions.forEach(({ first }, row) => {
          const before = regions[row - 1];
          const extent = strip.extent(row);
          const isNeighbour = before === undefined || before.first + before.pages === first;
          if (isNeighbour) assert.equal(extent.from, end);
          else gaps.add(Number((extent.from - end).toPrecision(3)));
          assert.ok(extent.to > extent.from);
          end = extent.to;
        });
        assert.equal(strip.length, end);
        assert.ok(gaps.size <= 1 && !gaps.has(0), [...gaps].join());
      }),
    );
  });

  test('goes from an address to its place and back into the same region, or the same gap', () => {
    fc.assert(
      fc.property(
        anyRegions,
        fc.constantFrom(...scales),
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (regions, scale, pick, share) => {
          fc.pre(regions.length > 0);
          const space = spaceOf(regions);
          const strip = new AddressStrip(space, scale);
          const row = pick % regions.length;
          const { first = 0, pages = 1 } = regions[row] ?? {};
          const address = BigInt(first + Math.min(pages - 1, Math.floor(share * pages))) * page;
          const position = strip.positionOf(address);
          assert.equal(strip.rowAt(position), row);
          const back = strip.addressAt(position);
          assert.ok(back >= BigInt(first) * page && back < BigInt(first + pages) * page);
          // Exact to the page as far as doubles are; a screen has thousands of pixels, not billions.
          if (pages < 2 ** 24) assert.equal(back, address);
          const next = regions[row + 1];
          if (next === undefined || next.first === first + pages) return;
          const inGap = strip.positionOf(BigInt(first + pages) * page);
          assert.equal(strip.rowAt(inGap), -1);
          const gapAddress = strip.addressAt(inGap);
          assert.ok(gapAddress >= BigInt(first + pages) * page && gapAddress < BigInt(next.first) * page);
        },
      ),
    );
  });

  test('has an end on both sides', () => {
    const strip = new AddressStrip(spaceOf([{ first: 16, pages: 16 }]), 'compressed');
    assert.equal(strip.length, 5);
    assert.deepEqual(
      [-1, 5, 99].map((position) => strip.rowAt(position)),
      [-1, -1, -1],
    );
    assert.deepEqual(
      [-1, 0, 5, 99].map((position) => strip.addressAt(position)),
      [16n, 16n, 31n, 31n].map((at) => at * page),
    );
    assert.deepEqual([strip.positionOf(0n), strip.positionOf(2n ** 64n - 1n)], [0, 5]);
    const none = new AddressStrip(spaceOf([]), 'compressed');
    assert.deepEqual([none.length, none.addressAt(3), none.positionOf(5n), none.rowAt(0)], [0, 0n, 0, -1]);
    assert.deepEqual(none.runs({ from: 0, to: 1 }, 100), []);
  });

  test('tells the address of [vsyscall] to the byte, and shows a page beside 8 TiB', () => {
    const vsyscall = 2 ** 52 - 2560;
    const space = spaceOf([
      { first: 2 ** 35, pages: 2 ** 31, rights: '---p' },
      { first: vsyscall, pages: 1, name: '[vsyscall]' },
    ]);
    for (const scale of scales) {
      const strip = new AddressStrip(space, scale);
      assert.equal(strip.addressAt(strip.positionOf(0xffff_ffff_ff60_0000n)), 0xffff_ffff_ff60_0000n);
      const runs = strip.runs({ from: 0, to: strip.length }, 1000);
      assert.deepEqual(
        runs.map(({ kind }) => kind),
        ['anonymous', undefined, 'special'],
      );
      assert.ok(runs.some(({ kind, width }) => kind === 'special' && width >= 1));
    }
  });
});

describe('what is painted', () => {
  const anyView = fc.record({
    from: fc.double({ min: 0, max: 0.9, noNaN: true }),
    span: fc.double({ min: 0.001, max: 1, noNaN: true }),
  });

  test('is from the left to the right, without overlap, with every region of the view in it', () => {
    fc.assert(
      fc.property(
        anyRegions,
        fc.constantFrom(...scales),
        anyView,
        fc.integer({ min: 1, max: 300 }),
        (regions, scale, share, width) => {
          fc.pre(regions.length > 0);
          const space = spaceOf(regions);
          const strip = new AddressStrip(space, scale);
          const view = { from: share.from * strip.length, to: (share.from + share.span) * strip.length };
          const runs = strip.runs(view, width);
          let right = 0;
          const shown: number[] = [];
          for (const run of runs) {
            assert.ok(run.x >= right && run.width >= 1 && Number.isInteger(run.x) && Number.isInteger(run.width));
            right = run.x + run.width;
            if (run.kind === undefined) continue;
            for (let row = run.firstRow; row <= run.lastRow; row++) shown.push(row);
          }
          assert.ok(right <= width);
          const inView = regions.flatMap((_, row) => {
            const { from, to } = strip.extent(row);
            return from < view.to && to > view.from ? [row] : [];
          });
          assert.deepEqual(shown, inView);
        },
      ),
    );
  });

  test('65,530 regions on 1,000 pixels', () => {
    const regions = Array.from({ length: 65_530 }, (_, row) => ({
      first: 2 ** 35 + row,
      pages: 1,
      rights: row % 2 === 0 ? 'r--p' : 'rw-p',
    }));
    const strip = new AddressStrip(spaceOf(regions), 'compressed');
    const runs = strip.runs({ from: 0, to: strip.length }, 1000);
    assert.equal(runs.length, 1000);
    assert.equal(runs.at(-1)?.lastRow, 65_529);
  });
});

test('zooming keeps the place under the pointer, and neither it nor scrolling leaves the strip', () => {
  const inUnit = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(inUnit, inUnit, fc.double({ min: 0.1, max: 10, noNaN: true }), inUnit, (start, size, factor, at) => {
      const length = 1000;
      const span = 1 + size * (length - 1);
      const view = { from: start * (length - span), to: start * (length - span) + span };
      const anchor = view.from + at * span;
      const zoomed = zoomView(view, factor, anchor, length);
      const near = (a: number, b: number) => Math.abs(a - b) < 1e-6;
      assert.ok(near(zoomed.to - zoomed.from, Math.min(length, span / factor)));
      assert.ok(zoomed.from >= 0 && zoomed.to <= length + 1e-6);
      const isFree = zoomed.from > 0 && zoomed.to < length - 1e-6;
      if (isFree) assert.ok(near((anchor - zoomed.from) / (zoomed.to - zoomed.from), at));
      const scrolled = scrollView(view, (at - 0.5) * 4000, length);
      assert.ok(scrolled.from >= 0 && scrolled.to <= length + 1e-6 && near(scrolled.to - scrolled.from, span));
    }),
  );
});
