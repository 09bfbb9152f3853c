import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SharedMemoryObject } from '../../../../extension/core/sharedMemory/sharedMemory.ts';
import {
  listName,
  madeAt,
  type SharedMemorySort,
  sharedMemoryList,
  sizeOfObject,
} from '../../../../extension/core/sharedMemory/sharedMemoryList.ts';
import type { SharedMemoryScan } from '../../../../extension/core/sharedMemory/sharedMemoryScan.ts';
import {
  bytesOf,
  DISK,
  descriptor,
  entry,
  facts,
  joinSharedMemory,
  KERNEL,
  mapping,
  NOW,
  process,
  SHM,
  segment,
} from './sharedMemoryScans.ts';

const objectsOf = (more: Partial<SharedMemoryScan>) => joinSharedMemory(more).objects;

const objects = objectsOf({
  folder: [
    entry('Zeta', 1n, { facts: facts({ size: 10n, bornAt: NOW - 10 }) }),
    entry('alpha', 2n, { facts: facts({ size: 3000n, bornAt: NOW - 3000 }) }),
    entry('sem.beta', 3n, { facts: facts({ size: 32n, bornAt: NOW - 200 }) }),
  ],
  segments: [
    segment(7, { key: 0x4d47, size: 500n, changedAt: NOW - 400 }),
    segment(12, { size: 400n, resident: undefined }),
  ],
  processes: [process(10, { name: bytesOf('Producer') }), process(200, { name: bytesOf('reader') })],
  mappings: [
    mapping(10, '/dev/shm/alpha', SHM, 2n),
    mapping(200, '/dev/shm/alpha', SHM, 2n),
    mapping(10, '/tmp/store-x (deleted)', DISK, 9n, { start: 0x1000n, end: 0x9000n }),
  ],
  descriptors: [descriptor(200, 4, '/memfd:gamma (deleted)', KERNEL, 5n, { links: 0 })],
});

const names = (sort: SharedMemorySort, filter = '') => sharedMemoryList(objects, sort, filter).map(listName);

test('by name, whatever its case, with numbers of segments as numbers', () => {
  assert.deepEqual(names('name'), ['alpha', 'beta', 'gamma', 'id 7', 'id 12', 'store-x', 'Zeta']);
});

test('the largest, the most used and the oldest first, and then by name', () => {
  assert.deepEqual(names('size'), ['store-x', 'gamma', 'alpha', 'id 7', 'id 12', 'beta', 'Zeta']);
  assert.deepEqual(names('users'), ['alpha', 'gamma', 'store-x', 'beta', 'id 7', 'id 12', 'Zeta']);
  assert.deepEqual(names('age').slice(0, 3), ['alpha', 'id 7', 'beta']);
});

test('a filter finds names, paths, keys, ids, pids and names of processes', () => {
  assert.deepEqual(names('name', 'ETA'), ['beta', 'Zeta']);
  assert.deepEqual(names('name', '/tmp/'), ['store-x']);
  assert.deepEqual(names('name', '4d47'), ['id 7']);
  assert.deepEqual(names('name', 'id 12'), ['id 12']);
  assert.deepEqual(names('name', 'produc'), ['alpha', 'store-x']);
  assert.deepEqual(names('name', '200'), ['alpha', 'gamma']);
  assert.deepEqual(names('name', '20'), [], 'a pid is whole or nothing');
  assert.deepEqual(names('name', 'nobody has this'), []);
});

const named = (wanted: string): SharedMemoryObject => {
  const found = objects.find((object) => listName(object) === wanted);
  assert.ok(found !== undefined, wanted);
  return found;
};

test('the size is asked for, taken from the table, or as far as anybody maps', () => {
  assert.equal(sizeOfObject(named('Zeta')), 10n);
  assert.equal(sizeOfObject(named('id 12')), 400n);
  assert.equal(sizeOfObject(named('store-x')), 0x8000n);
  assert.equal(sizeOfObject(named('gamma')), 8192n);
});

test('when something was made is known of what has a name or a number', () => {
  assert.equal(madeAt(named('alpha')), NOW - 3000);
  assert.equal(madeAt(named('id 7')), NOW - 400);
  assert.equal(madeAt(named('gamma')), undefined);
});

test('a name in the list is safe to show, and not endless', () => {
  const [hostile, long] = objectsOf({ folder: [entry('a\n\u202eb', 1n), entry('x'.repeat(255), 2n)] });
  assert.ok(hostile !== undefined && long !== undefined);
  assert.equal(listName(hostile), 'a\\n\\u{202e}b');
  assert.equal(listName(long).length, 120);
});
