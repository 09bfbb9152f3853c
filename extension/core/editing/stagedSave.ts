import type { ByteRange } from '../byteRange.ts';
import type { SourceFate } from '../byteSource.ts';
import type { Overlay } from '../overlay/overlay.ts';
import type { BlockDigests } from '../overlay/unkeptBytes.ts';
import type { CutOffRelation, CutOffSave } from '../saving/cutOffSave.ts';
import type { SaveCost } from '../saving/savePlan.ts';

/** Why nothing may be changed in a source. */
export type EditRefusal =
  | 'noPermission'
  | 'readOnlyMount'
  /** A program that runs: the kernel lets nobody write to it. */
  | 'running'
  /** /proc, /sys and the like, where a write is a command. */
  | 'kernelFile'
  /** A block device that is mounted or used otherwise. */
  | 'inUse'
  | 'sealed'
  | 'immutable'
  /** Others have it before their eyes already: edits are not staged over it. */
  | 'sharedMemory'
  /** A System V segment whose mode does not let the user write. */
  | 'segmentMode'
  /** The process may not be written into (ptrace: another user, Yama, not dumpable). */
  | 'noTrace'
  /** Memory that only the kernel or a device writes to. */
  | 'kernelMemory'
  /** A shared mapping that its process may only read, of an object that nothing else leads to. */
  | 'sharedReadOnly'
  /** The process, the mapping or the segment is gone. */
  | 'gone'
  | 'notSupported';

/** Of the source. */
export interface ChangedRange extends ByteRange {
  /** What the user saw there, beside bytes that he inserted: nothing where it was the end. Else it is under an edit. */
  readonly seenBeside?: Uint8Array;
  /** It was deleted: somebody has written to it, or may have where nobody can tell. Some byte of it is another then. */
  readonly isDeleted?: boolean;
}

/** How a source is not what it was when the edits over it were made. */
export type SaveConflict =
  /** Bytes under these edits, or around what was inserted, are others now. In order; `isCut`: there are more. */
  | { readonly kind: 'changed'; readonly ranges: readonly ChangedRange[]; readonly isCut: boolean }
  /** The source has another size: edits lie past its end, or it cannot be told where inserted bytes belong. */
  | {
      readonly kind: 'size';
      readonly was: number;
      readonly now: number;
      /** Edits that are past its end, wholly or in part. */
      readonly pastEnd: number;
    }
  /** The path does not lead to it any more. */
  | { readonly kind: 'path'; readonly fate: SourceFate };

export interface FileTask {
  /** Of how many bytes how many are done. `deleted`: it is read what was deleted; nothing is written yet. */
  report(done: number, total: number, what?: 'deleted'): void;
  isCancelled(): boolean;
}

/** What a save may do, and whom it asks. */
export interface SaveOptions {
  /** Bytes that are others now are no conflict. */
  readonly overwrites: boolean;
  readonly task: FileTask;
  /** Is asked before a save that takes long or much space. */
  approve(cost: SaveCost): Promise<boolean>;
}

export type SaveResult =
  /** All is on the disk. `isNewFile`: the path leads to another file now, and what is open is the old one. */
  | { readonly kind: 'saved'; readonly isNewFile: boolean }
  /** Nothing was written. */
  | { readonly kind: 'conflict'; readonly conflict: SaveConflict };

/** Saves of a source that were cut off, and could not be completed: others have changed it since. */
export interface CutOffSaves {
  /** The one that is in the way; completes one that can be. Writes nothing else. */
  find(): Promise<{ readonly save: CutOffSave; readonly relation: CutOffRelation } | undefined>;
  /** Whether it is still there: not where another has settled it, or is about to. Writes nothing. */
  isLeft(save: CutOffSave): Promise<boolean>;
  /** The bytes of its ranges, one after the other; undefined for more than may be held in memory. */
  bytes(save: CutOffSave): Promise<Uint8Array | undefined>;
  /** Completes it over whatever others have written since: the user chose so. */
  force(save: CutOffSave): Promise<void>;
  /** Gives it up: the file stays as it is. */
  discard(save: CutOffSave): Promise<void>;
}

/** Brings staged edits into the source that they were made over. */
export interface StagedSave {
  /** Found out before typing is offered; undefined where editing is allowed. */
  refusal(): Promise<EditRefusal | undefined>;
  /** Only where a save can be cut off in the middle. */
  readonly cutOff?: CutOffSaves | undefined;
  /**
   * Takes digests of ranges: a save tells by them whether they still are what they were at the first report. Only where bytes
   * can be deleted. Rejects with a SourceError.
   */
  takeDigests?(ranges: readonly ByteRange[], task: FileTask): Promise<readonly BlockDigests[]>;
  /** What a save would meet; of what was deleted and is not kept only the save itself tells. Writes nothing. */
  check(overlay: Overlay): Promise<SaveConflict | undefined>;
  /**
   * Completes an earlier save that was cut off: the source has what that one was to write then. Answers whether there was
   * one. Rejects with SourceError('unfinishedSave') where it cannot be completed, and changes nothing then.
   */
  complete(isCancelled: () => boolean): Promise<boolean>;
  /** Whether there is one now: the source is neither what it was nor what it is to be. Never rejects. */
  isCutOff(): Promise<boolean>;
  /** Rejects with a SourceError; the edits are kept then. */
  save(overlay: Overlay, options: SaveOptions): Promise<SaveResult>;
}
