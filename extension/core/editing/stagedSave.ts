import type { ByteRange } from '../byteRange.ts';
import type { SourceFate } from '../byteSource.ts';
import type { Overlay } from '../overlay/overlay.ts';
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
  | 'notSupported';

/** How a source is not what it was when the edits over it were made. */
export type SaveConflict =
  /** Bytes under these edits are others now. Of the source, in order; `isCut`: there are more. */
  | { readonly kind: 'changed'; readonly ranges: readonly ByteRange[]; readonly isCut: boolean }
  /** The source has another size: edits lie past its end, or it cannot be told where inserted bytes belong. */
  | { readonly kind: 'size'; readonly was: number; readonly now: number }
  /** The path does not lead to it any more. */
  | { readonly kind: 'path'; readonly fate: SourceFate };

/** What a save may do, and whom it asks. */
export interface SaveOptions {
  /** Bytes that are others now are no conflict. */
  readonly overwrites: boolean;
  readonly task: {
    /** Of how many bytes how many are done. */
    report(done: number, total: number): void;
    isCancelled(): boolean;
  };
  /** Is asked before a save that takes long or much space. */
  approve(cost: SaveCost): Promise<boolean>;
}

export type SaveResult =
  /** All is on the disk. `isNewFile`: the path leads to another file now, and what is open is the old one. */
  | { readonly kind: 'saved'; readonly isNewFile: boolean }
  /** Nothing was written. */
  | { readonly kind: 'conflict'; readonly conflict: SaveConflict };

/** Brings staged edits into the source that they were made over. */
export interface StagedSave {
  /** Found out before typing is offered; undefined where editing is allowed. */
  refusal(): Promise<EditRefusal | undefined>;
  /** What a save would meet. Writes nothing. */
  check(overlay: Overlay): Promise<SaveConflict | undefined>;
  /** Rejects with a SourceError; the edits are kept then. */
  save(overlay: Overlay, options: SaveOptions): Promise<SaveResult>;
}
