import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Backing,
  deviceOf,
  type MemoryRegion,
  mappingKind,
  regionSize,
} from '../../../extension/core/memoryMap/memoryRegion.ts';
import { parseMaps } from '../../../extension/procfs/maps.ts';
import { bytesOf, fixture, textOf } from './fixtures.ts';

const captured = parseMaps(fixture('20950/maps'));

/** The backing in words: its kind, and its names as text. */
function shown(backing: Backing): string {
  const { kind } = backing;
  if (kind === 'sysvShm') return `${kind} ${backing.key} ${backing.shmid}`;
  if (!('name' in backing) || backing.name === undefined) return kind;
  const { bytes, ifDeleted, maybeNewline } = backing.name;
  const doubt = ifDeleted === undefined ? '' : ` | ${textOf(ifDeleted)}`;
  return `${kind} ${textOf(bytes)}${doubt}${maybeNewline ? ' (newline?)' : ''}`;
}

function one(line: string): MemoryRegion {
  const { regions, bad } = parseMaps(bytesOf(`${line}\n`));
  assert.deepEqual(bad, []);
  assert.equal(regions.length, 1);
  return regions[0] as MemoryRegion;
}

const backingOfLine = (line: string): string => shown(one(line).backing);

test('every kind of mapping of a real process is told apart', () => {
  assert.deepEqual(captured.bad, []);
  const kinds = captured.regions
    .map(({ sharing, backing }) => `${sharing} ${shown(backing)}`.replace(/d{250}\/.*/, 'ddd'))
    .filter((line) => !line.includes('/usr/lib') && !line.endsWith('/prog'));
  assert.deepEqual(kinds, [
    'private heap',
    'private privateAnonymous',
    'shared hugetlb',
    'private hugetlb',
    'shared file /tmp/demo/ddd',
    'private privateAnonymous',
    'private privateAnonymous',
    'private privateAnonymous',
    'shared anonInode anon_inode:[io_uring]',
    'shared secretmem',
    'shared sharedAnonymous',
    'private devZero',
    'private privateAnonymous',
    'shared sharedAnonymous',
    'shared sysvShm 0 9',
    'shared sysvShm -17973521 8',
    'shared sysvShm 1592594996 7',
    'shared memfd a\\012b (newline?)',
    'shared memfd x (deleted)',
    'private memfd ring',
    'shared memfd ring',
    'shared semaphore sem.BE1Ax2 (deleted) | sem.BE1Ax2',
    'shared posixShm mg-gone (deleted) | mg-gone',
    'shared posixShm mg-fixture',
    'shared file /tmp/demo/[heap]',
    'private privateAnonymous',
    'private privateAnonymous',
    'shared file /tmp/demo/esc\x1b[31m\xff\ttab  two ',
    'shared file /tmp/demo/new\\012line (newline?)',
    'shared file /tmp/demo/new\\012line (newline?)',
    'shared file /tmp/demo/fake (deleted) | /tmp/demo/fake',
    'shared file /tmp/demo/gone.bin (deleted) | /tmp/demo/gone.bin',
    'shared file /tmp/demo/shared.bin',
    'private file /tmp/demo/shared.bin',
    'shared file /tmp/demo/shared.bin',
    'private privateAnonymous',
    'private vvar',
    'private vvar',
    'private vdso',
    'private stack',
    'private vsyscall',
  ]);
});

test('a path longer than PATH_MAX is whole', () => {
  const deep = captured.regions.find(({ backing }) => backing.kind === 'file' && backing.name.bytes.length > 4096);
  assert.ok(deep);
  assert.match(shown(deep.backing), /^file \/tmp\/demo\/(d{250}\/){20}deep$/);
});

