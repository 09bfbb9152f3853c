import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  AddressStrip,
  scrollView,
  wholeStrip,
  zoomStrip,
  zoomTo,
} from '../../../../extension/core/memoryMap/addressStrip.ts';
import { anyRegions, page, spaceOf } from './spaces.ts';

describe('the strip', () => {
  test('has all regions in order, each with a length, and gaps of two widths between them', () => {
    fc.assert(
      fc.property(anyRegions, (regions) => {
        const strip = AddressStrip.of(spaceOf(regions));
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
        assert.ok(gaps.size <= 2 && !gaps.has(0), [...gaps].join());
      }),
    );
  });

  test('goes from an address to its place and back into the same region, or the same gap', () => {
    fc.assert(
      fc.property(anyRegions, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (regions, pick, share) => {
        fc.pre(regions.length > 0);
        const space = spaceOf(regions);
        const strip = AddressStrip.of(space);
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
      }),
    );
  });

  test('has an end on both sides', () => {
    const strip = AddressStrip.of(spaceOf([{ first: 16, pages: 16 }]));
    assert.equal(strip.length, 4);
    assert.deepEqual(
      [-1, 4, 99].map((position) => strip.rowAt(position)),
      [-1, -1, -1],
    );
    assert.deepEqual(
      [-1, 0, 4, 99].map((position) => strip.addressAt(position)),
      [16n, 16n, 31n, 31n].map((at) => at * page),
    );
    assert.deepEqual([strip.positionOf(0n), strip.positionOf(2n ** 64n - 1n)], [0, 4]);
    const none = AddressStrip.of(spaceOf([]));
    assert.deepEqual([none.length, none.addressAt(3), none.positionOf(5n), none.rowAt(0)], [0, 0n, 0, -1]);
    assert.deepEqual(none.runs({ from: 0, to: 1 }, 100), []);
  });

  test('tells the address of [vsyscall] to the byte, and shows a page beside 8 TiB', () => {
    const vsyscall = 2 ** 52 - 2560;
    const space = spaceOf([
      { first: 2 ** 35, pages: 2 ** 31, rights: '---p' },
      { first: vsyscall, pages: 1, name: '[vsyscall]' },
    ]);
    const strip = AddressStrip.of(space);
    assert.equal(strip.addressAt(strip.positionOf(0xffff_ffff_ff60_0000n)), 0xffff_ffff_ff60_0000n);
    const runs = strip.runs({ from: 0, to: strip.length }, 1000);
    assert.deepEqual(
      runs.map(({ kind, isReserved }) => [kind, isReserved]),
      [
        ['anonymous', true],
        [undefined, false],
        ['special', false],
      ],
    );
    assert.ok(runs.every(({ width }) => width >= 10));
  });

  test('a region is the longer the larger it is, and a reservation never longer than memory of its size', () => {
    const pages = fc.oneof(fc.integer({ min: 1, max: 2 ** 17 }), fc.integer({ min: 1, max: 2 ** 45 }));
    fc.assert(
      fc.property(pages, pages, (a, b) => {
        const length = (size: number, rights: string) =>
          AddressStrip.of(spaceOf([{ first: 16, pages: size, rights }])).length;
        const [small, big] = [Math.min(a, b), Math.max(a, b)];
        for (const rights of ['rw-p', '---p']) assert.ok(length(small, rights) <= length(big, rights));
        assert.ok(length(big, '---p') <= length(big, 'rw-p'));
      }),
    );
  });

  test('gaps of terabytes are seen, and take a fifth of it at the most', () => {
    const apart = (count: number) =>
      AddressStrip.of(spaceOf(Array.from({ length: count }, (_, row) => ({ first: 16 + row * 2 ** 30, pages: 64 }))));
    const gapsOf = (strip: AddressStrip, count: number) => (strip.length - 8 * count) / strip.length;
    assert.ok(gapsOf(apart(3), 3) > 0.02);
    assert.ok(gapsOf(apart(100), 100) < 0.2);
  });
});

