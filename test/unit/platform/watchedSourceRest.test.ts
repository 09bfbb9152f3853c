// When a watched source is asked, when it rests, and what is left of it once it is let go.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { SourceProbe } from '../../../extension/core/byteSource.ts';
import { WatchedSource } from '../../../extension/platform/watchedSource.ts';
import { FakeSource, opened, probe, settled } from './watchedSourceScene.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

test('nobody watches: nothing is probed', async () => {
  const source = new FakeSource();
  const watched = await WatchedSource.open(async () => source);
  await probe();
  await watched.read(999, 100);
  await probe();
  assert.equal(source.probes, 1);
  const stopFirst = watched.watch();
  const stopSecond = watched.watch();
  await probe();
  stopFirst();
  stopFirst();
  const { probes } = source;
  await probe();
  assert.ok(source.probes > probes, 'one still watches');
  stopSecond();
  const { probes: last } = source;
  await probe();
  await probe();
  assert.equal(source.probes, last);
});

test('a source that cannot tell of changes is not asked', async () => {
  const source = Object.assign(new FakeSource(), {
    can: { write: false, resize: false, flush: false, watch: false, watchBytes: false },
  });
  const watched = await WatchedSource.open(async () => source);
  watched.watch();
  await probe();
  assert.equal(source.probes, 1);
});

test('disposing closes the source, stops the timer and says no more', async () => {
  const { watched, source, changes } = await opened();
  watched.dispose();
  source.length = 5;
  const { probes } = source;
  await probe();
  await probe();
  assert.equal(source.probes, probes);
  assert.equal(source.disposed, 1);
  assert.equal(changes(), 0);
});

test('disposing while a probe is under way', async () => {
  const source = new FakeSource();
  const watched = await WatchedSource.open(async () => source);
  const late = Promise.withResolvers<SourceProbe>();
  let asked = 0;
  source.probe = () => {
    asked++;
    return late.promise;
  };
  watched.watch();
  mock.timers.tick(0);
  watched.dispose();
  late.resolve({ size: 1, version: 'z', fate: { kind: 'deleted' } });
  await settled();
  await probe();
  assert.equal(asked, 1);
  assert.equal(watched.state.size, 1000);
});

test('disposed while it reopens: the new one is closed too', async () => {
  const sources = [new FakeSource(), new FakeSource()];
  let next = 0;
  const watched = await WatchedSource.open(async () => sources[next++] as FakeSource);
  const reopening = watched.reopen();
  watched.dispose();
  await assert.rejects(reopening, { code: 'gone' });
  assert.deepEqual(
    sources.map((source) => source.disposed),
    [1, 1],
  );
});

test('a source rests once nobody watches it, and not while a tab is only passed by', async () => {
  const { watched, source, stop } = await opened();
  const stopSecond = watched.watch();
  stop();
  mock.timers.tick(10_000);
  assert.equal(source.rests, 0, 'one still watches');
  stopSecond();
  mock.timers.tick(499);
  const stopThird = watched.watch();
  mock.timers.tick(10_000);
  assert.equal(source.rests, 0, 'watched again in time');
  stopThird();
  mock.timers.tick(500);
  assert.equal(source.rests, 1);
  mock.timers.tick(10_000);
  assert.equal(source.rests, 1);
});

test('what is opened or looked at and not watched rests', async () => {
  const source = new FakeSource();
  const watched = await WatchedSource.open(async () => source);
  mock.timers.tick(500);
  assert.equal(source.rests, 1);
  await watched.read(0, 10);
  await watched.overview(1, 4096);
  await watched.overviewOf({ offset: 4, length: 8 }, 2);
  assert.deepEqual(source.overviewed, [4, 8, 2]);
  mock.timers.tick(500);
  assert.equal(source.rests, 2);
  await watched.read(0, 10);
  watched.dispose();
  mock.timers.tick(10_000);
  assert.equal(source.rests, 2, 'what is closed holds nothing');
});

test('what looking does is told when it is known, and taken back', async () => {
  const { watched, source, changes } = await opened();
  source.note = 'lookingMayAllocate';
  await probe();
  assert.deepEqual([watched.state.note, watched.state.generation, changes()], ['lookingMayAllocate', 1, 1]);
  source.note = undefined;
  await probe();
  assert.deepEqual([watched.state.note, changes()], [undefined, 2]);
});

test('what is gone is over, also for who was told and goes on looking', async () => {
  const { watched, source } = await opened();
  assert.equal(watched.isOver, false);
  source.fate = { kind: 'gone', why: 'exited' };
  await probe();
  assert.deepEqual([watched.isOver, watched.state.fate], [true, source.fate]);
  watched.keepOld();
  await probe();
  assert.deepEqual([watched.isOver, watched.state.fate], [true, { kind: 'same' }]);
});
