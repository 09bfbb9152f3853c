/**
 * The contract of Memglass's native addon (Linux only, N-API 8).
 *
 * Every file has a thread of its own, started by `openFile` and ended by `close`, so that a read which hangs (a dead
 * NFS server, a stuck FUSE daemon) holds up that file alone and never the extension host's thread pool. Promises settle
 * on the JavaScript thread. No memory of the addon is ever visible to JavaScript: results are copied into the
 * `Uint8Array` the caller brings, on the JavaScript thread, after checking that it is still there.
 *
 * A wrong argument is thrown at once, as a TypeError or RangeError, and not by way of the promise.
 *
 * Offsets are byte offsets as safe integers (0 … 2^53-1). Sizes that the kernel reports are `bigint`.
 */

import type { NativeProcesses } from './processes.d.ts';
import type { NativeJournals, NativeSaves } from './saves.d.ts';
import type { ExpectedObject, NativeSharedMemory } from './sharedMemory.d.ts';

export type * from './processes.d.ts';
export type * from './saves.d.ts';
export type * from './sharedMemory.d.ts';

/** What every rejected promise and every thrown error of the addon is (a TypeError or RangeError marks a caller's bug). */
export interface NativeFailure extends Error {
  /** The errno's name, for example `EACCES`. */
  readonly code: string;
  /** The errno, positive. */
  readonly errno: number;
  /** The system call that failed, for example `openat`. */
  readonly syscall: string;
  /** The path asked for, as bytes, where there was one. */
  readonly path?: Uint8Array;
  /** Only from `NativeFile.write` and `writeSegment`: how many bytes were written before it failed. */
  readonly written?: number;
  /** Only from `openFile`, code `ENOTSUP`: what stands at the path instead of something with bytes. */
  readonly kind?: FileKind;
}

export type FileKind = 'regular' | 'block' | 'character' | 'directory' | 'fifo' | 'socket' | 'other';

/** fstat(2) and fstatfs(2) of a path, found without opening it (O_PATH), so without any side effect. */
export interface FileFacts {
  readonly kind: FileKind;
  readonly dev: bigint;
  readonly ino: bigint;
  /** Device number of a block or character device: [major, minor]; [0, 0] otherwise. */
  readonly rdev: readonly [number, number];
  /** Permission bits, 0o0000 … 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  /** st_size, or for a block device its size by SEEK_END (0 if it cannot be opened). Bytes. */
  readonly size: bigint;
  /** st_blocks × 512: what is really allocated. Bytes. */
  readonly allocated: bigint;
  readonly mtimeNs: bigint;
  /** A short name of the file system's type: `ext4`, `tmpfs`, `proc`, `sysfs`, `overlay`, …; `0x…` where unknown. */
  readonly fileSystem: string;
}

/** A range of a read's buffer that the kernel refused to give. Offsets are absolute. */
export interface ReadFault {
  readonly offset: number;
  readonly length: number;
  /** The errno's name: EIO, EFAULT, EACCES, … */
  readonly code: string;
}

export interface ReadOutcome {
  /**
   * How many bytes from the offset on are answered: given, or named in `faults`. Less than the buffer only where the
   * file ends. Bytes of the buffer inside a fault, and past `length`, are 0 and mean nothing.
   */
  readonly length: number;
  readonly faults: readonly ReadFault[];
}

/** What has become of the path since the file was opened. */
export type PathFate =
  /** It still names the open file. */
  | { readonly kind: 'same' }
  /** It names another file now (replaced by rename, or deleted and made again). */
  | { readonly kind: 'replaced' }
  /** The path is deleted. The probe's nlink is 0, or other hard links are left, which nobody can list. */
  | { readonly kind: 'deleted' }
  /** The open file has another name now. */
  | { readonly kind: 'moved'; readonly to: Uint8Array }
  /** The path is gone, the file is not deleted, and no path of this mount namespace leads to it (unmounted). */
  | { readonly kind: 'unmounted' }
  /** The path cannot be looked at now. */
  | { readonly kind: 'unknown'; readonly code: string };

export interface FileProbe {
  readonly size: bigint;
  readonly allocated: bigint;
  readonly mtimeNs: bigint;
  readonly nlink: number;
  readonly path: PathFate;
}

export interface Residency {
  /**
   * How it was found. `refused`: the kernel answers truthfully only to the owner and to those who may write the file
   * (cachestat says EPERM, mincore claims that all is resident). `unsupported`: neither call works on this file.
   */
  readonly method: 'cachestat' | 'mincore' | 'refused' | 'unsupported';
  /** True where large buckets were sampled rather than counted (the mincore path). */
  readonly sampled: boolean;
}

/** Bytes that a thread looks at until they change. It does not keep the process running. */
export interface ChangeWait {
  /**
   * Resolves to true where what is there differs from `bytes`, which hold it from then on. To false where nothing more
   * is known than that it is time to read: they cannot all be read any more, `atMostMs` went by, or it was stopped.
   * Rejects with EBADF once the file is closed, and with a TypeError where `bytes` were detached meanwhile.
   */
  readonly ended: Promise<boolean>;
  /** Milliseconds since the last look, or since the beginning where there was none yet. */
  age(): number;
  /** Idempotent. */
  stop(): void;
}