describe('what is painted', () => {
  const anyView = fc.record({
    from: fc.double({ min: 0, max: 0.9, noNaN: true }),
    span: fc.double({ min: 0.001, max: 1, noNaN: true }),
  });

  test('is from the left to the right, without overlap, with every region of the view in it', () => {
    fc.assert(
      fc.property(anyRegions, anyView, fc.integer({ min: 1, max: 300 }), (regions, share, width) => {
        fc.pre(regions.length > 0);
        const space = spaceOf(regions);
        const strip = AddressStrip.of(space);
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
        // What shows of the strip is painted to the last pixel.
        if (view.to <= strip.length) assert.equal(right, width);
        const inView = regions.flatMap((_, row) => {
          const { from, to } = strip.extent(row);
          return from < view.to && to > view.from ? [row] : [];
        });
        assert.deepEqual(shown, inView);
      }),
    );
  });

  test('to the last pixel, whatever rounding makes of the last region', () => {
    const strip = AddressStrip.of(
      spaceOf([
        { first: 0, pages: 7568991 },
        { first: 7568991, pages: 1461392741 },
      ]),
    );
    const last = strip.runs({ from: 0, to: strip.length }, 30).at(-1);
    assert.equal((last?.x ?? 0) + (last?.width ?? 0), 30);
  });

  test('65,530 regions on 1,000 pixels', () => {
    const regions = Array.from({ length: 65_530 }, (_, row) => ({
      first: 2 ** 35 + row,
      pages: 1,
      rights: row % 2 === 0 ? 'r--p' : 'rw-p',
    }));
    const strip = AddressStrip.of(spaceOf(regions));
    const runs = strip.runs({ from: 0, to: strip.length }, 1000);
    assert.equal(runs.length, 1000);
    assert.equal(runs.at(-1)?.lastRow, 65_529);
  });
});

describe('zooming', () => {
  const inUnit = fc.double({ min: 0, max: 1, noNaN: true });
  const isNear = (a: number, b: number, scale: number) => Math.abs(a - b) < 1e-9 * Math.max(1, scale);

  test('to a part shows that part, and wide gaps are as wide on the screen as ever', () => {
    fc.assert(
      fc.property(anyRegions, inUnit, inUnit, (regions, a, b) => {
        const whole = AddressStrip.of(spaceOf(regions));
        const { length } = whole;
        fc.pre(length > 0 && Math.abs(a - b) > 0.01);
        const [from, to] = [Math.min(a, b) * length, Math.max(a, b) * length];
        const { strip, view } = zoomTo(whole, from, to, 1e-6);
        const span = view.to - view.from;
        regions.forEach(({ first }, row) => {
          const before = regions[row - 1];
          if (before === undefined || first - before.first - before.pages < 2 ** 18) return;
          const gap = (each: AddressStrip) => each.extent(row).from - each.extent(row - 1).to;
          assert.ok(isNear(gap(strip) / span, gap(whole) / length, 1));
        });
        // Where it lies in a gap, there is nothing to be shown but the gap.
        if (span < 1e-3) return;
        assert.ok(isNear(whole.positionIn(strip, from), view.from, 1e3 * length), 'begins there');
        assert.ok(isNear(whole.positionIn(strip, to), view.to, 1e3 * length), 'ends there');
      }),
    );
  });

  test('keeps the place under the pointer, and neither it nor scrolling leaves the strip', () => {
    const factors = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(anyRegions, inUnit, factors, factors, inUnit, (regions, start, first, second, at) => {
        const whole = AddressStrip.of(spaceOf(regions));
        fc.pre(whole.length > 0);
        const before = zoomStrip(wholeStrip(whole), first, start * whole.length);
        const { from, to } = before.view;
        const anchor = from + at * (to - from);
        const { strip, view } = zoomStrip(before, second, anchor);
        const span = view.to - view.from;
        assert.ok(isNear(span, Math.min(whole.length, (to - from) / second), whole.length));
        assert.ok(view.from >= 0 && view.to <= strip.length + 1e-6 * whole.length);
        const isFree = view.from > 0 && view.to < strip.length * (1 - 1e-9);
        if (isFree) assert.ok(isNear((before.strip.positionIn(strip, anchor) - view.from) / span, at, 1e3));
        const scrolled = scrollView(view, (at - 0.5) * 4 * whole.length, strip.length);
        assert.ok(scrolled.from >= 0 && scrolled.to <= strip.length + 1e-6 * whole.length);
        assert.ok(isNear(scrolled.to - scrolled.from, span, whole.length));
        // The same place in a strip with other gaps is of the same region; on its very edge, but for rounding.
        const there = before.strip.positionIn(strip, anchor);
        const rounding = 1e-12 * whole.length;
        const rows = [there - rounding, there, there + rounding].map((position) => strip.rowAt(position));
        assert.ok(rows.includes(before.strip.rowAt(anchor)));
      }),
    );
  });
});