test('addresses, rights and places are exact', () => {
  const { regions } = captured;
  const last = regions.at(-1);
  assert.equal(last?.start, 0xffffffffff600000n);
  assert.deepEqual(last?.rights, { read: false, write: false, execute: true });
  const reserved = regions.find((region) => regionSize(region) === 8n << 40n);
  assert.deepEqual(reserved?.rights, { read: false, write: false, execute: false });
  const region = one('7f08cf2ef000-7f08cf2f3000 r--s fffffffffffff000 103:1a2b3 18446744073709551615    /x');
  assert.equal(region.end, 0x7f08cf2f3000n);
  assert.equal(region.offset, 0xffff_ffff_ffff_f000n);
  assert.deepEqual(region.device, { major: 0x103, minor: 0x1a2b3 });
  assert.equal(region.inode, 0xffff_ffff_ffff_ffffn);
});

test('the four kinds of mapping', () => {
  const kindOf = (line: string) => mappingKind(one(line));
  assert.equal(kindOf('1000-2000 rw-p 00000000 00:00 0 '), 'privateAnonymous');
  assert.equal(kindOf('1000-2000 rw-p 00000000 00:00 0     [stack]'), 'privateAnonymous');
  assert.equal(kindOf('1000-2000 rw-p 00000000 00:00 0     [anon:x]'), 'privateAnonymous');
  assert.equal(kindOf('1000-2000 rw-p 00000000 00:06 4     /dev/zero'), 'privateAnonymous');
  assert.equal(kindOf('1000-2000 rw-p 00000000 00:11 7     /anon_hugepage (deleted)'), 'privateAnonymous');
  assert.equal(kindOf('1000-2000 rw-s 00000000 00:11 7     /anon_hugepage (deleted)'), 'sharedAnonymous');
  assert.equal(kindOf('1000-2000 rw-s 00000000 00:01 7     /dev/zero (deleted)'), 'sharedAnonymous');
  assert.equal(kindOf('1000-2000 rw-s 00000000 00:01 7     [anon_shmem:x]'), 'sharedAnonymous');
  assert.equal(kindOf('1000-2000 r--s 00000000 08:01 7     /a'), 'sharedFile');
  assert.equal(kindOf('1000-2000 rw-s 00000000 00:01 0     /SYSV00000000 (deleted)'), 'sharedFile');
  assert.equal(kindOf('1000-2000 r--p 00000000 08:01 7     /a'), 'privateFile');
  assert.equal(kindOf('1000-2000 rw-p 00000000 00:01 7     /memfd:a (deleted)'), 'privateFile');
});

test('memory that its program named', () => {
  assert.equal(backingOfLine('1-2 rw-p 0 0:0 0   [anon:/lib/x.so (deleted)]'), 'anonNamed /lib/x.so (deleted)');
  assert.equal(backingOfLine('1-2 rw-p 0 0:0 0   [anon:]'), 'anonNamed ');
  assert.equal(backingOfLine('1-2 rw-s 0 0:1 9   [anon_shmem:queue]'), 'sharedAnonymous queue');
  assert.equal(backingOfLine('1-2 rw-p 0 0:0 0   [anon:cut'), 'other [anon:cut');
  assert.equal(backingOfLine('1-2 r-xp 0 0:0 0   [uprobes]'), 'other [uprobes]');
});

test('files that are named like kernel objects are files', () => {
  assert.equal(backingOfLine('1-2 rw-s 0 8:1 9   /SYSVx'), 'file /SYSVx');
  assert.equal(backingOfLine('1-2 rw-s 0 0:1 9   /SYSVx (deleted)'), 'file /SYSVx (deleted) | /SYSVx');
  assert.equal(backingOfLine('1-2 rw-s 0 0:1 9   /SYSV1234abcde (deleted)').split(' ')[0], 'file');
  assert.equal(backingOfLine('1-2 rw-s 0 8:1 9   /SYSV1234abcd (deleted)').split(' ')[0], 'file');
  assert.equal(backingOfLine('1-2 rw-s 0 8:1 9   /memfd:x (deleted)').split(' ')[0], 'file');
  assert.equal(backingOfLine('1-2 rw-s 0 0:1 9   /memfd:x'), 'file /memfd:x');
  assert.equal(backingOfLine('1-2 rw-s 0 8:1 9   /dev/zero (deleted)').split(' ')[0], 'device');
  assert.equal(backingOfLine('1-2 rw-s 0 8:1 9   /home/[heap]'), 'file /home/[heap]');
});

