/**
 * Shared memory objects and who uses them: what the join (sharedMemoryJoin.ts) makes of the pieces found, and the
 * pieces themselves.
 *
 * Sizes, inode numbers and addresses are bigint: a tmpfs file may have 2^63 - 1 bytes. Times are seconds since 1970.
 */
import type { Device, Rights, Sharing } from '../memoryMap/memoryRegion.ts';

/**
 * - `posix`: a regular file in /dev/shm, or below it.
 * - `semaphore`: a file `sem.NAME` in /dev/shm.
 * - `sysv`: a System V segment.
 * - `memfd`: made by memfd_create.
 * - `sharedAnonymous`: MAP_SHARED | MAP_ANONYMOUS, held by a process and its children.
 * - `deleted`: a file that is deleted and still shared: the last name of a POSIX object, or a temporary file's.
 */
export type SharedMemoryClass = 'posix' | 'semaphore' | 'sysv' | 'memfd' | 'sharedAnonymous' | 'deleted';

/**
 * What makes an object itself, whatever it is called. The class is part of it: System V segments and memfds count their
 * inodes on the same device, each for itself, and do collide. An object that is unlinked while in use changes from
 * `posix` to `deleted`, and nothing else of it.
 */
export interface ObjectIdentity {
  readonly device: Device;
  readonly inode: bigint;
  readonly class: SharedMemoryClass;
  /**
   * Only for `sysv`, and only where the segment belongs to another IPC namespace than ours: ids count from 0 in each,
   * on the same device. The namespace's inode number, or 0 where all that is known is that it is not ours.
   */
  readonly ipcNamespace?: bigint | undefined;
}

/** Equal for the same object, for keys of maps. Not for people. */
export function objectKey(identity: ObjectIdentity): string {
  const { device, inode, ipcNamespace } = identity;
  const key = `${identity.class}:${device.major}:${device.minor}:${inode}`;
  return ipcNamespace === undefined ? key : `${key}@${ipcNamespace}`;
}

/** A process as the scan saw it. The start time (clock ticks since boot) keeps it apart from a later one of its pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: number;
  readonly name: Uint8Array;
}

/** A range of a process's addresses with the object behind it. */
export interface ObjectMapping {
  readonly start: bigint;
  readonly end: bigint;
  readonly rights: Rights;
  /** Where in the object it begins, in bytes. */
  readonly offset: bigint;
  /** A private one sees the object's bytes until it writes: its own writes reach nobody. */
  readonly sharing: Sharing;
}

export interface ObjectDescriptor {
  readonly fd: number;
  /** `path`: opened with O_PATH, which keeps the object but gives none of its bytes. */
  readonly access: 'read' | 'write' | 'readWrite' | 'path';
}

/** One process, with every mapping and descriptor it has of the object: never empty. */
export interface ObjectUser {
  readonly process: ProcessIdentity;
  /** By address. */
  readonly mappings: readonly ObjectMapping[];
  /** By number. */
  readonly descriptors: readonly ObjectDescriptor[];
}

/** How large an object is, in bytes. */
export interface ObjectExtent {
  readonly size: bigint;
  /** What is really allocated (st_blocks × 512). */
  readonly allocated: bigint;
}

/** What stat says of a file in /dev/shm. */
export interface ObjectFacts extends ObjectExtent {
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedAt: number;
  readonly changedAt: number;
  /** When it was made, where the file system knows. */
  readonly bornAt?: number | undefined;
}

interface Common {
  readonly identity: ObjectIdentity;
  /**
   * As bytes, to be shown by printableName: the path below /dev/shm, the name of a memfd, the path a deleted file had;
   * empty for System V and for anonymous memory without a name.
   */
  readonly name: Uint8Array;
  /**
   * False where only mappings tell the name: `\012` in it may be a newline, ` (deleted)` may have been part of it, and
   * a deleted semaphore shows the temporary name that glibc made it under.
   */
  readonly nameIsExact: boolean;
  /** By pid. */
  readonly users: readonly ObjectUser[];
  /** Undefined where nobody can ask: for an object that is mapped only, with no descriptor left. */
  readonly extent: ObjectExtent | undefined;
  /** The end of the furthest mapping: a hint at the size where `extent` is missing, and in whole pages. */
  readonly mappedEnd: bigint;
}

export interface PosixObject extends Common {
  readonly class: 'posix' | 'semaphore';
  /** Undefined where it is in the /dev/shm of another mount namespace (a container's): then its users are all we know. */
  readonly facts: ObjectFacts | undefined;
  /** Whether shm_open (or sem_open) reaches it from here: not in a folder below /dev/shm, nor in another namespace. */
  readonly isReachable: boolean;
  /** Further names of the same object (hard links). */
  readonly otherNames: readonly Uint8Array[];
}

export interface SysvObject extends Common {
  readonly class: 'sysv';
  readonly shmid: number;
  /** As /proc/sysvipc/shm has it; undefined for a segment of another IPC namespace, known by its users only. */
  readonly segment: SysvSegment | undefined;
  /** Attachments counted by the kernel, ours taken off. Split mappings count once per piece. */
  readonly attachments: number | undefined;
  /** Of these, how many are in processes that the scan could not look into, in ours, or in other namespaces. */
  readonly unseenAttachments: number;
  readonly creator: Life;
  readonly lastUser: Life;
}

export interface MemfdObject extends Common {
  readonly class: 'memfd';
}

export interface AnonymousObject extends Common {
  readonly class: 'sharedAnonymous';
}

export interface DeletedObject extends Common {
  readonly class: 'deleted';
  /**
   * `certain` where stat counted no names any more; `probable` where only the printed name says so, which may end with
   * ` (deleted)` for its own sake.
   */
  readonly deletion: 'certain' | 'probable';
}

export type SharedMemoryObject = PosixObject | SysvObject | MemfdObject | AnonymousObject | DeletedObject;

/** Whether a process, known by its pid only, lives. */
export type Life =
  /** `startTime` of the process that has the pid, and had it when the segment was last changed or before. */
  | { readonly kind: 'alive'; readonly pid: number; readonly startTime: number }
  /** No process has the pid, or one that was started too late to be meant. */
  | { readonly kind: 'dead'; readonly pid: number }
  /** Not all processes can be seen, or it lived in another pid namespace (pid 0). */
  | { readonly kind: 'unknown'; readonly pid: number };

/** One line of /proc/sysvipc/shm. */
export interface SysvSegment {
  /** Signed; 0 for IPC_PRIVATE, and for every segment that was removed and is still attached. */
  readonly key: number;
  readonly shmid: number;
  /** As asked for, not rounded to pages. */
  readonly size: bigint;
  /** Permission bits, 0o000 … 0o777. */
  readonly mode: number;
  /** Removed (SHM_DEST): it ends with its last attachment. */
  readonly isRemoved: boolean;
  /** Locked into memory (SHM_LOCKED). */
  readonly isLocked: boolean;
  /** 0 where the process belonged to a pid namespace that we cannot see. */
  readonly creatorPid: number;
  /** The last that attached or detached; 0 also for nobody. */
  readonly lastPid: number;
  readonly attachments: number;
  readonly uid: number;
  readonly gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
  /** Undefined for never. */
  readonly attachedAt: number | undefined;
  readonly detachedAt: number | undefined;
  /** When it was made, or when owner or mode was last changed. */
  readonly changedAt: number | undefined;
  readonly resident: bigint | undefined;
  readonly swapped: bigint | undefined;
}
