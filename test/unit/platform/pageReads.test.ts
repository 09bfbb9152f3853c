import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Hole } from '../../../extension/core/byteSource.ts';
import { SourceError } from '../../../extension/core/sourceError.ts';
import { PageReads } from '../../../extension/platform/editing/pageReads.ts';

const page = 4096;
const size = 2 * page + 10;
const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);

/** A source whose bytes are known, and of which one cannot be read. */
function source(unreadable = -1) {
  const asked: string[] = [];
  const read = async (offset: number, into: Uint8Array) => {
    asked.push(`${offset} +${into.length}`);
    into.set(bytes.subarray(offset, offset + into.length));
    const isHit = unreadable >= offset && unreadable < offset + into.length;
    const holes: Hole[] = isHit ? [{ offset: unreadable, length: 1, reason: 'unmapped' }] : [];
    return { length: Math.min(into.length, size - offset), holes };
  };
  return { asked, reads: new PageReads({ read, size: async () => size }) };
}

test('what stands together is read once, by whole pages, and up to the end', async () => {
  const { asked, reads } = source();
  assert.equal(reads.held(10, 2), undefined);
  assert.deepEqual(await reads.read(10, 2), bytes.slice(10, 12));
  assert.deepEqual(reads.held(page - 1, 1), bytes.slice(page - 1, page));
  assert.equal(reads.held(page - 1, 2), undefined);
  assert.deepEqual(await reads.read(page - 1, 2), bytes.slice(page - 1, page + 1));
  assert.deepEqual(await reads.read(2 * page + 1, 9), bytes.slice(2 * page + 1));
  assert.deepEqual(asked, [`0 +${page}`, `0 +${2 * page}`, `${2 * page} +10`]);
  await assert.rejects(reads.read(2 * page, 11), SourceError);
});

test('what cannot be read is in the way of nothing but itself', async () => {
  const { asked, reads } = source(100);
  assert.deepEqual(await reads.read(10, 2), bytes.slice(10, 12));
  assert.deepEqual(asked, [`0 +${page}`, '10 +2']);
  assert.equal(reads.held(10, 2), undefined);
  await assert.rejects(reads.read(99, 2), { code: 'incomplete' });
});
