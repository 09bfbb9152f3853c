import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unwrittenIn } from '../../../extension/platform/sources/unwritten.ts';
import type { NativeFile } from '../../../native/index.d.ts';

const page = 16;
const pages = 12;

/** A file of which some pages are there, as its allocation tells: with each page asked for on its own. */
function fileWith(present: readonly boolean[], looks: number[]): NativeFile {
  const allocation = async (offset: number, length: number, into: Uint8Array) => {
    looks.push(into.length);
    assert.deepEqual([offset % page, length], [0, into.length * page], 'a bucket is a page');
    for (let i = 0; i < into.length; i++) into[i] = present[offset / page + i] === true ? 255 : 0;
    return true;
  };
  return { allocation } as unknown as NativeFile;
}

test('exactly the bytes of pages that are not there, whatever is asked', async () => {
  const bytes = fc.array(fc.constantFrom('absent', 'zeros', 'data'), { minLength: pages, maxLength: pages });
  await fc.assert(
    fc.asyncProperty(bytes, fc.nat(pages * page - 1), fc.nat(pages * page), async (kinds, offset, length) => {
      const whole = Uint8Array.from({ length: pages * page }, (_, at) =>
        kinds[Math.floor(at / page)] === 'data' ? at | 1 : 0,
      );
      const looks: number[] = [];
      const file = fileWith(
        kinds.map((kind) => kind !== 'absent'),
        looks,
      );
      const part = whole.subarray(offset, offset + length);
      const found = await unwrittenIn(file, page, offset, part);
      for (let at = offset; at < offset + part.length; at++) {
        const isFound = found.some((range) => at >= range.offset && at < range.offset + range.length);
        assert.equal(isFound, kinds[Math.floor(at / page)] === 'absent', `${at} of ${kinds}`);
      }
      const ends = found.map((range) => range.offset + range.length);
      assert.ok(
        found.every((range, i) => i === 0 || range.offset > (ends[i - 1] ?? 0)),
        'in order, neighbours as one',
      );
      const touched = kinds.slice(Math.floor(offset / page), Math.ceil((offset + part.length) / page));
      const hasZeros = part.length > 0 && touched.some((kind) => kind !== 'data');
      assert.equal(looks.length, hasZeros ? 1 : 0, 'nothing is asked where every page has data');
    }),
    { numRuns: 500 },
  );
});

test('where the file system cannot tell, nothing is called unwritten', async () => {
  const file = { allocation: async () => false } as unknown as NativeFile;
  assert.deepEqual(await unwrittenIn(file, page, 0, new Uint8Array(100)), []);
});

test('the last page that can be addressed is not asked for', async () => {
  const file = fileWith([], []);
  assert.deepEqual(await unwrittenIn(file, page, Number.MAX_SAFE_INTEGER - 40, new Uint8Array(10)), [
    { offset: Number.MAX_SAFE_INTEGER - 40, length: 10 },
  ]);
  assert.deepEqual(await unwrittenIn(file, page, Number.MAX_SAFE_INTEGER - 8, new Uint8Array(8)), []);
});
