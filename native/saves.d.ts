/**
 * The addon's contract for saving: whole saves on the thread of the file, checked, ordered and flushed; locks; stores into
 * what others use. What index.d.ts says of failures, wrong arguments and threads holds here too. A save holds up what else
 * is asked of its NativeFile: open one for it alone.
 */

import type { NativeTask } from './processes.d.ts';
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
  /** What he deleted of it, as digests tell; `digests` has those, one after the other. None, where left out. */
  readonly blocks?: DigestBlocks;
  readonly digests?: Uint8Array;
}

/** Parts of a file. */
export interface DigestBlocks {
  readonly offsets: Float64Array;
  readonly lengths: Float64Array;
}

export interface SaveOutcome {
  /**
   * Indexes of the checks that failed, the first 1000 at most: nothing was written then. Empty: all is on the disk. Those of
   * blocks go on from the checks'; where others write to the file all the time all blocks are among them.
   */
  readonly changed: Uint32Array<ArrayBuffer>;
}

export interface SaveProgress {
  /** Bytes. */
  readonly done: number;
  readonly total: number;
  /** Whether it may have written a byte, by way of a journal: what fails from then on leaves that, unless somebody completes it. */
  readonly hasJournal: boolean;
}

export interface SaveTask {
  readonly result: Promise<SaveOutcome>;
  /** Has `result` rejected with ECANCELED, and nothing done, unless it is too late for that. Idempotent. */
  cancel(): void;
  progress(): SaveProgress;
}

export interface DigestTask extends NativeTask<Uint8Array<ArrayBuffer>> {
  /** Of the bytes of its blocks. */
  progress(): Pick<SaveProgress, 'done' | 'total'>;
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

export interface Stored {
  /** Bytes from the offset on. */
  readonly stored: number;
  /** All of them were stored as one. */
  readonly isAtomic: boolean;
  /** Only where other bytes stand there than should still do: those, from `stored` on to the end of the range. */
  readonly now?: Uint8Array<ArrayBuffer>;
}

/** Of a NativeFile. */
export interface NativeSaves {
  /**
   * Writes what differs into the file itself. `journal` is the path of a redo journal, which is on the disk, and its
   * folder, before the first byte is written, and removed when the last one is; without it there must be one piece, of
   * `bytes`, within a page, for the save to be all or nothing. EEXIST: there is a journal there, to be replayed first.
   * Room is asked for before the first byte: ENOSPC leaves the file as it was. What fails after that leaves the journal. A
   * failure by `unlink` while `hasJournal` is not told yet: nothing was written, and the journal could not be withdrawn.
   */
  saveInPlace(request: SaveRequest, journal?: Uint8Array): SaveTask;
  /**
   * Writes a new file beside and renames it over the old one, which others may still have open. Owner, mode, ACL and
   * attributes are kept, or the call fails (EPERM and others, by `fchown`, `fchmod` or `fsetxattr`). EMLINK: there are other
   * hard links. EBUSY, by `fcntl`: others have it open for writing, and would go on with the old one. ESTALE: somebody wrote meanwhile, too. Where it fails the old file is as it was. This NativeFile goes on reading
   * the old one.
   */
  saveBeside(request: SaveRequest): SaveTask;
  /**
   * Takes a digest of 16 bytes of each block, holes and zeros being the same: of BLAKE2b over the pages of 4096 bytes from
   * its first byte on that are not all zeros, the number of each before it as 8 bytes. All zeros stand for a block that
   * cannot all be read, and for all that are read once somebody has written to the file since it was opened. A hole takes
   * no time. Holds up what else is asked of this file.
   */
  digestBlocks(blocks: DigestBlocks): DigestTask;
  /**
   * Gives this file the owner, mode, ACL and attributes of the regular file at `path`, or fails: EPERM and others, by
   * `fchown`, `fchmod`, `fsetxattr`, `fgetxattr` or `flistxattr`. Writing takes some of that away again.
   */
  makeAlike(path: Uint8Array): Promise<void>;
  /**
   * Stores bytes (8 MiB at most; copied before the call returns) through a shared mapping: what lies within 8 bytes at a
   * multiple of 8 as one, so that nobody reads a part of it; more as a row of numbers of 1, 2, 4 or 8 bytes, in order. With
   * `ifStill`, as many, each is stored only where that is there, by one compare-and-exchange; several are all looked at
   * before the first is stored, and none is where one differs. What cannot be mapped is compared and written by calls, nothing as one.
   *
   * ERANGE past the end as it is now. ENOSPC where there is no room for its page, and no signal. A failure says how much
   * was `written`.
   */
  store(offset: number, bytes: Uint8Array, ifStill?: Uint8Array): Promise<Stored>;
  /** The first lock of somebody else, in any way, on a range; a length of 0 is to the end. */
  findLock(offset: number, length: number): Promise<RangeLock | undefined>;
  /**
   * Holds a lock of our own until `unlock` or `close`; false where somebody else has one. As long as any is held the file
   * is open for writing.
   */
  lock(offset: number, length: number): Promise<boolean>;
  unlock(offset: number, length: number): Promise<void>;
  /** Whether it can be written, and why not. */
  writability(): Promise<Writability>;
}

/** What a save that was cut off has left. */
export interface JournalContents {
  /** Of the file, as it was when it was to be saved. */
  readonly path: Uint8Array<ArrayBuffer>;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly oldSize: bigint;
  readonly newSize: bigint;
  /** Whether all of it is as it was written; else the ranges are those before the first that is not. */
  readonly isWhole: boolean;
  /** What it writes, in order, neighbours as one. */
  readonly offsets: Float64Array<ArrayBuffer>;
  readonly lengths: Float64Array<ArrayBuffer>;
  /** Theirs, one after the other; undefined where they are more than was asked for. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
}

/** Of the addon. */
export interface NativeJournals {
  /**
   * Completes a save that was cut off, and removes its journal. ESTALE: the file is another, or somebody has written to it
   * since, and nothing was done. ENODATA: somebody has touched it since, and it has nothing of the save; nothing was done.
   * EAGAIN: the save is running. ENOENT: it was withdrawn. EBADMSG: it is no whole journal.
   */
  replayJournal(path: Uint8Array): Promise<void>;
  /**
   * Completes it over whatever others have written since: the user chose so. `file` is its path now; what others put behind
   * the old end stays as far as the save does not reach there. ESTALE: it is another file. EAGAIN, EBADMSG: as above, and
   * nothing was done.
   */
  forceJournal(path: Uint8Array, file: Uint8Array): Promise<void>;
  /** Reads a journal and leaves it. EAGAIN: its save is running. EBADMSG: not even its header is whole. */
  readJournal(path: Uint8Array, mostBytes: number): Promise<JournalContents>;
  /** For tests: from now on pwrite(2) is given so many bytes at most, as if the kernel took no more; 0 ends that. */
  limitWrites(most: number): void;
}
