import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSourceOf, refOfMapping, refOfObject } from '../../../../extension/core/sharedMemory/sharedMemoryRef.ts';
import type { SharedMemoryScan } from '../../../../extension/core/sharedMemory/sharedMemoryScan.ts';
import type { SourceRef } from '../../../../extension/core/sourceRef.ts';
import {
  bytesOf,
  DISK,
  descriptor,
  entry,
  joinSharedMemory,
  KERNEL,
  mapping,
  OTHER_SHM,
  process,
  SHM,
  segment,
  textOf,
} from './sharedMemoryScans.ts';

function only(more: Partial<SharedMemoryScan>) {
  const { objects } = joinSharedMemory({ processes: [process(10), process(20)], ...more });
  assert.equal(objects.length, 1);
  const [object] = objects;
  assert.ok(object);
  return object;
}

/** A ref in a few words. */
function shown(ref: SourceRef | undefined): string {
  switch (ref?.kind) {
    case undefined:
      return 'none';
    case 'file':
    case 'posixShm':
      return `${ref.kind} ${textOf(ref.path)}`;
    case 'sysvShm':
      return `${ref.kind} ${ref.shmid} by ${ref.creatorPid}`;
    case 'processFd':
      return `${ref.kind} ${ref.pid}@${ref.startTime} ${ref.fd} #${ref.inode} ${textOf(ref.name)}`;
    case 'processRegion':
      return `${ref.kind} ${ref.pid}@${ref.startTime} ${ref.start.toString(16)}-${ref.end.toString(16)} ${textOf(ref.name)}`;
  }
}

const refOf = (more: Partial<SharedMemoryScan>) => shown(refOfObject(only(more)));

test('what has a name or a number here is opened by it', () => {
  assert.equal(refOf({ folder: [entry('ring', 5n)] }), 'posixShm ring');
  assert.equal(refOf({ folder: [entry('jobs/a', 5n)] }), 'posixShm jobs/a');
  assert.equal(refOf({ folder: [entry('sem.ready', 5n)] }), 'posixShm sem.ready');
  assert.equal(refOf({ segments: [segment(3, { creatorPid: 77 })] }), 'sysvShm 3 by 77');
  assert.equal(refOf({ segments: [segment(3, { isRemoved: true, key: 0, creatorPid: 0 })] }), 'sysvShm 3 by 0');
});

test('a memfd is opened by the descriptor that gives most, or by one that gives nothing, before any mapping', () => {
  const memfd = (fd: number, access: 'read' | 'write' | 'readWrite' | 'path', pid = 10) =>
    descriptor(pid, fd, '/memfd:x (deleted)', KERNEL, 9n, { access, links: 0 });
  const mappings = [mapping(10, '/memfd:x (deleted)', KERNEL, 9n)];
  assert.equal(
    refOf({ mappings, descriptors: [memfd(3, 'path'), memfd(4, 'write'), memfd(5, 'read', 20)] }),
    'processFd 20@200 5 #9 memfd:x',
  );
  assert.equal(refOf({ mappings, descriptors: [memfd(3, 'path')] }), 'processFd 10@100 3 #9 memfd:x');
  assert.equal(refOf({ mappings }), 'processRegion 10@100 7f0000000000-7f0000001000 memfd:x');
});

test('a deleted file is opened in the same way, under the path it had', () => {
  const name = '/tmp/buffer (deleted)';
  const mappings = [mapping(10, name, DISK, 9n, { links: 0 })];
  assert.equal(
    refOf({ mappings, descriptors: [descriptor(20, 6, name, DISK, 9n, { links: 0 })] }),
    'processFd 20@200 6 #9 /tmp/buffer',
  );
  assert.equal(refOf({ mappings }), 'processRegion 10@100 7f0000000000-7f0000001000 /tmp/buffer');
});

test('of several mappings the one that shows the object, and most of it', () => {
  const at = (start: bigint, size: bigint, more: Parameters<typeof mapping>[4] = {}) =>
    mapping(10, '/dev/zero (deleted)', KERNEL, 9n, { start, end: start + size, ...more });
  const rights = { read: false, write: true, execute: false };
  assert.equal(
    refOf({ mappings: [at(0x1000n, 0x1000n), at(0x9000n, 0x8000n, { rights }), at(0x4000n, 0x2000n)] }),
    'processRegion 10@100 4000-6000 ',
  );
  assert.equal(
    refOf({ mappings: [at(0x1000n, 0x1000n, { offset: 0x1000n }), at(0x4000n, 0x1000n)] }),
    'processRegion 10@100 4000-5000 ',
  );
});

test('what other namespaces call so is reached through its users', () => {
  const elsewhere = mapping(10, '/dev/shm/ring', OTHER_SHM, 5n);
  assert.equal(refOf({ mappings: [elsewhere] }), 'processRegion 10@100 7f0000000000-7f0000001000 /dev/shm/ring');
  const processes = [process(10, { ipcNamespace: 2n })];
  const mappings = [mapping(10, '/SYSV00000000 (deleted)', KERNEL, 3n)];
  assert.equal(
    refOf({ processes, mappings, ipcNamespace: 1n }),
    'processRegion 10@100 7f0000000000-7f0000001000 System V 3',
  );
});

test('what nobody uses that we can see cannot be opened', () => {
  const object = only({ mappings: [mapping(10, '/dev/zero (deleted)', KERNEL, 9n)] });
  assert.equal(refOfObject({ ...object, users: [] }), undefined);
});

test('a mapping is opened at its own addresses', () => {
  const object = only({ folder: [entry('ring', 5n)], mappings: [mapping(20, '/dev/shm/ring', SHM, 5n)] });
  const [user] = object.users;
  assert.ok(user?.mappings[0]);
  assert.deepEqual(refOfMapping(user, user.mappings[0], object), {
    kind: 'processRegion',
    pid: 20,
    startTime: 200,
    start: 0x7f00_0000_0000n,
    end: 0x7f00_0000_1000n,
    name: bytesOf('/dev/shm/ring'),
  });
});

test('a source is known for the object that it is of, however it was opened', () => {
  const ring = only({
    folder: [entry('ring', 5n)],
    mappings: [mapping(10, '/dev/shm/ring', SHM, 5n)],
    descriptors: [descriptor(20, 4, '/dev/shm/ring', SHM, 5n)],
  });
  const named = refOfObject(ring);
  assert.ok(named?.kind === 'posixShm');
  const [user, holder] = ring.users;
  const [place] = user?.mappings ?? [];
  assert.ok(user !== undefined && holder !== undefined && place !== undefined);
  const region = refOfMapping(user, place, ring);
  const fd: SourceRef = { kind: 'processFd', ...holder.process, fd: 4, inode: 5n, name: bytesOf('') };
  for (const ref of [named, region, fd, { kind: 'file', path: bytesOf('/dev/shm/ring') } as const]) {
    assert.ok(isSourceOf(ref, ring), ref.kind);
  }
  const others: readonly SourceRef[] = [
    { ...named, path: bytesOf('rin') },
    { ...region, startTime: region.startTime + 1 },
    { ...region, start: place.end, end: place.end + 4096n },
    { ...fd, fd: 5 },
    { ...fd, inode: 6n },
    { kind: 'file', path: bytesOf('/tmp/ring') },
    { kind: 'sysvShm', shmid: 5, creatorPid: 1 },
  ];
  for (const ref of others) assert.ok(!isSourceOf(ref, ring), ref.kind);
  const sysv = only({ segments: [segment(3)] });
  assert.ok(isSourceOf({ kind: 'sysvShm', shmid: 3, creatorPid: 0 }, sysv));
});
