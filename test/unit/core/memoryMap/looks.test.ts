// Looks at a process one after the other: which are the same, which are of another program, and which are kept.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { keepLooks } from '../../../../extension/core/memoryMap/keptLooks.ts';
import {
  columnsOf as columnsOfSetting,
  mapColumns,
  usualColumns,
} from '../../../../extension/core/memoryMap/mapColumns.ts';
import { isOtherProgram } from '../../../../extension/core/memoryMap/otherProgram.ts';
import { sameRegions } from '../../../../extension/core/memoryMap/sameRegions.ts';
import { anyRegions, columnsOf, type Described, spaceOf } from './spaces.ts';

describe('the same regions', () => {
  test('are the same, and with any fact changed they are not', () => {
    const changes: ((region: Described) => Described)[] = [
      (region) => ({ ...region, pages: region.pages + 1 }),
      (region) => ({ ...region, rights: region.rights === '---p' ? 'r--p' : '---p' }),
      (region) => ({ ...region, name: `${region.name ?? ''}x` }),
      (region) => ({ ...region, inode: (region.inode ?? 0) + 1 }),
      (region) => ({ ...region, offset: (region.offset ?? 0) + 1 }),
    ];
    fc.assert(
      fc.property(anyRegions, fc.nat(), fc.constantFrom(...changes), (regions, which, change) => {
        assert.ok(sameRegions(columnsOf(regions), columnsOf(regions)));
        if (regions.length === 0) return;
        const at = which % regions.length;
        const others = regions.map((region, row) => (row === at ? change(region) : region));
        assert.ok(!sameRegions(columnsOf(regions), columnsOf(others)));
        assert.ok(!sameRegions(columnsOf(regions), columnsOf(regions.slice(1))));
      }),
    );
  });
});

describe('another program', () => {
  const look = (vdso: number, executable: string | undefined, more: readonly Described[] = []) => ({
    space: spaceOf([
      { first: 16, pages: 2, rights: 'r-xp', name: '/bin/a', inode: 3 },
      { first: vdso, pages: 2, name: '[vdso]' },
      ...more,
    ]),
    executable,
  });

  test('has its [vdso] elsewhere, or another executable', () => {
    assert.ok(isOtherProgram(look(1000, '/bin/a'), look(2000, '/bin/a')));
    assert.ok(isOtherProgram(look(1000, '/bin/a'), look(1000, '/bin/b')));
    assert.ok(isOtherProgram(look(1000, undefined), look(2000, '/bin/a')));
  });

  test('is not one that has mapped something, or was replaced on the disk', () => {
    assert.ok(!isOtherProgram(look(1000, '/bin/a'), look(1000, '/bin/a', [{ first: 5000, pages: 1 }])));
    assert.ok(!isOtherProgram(look(1000, '/bin/a'), look(1000, '/bin/a (deleted)')));
    assert.ok(!isOtherProgram(look(1000, '/bin/a'), look(1000, undefined)));
    assert.ok(!isOtherProgram({ space: spaceOf([]), executable: '/bin/a' }, look(1000, '/bin/a')));
  });
});

describe('kept looks', () => {
  const looks = (count: number) => Array.from({ length: count }, (_, i) => ({ at: i * 2000, bytes: 10 }));

  test('are never more than the limits, with the first and the last among them, in their order', () => {
    const limits = fc.record({ looks: fc.integer({ min: 2, max: 30 }), bytes: fc.integer({ min: 20, max: 400 }) });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), limits, (count, limit) => {
        const all = looks(count);
        const kept = keepLooks(all, limit);
        assert.ok(kept.length <= Math.max(2, limit.looks));
        assert.ok(kept.length <= 2 || kept.length * 10 <= limit.bytes);
        assert.equal(kept[0], all[0]);
        assert.equal(kept.at(-1), all.at(-1));
        assert.deepEqual(
          [...kept],
          [...kept].sort((a, b) => a.at - b.at),
        );
      }),
    );
  });

  test('reach far back, and lie closer the younger they are', () => {
    let kept: readonly { readonly at: number; readonly bytes: number }[] = [];
    for (const look of looks(1000)) kept = keepLooks([...kept, look], { looks: 12, bytes: 1e9 });
    const ages = kept.map(({ at }) => 999 * 2000 - at);
    assert.equal(ages[0], 999 * 2000);
    assert.ok(ages.filter((age) => age <= 20_000).length >= 3, String(ages));
    assert.ok(
      ages.some((age) => age > 60_000 && age < 1_500_000),
      String(ages),
    );
  });

  test('that alone are too much are two', () => {
    assert.equal(
      keepLooks(
        looks(5).map((look) => ({ ...look, bytes: 1e9 })),
        { looks: 10, bytes: 1 },
      ).length,
      2,
    );
  });
});

describe('the columns of the setting', () => {
  test('are those it names, in their own order, whatever somebody wrote there', () => {
    assert.deepEqual(columnsOfSetting(['name', 'start', 'name', 'nonsense', 7]), ['start', 'name']);
    for (const nothing of [undefined, 'start', [], ['x'], {}])
      assert.deepEqual(columnsOfSetting(nothing), usualColumns);
    assert.deepEqual(columnsOfSetting([...mapColumns].reverse()), mapColumns);
  });
});
