// Address spaces at random.
import fc from 'fast-check';
import type { Described } from '../../../support/regions.ts';

export * from '../../../support/regions.ts';

const objects = fc.constantFrom<Partial<Described>>(
  {},
  {},
  { name: '[heap]' },
  { name: '/lib/libc.so', inode: 7 },
  { name: '/lib/libm.so', inode: 8 },
  { name: '/memfd:x (deleted)', inode: 9, dev: 1n },
);

const piece = fc.record({
  gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 34 })),
  pages: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 ** 31 })),
  rights: fc.constantFrom('r--p', 'rw-p', 'r-xp', '---p', 'rw-s'),
  object: objects,
  offset: fc.integer({ min: 0, max: 4 }),
});

/** Up to 40 regions in order; the last may end at 2^63 and beyond. */
export const anyRegions: fc.Arbitrary<readonly Described[]> = fc
  .record({ base: fc.constantFrom(0, 16, 2 ** 35, 2 ** 51), pieces: fc.array(piece, { maxLength: 40 }) })
  .map(({ base, pieces }) => {
    let at = base;
    return pieces.map(({ gap, pages, rights, object, offset }) => {
      const first = at + gap;
      at = first + pages;
      return { first, pages, rights, offset: object.inode === undefined ? 0 : offset, ...object };
    });
  });
