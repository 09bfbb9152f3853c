import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { VersionedBytes } from '../../../extension/core/byteSource.ts';
import { PageCache, pageSize } from '../../../webview/model/pageCache.ts';
import { PageLoader } from '../../../webview/model/pageLoader.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

/** A host that answers when it is told to. */
class Host {
  readonly cache = new PageCache();
  readonly asked: { offset: number; length: number }[] = [];
  readonly underWay: { offset: number; length: number; answer: PromiseWithResolvers<VersionedBytes> }[] = [];
  readonly errors: unknown[] = [];
  loaded = 0;
  readonly loader = new PageLoader(
    this.cache,
    (offset, length) => {
      const call = { offset, length, answer: Promise.withResolvers<VersionedBytes>() };
      for (const other of this.underWay) {
        assert.ok(offset >= other.offset + other.length || offset + length <= other.offset, 'a page twice at once');
      }
      this.asked.push({ offset, length });
      this.underWay.push(call);
      assert.ok(this.underWay.length <= 4, 'more than four under way');
      assert.ok(length <= 16 * 1024, 'more than 16 KiB');
      assert.equal(offset % pageSize, 0);
      return call.answer.promise;
    },
    () => this.loaded++,
    (error) => this.errors.push(error),
  );

  /** Answers the oldest request. */
  async answer(generation = 1): Promise<void> {
    const call = this.underWay.shift();
    assert.ok(call);
    call.answer.resolve({ generation, bytes: new Uint8Array(call.length), holes: [] });
    await settled();
  }

  async fail(): Promise<void> {
    const call = this.underWay.shift();
    assert.ok(call);
    call.answer.reject(new Error('gone'));
    await settled();
  }

  async answerAll(): Promise<void> {
    while (this.underWay.length > 0) await this.answer();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const pages = (first: number, count: number) => ({ offset: first * pageSize, length: count * pageSize });
const size = 1000 * pageSize;

test('what shows comes first, then what is likely next', async () => {
  const host = new Host();
  host.loader.want({ visible: pages(10, 2), ahead: [pages(12, 4), pages(6, 4)] }, size);
  assert.deepEqual(host.asked, [pages(10, 2)], 'nothing ahead while what shows is not here');
  await host.answer();
  // In whole requests: pages 8 to 15 without what is here, then 4 to 11.
  assert.deepEqual(host.asked, [pages(10, 2), pages(12, 4), pages(4, 4)]);
  await host.answerAll();
  assert.deepEqual(host.asked, [pages(10, 2), pages(12, 4), pages(4, 4), pages(8, 2)]);
  assert.equal(host.loaded, 4);
  assert.deepEqual(host.cache.missing(pages(6, 10)), []);
});

test('four at most under way, 16 KiB at most each, no page twice at once', async () => {
  const host = new Host();
  host.loader.want({ visible: pages(0, 100), ahead: [] }, size);
  assert.equal(host.underWay.length, 4);
  // Asking again for the same asks for nothing more.
  host.loader.want({ visible: pages(0, 100), ahead: [] }, size);
  assert.equal(host.underWay.length, 4);
  await host.answerAll();
  assert.equal(host.asked.length, 25);
  assert.deepEqual(host.cache.missing(pages(0, 100)), []);
});

test('what is wanted changes: the next request is for what is wanted now', async () => {
  const host = new Host();
  host.loader.want({ visible: pages(0, 100), ahead: [] }, size);
  host.loader.want({ visible: pages(500, 1), ahead: [] }, size);
  assert.equal(host.asked.length, 4);
  await host.answer();
  assert.deepEqual(host.asked.at(-1), pages(500, 1));
  await host.answerAll();
  assert.equal(host.asked.length, 5, 'nothing more of what is no longer wanted');
});

test('pages that are here split a run', () => {
  const host = new Host();
  host.cache.take(pageSize, { generation: 1, bytes: new Uint8Array(pageSize), holes: [] }, pageSize);
  host.loader.want({ visible: pages(0, 3), ahead: [] }, size);
  assert.deepEqual(host.asked, [pages(0, 1), pages(2, 1)]);
});

test('nothing is asked for past the end, nor for a source without bytes', () => {
  const host = new Host();
  host.loader.want({ visible: pages(0, 3), ahead: [pages(3, 8)] }, pageSize + 1);
  assert.deepEqual(host.asked, [pages(0, 2)]);
  const empty = new Host();
  empty.loader.want({ visible: pages(0, 3), ahead: [pages(3, 8)] }, 0);
  assert.deepEqual(empty.asked, []);
});

test('a failure is told, waited out, and asked again', async () => {
  const host = new Host();
  host.loader.want({ visible: pages(0, 1), ahead: [] }, size);
  await host.fail();
  assert.equal(host.errors.length, 1);
  assert.equal(host.loaded, 0);
  host.loader.want({ visible: pages(0, 1), ahead: [] }, size);
  assert.equal(host.asked.length, 1, 'no storm of requests');
  mock.timers.tick(500);
  assert.deepEqual(host.asked, [pages(0, 1), pages(0, 1)]);
  await host.answer();
  assert.equal(host.loaded, 1);
  mock.timers.tick(5000);
  assert.equal(host.asked.length, 2);
});

test('an answer of an earlier generation fills nothing and is asked again', async () => {
  const host = new Host();
  host.loader.want({ visible: pages(0, 1), ahead: [] }, size);
  host.cache.advance(2, { offset: 0, length: 0 });
  await host.answer(1);
  assert.equal(host.cache.has(0), false);
  assert.equal(host.asked.length, 2);
  await host.answer(2);
  assert.equal(host.cache.has(0), true);
  assert.equal(host.underWay.length, 0);
});

test('a stale page that shows is read anew', async () => {
  const host = new Host();
  host.loader.want({ visible: pages(0, 1), ahead: [] }, size);
  await host.answer();
  host.cache.advance(2, pages(0, 1));
  host.loader.want({ visible: pages(0, 1), ahead: [] }, size);
  assert.equal(host.asked.length, 2);
});

test('what is ahead leaves room for what shows', async () => {
  const host = new Host();
  host.loader.want({ visible: pages(0, 1), ahead: [pages(4, 64)] }, size);
  await host.answer();
  assert.equal(host.underWay.length, 2, 'two ahead');
  host.loader.want({ visible: pages(500, 1), ahead: [] }, size);
  assert.deepEqual(host.asked.at(-1), pages(500, 1), 'at once');
  await host.answerAll();
});
