import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { objectKey } from '../../../../extension/core/sharedMemory/sharedMemory.ts';
import { sharedMemoryJoinSteps } from '../../../../extension/core/sharedMemory/sharedMemoryJoin.ts';
import type { SharedMemoryScan } from '../../../../extension/core/sharedMemory/sharedMemoryScan.ts';
import {
  DISK,
  descriptor,
  entry,
  joinSharedMemory,
  KERNEL,
  mapping,
  NOW,
  OTHER_SHM,
  process,
  SHM,
  scan,
  segment,
  shown,
} from './sharedMemoryScans.ts';

const objects = (more: Partial<SharedMemoryScan>) => joinSharedMemory(more).objects;
const list = (more: Partial<SharedMemoryScan>): readonly string[] => objects(more).map(shown);
const [alice, bob] = [process(10), process(20)];

test('a segment with two users: mappings and descriptors of one process are one user', () => {
  const [object] = objects({
    folder: [entry('ring', 5n)],
    processes: [bob, alice],
    mappings: [
      mapping(20, '/dev/shm/ring', SHM, 5n, { start: 0x9000n, end: 0xb000n, offset: 0x1000n, sharing: 'private' }),
      mapping(20, '/dev/shm/ring', SHM, 5n, { start: 0x1000n, end: 0x2000n }),
      mapping(10, '/dev/shm/ring', SHM, 5n),
    ],
    descriptors: [descriptor(20, 7, '/dev/shm/ring', SHM, 5n), descriptor(20, 3, '/dev/shm/ring', SHM, 5n)],
  });
  assert.ok(object?.class === 'posix');
  assert.equal(shown(object), 'posix ring 10:1+0 20:2+2');
  const user = object.users[1];
  assert.deepEqual(
    user?.mappings.map(({ start, sharing, offset }) => [start, sharing, offset]),
    [
      [0x1000n, 'shared', 0n],
      [0x9000n, 'private', 0x1000n],
    ],
  );
  assert.deepEqual(
    user?.descriptors.map(({ fd }) => fd),
    [3, 7],
  );
  assert.deepEqual(user?.process, { pid: 20, startTime: 200, name: bob.name });
  assert.equal(object.mappedEnd, 0x3000n);
  assert.deepEqual([object.isReachable, object.nameIsExact, object.extent?.size], [true, true, 4096n]);
});

test('only regular files in /dev/shm are segments', () => {
  const kinds = ['symlink', 'directory', 'fifo', 'socket', 'character', 'block', 'other'] as const;
  const folder = kinds.map((kind, index) => entry(kind, BigInt(index), { kind }));
  assert.deepEqual(list({ folder: [...folder, entry('real', 99n)] }), ['posix real']);
});

test('files in folders are listed as not reachable, and no semaphores', () => {
  const found = objects({ folder: [entry('sub/sem.x', 5n), entry('sem.x', 6n)] });
  assert.deepEqual(found.map(shown), ['posix sub/sem.x', 'semaphore sem.x']);
  assert.deepEqual(
    found.map((object) => 'isReachable' in object && object.isReachable),
    [false, true],
  );
});

test('two names of one object are one object', () => {
  const [object, ...more] = objects({ folder: [entry('sub/z', 5n), entry('b', 5n), entry('a', 5n)] });
  assert.equal(more.length, 0);
  assert.ok(object?.class === 'posix');
  assert.equal(shown(object), 'posix a');
  assert.equal(object.otherNames.length, 2);
});

test('a semaphore is mapped under the deleted name that glibc made it with', () => {
  const mappings = [mapping(10, '/dev/shm/sem.BE1Ax2 (deleted)', SHM, 5n)];
  assert.deepEqual(list({ folder: [entry('sem.ready', 5n)], processes: [alice], mappings }), [
    'semaphore sem.ready 10:1+0',
  ]);
  const [gone] = objects({ processes: [alice], mappings });
  assert.ok(gone?.class === 'deleted');
  assert.equal(gone.nameIsExact, false);
});

test('a listed file named like a deleted one is not deleted', () => {
  assert.deepEqual(
    list({
      folder: [entry('fake (deleted)', 5n)],
      processes: [alice],
      mappings: [mapping(10, '/dev/shm/fake (deleted)', SHM, 5n)],
    }),
    ['posix fake (deleted) 10:1+0'],
  );
});

