// A live window over a source that waits for changes by itself.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { ByteSource, ChangeWait, VersionedBytes } from '../../../extension/core/byteSource.ts';
import { settled, setUp } from './liveWindowScene.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }));
afterEach(() => mock.timers.reset());

/** What a source was asked to wait for, to be answered by the test. */
class FakeWait implements ChangeWait {
  readonly asked: { readonly offset: number; readonly rate: number; readonly atMostMs: number };
  readonly bytes: Uint8Array;
  readonly #ended = Promise.withResolvers<boolean>();
  readonly ended = this.#ended.promise;
  lookedAt = Date.now();
  isStopped = false;

  constructor(offset: number, bytes: Uint8Array, rate: number, atMostMs: number) {
    this.asked = { offset, rate, atMostMs };
    this.bytes = bytes;
  }

  age(): number {
    return Date.now() - this.lookedAt;
  }

  stop(): void {
    this.isStopped = true;
    this.#ended.resolve(false);
  }

  /** The source saw these bytes. */
  async see(bytes: Uint8Array): Promise<void> {
    this.bytes.set(bytes);
    this.#ended.resolve(true);
    await settled();
  }

  async timeIsOver(): Promise<void> {
    this.#ended.resolve(false);
    await settled();
  }

  async fail(): Promise<void> {
    this.#ended.reject(new Error('EBADF'));
    await settled();
  }
}

/** As it is once the source waits. */
async function setUpWaiting() {
  const all = setUp();
  const waits: FakeWait[] = [];
  const waitForChange = (offset: number, bytes: Uint8Array, rate: number, atMostMs: number) => {
    const wait = new FakeWait(offset, bytes, rate, atMostMs);
    waits.push(wait);
    return wait;
  };
  all.looked.source = { waitForChange } as unknown as ByteSource;
  await all.start();
  await all.beats();
  const wait = () => waits.at(-1) ?? assert.fail('nothing is waited for');
  return { ...all, waits, wait };
}

test('while a source waits for a change nothing runs here, and what it saw is the first of two reads', async () => {
  const { looked, looks, waits, wait, beats } = await setUpWaiting();
  assert.deepEqual(wait().asked, { offset: 16, rate: 10, atMostMs: 1000 });
  assert.deepEqual(wait().bytes, looked.bytes.slice(16, 48));
  await beats(50);
  assert.deepEqual([looked.reads, looks.length, waits.length], [2, 1, 1]);
  // Written, and written again before the second read.
  looked.bytes[20] = 2;
  const seen = looked.bytes.slice(16, 48);
  seen[4] = 1;
  await wait().see(seen);
  assert.equal(looked.reads, 3);
  assert.deepEqual(looks[1]?.runs, [{ offset: 20, length: 1, isNews: true }]);
  assert.deepEqual([...(looks[1]?.bytes ?? [])], [2]);
  assert.deepEqual(looks[1]?.writing, [{ offset: 20, length: 1 }]);
  // By the beat until all is told, and then by the source again.
  assert.equal(waits.length, 1);
  await beats();
  assert.deepEqual([looks[2]?.writing, waits.length], [[], 1]);
  await beats();
  assert.deepEqual([looks.length, waits.length], [3, 2]);
});

test('a byte that was another only while the source looked is being written', async () => {
  const { looked, looks, wait } = await setUpWaiting();
  const seen = looked.bytes.slice(16, 48);
  seen[4] = 1;
  await wait().see(seen);
  assert.deepEqual(looks[1]?.writing, [{ offset: 20, length: 1 }]);
  assert.deepEqual([...(looks[1]?.bytes ?? [])], [0]);
});

test('when its time is over all is looked at, and it waits again', async () => {
  const { looked, looks, waits, wait, beats } = await setUpWaiting();
  await beats(10);
  await wait().timeIsOver();
  assert.deepEqual([looked.reads, looks.length, waits.length], [3, 1, 2]);
  looked.holes = [{ offset: 16, length: 2, reason: 'ioError' }];
  await wait().timeIsOver();
  assert.deepEqual(looks[1]?.holes, looked.holes);
  // Bytes do not tell when a hole can be read again.
  await beats(5);
  assert.deepEqual([looked.reads, waits.length], [9, 2]);
});

test("what is shown is as old as the source's last look", async () => {
  const { window, wait, beats } = await setUpWaiting();
  await beats(7);
  assert.equal(window.age, 700);
  wait().lookedAt = Date.now() - 40;
  assert.equal(window.age, 40);
  window.pause();
  assert.ok(wait().isStopped);
  await beats(3);
  assert.equal(window.age, 340);
});

test('nobody waits for what is not shown any more', async () => {
  const { looked, looks, window, waits, wait, beats } = await setUpWaiting();
  const page: VersionedBytes = { generation: 1, bytes: new Uint8Array(64).fill(1), holes: [] };
  const acts: readonly (() => void)[] = [
    () => window.show({ offset: 0, length: 8 }),
    () => window.served(0, page),
    () => window.run(60),
    () => {
      for (const listener of looked.listeners) listener();
    },
    () => {
      window.pause();
      window.run(10);
    },
  ];
  for (const [i, act] of acts.entries()) {
    const before = wait();
    act();
    assert.ok(before.isStopped, `act ${i}`);
    await beats(3);
    assert.ok(!wait().isStopped && wait() !== before, `act ${i}`);
    assert.equal(looked.listeners.size, 1);
  }
  assert.equal(wait().asked.rate, 10);
  assert.deepEqual(looks.at(-1)?.range, { offset: 0, length: 8 });
  const { length } = waits;
  const { reads } = looked;
  window.reset();
  await beats(5);
  assert.ok(wait().isStopped);
  assert.deepEqual([waits.length, looked.reads, looked.listeners.size], [length, reads, 0]);
});

test('where waiting fails, or cannot be now, it looks at its rate', async () => {
  const { looked, looks, waits, wait, beats } = await setUpWaiting();
  looked.failure = new Error('EBADF');
  await wait().fail();
  await beats(4);
  assert.deepEqual([looked.reads, waits.length], [7, 1]);
  looked.failure = undefined;
  looked.source = { waitForChange: () => undefined } as unknown as ByteSource;
  await beats(4);
  assert.deepEqual([looked.reads, looks.length], [11, 2]);
});

test('under staged edits a source is not left to wait by itself: it would take each edit for a change', async () => {
  const { looked, looks, waits, window, wait, beats } = await setUpWaiting();
  looked.hasEdits = true;
  looked.bytes[20] = 0x41;
  window.served(20, { generation: 1, bytes: Uint8Array.of(0x41), holes: [] });
  assert.ok(wait().isStopped);
  const { reads } = looked;
  await beats(5);
  assert.deepEqual([looked.reads - reads, looks.length, waits.length], [5, 1, 1]);
  looked.hasEdits = false;
  await beats();
  assert.equal(waits.length, 2);
});
