import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { ByteSource, SourceFate, SourceProbe } from '../../../extension/core/byteSource.ts';
import { SourceError } from '../../../extension/core/sourceError.ts';
import { WatchedSource } from '../../../extension/platform/watchedSource.ts';
import { FakeSource, moved, opened, probe, replaced, settled } from './watchedSourceScene.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

test('nothing changed: nothing is said', async () => {
  const { watched, changes, source } = await opened();
  await probe();
  await probe();
  assert.ok(source.probes > 2);
  assert.equal(changes(), 0);
  assert.deepEqual(watched.state, { size: 1000, shownSize: 1000, generation: 1, fate: { kind: 'same' } });
});

test('a read that was before a store answers with what is stored by then, however late it comes', async () => {
  const { watched, source } = await opened();
  const read = source.read.bind(source);
  let go = () => {};
  source.read = async (offset, into) => {
    const answer = await read(offset, into);
    await new Promise<void>((done) => {
      go = done;
    });
    return { ...answer, unwritten: [{ offset: 102, length: 4 }] };
  };
  const reading = watched.read(100, 8);
  for (const [offset, bytes] of [
    [98, [1, 1, 2, 2]],
    [101, [3]],
    [104, [4]],
    [108, [5]],
  ] as const) {
    watched.stored({ offset, bytes: Uint8Array.from(bytes) });
  }
  await settled();
  go();
  const { bytes, unwritten } = await reading;
  assert.deepEqual([...bytes], [2, 3, 0xaa, 0xaa, 4, 0xaa, 0xaa, 0xaa]);
  assert.deepEqual(unwritten, [
    { offset: 102, length: 2 },
    { offset: 105, length: 1 },
  ]);
  // One that begins after it reads for itself.
  const after = watched.read(100, 8);
  await settled();
  go();
  assert.deepEqual([...(await after).bytes], Array(8).fill(0xaa));
});

test('growth moves the end', async () => {
  const { watched, changes, source } = await opened();
  source.length = 5000;
  await probe();
  assert.deepEqual(watched.state, { size: 5000, shownSize: 5000, generation: 2, fate: { kind: 'same' } });
  assert.equal(changes(), 1);
});

test('other bytes of the same size are another generation', async () => {
  const { watched, source } = await opened();
  source.version = 'b';
  await probe();
  assert.deepEqual(watched.state, { size: 1000, shownSize: 1000, generation: 2, fate: { kind: 'same' } });
});

test('what was lost stays shown until it is acknowledged', async () => {
  const { watched, changes, source } = await opened();
  source.length = 100;
  await probe();
  assert.deepEqual([watched.state.size, watched.state.shownSize], [100, 1000]);
  source.length = 300;
  await probe();
  assert.deepEqual([watched.state.size, watched.state.shownSize], [300, 1000]);
  watched.acknowledgeLoss();
  assert.deepEqual([watched.state.size, watched.state.shownSize], [300, 300]);
  assert.equal(changes(), 3);
  watched.acknowledgeLoss();
  assert.equal(changes(), 3, 'once is enough');
});

test('growing past a loss ends it', async () => {
  const { watched, source } = await opened();
  source.length = 0;
  await probe();
  source.length = 2000;
  await probe();
  assert.deepEqual([watched.state.size, watched.state.shownSize], [2000, 2000]);
});

test('another file at the path, a deletion, a move: each is told once, and nothing is switched', async () => {
  const fates: readonly SourceFate[] = [replaced, { kind: 'deleted' }, moved('/a'), moved('/b'), { kind: 'unmounted' }];
  const { watched, changes, source } = await opened();
  for (const [index, fate] of fates.entries()) {
    source.fate = fate;
    await probe();
    await probe();
    assert.deepEqual(watched.state.fate, fate);
    assert.equal(changes(), index + 1);
    assert.equal(watched.state.generation, 1, 'its bytes are as they were');
  }
  assert.equal(watched.source, source);
});

test('a path that names the same file again is told too', async () => {
  const { watched, source } = await opened();
  source.fate = moved('/elsewhere');
  await probe();
  source.fate = { kind: 'same' };
  await probe();
  assert.deepEqual(watched.state.fate, { kind: 'same' });
});

test('a source that could not be asked, and can be again', async () => {
  const { watched, source } = await opened();
  source.failure = new SourceError('ioError', { errno: 'EIO' });
  await probe();
  assert.deepEqual(watched.state.fate, { kind: 'unknown', errno: 'EIO' });
  source.failure = undefined;
  await probe();
  assert.deepEqual(watched.state.fate, { kind: 'same' });
});

