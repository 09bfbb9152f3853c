import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObjectMapping, ObjectUser } from '../../../../extension/core/sharedMemory/sharedMemory.ts';
import { processesLosingMemory } from '../../../../extension/core/sharedMemory/shrinkLoss.ts';

const page = 4096;
const rights = { read: true, write: true, execute: false };

/** Pages [from, to) of the object, mapped somewhere. */
function mapping(from: number, to: number, sharing: ObjectMapping['sharing'] = 'shared'): ObjectMapping {
  const start = 0x7f0000000000n;
  return { start, end: start + BigInt((to - from) * page), offset: BigInt(from * page), rights, sharing };
}

function user(pid: number, ...mappings: ObjectMapping[]): ObjectUser {
  const process = { pid, startTime: 1, name: Uint8Array.of(0x70) };
  return { process, mappings, descriptors: mappings.length === 0 ? [{ fd: 3, access: 'readWrite' }] : [] };
}

const losses = (users: readonly ObjectUser[], newSize: number) =>
  processesLosingMemory(users, BigInt(newSize), page).map(({ process, bytes }) => [process.pid, Number(bytes) / page]);

describe('who loses memory when an object shrinks', () => {
  test('those with a page past the new end, and how much', () => {
    const users = [user(1, mapping(0, 2)), user(2, mapping(0, 8)), user(3, mapping(6, 8)), user(4)];
    assert.deepEqual(losses(users, 4 * page), [
      [2, 4],
      [3, 2],
    ]);
  });

  test('the page that holds the new end stays whole', () => {
    const users = [user(1, mapping(0, 2))];
    assert.deepEqual(losses(users, page + 1), []);
    assert.deepEqual(losses(users, page), [[1, 1]]);
    assert.deepEqual(losses(users, 0), [[1, 2]]);
  });

  test('a private mapping faults as well, and several mappings add up', () => {
    assert.deepEqual(losses([user(1, mapping(0, 3, 'private'), mapping(2, 4))], page), [[1, 4]]);
  });

  test('growing takes nothing from anybody', () => {
    assert.deepEqual(losses([user(1, mapping(0, 4))], 8 * page), []);
  });
});
