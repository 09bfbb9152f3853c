import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ByteRange, intersect } from '../../../../extension/core/byteRange.ts';
import type { RangeLock } from '../../../../extension/core/live/liveStores.ts';
import { findLockOn } from '../../../../extension/core/live/rangeLocks.ts';

/** Locks in an order of the kernel's own, and how often they were asked for. */
function locksOf(held: readonly { readonly offset: number; readonly length: number | undefined }[]) {
  const locks = held.map((range): RangeLock => ({ ...range, isExclusive: true, holder: undefined }));
  let asked = 0;
  const heldLock = async (range: ByteRange) => {
    assert.ok(range.length > 0);
    asked++;
    return locks.find(({ offset, length = Number.MAX_SAFE_INTEGER }) => intersect(range, { offset, length }));
  };
  return { heldLock, asked: () => asked };
}

const spans = fc.array(fc.record({ gap: fc.nat(20), length: fc.integer({ min: 1, max: 20 }) }), { maxLength: 20 });

function rangesOf(spans: readonly { readonly gap: number; readonly length: number }[]): ByteRange[] {
  let end = 0;
  return spans.map(({ gap, length }) => {
    const offset = end + gap;
    end = offset + length;
    return { offset, length };
  });
}

test('a lock is found where one has a byte of the ranges, and only then', async () => {
  await fc.assert(
    fc.asyncProperty(spans, spans, fc.infiniteStream(fc.nat()), async (some, others, order) => {
      const ranges = rangesOf(some);
      const held = rangesOf(others)
        .map((range) => ({ range, place: order.next().value ?? 0 }))
        .sort((a, b) => a.place - b.place)
        .map(({ range }) => range);
      const { heldLock, asked } = locksOf(held);
      const found = await findLockOn({ heldLock }, ranges);
      const isIn = (lock: ByteRange) => ranges.some((range) => intersect(range, lock) !== undefined);
      assert.equal(found !== undefined, held.some(isIn));
      if (found !== undefined) assert.ok(isIn({ offset: found.offset, length: found.length ?? 0 }));
      assert.ok(asked() <= 2 * held.length + 1);
    }),
  );
});

test('a hundred thousand ranges without a lock are one question', async () => {
  const ranges = Array.from({ length: 100_000 }, (_, i) => ({ offset: 3 * i, length: 1 }));
  const { heldLock, asked } = locksOf([{ offset: 300_000, length: undefined }]);
  assert.equal(await findLockOn({ heldLock }, ranges), undefined);
  assert.equal(asked(), 1);
  assert.equal(await findLockOn({ heldLock }, []), undefined);
});

test('a lock to the end is in the way of all that lies behind its beginning', async () => {
  const { heldLock } = locksOf([{ offset: 10, length: undefined }]);
  assert.equal(await findLockOn({ heldLock }, [{ offset: 0, length: 10 }]), undefined);
  const found = await findLockOn({ heldLock }, [{ offset: 2 ** 50, length: 1 }]);
  assert.equal(found?.offset, 10);
});
