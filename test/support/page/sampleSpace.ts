// An address space with a gap and 8 TiB of nothing but a reservation, for tests of its picture.
import { columnsOf, figuresOf } from '../regions.ts';

export const regions = [
  { first: 0x5_5810_0000 / 2 ** 12, pages: 64, rights: 'r-xp', name: '/usr/bin/postgres', inode: 7 },
  { first: 0x5_5820_0000 / 2 ** 12, pages: 4096, name: '[heap]' },
  { first: 0x7f00_0000_0000 / 2 ** 12, pages: 2 ** 31, rights: '---p' },
  {
    first: 0x7f90_0000_0000 / 2 ** 12 + 2 ** 31,
    pages: 8192,
    rights: 'rw-s',
    name: '/dev/shm/ring',
    inode: 8,
  },
  { first: 0x7f90_0000_0000 / 2 ** 12 + 2 ** 31 + 8192, pages: 1024, name: '[stack]' },
] as const;

/** Where they stand in it. */
export const [code, heap, reserved, shared, stack] = [0, 1, 2, 3, 4] as const;

export const pageSize = 4096;

export const described = [
  { ...regions[code], rss: 64 * pageSize, sharedClean: 64 * pageSize },
  { ...regions[heap], rss: 2048 * pageSize, privateDirty: 2048 * pageSize, swap: 256 * pageSize },
  { ...regions[reserved] },
  { ...regions[shared], rss: 8192 * pageSize, sharedDirty: 8192 * pageSize },
  { ...regions[stack], rss: 8 * pageSize, privateDirty: 8 * pageSize },
];
export const figures = figuresOf(described);
export const columns = columnsOf(regions);
