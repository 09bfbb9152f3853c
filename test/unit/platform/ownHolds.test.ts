import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnHold } from '../../../extension/core/sharedMemory/sharedMemoryScan.ts';
import { OwnHolds } from '../../../extension/platform/ownHolds.ts';

const ring: OwnHold = { device: { major: 0, minor: 27 }, inode: 5n, class: 'posix', mappings: 0, descriptors: 1 };
const segment: OwnHold = { device: { major: 0, minor: 1 }, inode: 3n, class: 'sysv', mappings: 1, descriptors: 0 };
const noDevice = { major: 0, minor: 0 };

test('what is held of one object counts together, each until it is let go', () => {
  const holds = new OwnHolds();
  assert.deepEqual(holds.list(), []);
  const release = [holds.add(ring), holds.add(ring), holds.add({ ...ring, inode: 6n, mappings: 2 })];
  assert.deepEqual(holds.list(), [
    { ...ring, descriptors: 2 },
    { ...ring, inode: 6n, mappings: 2 },
  ]);
  release[0]?.();
  release[0]?.();
  assert.deepEqual(holds.list(), [ring, { ...ring, inode: 6n, mappings: 2 }]);
  for (const each of release) each();
  assert.deepEqual(holds.list(), []);
});

test('a segment is the same one on whatever device, and no memfd of its number', () => {
  const holds = new OwnHolds();
  holds.add(segment);
  holds.add({ ...segment, device: { major: 0, minor: 9 }, mappings: 0, descriptors: 1 });
  holds.add({ ...segment, class: 'memfd' });
  assert.deepEqual(holds.list(), [
    { ...segment, device: noDevice, descriptors: 1 },
    { ...segment, class: 'memfd' },
  ]);
});