test('what the user lives with is not told again, but a further change is', async () => {
  const { watched, changes, source } = await opened();
  source.fate = replaced;
  await probe();
  watched.keepOld();
  assert.deepEqual(watched.state.fate, { kind: 'same' });
  const before = changes();
  await probe();
  await probe();
  assert.equal(changes(), before);
  source.fate = moved('/a');
  await probe();
  assert.deepEqual(watched.state.fate, moved('/a'));
  // Back to what was accepted.
  source.fate = replaced;
  await probe();
  assert.deepEqual(watched.state.fate, { kind: 'same' });
  // All is well, and then the same thing happens anew: that is news.
  source.fate = { kind: 'same' };
  await probe();
  source.fate = replaced;
  await probe();
  assert.deepEqual(watched.state.fate, replaced);
});

test('reopening takes what the path names now, and lets go of the old', async () => {
  const sources = [new FakeSource(), new FakeSource()];
  let next = 0;
  const watched = await WatchedSource.open(async () => sources[next++] as FakeSource);
  const [old, fresh] = sources as [FakeSource, FakeSource];
  watched.watch();
  old.length = 100;
  old.fate = replaced;
  await probe();
  fresh.length = 77;
  await watched.reopen();
  assert.equal(watched.source, fresh);
  assert.equal(old.disposed, 1);
  assert.deepEqual(watched.state, { size: 77, shownSize: 77, generation: 3, fate: { kind: 'same' } });
  const { probes } = fresh;
  await probe();
  assert.equal(fresh.probes, probes + 1, 'goes on watching');
});

test('where reopening fails the old one stays', async () => {
  const first = new FakeSource();
  let open = async (): Promise<ByteSource> => first;
  const watched = await WatchedSource.open(() => open());
  open = async () => {
    throw new SourceError('notFound');
  };
  await assert.rejects(watched.reopen(), { code: 'notFound' });
  const mute = new FakeSource();
  mute.failure = new SourceError('ioError');
  open = async () => mute;
  await assert.rejects(watched.reopen(), { code: 'ioError' });
  assert.equal(mute.disposed, 1, 'what was opened for nothing is closed');
  assert.equal(watched.source, first);
  assert.equal(first.disposed, 0);
  assert.deepEqual((await watched.read(0, 4)).bytes, Uint8Array.of(0xaa, 0xaa, 0xaa, 0xaa));
});

test('an answer of the old source after reopening changes nothing', async () => {
  const sources = [new FakeSource(), new FakeSource()];
  let next = 0;
  const watched = await WatchedSource.open(async () => sources[next++] as FakeSource);
  const [old] = sources as [FakeSource];
  const late = Promise.withResolvers<SourceProbe>();
  old.probe = () => late.promise;
  watched.watch();
  mock.timers.tick(0);
  await watched.reopen();
  late.resolve({ size: 1, version: 'late', fate: { kind: 'deleted' } });
  await settled();
  assert.deepEqual(watched.state, { size: 1000, shownSize: 1000, generation: 2, fate: { kind: 'same' } });
});

test('opening closes what cannot be asked', async () => {
  const source = new FakeSource();
  source.failure = new SourceError('gone');
  await assert.rejects(
    WatchedSource.open(async () => source),
    { code: 'gone' },
  );
  assert.equal(source.disposed, 1);
});

test('a read that ends before the end looks at once what happened', async () => {
  const { watched, source } = await opened();
  source.length = 10;
  const { bytes, generation } = await watched.read(8, 100);
  assert.equal(bytes.length, 2);
  assert.equal(bytes.buffer.byteLength, 2, 'owns its buffer');
  assert.equal(generation, 1);
  mock.timers.tick(0);
  await settled();
  assert.deepEqual([watched.state.size, watched.state.shownSize], [10, 1000]);
});

test('a read at the end is no sign of anything, and none is longer than a view may ask for', async () => {
  const { watched, source } = await opened();
  const { probes } = source;
  await watched.read(990, 100);
  mock.timers.tick(0);
  await settled();
  assert.equal(source.probes, probes);
  source.length = 2 ** 30;
  assert.equal((await watched.read(0, 2 ** 30)).bytes.length, 64 * 1024);
});

test('an overview has no buckets smaller than asked', async () => {
  const { watched, source } = await opened();
  await watched.overview(100, 4096);
  assert.deepEqual(source.overviewed, [0, 1000, 1]);
  source.length = 2 ** 20;
  await probe();
  await watched.overview(100, 4096);
  assert.deepEqual(source.overviewed, [0, 2 ** 20, 100]);
});
