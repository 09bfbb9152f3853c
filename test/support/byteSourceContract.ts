/**
 * What every ByteSource promises, whatever it reads from. Run it against each kind of source there is, with either
 * runner: `byteSourceContract(it, () => ({ source, ... }))`.
 */
import assert from 'node:assert/strict';
import type { ByteRange } from '../../extension/core/byteRange.ts';
import type { ByteSource, ReadResult } from '../../extension/core/byteSource.ts';
import { randomNumbers } from './scratch.ts';

export interface ContractSubject {
  /** Opens the source anew; the contract disposes of it. */
  open(): Promise<ByteSource>;
  /** The true bytes of a range that lies inside the source; undefined where they differ at each look. */
  bytes?(offset: number, length: number): Uint8Array;
  /** The size it must tell. */
  readonly size: number;
  /** A range that is a hole, where the source has one. */
  readonly hole?: { readonly offset: number; readonly length: number };
  /** A range that nobody ever wrote to, where the source has one and can tell. */
  readonly unwritten?: { readonly offset: number; readonly length: number };
}

type Define = (title: string, test: () => Promise<void>) => unknown;

/** The value that a reader's buffer holds beforehand, to show what was written. */
const untouched = 0x5a;
const guardLength = 64;

interface Reading extends ReadResult {
  readonly bytes: Uint8Array;
}

/** Reads into the middle of a larger buffer, whose ends must stay as they were. */
async function read(source: ByteSource, offset: number, length: number): Promise<Reading> {
  const whole = new Uint8Array(length + 2 * guardLength).fill(untouched);
  const into = whole.subarray(guardLength, guardLength + length);
  const result = await source.read(offset, into);
  assert.ok(
    [...whole.subarray(0, guardLength), ...whole.subarray(guardLength + length)].every((byte) => byte === untouched),
    `a read of ${length} at ${offset} wrote outside of its buffer`,
  );
  checkAnswer(result, offset, length);
  checkUnwritten(result, offset, into);
  return { ...result, bytes: into };
}

function checkAnswer({ length, holes }: ReadResult, offset: number, asked: number): void {
  assert.ok(Number.isSafeInteger(length) && length >= 0 && length <= asked, `${length} of ${asked} answered`);
  let end = offset;
  for (const hole of holes) {
    assert.ok(hole.length > 0 && hole.offset >= end, `holes in order, without overlap: ${JSON.stringify(holes)}`);
    end = hole.offset + hole.length;
    assert.ok(hole.reason !== undefined);
  }
  assert.ok(end <= offset + length, `holes inside the answer: ${JSON.stringify(holes)} of ${length} at ${offset}`);
}

function checkUnwritten({ length, unwritten = [] }: ReadResult, offset: number, bytes: Uint8Array): void {
  let end = offset;
  for (const range of unwritten) {
    assert.ok(range.length > 0 && range.offset >= end, `unwritten in order: ${JSON.stringify(unwritten)}`);
    end = range.offset + range.length;
    const part = bytes.subarray(range.offset - offset, end - offset);
    assert.ok(
      part.every((byte) => byte === 0),
      'what nobody wrote to reads as zeros',
    );
  }
  assert.ok(end <= offset + length, `unwritten inside the answer: ${JSON.stringify(unwritten)}`);
}

const isIn = (ranges: readonly ByteRange[], offset: number) =>
  ranges.some((range) => offset >= range.offset && offset < range.offset + range.length);

