import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { ByteSource } from '../../../extension/core/byteSource.ts';
import { settled, setUp } from './liveWindowScene.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }));
afterEach(() => mock.timers.reset());

test('it looks at its rate, and tells only what changed', async () => {
  const { looked, looks, beats, start } = setUp();
  await start();
  assert.deepEqual(
    looks.map(({ runs }) => runs),
    [[{ offset: 16, length: 32, isNews: false }]],
  );
  await beats(10);
  assert.equal(looked.reads, 11);
  assert.equal(looks.length, 1, 'nothing changed: nothing is sent');
  looked.bytes[20] = 7;
  looked.bytes[3] = 9; // beside the window
  await beats();
  assert.deepEqual(looks[1]?.runs, [{ offset: 20, length: 1, isNews: true }]);
  assert.deepEqual([...(looks[1]?.bytes ?? [])], [7]);
});

test('while a look is unanswered no other is sent, and what came meanwhile is in the next one', async () => {
  const { looked, looks, answers, view, beats, start } = setUp();
  await start();
  view.isSlow = true;
  for (let i = 1; i <= 20; i++) {
    looked.bytes[16 + (i % 4)] = i;
    await beats();
  }
  assert.equal(looks.length, 2);
  view.isSlow = false;
  answers.pop()?.();
  await settled();
  // At once, and not with the next beat.
  assert.equal(looks.length, 3);
  assert.deepEqual([...(looks[2]?.bytes ?? [])], [20, 17, 18, 19]);
  await beats();
  assert.equal(looks.length, 3);
});

test('what differs between two immediate reads is being written, until it no longer is', async () => {
  const { looked, looks, beats, start } = setUp();
  await start();
  looked.beforeRead = () => {
    looked.bytes[17] = (looked.bytes[17] ?? 0) + 1;
  };
  await beats();
  assert.deepEqual(looks[1]?.writing, [{ offset: 17, length: 1 }]);
  looked.beforeRead = () => {};
  await beats();
  assert.deepEqual([looks[2]?.writing, looks[2]?.runs], [[], []]);
  await beats();
  assert.equal(looks.length, 3);
});

test('hidden it reads nothing, and has no timer', async () => {
  const { looked, window, beats, start } = setUp();
  await start();
  window.reset();
  assert.equal(window.age, undefined, 'what a later view shows is read by it');
  const { reads } = looked;
  await beats(20);
  assert.equal(looked.reads, reads);
});

test('a view that begins anew is told all of it, though the one before never answered', async () => {
  const { looked, looks, view, window, beats, start } = setUp();
  await start();
  view.isSlow = true;
  looked.bytes[16] = 1;
  await beats(3);
  view.isSlow = false;
  window.reset();
  await start();
  assert.deepEqual(looks.at(-1)?.runs, [{ offset: 16, length: 32, isNews: false }]);
  looked.bytes[16] = 2;
  await beats();
  assert.deepEqual([...(looks.at(-1)?.bytes ?? [])], [2]);
});

test('a pause looks no more; a step looks once, and resuming tells what changed since', async () => {
  const { looked, looks, window, beats, start } = setUp();
  await start();
  window.pause();
  looked.bytes[16] = 1;
  await beats(5);
  assert.equal(looks.length, 1);
  assert.equal(window.age, 500);
  await window.step();
  assert.deepEqual(looks[1]?.runs, [{ offset: 16, length: 1, isNews: true }]);
  assert.equal(looks[1]?.isAfterPause, true);
  assert.equal(window.age, 0);
  looked.bytes[17] = 1;
  await beats(5);
  assert.equal(looks.length, 2);
  window.run(10);
  await settled();
  assert.deepEqual([looks[2]?.runs[0]?.offset, looks[2]?.isAfterPause], [17, true]);
  looked.bytes[18] = 1;
  await beats();
  assert.equal(looks[3]?.isAfterPause, false);
});

test('a window that moves is looked at once, and what was in it before is still compared', async () => {
  const { looked, looks, window, start } = setUp();
  await start();
  looked.bytes[40] = 5;
  window.show({ offset: 32, length: 32 });
  await settled();
  assert.deepEqual(looks[1]?.runs, [
    { offset: 40, length: 1, isNews: true },
    { offset: 48, length: 16, isNews: false },
  ]);
});