export interface NativeFile extends NativeSaves {
  readonly facts: FileFacts;
  /**
   * `map`: read through guarded mapping windows (local disks, block devices). `read`: by pread(2) (tmpfs, overlay, network
   * and FUSE file systems, /proc, /sys, what cannot be mapped, and everything where process_vm_readv is forbidden).
   */
  readonly strategy: 'map' | 'read';
  /**
   * Copies bytes from `offset` on into `into`. Never raises SIGBUS, whatever other processes do to the file.
   * Rejects only when nothing at all could be asked (closed: code EBADF; no memory: ENOMEM), and with a TypeError where
   * `into` was detached or became shorter meanwhile; unreadable ranges are faults. `into` may have 64 MiB at most
   * (RangeError). In an unreadable stretch of more than 1 MiB, readable islands shorter than that may be missed.
   */
  read(offset: number, into: Uint8Array): Promise<ReadOutcome>;
  /**
   * Reads what `bytes` (1 MiB at most; copied before the call returns) were read from, `rate` (1 … 1000) times a second,
   * on the file's thread, until it is something else, `atMostMs` (0 … 60,000) at most. What else the file is asked is
   * answered meanwhile.
   *
   * `pagemap`, where the file is /proc/<pid>/mem: the path of the pagemap of the same process. Pages that are not in its
   * page tables count as the zeros that they were, and are not brought there.
   */
  waitForChange(offset: number, bytes: Uint8Array, rate: number, atMostMs: number, pagemap?: Uint8Array): ChangeWait;
  /** Size, times and the fate of the path, fresh. */
  probe(): Promise<FileProbe>;
  /**
   * How much of each of `into.length` equal buckets of [offset, offset+length) is in the page cache: 0 none … 255 all
   * (1 at least where anything is). `into` may have 65,536 buckets at most, here and in `allocation` (RangeError).
   */
  residency(offset: number, length: number, into: Uint8Array): Promise<Residency>;
  /**
   * How much of each of `into.length` equal buckets of [offset, offset+length) holds data rather than a hole on disk,
   * 0 none … 255 all (1 at least where anything is), by SEEK_DATA and SEEK_HOLE with a bounded number of calls.
   * Resolves to false where the file system cannot tell.
   */
  allocation(offset: number, length: number, into: Uint8Array): Promise<boolean>;
  /**
   * Writes to the very file that is read here (opened for writing the first time, so that EACCES and EROFS come from
   * here), at most 8 MiB (RangeError); they are copied before the call returns. What has this object mapped sees them
   * at once. ESTALE where the file is not `expected` any more; ERANGE past its end, which is never moved (unless
   * another process shrinks the file between our look at its size and the write: Linux has no guard against that).
   * ENOSPC on a full file system, and no signal. EPERM: sealed.
   */
  write(offset: number, bytes: Uint8Array, expected: ExpectedObject): Promise<void>;
  /**
   * ftruncate(2) to `size` bytes; where it grows and `reserve` is set the new part is reserved by fallocate(2), or
   * ENOSPC and the size as it was. Shrinking raises SIGBUS in processes that touch what they still have mapped.
   */
  resize(size: bigint, reserve: boolean, expected: ExpectedObject): Promise<void>;
  /**
   * `sync`: msync(MS_SYNC) and fdatasync(2); all is on the disk then. `async`: the writing is started. `invalidate`:
   * msync(MS_SYNC | MS_INVALIDATE). Whatever process wrote it. On tmpfs there is nothing to do.
   */
  flush(how: 'sync' | 'async' | 'invalidate'): Promise<void>;
  /** F_GET_SEALS: 1 F_SEAL_SEAL, 2 SHRINK, 4 GROW, 8 WRITE, 16 FUTURE_WRITE, 32 EXEC; undefined where there are none. */
  seals(): Promise<number | undefined>;
  /**
   * Ends the thread, drops the windows and the descriptor once the running call is through; calls that wait for their
   * turn are rejected with EBADF at once. Idempotent. A file that is garbage is closed as well.
   */
  close(): void;
}

/** For tests and figures: what the addon holds right now, in the whole process. */
export interface NativeCounts {
  readonly openFiles: number;
  readonly threads: number;
  readonly windows: number;
  readonly mappedBytes: number;
  /** Attachments of System V segments. */
  readonly attachments: number;
}

export interface NativeAddon extends NativeSharedMemory, NativeProcesses, NativeJournals {
  readonly pageSize: number;
  /** Bytes one mapping window covers, and how many are kept at most, over all files. */
  readonly window: { readonly bytes: number; readonly count: number };
  /** lstat-free facts of a path (symlinks are followed), without opening it. */
  inspect(path: Uint8Array): Promise<FileFacts>;
  /**
   * Opens a path for reading: O_PATH first, then the kind is looked at, then that very inode is opened with
   * O_NONBLOCK|O_NOCTTY|O_CLOEXEC through /proc/self/fd. Directories, FIFOs, sockets and character devices other than
   * the memory devices (major 1: mem, null, zero, full, random, urandom) are refused with code ENOTSUP and their kind;
   * nothing of theirs is ever opened.
   */
  openFile(path: Uint8Array): Promise<NativeFile>;
  counts(): NativeCounts;
  /** Only in the sanitised test build: overflows a fresh ArrayBuffer by one byte, to prove that ASan would see one. */
  plantedOverflow?(): void;
}
