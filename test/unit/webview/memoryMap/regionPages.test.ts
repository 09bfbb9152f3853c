import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mostParts, type PageCounts, pageMarks, pageStates } from '../../../../extension/core/memoryMap/pageCounts.ts';
import { pageColumns, RegionPages } from '../../../../webview/model/memoryMap/regionPages.ts';

function counts(parts: number, count: (key: string, part: number) => number): PageCounts {
  const column = (key: string) => Float64Array.from({ length: parts }, (_, part) => count(key, part));
  return Object.fromEntries([...pageStates, ...pageMarks].map((key) => [key, column(key)])) as unknown as PageCounts;
}

test('a region is asked for once, in order, in a few pieces, whatever its size', () => {
  const sizes = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 2 ** 45 }));
  fc.assert(
    fc.property(sizes, fc.constantFrom(4096, 65536), (pages, pageSize) => {
      const start = 0x7f00_0000_0000n;
      const region = new RegionPages(start, pages, pageSize);
      let [asked, pieces] = [0, 0];
      for (let span = region.next(); span !== undefined; span = region.next()) {
        assert.equal(BigInt(`0x${span.start}`), start + BigInt(asked) * BigInt(pageSize));
        assert.ok(span.parts >= 1 && span.parts <= mostParts && span.pages >= span.parts);
        asked += span.pages;
        pieces++;
        region.add(counts(span.parts, () => 0));
      }
      assert.equal(asked, pages);
      assert.ok(pieces <= 8);
      assert.ok(region.isDone && region.absent === pages);
    }),
  );
});

test('8 TiB are asked for in eight pieces, and a heap in one', () => {
  assert.equal(new RegionPages(0n, 2 ** 31, 4096).next()?.pages, 2 ** 28);
  assert.deepEqual(new RegionPages(0x1000n, 33, 4096).next(), { start: '1000', pages: 33, parts: 33 });
});

test('what is known is told, and what is not is not', () => {
  const region = new RegionPages(0n, 2 ** 21, 4096);
  assert.equal(region.shares(0, 1), undefined);
  const span = region.next();
  assert.equal(span?.parts, 256);
  // 2,048 pages in a part.
  region.add(counts(256, (key, part) => (key === 'anonymous' ? 512 : key === 'softDirty' && part === 0 ? 256 : 0)));
  assert.deepEqual([region.known, region.isDone], [256, false]);
  const [first, both] = [region.shares(0, 1), region.shares(0, 2)];
  assert.deepEqual([first?.anonymous, first?.softDirty, first?.file], [0.25, 0.125, 0]);
  assert.deepEqual([both?.anonymous, both?.softDirty], [0.25, 0.0625]);
  assert.equal(region.shares(255, 257), undefined);
  assert.deepEqual([region.total('anonymous'), region.total('softDirty')], [256 * 512, 256]);
  assert.equal(region.absent, 2 ** 19 - 256 * 512);
});

test('columns take every pixel and every part once, in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1024 }), fc.integer({ min: 1, max: 2000 }), (parts, width) => {
      let [x, part] = [0, 0];
      for (const column of pageColumns(parts, width)) {
        assert.deepEqual([column.x, column.from], [x, part]);
        assert.ok(column.width >= 1 && column.to > column.from);
        [x, part] = [column.x + column.width, column.to];
      }
      assert.deepEqual([x, part], [width, parts]);
    }),
  );
});
