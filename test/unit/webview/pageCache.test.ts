import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hole, VersionedBytes } from '../../../extension/core/byteSource.ts';
import { cellState } from '../../../webview/model/hexRow.ts';
import { PageCache, pageSize } from '../../../webview/model/pageCache.ts';

const byteAt = (offset: number) => (offset * 7 + Math.floor(offset / 256)) & 0xff;
const bytesFrom = (offset: number, length: number) =>
  Uint8Array.from({ length: Math.max(0, length) }, (_, i) => byteAt(offset + i));

function answer(offset: number, length: number, generation = 1, holes: readonly Hole[] = []): VersionedBytes {
  return { generation, bytes: bytesFrom(offset, length), holes };
}

function cellsOf(cache: PageCache, offset: number, length: number, size = 2 ** 40, shownSize = size) {
  const into = new Int16Array(length);
  const isComplete = cache.cells(offset, into, size, shownSize);
  return { cells: [...into], isComplete };
}

const nowhere = { offset: 0, length: 0 };

test('pages come back as cells and as bytes, across their edges', () => {
  const cache = new PageCache();
  cache.take(0, answer(0, 2 * pageSize), 2 * pageSize);
  const { cells, isComplete } = cellsOf(cache, pageSize - 8, 16);
  assert.deepEqual(cells, [...bytesFrom(pageSize - 8, 16)]);
  assert.equal(isComplete, true);
  assert.deepEqual(cache.bytes({ offset: pageSize - 3, length: 9 })?.bytes, bytesFrom(pageSize - 3, 9));
  assert.equal(cache.bytes({ offset: 2 * pageSize - 1, length: 2 }), undefined);
  assert.deepEqual(cache.missing({ offset: 0, length: 3 * pageSize }), [2 * pageSize]);
});

test('what is not here is pending, past the end of the shown is outside, past the size is a hole', () => {
  const cache = new PageCache();
  assert.deepEqual(cellsOf(cache, 0, 2), { cells: [cellState.pending, cellState.pending], isComplete: false });
  assert.deepEqual(cellsOf(cache, 0, 3, 0, 2), {
    cells: [cellState.hole, cellState.hole, cellState.outside],
    isComplete: true,
  });
  cache.take(0, answer(0, pageSize), pageSize);
  assert.deepEqual(cellsOf(cache, 8, 4, 9, 11).cells, [byteAt(8), cellState.hole, cellState.hole, cellState.outside]);
});

test('what is edited is one range as far as it goes on, told at once or byte by byte, and across the edges of pages', () => {
  const cache = new PageCache();
  cache.take(0, answer(0, 2 * pageSize), 2 * pageSize);
  for (const offset of [12, 10, 11, 20, pageSize - 1, pageSize]) {
    cache.markEdits({ offset, length: 1 }, [{ offset, length: 1 }]);
  }
  assert.deepEqual(cache.edits({ offset: 0, length: 2 * pageSize }), [
    { offset: 10, length: 3 },
    { offset: 20, length: 1 },
    { offset: pageSize - 1, length: 2 },
  ]);
  assert.deepEqual(cache.edits({ offset: 11, length: 4 }), [{ offset: 11, length: 2 }]);
});

test('an empty range needs nothing', () => {
  const cache = new PageCache();
  assert.deepEqual(cache.missing({ offset: 5, length: 0 }), []);
  assert.deepEqual(cache.missing({ offset: 0, length: -4 }), []);
  assert.deepEqual(cache.bytes({ offset: 5, length: 0 }), { bytes: new Uint8Array(), holes: [] });
  assert.deepEqual(cellsOf(cache, 0, 0), { cells: [], isComplete: true });
});

test('a short answer: the rest is past the end, neither zeros nor asked for again and again', () => {
  const cache = new PageCache();
  cache.take(0, answer(0, 100), 2 * pageSize);
  assert.deepEqual(cache.missing({ offset: 0, length: 2 * pageSize }), []);
  assert.deepEqual(cellsOf(cache, 98, 4).cells, [byteAt(98), byteAt(99), cellState.hole, cellState.hole]);
  assert.equal(cellsOf(cache, pageSize, 1).cells[0], cellState.hole);
  const found = cache.bytes({ offset: 90, length: 20 });
  assert.deepEqual(found?.holes, [{ offset: 100, length: 10, reason: 'pastEnd' }]);
});

test('holes lie over bytes, and say why', () => {
  const cache = new PageCache();
  const hole: Hole = { offset: pageSize - 2, length: 4, reason: 'noPermission', errno: 'EACCES' };
  cache.take(0, answer(0, 2 * pageSize, 1, [hole]), 2 * pageSize);
  const { cells, isComplete } = cellsOf(cache, pageSize - 3, 6);
  const holes = Array<number>(4).fill(cellState.hole);
  assert.deepEqual(cells, [byteAt(pageSize - 3), ...holes, byteAt(pageSize + 2)]);
  assert.equal(isComplete, true);
  assert.deepEqual(cache.holeAt(pageSize), hole);
  assert.equal(cache.holeAt(pageSize + 2), undefined);
  assert.equal(cache.holeAt(pageSize - 3), undefined);
});