test('deleted objects appear by their users, private ones seen earlier included', () => {
  const [object] = objects({
    processes: [alice, bob],
    mappings: [
      mapping(10, '/tmp/store (deleted)', DISK, 5n, { sharing: 'private' }),
      mapping(20, '/tmp/store (deleted)', DISK, 5n),
    ],
    descriptors: [descriptor(10, 4, '/tmp/store (deleted)', DISK, 5n, { links: 0 })],
  });
  assert.ok(object?.class === 'deleted');
  assert.equal(shown(object), 'deleted /tmp/store 10:1+1 20:1+0');
  assert.deepEqual([object.deletion, object.nameIsExact, object.extent?.size], ['certain', true, 8192n]);
});

test('with nobody to ask, deletion is probable only; a file that has a name is none', () => {
  const probable = objects({ processes: [alice], mappings: [mapping(10, '/tmp/x (deleted)', DISK, 5n)] })[0];
  assert.ok(probable?.class === 'deleted');
  assert.deepEqual([probable.deletion, probable.nameIsExact, probable.extent], ['probable', false, undefined]);
  const mappings = [mapping(10, '/tmp/x (deleted)', DISK, 5n, { links: 1 }), mapping(10, '/tmp/y', DISK, 6n)];
  assert.deepEqual(list({ processes: [alice], mappings }), []);
  const descriptors = [descriptor(10, 3, '/tmp/x (deleted)', DISK, 5n, { links: 1 })];
  assert.deepEqual(
    list({ processes: [alice], mappings: [mapping(10, '/tmp/x (deleted)', DISK, 5n)], descriptors }),
    [],
  );
});

test('an unlinked segment that is only held; an open deleted log is none', () => {
  const descriptors = [
    descriptor(10, 4, '/dev/shm/gone (deleted)', SHM, 5n, { links: 0 }),
    descriptor(10, 5, '/var/log/x (deleted)', DISK, 6n, { links: 0 }),
    descriptor(10, 6, '/var/log/y', DISK, 7n),
  ];
  assert.deepEqual(list({ processes: [alice], descriptors }), ['deleted /dev/shm/gone 10:0+1']);
});

test('memfds and anonymous memory appear by their users', () => {
  const found = objects({
    processes: [alice, bob],
    mappings: [
      mapping(10, '/memfd:x (deleted) (deleted)', KERNEL, 7n),
      mapping(20, '/memfd:x (deleted) (deleted)', KERNEL, 7n, { sharing: 'private' }),
      mapping(10, '/dev/zero (deleted)', KERNEL, 8n),
      mapping(20, '[anon_shmem:queue]', KERNEL, 8n),
      mapping(20, '/anon_hugepage (deleted)', { major: 0, minor: 0x11 }, 9n),
      mapping(20, '/anon_hugepage (deleted)', { major: 0, minor: 0x11 }, 10n, { sharing: 'private' }),
      mapping(20, '/dev/zero', { major: 0, minor: 6 }, 4n, { sharing: 'private' }),
      mapping(20, '/secretmem (deleted)', { major: 0, minor: 0xe }, 4n),
    ],
    descriptors: [descriptor(20, 3, '/memfd:passed (deleted)', KERNEL, 11n, { links: 0 })],
  });
  assert.deepEqual(found.map(shown), [
    'memfd x (deleted) 10:1+0 20:1+0',
    'sharedAnonymous queue 10:1+0 20:1+0',
    'sharedAnonymous  20:1+0',
    'memfd passed 20:0+1',
  ]);
});

test('a name that a listing may have spoilt is replaced by an exact one', () => {
  const mappings = [mapping(10, '/memfd:a\\012b (deleted)', KERNEL, 7n, { escapesNewline: true })];
  const [spoilt] = objects({ processes: [alice], mappings });
  assert.deepEqual([spoilt?.nameIsExact, spoilt && shown(spoilt)], [false, 'memfd a\\012b 10:1+0']);
  const descriptors = [descriptor(10, 3, '/memfd:a\nb (deleted)', KERNEL, 7n, { links: 0 })];
  const [exact] = objects({ processes: [alice], mappings, descriptors });
  assert.deepEqual([exact?.nameIsExact, exact && shown(exact)], [true, 'memfd a\nb 10:1+1']);
});

