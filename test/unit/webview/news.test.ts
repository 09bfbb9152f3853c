import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { News, newsLevels } from '../../../webview/model/news.ts';

const all = { offset: 0, length: 20_000 };
const levels = (news: News, now: number) =>
  news.runs(all, now).map(({ offset, length, level }) => [offset, length, level]);

test('news fades in steps, stays underlined, and is over', () => {
  const news = new News();
  news.mark({ offset: 4090, length: 12 }, 1000);
  // Across the bound of two pages.
  assert.deepEqual(levels(news, 1000), [[4090, 12, 0]]);
  const seen = new Set<number>();
  for (let now = 1000; now < 12_000; now += 50) for (const { level } of news.runs(all, now)) seen.add(level);
  assert.deepEqual([...seen], [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(news.runs(all, 11_200), []);
  assert.equal(news.untilNext(11_200), undefined);
  assert.equal(news.isEmpty, true);
});

test('each time it looks different is foretold, and no other', () => {
  const changes = fc.array(
    fc.record({ offset: fc.nat(9000), length: fc.integer({ min: 1, max: 300 }), wait: fc.nat(3000) }),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(changes, fc.boolean(), (marks, isCalm) => {
      const news = new News();
      news.isCalm = isCalm;
      let now = 5000;
      for (const { wait, ...range } of marks) {
        now += wait;
        news.mark(range, now);
      }
      let shown = JSON.stringify(levels(news, now));
      for (let drawn = 0; ; drawn++) {
        assert.ok(drawn < 6 * newsLevels + 6, 'it comes to rest');
        const wait = news.untilNext(now);
        if (wait === undefined) break;
        assert.equal(JSON.stringify(levels(news, now + wait - 1)), shown, 'nothing changes before');
        now += wait;
        shown = JSON.stringify(levels(news, now));
      }
      assert.equal(shown, '[]');
    }),
    { numRuns: 40 },
  );
});

test('nothing fades where nothing may move', () => {
  const news = new News();
  news.isCalm = true;
  news.mark({ offset: 0, length: 1 }, 1000);
  assert.deepEqual(levels(news, 1000), [[0, 1, newsLevels - 1]]);
  assert.ok((news.untilNext(1000) ?? 0) > 9000);
});

test('in a pause news stays news', () => {
  const news = new News();
  news.mark({ offset: 0, length: 1 }, 1000);
  news.isHeld = true;
  assert.deepEqual(levels(news, 60_000), [[0, 1, newsLevels - 1]]);
  assert.equal(news.untilNext(60_000), undefined);
  news.isHeld = false;
  assert.deepEqual(levels(news, 60_000), []);
});

test('a byte that changes again is fresh again, beside older ones', () => {
  const news = new News();
  news.mark({ offset: 0, length: 4 }, 1000);
  news.mark({ offset: 1, length: 2 }, 2000);
  assert.deepEqual(levels(news, 2000), [
    [0, 1, 2],
    [1, 2, 0],
    [3, 1, 2],
  ]);
});
