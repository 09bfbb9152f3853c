import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLeaks, waitersLookStale } from '../../../../extension/core/sharedMemory/sharedMemoryLeaks.ts';
import type { SharedMemoryScan } from '../../../../extension/core/sharedMemory/sharedMemoryScan.ts';
import {
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
  shown,
} from './sharedMemoryScans.ts';

const alice = process(10);

/** `leaked: object`, or `looks: object (doubts)`. */
function leaks(more: Partial<SharedMemoryScan>): readonly string[] {
  const { objects, sight } = joinSharedMemory({ processes: [alice], ...more });
  const { leaked, looksLeaked } = findLeaks(objects, sight);
  return [
    ...leaked.map((object) => `leaked: ${shown(object)}`),
    ...looksLeaked.map(({ object, doubts }) => `looks: ${shown(object)} (${doubts.map(({ code }) => code).join(' ')})`),
  ];
}

test('what nobody maps or holds is leaked', () => {
  const folder = [entry('left', 5n), entry('mapped', 6n), entry('held', 7n), entry('sem.left', 8n)];
  const mappings = [mapping(10, '/dev/shm/mapped', SHM, 6n)];
  const descriptors = [descriptor(10, 3, '/dev/shm/held', SHM, 7n)];
  assert.deepEqual(leaks({ folder, mappings, descriptors }), ['leaked: posix left', 'leaked: semaphore sem.left']);
});

test('nothing in /dev/shm is called leaked where a process could not be looked into', () => {
  const folder = [entry('left', 5n)];
  const hidden = (...processes: SharedMemoryScan['processes']) => leaks({ folder, processes: [alice, ...processes] });
  assert.deepEqual(hidden(process(2, { notSeen: 'noPermission' })), ['looks: posix left (processesNotSeen)']);
  assert.deepEqual(hidden(process(2, { notSeen: 'failed' })), ['looks: posix left (processesNotSeen)']);
  assert.deepEqual(hidden(process(2, { notSeen: 'vanished' })), ['looks: posix left (processesChanged)']);
  assert.deepEqual(leaks({ folder, allProcessesListed: false }), ['looks: posix left (processesHidden)']);
});

test('what was made during the scan is too young', () => {
  const young = entry('young', 5n, { facts: facts({ changedAt: NOW + 1 }) });
  assert.deepEqual(leaks({ folder: [young] }), ['looks: posix young (tooYoung)']);
  assert.deepEqual(leaks({ segments: [segment(3, { changedAt: NOW })] }), ['looks: sysv #3 (tooYoung)']);
});

test('System V goes by the count of attachments and the life of the creator', () => {
  const segments = [
    segment(1, { creatorPid: 99 }),
    segment(2, { creatorPid: 10 }),
    segment(3, { creatorPid: 0 }),
    segment(4, { creatorPid: 99, attachments: 1 }),
    segment(5, { creatorPid: 99, isRemoved: true }),
  ];
  // The count knows of processes that we do not see.
  const processes = [alice, process(2, { notSeen: 'noPermission' })];
  assert.deepEqual(leaks({ segments, processes }), [
    'leaked: sysv #1',
    'looks: sysv #2 (creatorAlive)',
    'looks: sysv #3 (creatorUnknown)',
  ]);
});

test('our own views do not keep an object from being leaked', () => {
  const holds = [
    { device: SHM, inode: 5n, class: 'posix', mappings: 0, descriptors: 1 },
    { device: KERNEL, inode: 1n, class: 'sysv', mappings: 1, descriptors: 0 },
  ] as const;
  assert.deepEqual(
    leaks({
      folder: [entry('left', 5n)],
      segments: [segment(1, { creatorPid: 99, attachments: 1 })],
      mappings: [mapping(10, '/SYSV00001234 (deleted)', KERNEL, 1n)],
      descriptors: [descriptor(10, 3, '/dev/shm/left', SHM, 5n)],
      own: { pid: 10, holds },
    }),
    ['leaked: posix left', 'leaked: sysv #1'],
  );
});

test('what the kernel frees by itself never leaks', () => {
  const mappings = [
    mapping(10, '/memfd:x (deleted)', KERNEL, 7n),
    mapping(10, '/dev/zero (deleted)', KERNEL, 8n),
    mapping(10, '/dev/shm/gone (deleted)', SHM, 9n),
  ];
  assert.deepEqual(leaks({ mappings }), []);
});

test('more waiters than threads are stale, if all threads were seen', () => {
  const { sight } = joinSharedMemory();
  assert.deepEqual(
    [
      [1, 0],
      [1, 1],
      [0, 0],
      [3, 2],
    ].map(([waiters = 0, threads = 0]) => waitersLookStale({ waiters }, threads, sight)),
    [true, false, false, true],
  );
  assert.equal(waitersLookStale({ waiters: 1 }, 0, { ...sight, allProcessesListed: false }), false);
});