test('what the view was given otherwise is what it has: a byte that was other only meanwhile is told again', async () => {
  const { looked, looks, window, beats, start } = setUp();
  await start();
  // The page that the view read held a 5, which was gone at the next look.
  const page = looked.bytes.slice();
  page[20] = 5;
  window.served(0, { generation: 1, bytes: page, holes: [] });
  await beats();
  assert.deepEqual(looks[1]?.runs, [{ offset: 20, length: 1, isNews: true }]);
  assert.deepEqual([...(looks[1]?.bytes ?? [])], [0]);
});

test('a window that the view was just given is not read again before the next beat, which tells what changed', async () => {
  const { looked, looks, window, beats, start } = setUp();
  await start();
  const sent = looks.length;
  const isRead = async (offset: number) => {
    const { reads } = looked;
    window.show({ offset, length: 32 });
    await settled();
    return looked.reads > reads;
  };
  const give = (offset: number) =>
    window.served(offset, { generation: 1, bytes: looked.bytes.slice(offset), holes: looked.holes });
  give(0);
  assert.equal(await isRead(4), false);
  give(56);
  assert.equal(await isRead(0), true, 'what was given later hides what was given before');
  give(0);
  assert.equal(await isRead(8), false);
  looked.bytes[39] = 7;
  await beats();
  const told = looks.slice(sent).flatMap(({ runs }) => runs.filter(({ isNews }) => isNews));
  assert.deepEqual(told, [{ offset: 39, length: 1, isNews: true }]);
});

test('what was given a beat ago, of another generation, or before a look that told is looked at as ever', async () => {
  const { looked, looks, window, beats, start } = setUp();
  await start();
  const given = () => window.served(0, { generation: 1, bytes: looked.bytes.slice(), holes: [] });
  const isRead = async (offset: number) => {
    const { reads } = looked;
    window.show({ offset, length: 16 });
    await settled();
    return looked.reads > reads;
  };
  given();
  assert.equal(await isRead(0), false);
  await beats();
  const sent = looks.length;
  assert.equal(await isRead(1), true, 'a beat ago');
  assert.equal(looks.length, sent, 'and nothing of it sent, for it is as it was');
  mock.timers.tick(1000);
  await settled();
  await isRead(40);
  assert.ok(looks.length > sent, 'long ago');
  given();
  looked.generation = 2;
  assert.equal(await isRead(2), true, 'another generation');
  looked.generation = 1;
  given();
  looked.bytes[4] = 9;
  mock.timers.tick(50);
  await window.step();
  const { length } = looks;
  assert.ok(length > 0);
  assert.equal(await isRead(3), true, 'a look told of something later');
});

test('another source under the same name is told whole', async () => {
  const { looked, looks, beats, start } = setUp();
  await start();
  looked.source = {} as ByteSource;
  await beats();
  assert.deepEqual(looks[1]?.runs, [{ offset: 16, length: 32, isNews: false }]);
});

test('it ends where the source ends, and the last bytes of what is gone stay', async () => {
  const { looked, looks, beats, start } = setUp();
  await start();
  looked.bytes = looked.bytes.slice(0, 20);
  looked.bytes[17] = 1;
  await beats();
  assert.deepEqual(looks[1]?.runs, [{ offset: 17, length: 1, isNews: true }]);
  assert.deepEqual(looks[1]?.range, { offset: 16, length: 4 });
  looked.bytes = new Uint8Array();
  await beats(3);
  assert.equal(looks.length, 2);
  looked.bytes = new Uint8Array(64);
  looked.holes = [{ offset: 16, length: 32, reason: 'unmapped' }];
  await beats(3);
  assert.equal(looks.length, 2);
});

test('a read that fails is tried again with the next beat', async () => {
  const { looked, looks, beats, start } = setUp();
  await start();
  looked.failure = new Error('EIO');
  await beats(2);
  looked.failure = undefined;
  await beats();
  assert.deepEqual(looks[1]?.runs, [{ offset: 16, length: 32, isNews: false }]);
});