test('a hole ends where the shown part ends', () => {
  const cache = new PageCache();
  cache.take(0, answer(0, pageSize, 1, [{ offset: 0, length: pageSize, reason: 'ioError' }]), pageSize);
  assert.deepEqual(cellsOf(cache, 0, 4, 2, 3).cells, [
    cellState.hole,
    cellState.hole,
    cellState.hole,
    cellState.outside,
  ]);
});

test('late answers of an earlier generation are dropped, the others taken', () => {
  const cache = new PageCache();
  cache.advance(3, nowhere);
  cache.take(0, answer(0, pageSize, 2), pageSize);
  assert.equal(cache.has(0), false);
  cache.take(0, answer(0, pageSize, 3), pageSize);
  assert.equal(cache.has(0), true);
  cache.advance(2, nowhere);
  assert.equal(cache.generation, 3);
  assert.equal(cache.has(0), true, 'a generation of before drops nothing');
});

test('what is looked at stays until it is read anew, the rest goes at once', () => {
  const cache = new PageCache();
  cache.take(0, answer(0, 4 * pageSize), 4 * pageSize);
  cache.advance(2, { offset: pageSize + 10, length: pageSize });
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => cache.has(index)),
    [false, true, true, false],
  );
  assert.equal(cellsOf(cache, pageSize, 1).cells[0], byteAt(pageSize), 'drawn as it was');
  assert.deepEqual(cache.missing({ offset: pageSize, length: 2 * pageSize }), [pageSize, 2 * pageSize]);
  cache.take(pageSize, answer(0, pageSize, 2), pageSize);
  assert.deepEqual(cache.missing({ offset: pageSize, length: 2 * pageSize }), [2 * pageSize]);
  assert.equal(cellsOf(cache, pageSize, 1).cells[0], byteAt(0));
});

test('bytes are bounded, and what was used last stays', () => {
  const cache = new PageCache();
  for (let page = 0; page < 5000; page++) {
    cache.take(page * pageSize, answer(0, pageSize), pageSize);
    // Page 0 is looked at all the while.
    cellsOf(cache, 0, 1);
    assert.ok(cache.size <= 8 * 2 ** 20);
  }
  assert.equal(cache.has(0), true);
  assert.equal(cache.has(4999), true);
  assert.equal(cache.has(1), false);
  cache.bytes({ offset: 3500 * pageSize, length: 1 });
  for (let page = 0; page < 2040; page++) cache.take((10_000 + page) * pageSize, answer(0, pageSize), pageSize);
  assert.equal(cache.has(3500), true);
});

test('the last page of the largest source', () => {
  const cache = new PageCache();
  const size = Number.MAX_SAFE_INTEGER;
  const last = Math.floor(size / pageSize) * pageSize;
  assert.deepEqual(cache.missing({ offset: size - 10, length: 10 }), [last]);
  cache.take(last, answer(last, pageSize - 1), pageSize);
  assert.deepEqual(cellsOf(cache, size - 15, 16, size).cells.slice(13), [
    byteAt(size - 2),
    byteAt(size - 1),
    cellState.outside,
  ]);
});

test('whatever was taken, a cell is its byte, its hole, or not known', () => {
  const span = fc.record({ page: fc.nat(6), pages: fc.integer({ min: 1, max: 3 }) });
  const gap = fc.record({ offset: fc.nat(8 * pageSize), length: fc.integer({ min: 1, max: pageSize }) });
  fc.assert(
    fc.property(
      fc.array(span, { maxLength: 4 }),
      fc.array(gap, { maxLength: 3 }),
      fc.nat(8 * pageSize),
      fc.nat(8 * pageSize),
      fc.nat(600),
      (spans, gaps, size, offset, length) => {
        const cache = new PageCache();
        const holes = gaps.map((range) => ({ ...range, reason: 'unmapped' as const }));
        for (const { page, pages } of spans) {
          const start = page * pageSize;
          cache.take(start, answer(start, Math.min(pages * pageSize, size - start), 1, holes), pages * pageSize);
        }
        const { cells, isComplete } = cellsOf(cache, offset, length, size);
        const isCached = (at: number) => cache.has(Math.floor(at / pageSize));
        const isHole = (at: number) => holes.some((hole) => at >= hole.offset && at < hole.offset + hole.length);
        cells.forEach((cell, i) => {
          const at = offset + i;
          if (at >= size) assert.equal(cell, cellState.outside);
          else if (!isCached(at)) assert.equal(cell, cellState.pending);
          else assert.equal(cell, isHole(at) ? cellState.hole : byteAt(at));
        });
        assert.equal(isComplete, !cells.includes(cellState.pending));
      },
    ),
  );
});

