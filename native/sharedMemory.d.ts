/**
 * The addon's contract for shared memory: what there is, who uses it, and what can be done to it. What index.d.ts says
 * of failures, wrong arguments and threads holds here too. Each call runs on a thread of its own and ends with it.
 *
 * Tables come as columns, one typed array per property, so that handing over thousands of rows takes the JavaScript
 * thread microseconds. Row i of a table is entry i of each of its columns.
 */

import type { ChangeWait, FileFacts, ReadOutcome, Residency } from './index.d.ts';
import type { Stored } from './saves.d.ts';

/** Byte strings one after the other: name i is `bytes.subarray(offsets[i], offsets[i + 1])`. */
export interface NameColumn {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly offsets: Uint32Array<ArrayBuffer>;
}

/** What stands at a name. */
export type EntryKind = 'regular' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'character' | 'block' | 'other';

/** statfs(2) of a folder. A tmpfs without a limit says 0 for `bytes`. */
export interface FolderSpace {
  readonly fileSystem: string;
  readonly bytes: bigint;
  readonly freeBytes: bigint;
}

export interface FolderListing {
  readonly count: number;
  /** Relative to the folder; an entry of a subfolder is named `subfolder/entry`. Raw bytes. */
  readonly names: NameColumn;
  /** Indexes into `entryKinds`. A symlink is a symlink, whatever it points to. */
  readonly kinds: Uint8Array<ArrayBuffer>;
  readonly devs: BigUint64Array<ArrayBuffer>;
  readonly inos: BigUint64Array<ArrayBuffer>;
  /** Bytes. */
  readonly sizes: BigUint64Array<ArrayBuffer>;
  /** st_blocks × 512, bytes. */
  readonly allocated: BigUint64Array<ArrayBuffer>;
  /** Permission bits. */
  readonly modes: Uint32Array<ArrayBuffer>;
  readonly uids: Uint32Array<ArrayBuffer>;
  readonly gids: Uint32Array<ArrayBuffer>;
  /** Nanoseconds since 1970. */
  readonly modifiedNs: BigInt64Array<ArrayBuffer>;
  readonly changedNs: BigInt64Array<ArrayBuffer>;
  /** 0 where the file system does not say. */
  readonly bornNs: BigInt64Array<ArrayBuffer>;
  /** Subfolders that could not be listed, and why. `''` is the folder itself, broken off. */
  readonly refused: readonly { readonly folder: Uint8Array; readonly code: string }[];
  /** There are more than a million entries; the rest is left out. */
  readonly truncated: boolean;
  readonly space: FolderSpace;
}

export interface SharedUsers {
  /** The processes that were looked at, kernel threads and those that ended meanwhile left out. */
  readonly processes: {
    readonly count: number;
    readonly pids: Uint32Array<ArrayBuffer>;
    /** Field 22 of /proc/PID/stat: clock ticks since boot. */
    readonly startTimes: BigUint64Array<ArrayBuffer>;
    /** Indexes into `names`: up to 15 bytes of anything, field 2 of /proc/PID/stat. */
    readonly names: Uint32Array<ArrayBuffer>;
    /** Inode number of the namespace; 0 where that is refused, or the process maps no System V segment. */
    readonly ipcNamespaces: BigUint64Array<ArrayBuffer>;
    /** The errno that refused the mappings or the descriptors (13 EACCES, 1 EPERM); 0 where they were read. */
    readonly mapsErrors: Uint32Array<ArrayBuffer>;
    readonly fdsErrors: Uint32Array<ArrayBuffer>;
    /**
     * 1 where the names of the mappings are from the text of maps (before Linux 6.11, and where one is longer than
     * PATH_MAX): a newline in them reads `\012`. 0: by PROCMAP_QUERY, raw.
     */
    readonly byText: Uint8Array<ArrayBuffer>;
  };
  readonly mappings: {
    readonly count: number;
    /** Indexes into `processes`. */
    readonly processes: Uint32Array<ArrayBuffer>;
    /** Addresses; `ends` is exclusive. */
    readonly starts: BigUint64Array<ArrayBuffer>;
    readonly ends: BigUint64Array<ArrayBuffer>;
    /** Bytes into the object. */
    readonly offsets: BigUint64Array<ArrayBuffer>;
    readonly devs: BigUint64Array<ArrayBuffer>;
    readonly inos: BigUint64Array<ArrayBuffer>;
    /** 1 read, 2 write, 4 execute, 8 shared (without it the mapping is private: what is written stays its own). */
    readonly rights: Uint8Array<ArrayBuffer>;
    /** Indexes into `names`. ` (deleted)` at the end may be part of a name. */
    readonly names: Uint32Array<ArrayBuffer>;
  };
  /** Open descriptors of regular files that are on a mount for sharing memory, or deleted. */
  readonly descriptors: {
    readonly count: number;
    readonly processes: Uint32Array<ArrayBuffer>;
    readonly fds: Uint32Array<ArrayBuffer>;
    /** 1 read, 2 write; 0 is O_PATH. */
    readonly accesses: Uint8Array<ArrayBuffer>;
    readonly links: Uint32Array<ArrayBuffer>;
    readonly devs: BigUint64Array<ArrayBuffer>;
    readonly inos: BigUint64Array<ArrayBuffer>;
    readonly sizes: BigUint64Array<ArrayBuffer>;
    readonly allocated: BigUint64Array<ArrayBuffer>;
    readonly names: Uint32Array<ArrayBuffer>;
  };
  /** Each name once. */
  readonly names: NameColumn;
  /**
   * The device of the kernel's own mount, where memfds, System V segments and shared anonymous mappings live; their names
   * (`/memfd:…`, `/SYSV…`, `/dev/zero`) tell them apart and their inode numbers do not. 0 where it cannot be found.
   */
  readonly kernelDev: bigint;
}

