import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changedRuns, outsideOf, unionOf } from '../../../extension/core/byteChanges.ts';
import { type ByteRange, endOf, intersect } from '../../../extension/core/byteRange.ts';

const few = fc.integer({ min: 0, max: 2 });
const pair = fc
  .tuple(fc.uint8Array({ maxLength: 80, max: 2 }), fc.array(few, { minLength: 80, maxLength: 80 }), few, few)
  .map(([before, noise, skipBefore, skipNow]) => {
    const now = before.map((byte, i) => (noise[i] === 0 ? byte + 1 : byte));
    // Also windows that begin in the middle of a word.
    return { before: shifted(before, skipBefore), now: shifted(now, skipNow) };
  });

function shifted(bytes: Uint8Array, by: number): Uint8Array {
  const whole = new Uint8Array(bytes.length + by);
  whole.set(bytes, by);
  return whole.subarray(by);
}

const inAny = (runs: readonly ByteRange[], at: number) => runs.some((run) => at >= run.offset && at < endOf(run));

function assertApart(runs: readonly ByteRange[], gap: number): void {
  runs.forEach((run, index) => {
    assert.ok(run.length > 0);
    const next = runs[index + 1];
    assert.ok(next === undefined || next.offset - endOf(run) > gap, JSON.stringify(runs));
  });
}

test('the runs hold each byte that differs, and no other unless runs were merged', () => {
  fc.assert(
    fc.property(pair, fc.integer({ min: 0, max: 5 }), ({ before, now }, gap) => {
      const exact = changedRuns(before, now);
      for (const [at, byte] of now.entries()) assert.equal(inAny(exact, at), byte !== before[at]);
      assertApart(exact, 0);
      const merged = changedRuns(before, now, gap);
      assertApart(merged, gap);
      assert.deepEqual(merged, unionOf(exact, [], gap));
    }),
  );
});

test('equal windows, empty ones, and a change of the first and of the last byte', () => {
  const bytes = new Uint8Array(4097).fill(7);
  assert.deepEqual(changedRuns(bytes, bytes.slice()), []);
  assert.deepEqual(changedRuns(new Uint8Array(), new Uint8Array()), []);
  const now = bytes.slice();
  now[0] = 1;
  now[4096] = 1;
  assert.deepEqual(changedRuns(bytes, now), [
    { offset: 0, length: 1 },
    { offset: 4096, length: 1 },
  ]);
  assert.deepEqual(changedRuns(bytes, new Uint8Array(4097)), [{ offset: 0, length: 4097 }]);
});

test('windows of different lengths are refused', () => {
  assert.throws(() => changedRuns(new Uint8Array(3), new Uint8Array(4)), RangeError);
});

const ranges = fc.array(
  fc.record({ offset: fc.integer({ min: 0, max: 60 }), length: fc.integer({ min: 1, max: 12 }) }),
  { maxLength: 6 },
);

test('a union holds what either list holds, ascending and apart', () => {
  fc.assert(
    fc.property(ranges, ranges, (one, other) => {
      const union = unionOf(one, other);
      for (let at = 0; at < 80; at++) assert.equal(inAny(union, at), inAny(one, at) || inAny(other, at));
      assertApart(union, 0);
    }),
  );
});

test('what is outside of the known part and what is inside make the whole', () => {
  const range = fc.record({ offset: fc.nat(40), length: fc.nat(40) });
  fc.assert(
    fc.property(range, range, (whole, known) => {
      const parts = outsideOf(whole, known);
      for (let at = 0; at < 90; at++) {
        const isIn = at >= whole.offset && at < endOf(whole);
        const isKnown = at >= known.offset && at < endOf(known);
        assert.equal(inAny(parts, at), isIn && !isKnown);
      }
      const inside = intersect(whole, known)?.length ?? 0;
      assert.equal(
        parts.reduce((sum, part) => sum + part.length, inside),
        whole.length,
      );
    }),
  );
});
