import type { ByteRange } from '../byteRange.ts';
import type { EditRefusal } from './stagedSave.ts';

/** Bytes to be replaced in the view; as many as go are overwritten. */
export interface WantedEdit {
  readonly offset: number;
  readonly length: number;
  readonly bytes: Uint8Array;
  /** What the user sees there; read where it is not given. */
  readonly shown?: Uint8Array | undefined;
  readonly isTyping?: boolean;
  /** Only the first digit of its one byte is replaced: the second one is what is there. */
  readonly keepsSecondDigit?: boolean | undefined;
  /**
   * Called as its turn comes, where others may have edited meanwhile: where it is then, and whether `shown` is still what is
   * there. Throws a SourceError where it is not to be done.
   */
  settle?(): { readonly offset: number; readonly isStale: boolean };
  /** Live: it goes over whatever stands there. */
  readonly overwrites?: boolean;
  /** Live: nobody is there to decide what becomes of it where other bytes stand than `shown`. */
  readonly isUnattended?: boolean;
  /** Who asked for it: told to all who listen. */
  readonly origin?: unknown;
}

export interface EditStep {
  /** Whether VS Code must hear of it: it is not a part of the step before. */
  readonly isStep: boolean;
  /** Whether VS Code, which counts steps, may take the edits for saved though they are not: as things are now. */
  readonly mayLookSaved: boolean;
  /** VS Code hears of it now: it may have been saved meanwhile. */
  told?(): void;
  /** What kept the rest of the edit from being done. */
  readonly problem?: unknown;
  /** What of the source an undo or a redo stores into at once. */
  ranges?(): readonly ByteRange[];
  /** Whether some of it is done: of a store at once, an undo or a redo may leave the bytes as they are. */
  isDone?(): boolean;
  undo(): Promise<void>;
  redo(): Promise<void>;
}

/** What becomes of the edits of a document: its mode's way with them. All that can fail rejects with a SourceError. */
export interface DocumentEdits {
  /** Whether there are edits that are not in the source. */
  readonly hasEdits: boolean;
  /** Why nothing may be edited; undefined where it may. Found out before typing is offered. */
  refusal(): Promise<EditRefusal | undefined>;
  /** Where it rejects, nothing is edited. */
  edit(edit: WantedEdit): Promise<EditStep>;
  /** Gives the edits in a range of the view up, as one step; undefined where there are none. */
  discard(range: ByteRange): Promise<EditStep | undefined>;
  revert(): Promise<void>;
}