/** A source of `size` bytes, all of it here. */
function whole(size: number): PageCache {
  const cache = new PageCache();
  cache.advance(1, nowhere);
  const asked = Math.ceil(size / pageSize) * pageSize;
  cache.take(0, { generation: 1, bytes: bytesFrom(0, size), holes: [] }, asked, 1000);
  return cache;
}

const shown = (cache: PageCache, offset: number, length: number, size: number, shownSize = size) => {
  const cells = new Int16Array(length);
  cache.cells(offset, cells, size, shownSize);
  return [...cells];
};

test('a patch changes what is here and tells exactly where it differs', () => {
  const size = 2 * pageSize;
  fc.assert(
    fc.property(fc.nat(size - 1), fc.uint8Array({ minLength: 1, maxLength: 200 }), (offset, given) => {
      const cache = whole(size);
      const bytes = given.subarray(0, size - offset);
      // Some of it as it was.
      const now = bytes.map((byte, i) => (byte % 3 === 0 ? byteAt(offset + i) : byte));
      const changed = cache.patch(offset, now);
      const isChanged = (at: number) => changed.some((run) => at >= run.offset && at < run.offset + run.length);
      for (let i = -1; i <= now.length; i++) {
        const at = offset + i;
        if (at < 0 || at >= size) continue;
        const patched = now[i] ?? byteAt(at);
        assert.equal(isChanged(at), patched !== byteAt(at));
        assert.equal(shown(cache, at, 1, size)[0], patched);
      }
    }),
  );
});

test('a patch may make a page longer, but neither a page nor a gap', () => {
  const cache = whole(10);
  cache.patch(10, Uint8Array.of(1, 2));
  assert.deepEqual(shown(cache, 9, 3, 12), [byteAt(9), 1, 2]);
  cache.patch(20, Uint8Array.of(1));
  cache.patch(pageSize, Uint8Array.of(1));
  assert.equal(shown(cache, 20, 1, 21)[0], cellState.hole);
  assert.equal(cache.has(1), false);
});

test('holes and never-written parts are told anew inside of what was looked at, and stay outside', () => {
  const cache = whole(100);
  cache.describe(
    { offset: 0, length: 100 },
    [{ offset: 10, length: 20, reason: 'ioError' }],
    [{ offset: 50, length: 20 }],
  );
  assert.equal(shown(cache, 10, 1, 100)[0], cellState.hole);
  assert.equal(shown(cache, 69, 1, 100)[0], cellState.unwritten);
  cache.describe({ offset: 20, length: 40 }, [], []);
  assert.deepEqual(
    [10, 19, 20, 29, 50, 59, 60, 69].map((at) => shown(cache, at, 1, 100)[0]),
    [-3, -3, byteAt(20), byteAt(29), byteAt(50), byteAt(59), -4, -4],
  );
  cache.describe({ offset: 0, length: 100 }, undefined, undefined);
  assert.equal(shown(cache, 10, 1, 100)[0], cellState.hole);
});

test('what showed stays when it is lost, where that is wanted', () => {
  for (const keepsLost of [true, false]) {
    const cache = whole(100);
    cache.keepsLost = keepsLost;
    cache.advance(2, { offset: 0, length: 100 });
    cache.take(0, { generation: 2, bytes: new Uint8Array(40), holes: [] }, pageSize);
    const expected = keepsLost ? byteAt(60) : cellState.hole;
    assert.deepEqual(shown(cache, 39, 1, 40, 100), [0]);
    assert.deepEqual(shown(cache, 60, 1, 40, 100), [expected]);
    // What comes back is read: what was lost is not what is there now.
    cache.grow(80);
    assert.deepEqual(cache.missing({ offset: 0, length: 80 }), [0]);
  }
});

test('what patches keep fresh is not read again, and what does not show goes', () => {
  const cache = whole(3 * pageSize);
  cache.advance(2, { offset: pageSize, length: 10 }, true);
  assert.deepEqual(cache.missing({ offset: 0, length: 3 * pageSize }), [0, 2 * pageSize]);
  cache.retain({ offset: pageSize, length: 10 }, true);
  assert.deepEqual(cache.missing({ offset: pageSize, length: 10 }), [pageSize]);
});

test('the age of a range is that of its oldest page', () => {
  const cache = whole(2 * pageSize);
  cache.take(pageSize, { generation: 1, bytes: bytesFrom(pageSize, pageSize), holes: [] }, pageSize, 2000);
  assert.equal(cache.readAt({ offset: pageSize, length: 1 }), 2000);
  assert.equal(cache.readAt({ offset: 0, length: 2 * pageSize }), 1000);
  assert.equal(cache.readAt({ offset: 2 * pageSize, length: 1 }), undefined);
});