test('System V and memfd of one device and inode are two objects', () => {
  const found = objects({
    segments: [segment(16549, { key: 0, attachments: 1 })],
    processes: [alice],
    mappings: [
      mapping(10, '/memfd:coll (deleted)', KERNEL, 16549n),
      mapping(10, '/SYSV00000000 (deleted)', KERNEL, 16549n),
    ],
  });
  assert.deepEqual(found.map(shown), ['sysv #16549 10:1+0', 'memfd coll 10:1+0']);
  assert.equal(new Set(found.map(({ identity }) => objectKey(identity))).size, 2);
});

test('attachments that nobody was seen to have', () => {
  const [object] = objects({
    segments: [segment(0, { attachments: 4 })],
    processes: [alice],
    mappings: [
      mapping(10, '/SYSV00001234 (deleted)', KERNEL, 0n, { rights: { read: true, write: false, execute: false } }),
    ],
  });
  assert.ok(object?.class === 'sysv');
  assert.deepEqual([object.attachments, object.unseenAttachments, object.extent?.size], [4, 3, 10000n]);
});

test('a removed segment keeps the key in its mappings', () => {
  const mappings = [mapping(10, '/SYSV00001234 (deleted)', KERNEL, 3n)];
  const removed = segment(3, { key: 0, isRemoved: true, attachments: 1 });
  assert.deepEqual(list({ segments: [removed], processes: [alice], mappings }), ['sysv #3 10:1+0']);
});

test('the same id in another IPC namespace is another segment', () => {
  const found = objects({
    ipcNamespace: 1n,
    segments: [segment(0, { attachments: 1 })],
    processes: [process(10, { ipcNamespace: 1n }), process(20, { ipcNamespace: 2n }), process(30)],
    mappings: [
      mapping(10, '/SYSV00001234 (deleted)', KERNEL, 0n),
      mapping(20, '/SYSV00001234 (deleted)', KERNEL, 0n),
      // Attached before it came into our namespace: the key cannot be that of ours.
      mapping(30, '/SYSV00005678 (deleted)', KERNEL, 0n),
    ],
  });
  assert.deepEqual(found.map(shown), ['sysv #0 10:1+0', 'sysv #0 20:1+0', 'sysv #0 30:1+0']);
  assert.equal(new Set(found.map(({ identity }) => objectKey(identity))).size, 3);
  assert.ok(found[1]?.class === 'sysv' && found[1].segment === undefined && found[1].attachments === undefined);
});

test('the /dev/shm of a container is another one', () => {
  const found = objects({
    folder: [entry('ring', 5n)],
    processes: [alice],
    mappings: [
      mapping(10, '/dev/shm/ring', OTHER_SHM, 5n),
      mapping(10, '/dev/shm/sem.tmp (deleted)', OTHER_SHM, 6n),
      mapping(10, '/dev/shm/lib.so', OTHER_SHM, 7n, { sharing: 'private' }),
    ],
  });
  assert.deepEqual(found.map(shown), ['posix ring', 'posix ring 10:1+0', 'semaphore sem.tmp 10:1+0']);
  assert.ok(found[1]?.class === 'posix' && !found[1].isReachable && found[1].facts === undefined);
});

test('what a view of ours holds is no user, and what the rest of our process holds is one', () => {
  const pieces = {
    folder: [entry('ring', 5n)],
    segments: [segment(3, { attachments: 2 })],
    processes: [alice],
    mappings: [mapping(10, '/SYSV00001234 (deleted)', KERNEL, 3n)],
    descriptors: [descriptor(10, 4, '/dev/shm/ring', SHM, 5n)],
  };
  const holds = [
    { device: SHM, inode: 5n, class: 'posix', mappings: 0, descriptors: 1 },
    { device: KERNEL, inode: 3n, class: 'sysv', mappings: 1, descriptors: 0 },
  ] as const;
  const found = objects({ ...pieces, own: { pid: 10, holds } });
  assert.deepEqual(found.map(shown), ['posix ring', 'sysv #3']);
  assert.ok(found[1]?.class === 'sysv');
  assert.deepEqual([found[1].attachments, found[1].unseenAttachments], [1, 1]);
  assert.deepEqual(list({ ...pieces, own: { pid: 99, holds: [] } }), ['posix ring 10:0+1', 'sysv #3 10:1+0']);
  const more = { ...pieces, descriptors: [...pieces.descriptors, descriptor(10, 5, '/dev/shm/ring', SHM, 5n)] };
  assert.deepEqual(list({ ...more, own: { pid: 10, holds } }), ['posix ring 10:0+2', 'sysv #3']);
});

