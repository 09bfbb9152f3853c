import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSemaphore } from '../../../extension/procfs/semaphore.ts';
import { fixture } from './fixtures.ts';

test('a semaphore that sem_open made with value 5', () => {
  assert.deepEqual(parseSemaphore(fixture('sem.value5')), { value: 5, waiters: 0, processShared: true });
});

test('waiters stand in the upper half, wherever the bytes lie', () => {
  const bytes = new Uint8Array(40);
  bytes.set([0, 0, 0, 0, 1, 0, 0, 0, 0x80], 7);
  assert.deepEqual(parseSemaphore(bytes.subarray(7, 39)), { value: 0, waiters: 1, processShared: true });
});

test('any other size is refused, and zeros are no semaphore of sem_open', () => {
  for (const size of [0, 3, 16, 31, 33, 4096]) assert.equal(parseSemaphore(new Uint8Array(size)), undefined);
  assert.deepEqual(parseSemaphore(new Uint8Array(32)), { value: 0, waiters: 0, processShared: false });
});
