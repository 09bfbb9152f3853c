// Five regions of a process and their figures, for tests of its memory map.
import type { Described } from '../regions.ts';

export const code: Described = { first: 0x400, pages: 2, rights: 'r-xp', name: '/usr/bin/node', inode: 5 };
export const heap: Described = { first: 0x10000, pages: 64, name: '[heap]' };
export const anonymous: Described = { first: 0x20000, pages: 16 };
export const memfd: Described = {
  first: 0x7f0000000,
  pages: 256,
  rights: 'rw-s',
  name: '/memfd:ring (deleted)',
  inode: 9,
};
export const stack: Described = { first: 0x7ff000000, pages: 33, name: '[stack]' };
export const regions = [code, heap, anonymous, memfd, stack];

/** First addresses, in hex. */
const startOf = ({ first }: Described) => (first * 4096).toString(16);
export const codeStart = startOf(code);
export const heapStart = startOf(heap);
export const anonymousStart = startOf(anonymous);
export const memfdStart = startOf(memfd);
export const stackStart = startOf(stack);
export const starts = regions.map(startOf);

const kib = 1024;
const figures = regions.map(({ first, pages }, at) => ({
  ...{ first, pages, rss: (at + 1) * 8 * kib, pss: (at + 1) * 4 * kib, privateDirty: at * 4 * kib },
  flags: at === 4 ? 'rd wr mr mw me gd ac' : 'rd mr',
}));

/** What a host tells of them. */
export const look = { id: 1, regions, figures };