test('whether a creator lives', () => {
  const creator = (pid: number, more: Partial<SharedMemoryScan> = {}) => {
    const [object] = objects({
      segments: [segment(3, { creatorPid: pid })],
      processes: [process(10, { startedAt: NOW - 500 }), process(20, { startedAt: NOW - 10 }), process(30)],
      ...more,
    });
    return object?.class === 'sysv' ? object.creator.kind : undefined;
  };
  // The segment was made 100 seconds ago: 20 has the pid of one that is gone.
  assert.deepEqual(
    [creator(10), creator(20), creator(30), creator(40), creator(0)],
    ['alive', 'dead', 'alive', 'dead', 'unknown'],
  );
  assert.equal(creator(40, { allProcessesListed: false }), 'unknown');
});

test('how much was not seen', () => {
  const { sight, objects: found } = joinSharedMemory({
    folder: [entry('ring', 5n)],
    processes: [alice, process(2, { notSeen: 'noPermission' }), process(3, { notSeen: 'vanished' })],
    // A mapping of a process that nobody listed is no user that could be named, and not nothing.
    mappings: [mapping(77, '/dev/shm/ring', SHM, 5n)],
  });
  assert.deepEqual(sight.notSeen, { noPermission: 1, vanished: 2, failed: 0 });
  assert.deepEqual(found.map(shown), ['posix ring']);
});

test('whatever is found, each object is there once, each user once, and no use is lost', () => {
  const device = fc.constantFrom(SHM, KERNEL, DISK, OTHER_SHM);
  const inode = fc.bigInt({ min: 0n, max: 3n });
  const pid = fc.integer({ min: 1, max: 3 });
  const names = fc.constantFrom(
    '/dev/shm/a',
    '/dev/shm/sem.a (deleted)',
    '/memfd:a (deleted)',
    '/SYSV00001234 (deleted)',
    '/SYSV00000000 (deleted)',
    '/dev/zero (deleted)',
    '/tmp/a (deleted)',
    '',
  );
  const sharing = fc.constantFrom('shared' as const, 'private' as const);
  const pieces = fc.record({
    folder: fc.array(fc.tuple(fc.constantFrom('a', 'b', 'sub/a', 'sem.a'), inode).map(([path, at]) => entry(path, at))),
    segments: fc.uniqueArray(fc.nat(3)).map((ids) => ids.map((id) => segment(id, { attachments: id }))),
    mappings: fc.array(
      fc
        .tuple(pid, names, device, inode, sharing)
        .map(([of, name, on, at, how]) => mapping(of, name, on, at, { sharing: how })),
    ),
    descriptors: fc.array(
      fc
        .tuple(pid, names, device, inode, fc.nat(1))
        .map(([of, name, on, at, links]) => descriptor(of, 3, name, on, at, { links })),
    ),
  });
  fc.assert(
    fc.property(pieces, (found) => {
      const all = objects({ ...found, processes: [process(1), process(2), process(3)] });
      assert.equal(new Set(all.map(({ identity }) => objectKey(identity))).size, all.length);
      for (const { users, identity, class: of } of all) {
        assert.equal(identity.class, of);
        assert.equal(new Set(users.map((user) => user.process.pid)).size, users.length);
        for (const user of users) assert.ok(user.mappings.length + user.descriptors.length > 0);
      }
      // Every shared mapping of a listed file in /dev/shm is somebody's use of it.
      const inShm = new Set(found.folder.map(({ inode: at }) => at));
      const uses = found.mappings.filter(
        (one) => one.device === SHM && inShm.has(one.inode) && isFile(one.name),
      ).length;
      const seen = all
        .filter(({ class: of, facts }: { class: string; facts?: unknown }) => facts !== undefined && of !== 'sysv')
        .reduce((sum, { users }) => sum + users.reduce((n, user) => n + user.mappings.length, 0), 0);
      assert.equal(seen, uses);
    }),
    { numRuns: 500 },
  );
});

function isFile(name: Uint8Array): boolean {
  const text = new TextDecoder().decode(name);
  return text.startsWith('/dev/shm/') || text.startsWith('/tmp/');
}

test('the join can be done in steps', () => {
  const folder = Array.from({ length: 1000 }, (_, index) => entry(`s${index}`, BigInt(index)));
  const steps = sharedMemoryJoinSteps(scan({ folder }));
  let count = 0;
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) count++;
  assert.deepEqual(step.value, joinSharedMemory({ folder }));
  assert.ok(count >= 20);
});