test('System V and memfd of one device and inode are different', () => {
  const lines = ['/SYSV00000000 (deleted)', '/memfd:coll (deleted)'].map((name) => `1-2 rw-s 0 00:01 16549 ${name}`);
  assert.deepEqual(lines.map(backingOfLine), ['sysvShm 0 16549', 'memfd coll']);
});

test('what lies below /dev', () => {
  assert.equal(backingOfLine('1-2 rw-s 0 0:5 9   /dev/dri/renderD128'), 'device /dev/dri/renderD128');
  assert.equal(backingOfLine('1-2 rw-s 0 0:5 9   /dev/shm/sub/sem.x'), 'posixShm sub/sem.x');
  assert.equal(backingOfLine('1-2 rw-s 0 0:5 9   /dev/shm/sem.x'), 'semaphore sem.x');
  assert.equal(backingOfLine('1-2 rw-s 0 0:5 9   /dev/hugepages/x'), 'file /dev/hugepages/x');
  assert.equal(backingOfLine('1-2 rw-s 0 0:c 9   /dmabuf:frame'), 'anonInode /dmabuf:frame');
  assert.equal(backingOfLine('1-2 rw-s 0 0:c 9   /[aio] (deleted)').split(' ')[0], 'anonInode');
  assert.equal(backingOfLine('1-2 rw-s 0 0:8 9   socket:[9]'), 'anonInode socket:[9]');
});

test('blanks in names stay, those before the name go', () => {
  assert.equal(backingOfLine('1-2 rw-s 0 8:1 9         /a  b '), 'file /a  b ');
  assert.equal(backingOfLine('1-2 rw-s 0 8:1 9 /x'), 'file /x');
});

test('a bad line costs its own record only', () => {
  const lines = [
    '1000-2000 rw-p 00000000 00:00 0 ',
    '2000-1000 rw-p 00000000 00:00 0 ',
    '1000-1000 rw-p 00000000 00:00 0 ',
    '1000-2000 rwxq 00000000 00:00 0 ',
    '1000-2000 rw-p 00000000 00:00 18446744073709551616 ',
    '11111111111111111-21111111111111111 rw-p 00000000 00:00 0 ',
    '1000-2000 rw-p 00000000 0g:00 0 ',
    '',
    '1000-2000 rw-p 00000000 00:00 0',
    '3000-4000 rw-p 00000000 00:00 0 ',
  ];
  const { regions, bad } = parseMaps(bytesOf(`${lines.join('\n')}\n5000-6000 rw-p 00000000 00:00 0 /cu`));
  assert.deepEqual(
    regions.map((region) => region.start),
    [0x1000n, 0x3000n],
  );
  assert.deepEqual(
    bad.map((line) => line.line),
    [2, 3, 4, 5, 6, 7, 8, 9, 11],
  );
  assert.equal(textOf(bad[1]?.bytes), lines[2]);
  assert.deepEqual(parseMaps(new Uint8Array(0)), { regions: [], bad: [] });
});

test('names do not hold the buffer they came from', () => {
  const bytes = bytesOf('1000-2000 rw-s 00000000 08:01 7     /a\n');
  const { regions } = parseMaps(bytes);
  bytes.fill(0);
  assert.equal(shown(regions[0]?.backing ?? { kind: 'heap' }), 'file /a');
});

test('st_dev has its halves in pieces', () => {
  assert.deepEqual(deviceOf(0x1bn), { major: 0, minor: 0x1b });
  assert.deepEqual(deviceOf(0xfe00n), { major: 0xfe, minor: 0 });
  // 20 bits more of the minor number, then 20 more of the major one.
  assert.deepEqual(deviceOf(0x12345_9abcde_678_f0n), { major: 0x12345678, minor: 0x9abcdef0 });
});
