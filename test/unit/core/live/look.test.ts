import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ByteRange, endOf, intersect } from '../../../../extension/core/byteRange.ts';
import { lookOf, type Seen, type Told } from '../../../../extension/core/live/look.ts';

const seen = (offset: number, bytes: readonly number[]): Seen => ({
  offset,
  length: bytes.length,
  bytes: Uint8Array.from(bytes),
  holes: [],
  unwritten: [],
});
const told = (offset: number, bytes: readonly number[], writing: readonly ByteRange[] = []): Told => ({
  ...seen(offset, bytes),
  writing,
});

test('nothing changed: there is nothing to tell', () => {
  assert.equal(lookOf(told(16, [1, 2, 3]), seen(16, [1, 2, 3]), [], false), undefined);
});

test('the first look tells all of it, and none of it as news', () => {
  const look = lookOf(undefined, seen(16, [1, 2, 3]), [], false);
  assert.deepEqual(look?.runs, [{ offset: 16, length: 3, isNews: false }]);
  assert.deepEqual([...(look?.bytes ?? [])], [1, 2, 3]);
  assert.deepEqual(look?.holes, []);
});

test('what came into the window is no news, unless nobody looked for a while', () => {
  const before = told(0, [1, 2, 3, 4]);
  const now = seen(2, [3, 9, 5, 6]);
  assert.deepEqual(lookOf(before, now, [], false)?.runs, [
    { offset: 3, length: 1, isNews: true },
    { offset: 4, length: 2, isNews: false },
  ]);
  assert.ok(lookOf(before, now, [], true)?.runs.every((run) => run.isNews));
});

test('the end of the writing is told though no byte changed', () => {
  const writing = [{ offset: 1, length: 1 }];
  assert.deepEqual(lookOf(told(0, [1, 2], writing), seen(0, [1, 2]), [], false)?.writing, []);
  assert.equal(lookOf(told(0, [1, 2], writing), seen(0, [1, 2]), writing, false)?.runs.length, 1);
});

test('holes and what was never written are told when they are others', () => {
  const hole = { offset: 0, length: 2, reason: 'unmapped' } as const;
  const withHole = { ...seen(0, [0, 0, 3]), holes: [hole] };
  assert.deepEqual(lookOf(told(0, [0, 0, 3]), withHole, [], false)?.holes, [hole]);
  assert.equal(lookOf({ ...withHole, writing: [] }, withHole, [], false), undefined);
  const written = lookOf({ ...told(0, [0]), unwritten: [{ offset: 0, length: 1 }] }, seen(0, [0]), [], false);
  assert.deepEqual([written?.unwritten, written?.holes], [[], undefined]);
});

test('whoever takes each look in has the bytes of the source', () => {
  const window = fc.record({ offset: fc.nat(40), length: fc.integer({ min: 1, max: 60 }) });
  const step = fc.tuple(window, fc.array(fc.tuple(fc.nat(99), fc.nat(3)), { maxLength: 8 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const source = new Uint8Array(100);
      const view = new Uint8Array(100).fill(0xee);
      let last: Told | undefined;
      for (const [range, stores] of steps) {
        for (const [at, byte] of stores) source[at] = byte;
        const now = { ...range, bytes: source.slice(range.offset, endOf(range)), holes: [], unwritten: [] };
        const look = lookOf(last, now, [], false);
        let from = 0;
        for (const run of look?.runs ?? []) {
          assert.deepEqual(intersect(run, range), { offset: run.offset, length: run.length });
          view.set(look?.bytes.subarray(from, from + run.length) ?? [], run.offset);
          from += run.length;
        }
        last = { ...now, writing: [] };
        assert.deepEqual(view.slice(range.offset, endOf(range)), now.bytes);
      }
    }),
  );
});
