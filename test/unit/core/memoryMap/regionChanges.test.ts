import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { regionChanges } from '../../../../extension/core/memoryMap/regionChanges.ts';
import { anyRegions, type Described, spaceOf } from './spaces.ts';

const changesOf = (before: readonly Described[], after: readonly Described[]) =>
  regionChanges(spaceOf(before), spaceOf(after)).map(({ kind, before, after, rightsChanged }) => {
    const change = { kind, before: [...before], after: [...after] };
    return rightsChanged ? { ...change, rightsChanged } : change;
  });

const anonymous = { first: 100, pages: 10 };
const library = { first: 200, pages: 4, name: '/lib/x.so', inode: 5, rights: 'r-xp', offset: 2 };

describe('one region', () => {
  test('appears and vanishes', () => {
    assert.deepEqual(changesOf([], [anonymous]), [{ kind: 'appeared', before: [], after: [0] }]);
    assert.deepEqual(changesOf([anonymous], []), [{ kind: 'vanished', before: [0], after: [] }]);
  });

  test('grows and shrinks, at either end', () => {
    for (const [first, pages, kind] of [
      [100, 11, 'grew'],
      [95, 15, 'grew'],
      [100, 9, 'shrank'],
      [101, 9, 'shrank'],
    ] as const) {
      assert.deepEqual(changesOf([anonymous], [{ first, pages }]), [{ kind, before: [0], after: [0] }]);
    }
  });

  test('moves: a file, also where the places overlap; anonymous memory only then', () => {
    const moved = { ...library, first: 300 };
    assert.deepEqual(changesOf([library], [moved]), [{ kind: 'moved', before: [0], after: [0] }]);
    assert.deepEqual(changesOf([library], [{ ...library, first: 202 }]), [{ kind: 'moved', before: [0], after: [0] }]);
    assert.deepEqual(changesOf([anonymous], [{ ...anonymous, first: 105 }]), [
      { kind: 'moved', before: [0], after: [0] },
    ]);
    assert.deepEqual(
      changesOf([anonymous], [{ ...anonymous, first: 300 }]).map(({ kind }) => kind),
      ['vanished', 'appeared'],
    );
    assert.deepEqual(
      changesOf([library], [{ ...moved, offset: 3 }]).map(({ kind }) => kind),
      ['vanished', 'appeared'],
    );
  });

  test('gets other rights', () => {
    assert.deepEqual(changesOf([anonymous], [{ ...anonymous, rights: 'r--p' }]), [
      { kind: 'rights', before: [0], after: [0], rightsChanged: true },
    ]);
    assert.deepEqual(changesOf([anonymous], [{ ...anonymous, rights: 'r--p', pages: 12 }]), [
      { kind: 'grew', before: [0], after: [0], rightsChanged: true },
    ]);
  });

  test('gives way to another object at the same place', () => {
    assert.deepEqual(
      changesOf([library], [{ ...library, inode: 6 }]).map(({ kind }) => kind),
      ['vanished', 'appeared'],
    );
    assert.deepEqual(
      changesOf([anonymous], [{ ...anonymous, name: '[heap]' }]).map(({ kind }) => kind),
      ['vanished', 'appeared'],
    );
  });

  test('is the same when its file is deleted', () => {
    assert.deepEqual(changesOf([library], [{ ...library, name: '/lib/x.so (deleted)' }]), []);
  });
});

describe('several regions', () => {
  const parts = [
    { first: 100, pages: 4 },
    { first: 104, pages: 2, rights: 'r--p' },
    { first: 106, pages: 4 },
  ];

  test('are split from one by mprotect, and merge again', () => {
    assert.deepEqual(changesOf([anonymous], parts), [
      { kind: 'split', before: [0], after: [0, 1, 2], rightsChanged: true },
    ]);
    assert.deepEqual(changesOf(parts, [anonymous]), [
      { kind: 'merged', before: [0, 1, 2], after: [0], rightsChanged: true },
    ]);
  });

  test('are split by munmap in the middle, without another right', () => {
    assert.deepEqual(changesOf([anonymous], [parts[0] ?? anonymous, parts[2] ?? anonymous]), [
      { kind: 'split', before: [0], after: [0, 1] },
    ]);
  });

  test('become several others', () => {
    const others = [
      { first: 100, pages: 5 },
      { first: 105, pages: 5, rights: 'r--p' },
    ];
    assert.deepEqual(changesOf(parts, others), [
      { kind: 'divided', before: [0, 1, 2], after: [0, 1], rightsChanged: true },
    ]);
  });

  test('are followed past what has come between them', () => {
    const shared = { first: 100, pages: 5, rights: 'rw-s', name: '/dev/zero (deleted)', inode: 4, dev: 1n };
    assert.deepEqual(changesOf([anonymous], [shared, { first: 105, pages: 5 }]), [
      { kind: 'shrank', before: [0], after: [1] },
      { kind: 'appeared', before: [], after: [0] },
    ]);
  });

  test('are followed past another of that name', () => {
    const heap = { first: 1, pages: 1, rights: 'r--p', name: '[heap]' };
    assert.deepEqual(
      changesOf([{ ...heap, first: 0, rights: 'rw-s' }, heap], [{ ...heap, first: 0 }]).map(({ kind }) => kind),
      ['vanished', 'moved'],
    );
  });

  test('touch without being one', () => {
    const neighbour = { first: 110, pages: 3, rights: 'r--p' };
    assert.deepEqual(changesOf([anonymous], [anonymous, neighbour]), [{ kind: 'appeared', before: [], after: [1] }]);
  });
});

describe('of any two looks', () => {
  test('nothing changed where both are the same', () => {
    fc.assert(fc.property(anyRegions, (regions) => assert.deepEqual(changesOf(regions, regions), [])));
  });

  test('a region is in one change at most, and what is in none is the same in both', () => {
    fc.assert(
      fc.property(anyRegions, anyRegions, fc.array(fc.boolean(), { maxLength: 80 }), (some, others, kept) => {
        // The other look has some of the same regions, and others where there is room.
        const keep = some.filter((_, row) => kept[row] !== false);
        const fits = others.filter(({ first, pages }) =>
          keep.every((region) => first >= region.first + region.pages || first + pages <= region.first),
        );
        const after = [...keep, ...fits].sort((a, b) => a.first - b.first);
        const changes = changesOf(some, after);
        for (const side of ['before', 'after'] as const) {
          const rows = changes.flatMap((change) => change[side]);
          assert.equal(new Set(rows).size, rows.length);
        }
        const unchanged = (regions: readonly Described[], side: 'before' | 'after') => {
          const rows = new Set(changes.flatMap((change) => change[side]));
          return regions.filter((_, row) => !rows.has(row)).map(({ first, pages, rights }) => [first, pages, rights]);
        };
        assert.deepEqual(unchanged(some, 'before'), unchanged(after, 'after'));
        const opposite = { appeared: 'vanished', vanished: 'appeared', grew: 'shrank', shrank: 'grew' } as Record<
          string,
          string
        >;
        const more: Record<string, string> = { ...opposite, merged: 'split', split: 'merged' };
        const backwards = changesOf(after, some).map(({ kind }) => more[kind] ?? kind);
        assert.deepEqual(backwards.sort(), changes.map(({ kind }) => kind).sort());
      }),
    );
  });
});
