/** Why bytes of a process's memory cannot be read: the kernel says EIO for all of it. */
import type { HoleReason } from '../byteSource.ts';
import type { ForceRule } from './forceRule.ts';
import type { MemoryRegion } from './memoryRegion.ts';

export interface UnreadableFacts {
  /** What is mapped there; undefined for nothing. */
  readonly region: Pick<MemoryRegion, 'rights' | 'backing' | 'inode'> | undefined;
  /** VmFlags of the region; none where they are not known. */
  readonly flags: readonly string[];
  readonly force: ForceRule;
  /** Whether it lies past the end of the file behind the region; undefined where that is not known. */
  readonly isPastEnd?: boolean | undefined;
}

const reasonOfRule = {
  ptrace: 'protectedUnlessTraced',
  never: 'protectedAlways',
  restricted: 'protected',
} as const;

export function whyUnreadable({ region, flags, force, isPastEnd }: UnreadableFacts): HoleReason {
  if (region === undefined) return 'unmapped';
  const has = (flag: string) => flags.includes(flag);
  switch (region.backing.kind) {
    case 'secretmem':
      return 'secret';
    case 'vvar':
    case 'vsyscall':
      return 'kernel';
    case 'device':
    case 'anonInode':
      return 'device';
  }
  if (has('io') || has('pf')) return 'device';
  if (has('um')) return 'absent';
  if (!region.rights.read && force !== 'always') return reasonOfRule[force];
  if (region.inode !== 0n) return isPastEnd === false ? 'ioError' : 'pastEnd';
  // Private memory of a right to be read: what refuses is a guard, which no flag of the page told before Linux 6.14.
  return 'guard';
}
