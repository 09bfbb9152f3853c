import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AddressIndex } from '../../../../extension/core/memoryMap/addressIndex.ts';
import { backingOf, deviceOf, mappingKind } from '../../../../extension/core/memoryMap/memoryRegion.ts';
import { encodeUtf8 } from '../../../../extension/core/text/utf8.ts';
import { anyRegions, columnsOf, page, spaceOf } from './spaces.ts';

const library = { name: '/usr/lib/libc.so.6', inode: 42 };

test('the seven kinds, and the four kinds of mapping', () => {
  const space = spaceOf([
    { first: 1, pages: 1, rights: 'r--p', ...library },
    { first: 2, pages: 1, rights: 'r-xp', ...library, offset: 1 },
    { first: 3, pages: 1, rights: 'rw-p', ...library, offset: 2 },
    { first: 4, pages: 1, name: '[heap]' },
    { first: 5, pages: 1, name: '[anon: glibc: malloc arena]' },
    { first: 6, pages: 1, name: '[stack]' },
    { first: 7, pages: 1, name: '[anon: glibc: pthread stack: 7]' },
    { first: 8, pages: 1, rights: 'rw-s', name: '/dev/shm/ring', inode: 5, dev: 0x1an },
    { first: 9, pages: 1, rights: 'rw-p', name: '/dev/shm/ring', inode: 5, dev: 0x1an },
    { first: 10, pages: 1, rights: 'rw-s', name: '/dev/zero (deleted)', inode: 6, dev: 1n },
    { first: 11, pages: 1, rights: 'rw-s', name: '/memfd:x (deleted)', inode: 7, dev: 1n },
    { first: 12, pages: 1, rights: 'rw-s', name: '/SYSV000004d2 (deleted)', inode: 0, dev: 1n },
    { first: 13, pages: 1, rights: 'r--p', name: '/usr/share/data', inode: 8 },
    { first: 14, pages: 1, rights: 'r--s', name: '/usr/share/data', inode: 8 },
    { first: 15, pages: 1 },
    { first: 16, pages: 1, name: '[anon:v8]' },
    { first: 17, pages: 1, name: '[vdso]', rights: 'r-xp' },
    { first: 18, pages: 1, name: '/dev/dri/card0', inode: 9, rights: 'rw-s' },
    { first: 2 ** 52 - 2560, pages: 1, name: '[vsyscall]', rights: '--xp' },
  ]);
  const kinds = Array.from({ length: space.count }, (_, row) => space.kindOf(row));
  assert.deepEqual(kinds, [
    ...['code', 'code', 'code', 'heap', 'heap', 'stack', 'stack', 'shared', 'shared', 'shared', 'shared', 'shared'],
    ...['file', 'file', 'anonymous', 'anonymous', 'special', 'special', 'special'],
  ]);
  const mapping = (row: number) => space.objectOf(row).mapping;
  assert.deepEqual(
    [mapping(0), mapping(3), mapping(7), mapping(9), mapping(8)],
    [...['privateFile', 'privateAnonymous', 'sharedFile', 'sharedAnonymous', 'privateFile']],
  );
  assert.equal(space.region(18).start, 0xffff_ffff_ff60_0000n);
  assert.throws(() => space.objectOf(19), RangeError);
});

test('regions of one object share it, and what comes out is what went in', () => {
  fc.assert(
    fc.property(anyRegions, (regions) => {
      const space = spaceOf(regions);
      regions.forEach(({ first, pages, rights = 'rw-p', name = '', offset = 0 }, row) => {
        const region = space.region(row);
        assert.equal(region.start, BigInt(first) * page);
        assert.equal(region.end, BigInt(first + pages) * page);
        assert.equal(region.offset, BigInt(offset) * page);
        assert.equal(space.rightsText(row), rights);
        assert.equal(space.pages(row), pages);
        const device = deviceOf(space.columns.devs[row] ?? 0n);
        const sharing = rights.endsWith('s') ? 'shared' : 'private';
        const context = { sharing, device, inode: region.inode, escapesNewline: false } as const;
        assert.deepEqual(region.backing, backingOf(encodeUtf8(name), context));
        assert.equal(space.objectOf(row).mapping, mappingKind(region));
      });
      const identities = new Set(regions.map(({ name, inode, rights }) => `${name} ${inode} ${rights?.at(-1)}`));
      assert.equal(space.objects.length, identities.size);
    }),
  );
});

test('names are safe to show', () => {
  const space = spaceOf([{ first: 1, pages: 1, name: '/tmp/\x1b[31m\nx', inode: 3 }]);
  assert.equal(space.objectOf(0).name, '/tmp/\\x1b[31m\\nx');
});

const anyAddress = (regions: readonly { first: number; pages: number }[]) =>
  fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    ...(regions.length === 0
      ? []
      : [
          fc
            .record({
              region: fc.constantFrom(...regions),
              end: fc.boolean(),
              by: fc.integer({ min: -5000, max: 5000 }),
            })
            .map(({ region, end, by }) =>
              BigInt.asUintN(64, BigInt(region.first + (end ? region.pages : 0)) * page + BigInt(by)),
            ),
        ]),
  );

test('the region of an address, and its neighbours, as a search from end to end finds them', () => {
  const anyQuestion = anyRegions.chain((regions) => fc.tuple(fc.constant(regions), anyAddress(regions)));
  fc.assert(
    fc.property(anyQuestion, ([regions, address]) => {
      const index = new AddressIndex(spaceOf(regions));
      const bounds = regions.map(({ first, pages }) => [BigInt(first) * page, BigInt(first + pages) * page] as const);
      const row = bounds.findIndex(([start, end]) => address >= start && address < end);
      assert.equal(index.rowAt(address), row);
      // What starts on the very address is the address's own region.
      assert.equal(
        index.after(address),
        bounds.findIndex(([start]) => start > address),
      );
      assert.equal(
        index.before(address),
        bounds.findLastIndex(([, end]) => end <= address),
      );
    }),
  );
});

test('no address outside of 64 bits is mapped', () => {
  const index = new AddressIndex(
    spaceOf([
      { first: 0, pages: 1 },
      { first: 2 ** 52 - 2, pages: 1 },
    ]),
  );
  assert.deepEqual(
    [-1n, 2n ** 64n, 0n, 2n ** 64n - 4097n].map((address) => index.rowAt(address)),
    [-1, -1, 0, 1],
  );
});

test('65,530 regions are taken in without an object for each, and 8,192 addresses looked up', () => {
  const regions = Array.from({ length: 65_530 }, (_, row) => ({
    first: row + 2 ** 35,
    pages: 1,
    rights: row % 2 === 0 ? 'r--p' : 'rw-p',
  }));
  const space = spaceOf(regions);
  assert.equal(space.objects.length, 1);
  assert.equal(columnsOf(regions).count, 65_530);
  const index = new AddressIndex(space);
  for (let row = 0; row < 8192; row++) assert.equal(index.rowAt(BigInt(row + 2 ** 35) * page), row);
});