export interface SharedUsersScan {
  readonly result: Promise<SharedUsers>;
  /** Has `result` rejected with ECANCELED before the next process is looked at, unless it is settled. Idempotent. */
  cancel(): void;
}

/** The object that a caller means; where another stands there now, the call fails with ESTALE and changes nothing. */
export interface ExpectedObject {
  readonly dev: bigint;
  readonly ino: bigint;
  /** Bytes. Only looked at where bytes or the size are changed. */
  readonly size: bigint;
}

/** What is to be changed; the rest stays. */
export interface OwnerChange {
  /** Permission bits. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** A named semaphore: the file `/dev/shm/sem.NAME`. */
export interface SemaphoreState {
  readonly value: number;
  /** Those who wait, and those who were killed while they waited: nobody takes them off again. */
  readonly waiters: number;
  readonly dev: bigint;
  readonly ino: bigint;
}

/** shmctl(2) IPC_STAT of a System V segment. Times are seconds since 1970, 0 for never. */
export interface SegmentFacts {
  readonly id: number;
  /** Signed, as /proc/sysvipc/shm lists it; 0 is private, or removed. */
  readonly key: number;
  /** Permission bits, and 0o1000 (SHM_DEST: removed), 0o2000 (SHM_LOCKED). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
  readonly size: bigint;
  readonly attachedAt: number;
  readonly detachedAt: number;
  readonly changedAt: number;
  readonly creatorPid: number;
  readonly lastPid: number;
  /** Of the whole machine, those of this process included. */
  readonly attachments: number;
}

/** The segment that a caller means, since ids are given again: where another has the id now, the call fails with ESTALE. */
export interface ExpectedSegment {
  readonly size: bigint;
  readonly creatorPid: number;
}

/** One read-only attachment, on a thread of its own. */
export interface NativeSegment {
  /** As they were after attaching. A segment never changes its size. */
  readonly facts: SegmentFacts;
  /**
   * Like `NativeFile.read`. `skipAbsent`: pages that hold no memory are not given any by looking at them; they come as
   * faults with the code ENODATA: never touched, or (if /proc/sysvipc/shm says that the segment has `swap`) swapped out.
   */
  read(offset: number, into: Uint8Array, skipAbsent: boolean): Promise<ReadOutcome>;
  /** Like `NativeFile.waitForChange`. Pages without memory count as the zeros that they were, and are not given any. */
  waitForChange(offset: number, bytes: Uint8Array, rate: number, atMostMs: number): ChangeWait;
  /**
   * Like `NativeFile.residency`, by mincore(2): which parts hold memory. Nothing is touched. Truthful for whoever may
   * attach, since the kernel's own file behind a segment has the mode 0777, whatever the segment's is.
   */
  presence(offset: number, length: number, into: Uint8Array): Promise<Residency>;
  /** Detaches once the running call is through; later calls are rejected with EBADF. Idempotent. */
  close(): void;
}

/** What happened to the names in a folder since the last answer, all of a name in one. */
export interface FolderChanges {
  readonly count: number;
  /** Relative to the folder, as in FolderListing. */
  readonly names: NameColumn;
  /** Bits: 1 created or moved in, 2 deleted or moved out, 4 written or resized by a call, 8 mode, owner or links. */
  readonly changes: Uint8Array<ArrayBuffer>;
  /** IN_Q_OVERFLOW: some are missing. List the folder again. */
  readonly overflowed: boolean;
  /** The folder itself is deleted, moved or unmounted: nothing more will come. */
  readonly gone: boolean;
}

export interface FolderWatch {
  /**
   * Resolves when something has changed and `settleMs` (0 … 10,000) have gone by since, so that a burst is one answer.
   * What happens between two calls is not lost. Rejects with ECANCELED once closed, or EBADF where it had not begun to wait. Does not keep the process running.
   */
  next(settleMs: number): Promise<FolderChanges>;
  /** Idempotent. */
  close(): void;
}

export interface NativeSharedMemory {
  /** What the codes in `FolderListing.kinds` stand for. */
  readonly entryKinds: readonly EntryKind[];
  /**
   * Everything in a folder (`/dev/shm` if left out) and in its subfolders, in no order. Nothing in it is opened (but
   * subfolders) or followed, and what is mounted inside it is named but not entered. Fails where the folder itself
   * cannot be opened.
   */
  listSharedMemoryFolder(path?: Uint8Array): Promise<FolderListing>;
  /**
   * Who maps or holds shared memory: of all processes, or only of `pids`, all shared mappings with a file behind them,
   * the private mappings of objects on a tmpfs or hugetlbfs, and descriptors. A process's rows are of one look at one
   * program: one that ends meanwhile is left out, one that execs is looked at again. Of descriptors under way between two
   * processes (SCM_RIGHTS) nobody can know.
   *
   * A process stuck in the kernel with its memory locked holds the scan up: start none while another runs.
   */
  scanSharedUsers(pids?: Uint32Array): SharedUsersScan;
  /**
   * Makes a POSIX object of `size` bytes, as shm_open(3) names them: leading slashes are dropped; EINVAL for an empty
   * name, `.`, `..` and a slash inside; ENAMETOOLONG beyond 255 bytes. EEXIST where the name is taken, by whatever.
   * `mode` is what it gets, whatever the umask, once it has its size. `reserve` sets the memory aside (fallocate): then
   * ENOSPC comes now, before anything is written; without it, whoever writes to a full tmpfs through a mapping gets
   * SIGBUS. Where it fails no name is left behind. In `/dev/shm`, or in another folder.
   */
  createSharedMemory(
    name: Uint8Array,
    size: bigint,
    reserve: boolean,
    mode: number,
    folder?: Uint8Array,
  ): Promise<FileFacts>;
  /**
   * Removes a name (never a folder, never through a symlink) if `expected` stands there. Linux cannot do both in one:
   * an object that takes the name within the microsecond between the look and the removal is removed in its stead, and
   * the call then fails with ESTALE and the syscall `unlinkat`, while ESTALE by `statx` means that nothing was done.
   */
  unlinkSharedMemory(path: Uint8Array, expected: Omit<ExpectedObject, 'size'>): Promise<void>;
  /** chown(2), then chmod(2), of the very object, which need not be readable for that. ENOTSUP if it is no file. */
  changeSharedMemory(path: Uint8Array, expected: Omit<ExpectedObject, 'size'>, change: OwnerChange): Promise<void>;
  /**
   * shmget(2) with IPC_EXCL: a new segment. Key 0 makes a private one. EEXIST where the key is taken, EINVAL for a size
   * of 0 or beyond shmmax, ENOSPC where there are too many.
   */
  createSegment(key: number, size: bigint, mode: number): Promise<SegmentFacts>;
  /** Also of a segment that the caller may not read (Linux 4.17). EINVAL or EIDRM: there is none with that id. */
  inspectSegment(id: number): Promise<SegmentFacts>;
  /** IPC_SET; `mode` may have permission bits only. */
  changeSegment(id: number, expected: ExpectedSegment, change: OwnerChange): Promise<void>;
  /** IPC_RMID: the key is free at once, the memory when the last process has detached. */
  removeSegment(id: number, expected: ExpectedSegment): Promise<void>;
  /**
   * Attaches, writes (8 MiB at most) and detaches: for a moment the segment has one attachment more, and `lastPid` and
   * `attachedAt` change. ERANGE past the end; a failed write says how much was `written`.
   */
  writeSegment(id: number, offset: number, bytes: Uint8Array, expected: ExpectedSegment): Promise<void>;
  /** Attaches and detaches like `writeSegment`, and stores like `NativeFile.store`. ENOMEM where there is no room. */
  storeInSegment(
    id: number,
    expected: ExpectedSegment,
    offset: number,
    bytes: Uint8Array,
    ifStill?: Uint8Array,
  ): Promise<Stored>;
  /**
   * shmat(2) with SHM_RDONLY. It counts as an attachment, and changes `lastPid` and `attachedAt`. A removed segment can
   * be attached by its id as long as somebody has it attached.
   */
  attachSegment(id: number): Promise<NativeSegment>;
  /**
   * inotify(7) on a folder, its subfolders, and those that come. It sees what is done by calls; stores through a
   * mapping are not seen by it. A subfolder that may not be watched, and what is mounted below, are left out.
   */
  watchFolder(path: Uint8Array): Promise<FolderWatch>;
  /** Reads a named semaphore by its path. EINVAL (`sem_open`) for what is no file as long as a semaphore, 32 bytes. */
  inspectSemaphore(path: Uint8Array): Promise<SemaphoreState>;
  /**
   * sem_post(3) on an existing semaphore, which wakes one who waits; a child process makes the call, since a file cut
   * in that moment would be a SIGBUS (then: EFAULT). EOVERFLOW at the largest value.
   */
  postSemaphore(path: Uint8Array, expected: Omit<ExpectedObject, 'size'>): Promise<void>;
  /** sem_trywait(3) in the same way: false where the value is 0. */
  tryWaitSemaphore(path: Uint8Array, expected: Omit<ExpectedObject, 'size'>): Promise<boolean>;
}
