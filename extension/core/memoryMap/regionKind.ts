/** What a region is for, in the seven kinds that a picture of an address space is coloured by. */

import { encodeUtf8 } from '../text/utf8.ts';
import type { Backing, Sharing } from './memoryRegion.ts';

/**
 * - `code`: the executable and its libraries: all private mappings of a file of which some region can be executed;
 * - `shared`: objects made for sharing (POSIX, System V, memfd, shared anonymous memory), also where mapped privately;
 * - `file`: other mapped files;
 * - `anonymous`: private memory without a file, and the huge pages of hugetlb;
 * - `special`: the kernel's own pages ([vdso], [vvar], [vsyscall]), devices, secret memory, io_uring and the like.
 */
export const regionKinds = ['code', 'heap', 'stack', 'shared', 'file', 'anonymous', 'special'] as const;
export type RegionKind = (typeof regionKinds)[number];

/** `isProgram`: whether the same file has a region that can be executed. */
export function kindOfBacking(backing: Backing, sharing: Sharing, isProgram: boolean): RegionKind {
  switch (backing.kind) {
    case 'file':
      return isProgram && sharing === 'private' ? 'code' : 'file';
    case 'posixShm':
    case 'semaphore':
    case 'memfd':
    case 'sysvShm':
    case 'sharedAnonymous':
      return 'shared';
    case 'hugetlb':
      return sharing === 'shared' ? 'shared' : 'anonymous';
    case 'heap':
      return 'heap';
    case 'stack':
      return 'stack';
    case 'anonNamed':
      return kindOfNamed(backing.name.bytes);
    case 'privateAnonymous':
    case 'devZero':
      return 'anonymous';
    case 'secretmem':
    case 'vdso':
    case 'vvar':
    case 'vsyscall':
    case 'device':
    case 'anonInode':
    case 'other':
      return 'special';
  }
}

/**
 * Names that C libraries give to what they make (glibc 2.38 where it is told to, bionic always). Where nobody names it,
 * the stack of a thread and an arena of malloc cannot be told from other anonymous memory.
 */
const namedKinds: readonly (readonly [prefix: Uint8Array, kind: RegionKind])[] = (
  [
    [' glibc: pthread', 'stack'],
    [' glibc: malloc', 'heap'],
    [' glibc: loader malloc', 'heap'],
    ['stack_and_tls:', 'stack'],
    ['scudo:', 'heap'],
    ['libc_malloc', 'heap'],
  ] as const
).map(([prefix, kind]) => [encodeUtf8(prefix), kind]);

function kindOfNamed(name: Uint8Array): RegionKind {
  const known = namedKinds.find(([prefix]) => prefix.every((byte, at) => name[at] === byte));
  return known?.[1] ?? 'anonymous';
}
