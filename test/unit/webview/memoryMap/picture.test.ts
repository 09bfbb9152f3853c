import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AddressStrip } from '../../../../extension/core/memoryMap/addressStrip.ts';
import { noFigures, RegionFigures } from '../../../../extension/core/memoryMap/regionFigures.ts';
import { pictureAction } from '../../../../webview/model/memoryMap/pictureKeys.ts';
import { ResidentShares } from '../../../../webview/model/memoryMap/residentShares.ts';
import { StripCamera } from '../../../../webview/model/memoryMap/stripCamera.ts';
import { type Labelled, labelCandidates, placeLabels } from '../../../../webview/model/memoryMap/stripLabels.ts';
import { anyRegions, figuresOf, spaceOf } from '../../core/memoryMap/spaces.ts';

describe('what is in memory', () => {
  test('of a stretch of regions is what its regions have, and unknown is not nothing', () => {
    fc.assert(
      fc.property(anyRegions, fc.array(fc.boolean()), fc.nat(), fc.nat(), (regions, missing, a, b) => {
        fc.pre(regions.length > 0);
        const space = spaceOf(regions);
        const rssOf = (row: number) => 4096 * Math.ceil((regions[row]?.pages ?? 0) / 2);
        const known = regions.flatMap(({ first, pages }, row) =>
          missing[row] === true ? [] : [{ first, pages, rss: rssOf(row) }],
        );
        const shares = new ResidentShares(space, new RegionFigures(space.columns, figuresOf(known)));
        const [first = 0, last = 0] = [a % regions.length, b % regions.length].sort((x, y) => x - y);
        let [resident, measured] = [0, 0];
        for (let row = first; row <= last; row++) {
          if (missing[row] === true) continue;
          resident += rssOf(row);
          measured += 4096 * (regions[row]?.pages ?? 0);
        }
        const share = shares.of(first, last);
        if (measured === 0) assert.equal(share, undefined);
        else assert.ok(share !== undefined && Math.abs(share - resident / measured) < 1e-3, `${share}`);
      }),
    );
    const space = spaceOf([{ first: 16, pages: 4 }]);
    assert.equal(new ResidentShares(space, noFigures()).of(0, 0), undefined);
  });
});

describe('labels', () => {
  const textOf = (label: Labelled) => (label.of === 'gap' ? ['a long text of a gap', 'gap'] : [label.of]);
  const measure = (text: string) => 6 * text.length;

  test('never touch, and stay on the line', () => {
    fc.assert(
      fc.property(anyRegions, fc.integer({ min: 1, max: 1500 }), (regions, width) => {
        fc.pre(regions.length > 0);
        const space = spaceOf(regions);
        const strip = AddressStrip.of(space);
        const runs = strip.runs({ from: 0, to: strip.length }, width);
        const placed = placeLabels(labelCandidates(space, runs), width, 10, textOf, measure);
        const sorted = placed
          .map(({ x, text }) => ({ from: x, to: x + measure(text) }))
          .sort((a, b) => a.from - b.from);
        sorted.forEach(({ from, to }, index) => {
          assert.ok(from >= 0 && to <= width);
          const before = sorted[index - 1];
          assert.ok(before === undefined || from >= before.to + 10);
        });
      }),
    );
  });

  test('name the wide gap, the object that is most of its group, and else the kind', () => {
    const space = spaceOf([
      { first: 16, pages: 900, name: '/bin/one', inode: 1, rights: 'r-xp' },
      { first: 1000, pages: 100, name: '[heap]' },
      { first: 2 ** 30, pages: 100, name: '/lib/a.so', inode: 2, rights: 'r-xp' },
      { first: 2 ** 30 + 100, pages: 100, name: '/lib/b.so', inode: 3, rights: 'r-xp' },
    ]);
    const strip = AddressStrip.of(space);
    const labels = labelCandidates(space, strip.runs({ from: 0, to: strip.length }, 1000));
    const texts = labels.map((label) =>
      label.of === 'gap' ? label.bytes : label.of === 'kind' ? label.kind : space.objectOf(label.row).name,
    );
    assert.deepEqual(texts.slice(0, 3), [4096 * (2 ** 30 - 1100), '/bin/one', 'code']);
    assert.deepEqual(texts.slice(3).sort(), ['/lib/a.so', '/lib/b.so', '[heap]']);
  });
});

test('over another look the camera stays at the addresses it shows, and the cursor at its region', () => {
  fc.assert(
    fc.property(anyRegions, fc.nat(), fc.double({ min: 1, max: 50, noNaN: true }), (regions, pick, factor) => {
      fc.pre(regions.length > 0);
      const camera = StripCamera.of(spaceOf(regions));
      camera.cursor = pick % regions.length;
      camera.zoom(factor);
      const again = camera.over(spaceOf(regions));
      assert.equal(again.cursor, camera.cursor);
      // To a page, which is a unit of the strip at the most.
      const [{ strip, view }, after] = [camera.zoomed, again.zoomed];
      const there = (position: number) => strip.positionIn(after.strip, position);
      assert.ok(Math.abs(there(view.from) - after.view.from) <= 1, 'begins there');
      assert.ok(Math.abs(there(view.to) - after.view.to) <= 1, 'ends there');
      const isWhole = ({ zoomed: { strip, view } }: StripCamera) => view.to - view.from >= strip.wholeLength;
      if (isWhole(camera)) assert.ok(isWhole(again));
    }),
  );
});

test('steps go from region to region where each has its pixel, and pass together what has not', () => {
  const camera = StripCamera.of(spaceOf(Array.from({ length: 1000 }, (_, row) => ({ first: 16 + 2 * row, pages: 1 }))));
  camera.cursor = 500;
  assert.deepEqual([camera.neighbour(1, 4000), camera.neighbour(-1, 4000)], [501, 499]);
  assert.deepEqual([camera.neighbour(1, 100), camera.neighbour(-1, 100)], [510, 490]);
  camera.zoom(100);
  assert.equal(camera.neighbour(1, 100), 501);
  camera.cursor = 999;
  assert.equal(camera.neighbour(1, 100), 999);
  camera.reveal(0);
  assert.equal(camera.zoomed.view.from, 0);
});

test('keys of the picture are plain ones', () => {
  const press = (key: string, modifiers = {}) =>
    pictureAction({ key, ctrl: false, shift: false, alt: false, meta: false, ...modifiers });
  assert.deepEqual(press('+'), { kind: 'zoom', factor: 2 });
  assert.deepEqual(press('+', { shift: true }), { kind: 'zoom', factor: 2 });
  assert.deepEqual(press('ArrowRight'), { kind: 'step', by: 1 });
  assert.deepEqual(press('ArrowRight', { shift: true }), { kind: 'scroll', by: 0.1 });
  assert.deepEqual(press('Home'), { kind: 'all' });
  assert.equal(press('a'), undefined);
  for (const modifier of ['ctrl', 'alt', 'meta']) assert.equal(press('+', { [modifier]: true }), undefined);
});