export function byteSourceContract(it: Define, subjectOf: () => ContractSubject | Promise<ContractSubject>): void {
  const test = (title: string, run: (source: ByteSource, subject: ContractSubject) => Promise<void>) =>
    it(title, async () => {
      const subject = await subjectOf();
      const source = await subject.open();
      try {
        await run(source, subject);
      } finally {
        source.dispose();
      }
    });

  test('tells one size, by size() and by probe()', async (source, { size }) => {
    const probe = await source.probe();
    assert.equal(await source.size(), size);
    assert.equal(probe.size, size);
    assert.ok(Number.isSafeInteger(size));
    assert.deepEqual(probe.fate, { kind: 'same' });
    assert.equal((await source.probe()).version, probe.version, 'nothing changed, and the version did');
  });

  test('reads the true bytes of any range, several at a time', async (source, subject) => {
    const seed = Date.now() & 0xffffff;
    const random = randomNumbers(seed);
    const ranges = Array.from({ length: 200 }, (_, i) => {
      // Near the ends and anywhere, odd and even, short and long.
      const length = 1 + random(i % 10 === 0 ? 300_000 : 5000);
      const place = [random(Math.max(1, Math.min(10_000, subject.size))), random(Math.max(1, subject.size))];
      const nearEnd = Math.max(0, subject.size - random(10_000));
      return { offset: [...place, nearEnd][i % 3] ?? 0, length };
    });
    for (let i = 0; i < ranges.length; i += 4) {
      await Promise.all(
        ranges.slice(i, i + 4).map(async ({ offset, length }) => {
          const there = Math.min(length, Math.max(0, subject.size - offset));
          const found = await read(source, offset, length);
          assert.equal(found.length, there, `length of ${length} at ${offset}, seed ${seed}`);
          if (subject.bytes === undefined || there === 0) return;
          const expected = subject.bytes(offset, there);
          for (let at = 0; at < there; at++) {
            if (found.bytes[at] === expected[at] || isIn(found.holes, offset + at)) continue;
            assert.fail(`at ${offset + at}: ${found.bytes[at]} for ${expected[at]}, seed ${seed}`);
          }
        }),
      );
    }
  });

  test('gives nothing past its end, and no hole for it', async (source, { size }) => {
    if (size < Number.MAX_SAFE_INTEGER) {
      for (const offset of [size, size + 1, size + 4096, Number.MAX_SAFE_INTEGER - 4096]) {
        const found = await read(source, offset, 4096);
        assert.deepEqual({ length: found.length, holes: found.holes }, { length: 0, holes: [] });
      }
    }
    assert.equal((await read(source, 0, 0)).length, 0);
    if (size > 0) assert.equal((await read(source, size - 1, 4096)).length, 1);
  });

  test('answers a hole as a hole, never as bytes', async (source, { hole }) => {
    if (hole === undefined) return;
    const found = await read(source, hole.offset, hole.length);
    assert.equal(found.length, hole.length);
    for (let at = hole.offset; at < hole.offset + hole.length; at++) {
      assert.ok(isIn(found.holes, at), `${at} is no hole in ${JSON.stringify(found.holes)}`);
    }
  });

  test('tells what nobody ever wrote to, and never of what somebody did', async (source, subject) => {
    if (subject.unwritten === undefined) return;
    const { offset, length } = subject.unwritten;
    // With odd ends, that lie inside pages.
    const start = Math.max(0, offset - 4000);
    const asked = Math.min(subject.size - start, length + 8000);
    const { unwritten = [] } = await read(source, start, asked);
    for (let at = start; at < start + asked; at++) {
      const isMeant = at >= offset && at < offset + length;
      assert.equal(isIn(unwritten, at), isMeant, `${at}: ${JSON.stringify(unwritten)}`);
    }
  });

  test('waits by itself for a change of what it reads', async (source, subject) => {
    const length = Math.min(5000, subject.size - 3);
    if (source.waitForChange === undefined || subject.bytes === undefined || length < 1) return;
    const { bytes, holes, unwritten = [] } = await read(source, 3, length);
    if (holes.length > 0) return;
    const waitFor = (wanted: Uint8Array, atMostMs: number) => {
      const wait = source.waitForChange?.(3, wanted, 1000, atMostMs);
      assert.ok(wait !== undefined, 'it can, and was read just now');
      return wait;
    };
    assert.equal(await waitFor(bytes.slice(), 5).ended, false);
    if (unwritten.length === 0) {
      const wrong = bytes.slice();
      wrong[length - 1] = (wrong[length - 1] ?? 0) ^ 1;
      assert.equal(await waitFor(wrong, 60_000).ended, true);
      assert.deepEqual(wrong, bytes);
    }
    const stopped = waitFor(bytes.slice(), 60_000);
    assert.ok(stopped.age() >= 0);
    stopped.stop();
    assert.equal(await stopped.ended, false);
    const closed = assert.rejects(waitFor(bytes.slice(), 60_000).ended, { code: 'gone' });
    source.dispose();
    await closed;
  });

  test('reads the same after it rested', async (source, subject) => {
    const length = Math.min(subject.size, 4096);
    const before = await read(source, 0, length);
    source.rest?.();
    source.rest?.();
    const after = await read(source, 0, length);
    assert.equal(after.length, before.length);
    if (subject.bytes !== undefined) assert.deepEqual(after.bytes, before.bytes);
    const underWay = [read(source, 0, length), read(source, 0, length)];
    source.rest?.();
    for (const found of await Promise.all(underWay)) assert.equal(found.length, length);
  });

  test('gives an overview of as many buckets as were asked for', async (source, { size }) => {
    for (const buckets of [1, 7, 4096]) {
      for (const [offset, length] of [
        [0, size],
        [0, Math.min(4096, size)],
        [Math.floor(size / 2), Math.floor(size / 2)],
      ] as const) {
        const { residency, allocation } = await source.overview(offset, length, buckets);
        assert.equal(residency.buckets.length, buckets);
        if (allocation !== undefined) assert.equal(allocation.length, buckets);
        assert.ok(['cachestat', 'mincore', 'pagemap', 'refused', 'unsupported'].includes(residency.method));
      }
    }
  });

  test('is gone after dispose(), which may be called again, and what was under way is settled', async (source) => {
    const underWay = Array.from({ length: 8 }, (_, i) => source.read(i * 4096, new Uint8Array(65_536)));
    source.dispose();
    source.dispose();
    for (const result of await Promise.allSettled(underWay)) {
      if (result.status === 'rejected') assert.equal(result.reason.code, 'gone');
    }
    const isGone = { code: 'gone' };
    await assert.rejects(source.read(0, new Uint8Array(1)), isGone);
    await assert.rejects(source.probe(), isGone);
    await assert.rejects(source.overview(0, 4096, 1), isGone);
  });

  test('names itself by a ref that opens it again', async (source, subject) => {
    const other = await subject.open();
    try {
      assert.deepEqual(other.ref, source.ref);
      assert.deepEqual(other.can, source.can);
      assert.equal(other.sizeKind, source.sizeKind);
    } finally {
      other.dispose();
    }
  });
}
