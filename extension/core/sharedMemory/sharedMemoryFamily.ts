/**
 * What keeps objects of equal device and inode apart, and the keys by which the join finds them: never a path.
 */
import type { Backing, Device, Sharing } from '../memoryMap/memoryRegion.ts';
import type { SharedMemoryClass } from './sharedMemory.ts';

/** System V segments, memfds and anonymous memory count their inodes on one device, each for itself. */
export type Family = 'file' | 'sysv' | 'memfd' | 'sharedAnonymous';

/** Undefined for what is no shared memory, whatever else is known of it. */
export function familyOf(backing: Backing, sharing: Sharing): Family | undefined {
  switch (backing.kind) {
    case 'file':
    case 'posixShm':
    case 'semaphore':
      return 'file';
    case 'sysvShm':
      return 'sysv';
    case 'memfd':
      return 'memfd';
    case 'sharedAnonymous':
      return 'sharedAnonymous';
    case 'hugetlb':
      return sharing === 'shared' ? 'sharedAnonymous' : undefined;
    default:
      return undefined;
  }
}

export function familyOfClass(of: SharedMemoryClass): Family {
  return of === 'posix' || of === 'semaphore' || of === 'deleted' ? 'file' : of;
}

export function inodeKey(family: Exclude<Family, 'sysv'>, device: Device, inode: bigint): string {
  return `${family}:${device.major}:${device.minor}:${inode}`;
}

/** A shmid is unique in its namespace, whatever device the kernel keeps the segments on. */
export function sysvKey(shmid: number, ipcNamespace: bigint | undefined): string {
  return `sysv:${shmid}@${ipcNamespace ?? 'ours'}`;
}
