import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type AllocationLook, dataRanges } from '../../../extension/platform/sharedMemory/dataRanges.ts';

/** A source with data in these ranges only; counts how often it is looked at. */
function sourceWith(data: readonly { offset: number; length: number }[]) {
  let looks = 0;
  const look: AllocationLook = async (offset, length, into) => {
    looks++;
    const boundary = (bucket: number) => offset + Number((BigInt(length) * BigInt(bucket)) / BigInt(into.length));
    for (let i = 0; i < into.length; i++) {
      const [start, end] = [boundary(i), boundary(i + 1)];
      const held = data.reduce(
        (sum, range) => sum + Math.max(0, Math.min(end, range.offset + range.length) - Math.max(start, range.offset)),
        0,
      );
      into[i] = held === 0 ? 0 : held === end - start ? 255 : Math.max(1, Math.floor((held / (end - start)) * 254));
    }
    return true;
  };
  return { look, looks: () => looks };
}

async function all(size: number, look: AllocationLook) {
  const found: { offset: number; length: number }[] = [];
  for await (const range of dataRanges(size, look)) found.push(range);
  return found;
}

describe('the parts of a source that hold data', () => {
  test('a page in a terabyte takes four looks, and little more than itself', async () => {
    const source = sourceWith([{ offset: 2 ** 39 + 4096, length: 4096 }]);
    const found = await all(2 ** 40, source.look);
    assert.deepEqual(found, [{ offset: 2 ** 39 + 4096, length: 4096 }]);
    assert.equal(source.looks(), 4);
  });

  test('nothing, everything, and what cannot be told', async () => {
    assert.deepEqual(await all(0, sourceWith([]).look), []);
    assert.deepEqual(await all(2 ** 30, sourceWith([]).look), []);
    const whole = sourceWith([{ offset: 0, length: 2 ** 30 }]);
    assert.deepEqual(await all(2 ** 30, whole.look), [{ offset: 0, length: 2 ** 30 }]);
    assert.equal(whole.looks(), 1);
    assert.deepEqual(await all(5, async () => false), [{ offset: 0, length: 5 }]);
  });

  test('no byte of data is ever left out, in order and without overlaps, at any size', async () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 2 ** 20 }),
      fc.maxSafeNat().map((bytes) => bytes || 1),
    );
    const piece = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.integer({ min: 1, max: 20_000 }),
    });
    await fc.assert(
      fc.asyncProperty(size, fc.array(piece, { maxLength: 4 }), async (bytes, pieces) => {
        const data = pieces.map(({ at, length }) => {
          const offset = Math.min(bytes - 1, Math.floor(at * bytes));
          return { offset, length: Math.min(length, bytes - offset) };
        });
        const found = await all(bytes, sourceWith(mergedOf(data)).look);
        found.reduce((end, range) => {
          assert.ok(range.offset >= end && range.length > 0);
          return range.offset + range.length;
        }, 0);
        for (const { offset, length } of data) {
          const isIn = found.some((range) => range.offset <= offset && range.offset + range.length >= offset + length);
          assert.ok(isIn, JSON.stringify({ offset, length, found }));
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** The same bytes without overlaps. */
function mergedOf(ranges: readonly { offset: number; length: number }[]) {
  const merged: { offset: number; length: number }[] = [];
  for (const range of ranges.toSorted((a, b) => a.offset - b.offset)) {
    const last = merged.at(-1);
    if (last === undefined || last.offset + last.length < range.offset) merged.push({ ...range });
    else last.length = Math.max(last.length, range.offset + range.length - last.offset);
  }
  return merged;
}
