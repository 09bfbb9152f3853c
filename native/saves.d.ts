/**
 * The addon's contract for saving: whole saves on the thread of the file, checked, ordered and flushed; locks; stores of a
 * single number. What index.d.ts says of failures, wrong arguments and threads holds here too. A save holds up what else
 * is asked of its NativeFile: open one for it alone.
 */

import type { ExpectedObject } from './sharedMemory.d.ts';

/** What a save is to make of a file. */
export interface SaveRequest {
  /** The file that the user edited; ESTALE for another, for another size, and where its path leads elsewhere now. */
  readonly expected: ExpectedObject;
  readonly newSize: bigint;
  /**
   * In order and none over another. For `saveInPlace` what differs, all beyond the old end included; for `saveBeside` the
   * whole new file. `sources`: an offset of the old file to copy from, or -1 for the next of `bytes`.
   */
  readonly pieces: {
    readonly offsets: Float64Array;
    readonly lengths: Float64Array;
    readonly sources: Float64Array;
  };
  readonly bytes: Uint8Array;
  /** What the user saw in the old file; `originals` has it, one after the other. */
  readonly checks: { readonly offsets: Float64Array; readonly lengths: Float64Array };
  readonly originals: Uint8Array;
}

export interface SaveOutcome {
  /** Indexes of the checks that failed, the first 1000 at most: nothing was written then. Empty: all is on the disk. */
  readonly changed: Uint32Array<ArrayBuffer>;
}

export interface SaveTask {
  readonly result: Promise<SaveOutcome>;
  /** Has `result` rejected with ECANCELED, and nothing done, unless it is too late for that. Idempotent. */
  cancel(): void;
  /** Bytes. */
  progress(): { readonly done: number; readonly total: number };
}

/** A lock (fcntl(2)) that a write would be against. */
export interface RangeLock {
  readonly isExclusive: boolean;
  readonly offset: bigint;
  /** 0: to the end, wherever that is. */
  readonly length: bigint;
  /** Not where the lock belongs to an open file (OFD) or to a process of another namespace. */
  readonly pid?: number;
}

export type Writability =
  | 'yes'
  /** Mode or ACL. */
  | 'mode'
  /** The file system is mounted for reading. */
  | 'mount'
  /** Attributes of chattr(1). */
  | 'immutable'
  | 'appendOnly'
  /** A seal of a memfd. */
  | 'sealed'
  /** It is a program that runs. */
  | 'running'
  /** A block device that is set to be read only. */
  | 'device'
  /** Neither a regular file nor a block device. */
  | 'kind';

export interface NumberStored {
  /** False where something else was there than should still be. */
  readonly stored: boolean;
  /** What was there before. */
  readonly found: bigint;
}

/** Of a NativeFile. */
export interface NativeSaves {
  /**
   * Writes what differs into the file itself. `journal` is the path of a redo journal, which is on the disk, and its
   * folder, before the first byte is written, and removed when the last one is; without it there must be one piece, of
   * `bytes`, within a page, for the save to be all or nothing. EEXIST: there is a journal there, to be replayed first.
   * Room is asked for before the first byte: ENOSPC leaves the file as it was. What fails after that leaves the journal.
   */
  saveInPlace(request: SaveRequest, journal?: Uint8Array): SaveTask;
  /**
   * Writes a new file beside and renames it over the old one, which others may still have open. Owner, mode, ACL and
   * attributes are kept, or the call fails (EPERM and others, by `fchown`, `fchmod` or `fsetxattr`). EMLINK: there are other
   * hard links. ESTALE: somebody wrote meanwhile, too. Where it fails the old file is as it was. This NativeFile goes on reading
   * the old one.
   */
  saveBeside(request: SaveRequest): SaveTask;
  /**
   * Stores a number of 1, 2, 4 or 8 bytes, in the machine's byte order, at a multiple of that, as one: nobody reads a half
   * of it. With `ifStill` only where that is there. EFAULT where there is no memory for it, or the file was cut.
   */
  storeNumber(
    expected: ExpectedObject,
    offset: number,
    width: number,
    value: bigint,
    ifStill?: bigint,
  ): Promise<NumberStored>;
  /** The first lock of somebody else, in any way, on a range; a length of 0 is to the end. */
  findLock(offset: number, length: number): Promise<RangeLock | undefined>;
  /** Holds a lock of our own until `unlock` or `close`; false where somebody else has one. */
  lock(offset: number, length: number): Promise<boolean>;
  unlock(offset: number, length: number): Promise<void>;
  /** Whether it can be written, and why not. */
  writability(): Promise<Writability>;
}

/** Of the addon. */
export interface NativeJournals {
  /**
   * Completes a save that was cut off, and removes its journal. ESTALE: the file is another, or somebody has written to it
   * since, and nothing was done. EAGAIN: the save is running. EBADMSG: it is no whole journal.
   */
  replayJournal(path: Uint8Array): Promise<void>;
  /** For tests: from now on pwrite(2) is given so many bytes at most, as if the kernel took no more; 0 ends that. */
  limitWrites(most: number): void;
}
