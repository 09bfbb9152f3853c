import type { ByteRange } from '../core/byteRange.ts';
import type { SizeKind, VersionedBytes } from '../core/byteSource.ts';
import type { EditMode } from '../core/editing/documentUri.ts';
import type { OthersChange } from '../core/editing/othersChange.ts';
import type { LiveRate } from '../core/live/liveRate.ts';

/** How bytes are laid out. Each field is a setting (package.json), written back at the scope that owns it. */
export interface ViewLayout {
  /** 1 … 512, or as many multiples of 8 as fit. */
  readonly bytesPerRow: number | 'auto';
  readonly groupSize: 1 | 2 | 4 | 8;
  /** Order in which the bytes of a group are shown: `big` is the order in the file. */
  readonly endianness: 'big' | 'little';
  readonly upperCase: boolean;
  readonly addressRadix: 'hex' | 'decimal';
}

/** What VS Code's editor settings say and a webview is not told by itself. */
export interface Typography {
  /** `editor.lineHeight`: 0 computes it from the font size, below 8 is a factor of it, else pixels. */
  readonly lineHeight: number;
  /** `editor.letterSpacing`, pixels. */
  readonly letterSpacing: number;
  /** `editor.fontWeight`, as CSS takes it. */
  readonly fontWeight: string;
}

export type ViewMode = 'hex' | 'text';
export type Column = 'hex' | 'text';

/** Where a user is in a view. Survives tab switches, window reload and reopening. */
export interface ViewState {
  readonly mode: ViewMode;
  /** Offset of the first byte of the first row that shows. */
  readonly top: number;
  readonly cursor: number;
  /** The selection reaches from `anchor` to `cursor`, both included; without it only the cursor is there. */
  readonly anchor?: number | undefined;
  readonly column: Column;
  /** WHATWG label of the encoding of the text view and of the decoded column. */
  readonly encoding: string;
  readonly canGoBack: boolean;
  readonly canGoForward: boolean;
  /** Whether what is typed is inserted. Never remembered: a view begins by overwriting. */
  readonly inserts?: boolean | undefined;
}

export type BannerAction =
  | 'reopen'
  | 'keep'
  | 'followMove'
  | 'dismiss'
  | 'dismissNote'
  /** What to do where the source is not what it was when it was edited. */
  | 'overwrite'
  | 'keepTheirs'
  | 'showConflict'
  | 'keepInside'
  | 'applyToNew'
  | 'saveAs'
  /** What becomes of a save that was cut off. */
  | 'showCutOff'
  | 'stageCutOff'
  | 'completeCutOff'
  | 'keepDespiteCutOff'
  /** What to do where a live edit met other bytes than were shown. */
  | 'writeAnyway'
  | 'lookAgain';

/** A line over the grid while there is something to say. Its words are the host's, localised. */
export interface Banner {
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly actions: readonly { readonly id: BannerAction; readonly label: string }[];
}

/** How a view is kept fresh by looking at the bytes themselves. */
export interface LiveStatus {
  readonly rate: LiveRate;
  readonly isPaused: boolean;
  /** Milliseconds since the last look, as this was sent; undefined before the first. */
  readonly age: number | undefined;
  /** Nothing can be read any more: it is paused for good, at the last bytes there were. */
  readonly isOver?: boolean | undefined;
}

/** What can be edited, and what is. */
export interface EditingStatus {
  readonly mode: EditMode;
  /** Why nothing can be, in words; undefined where it can. */
  readonly refusal?: string | undefined;
  /** Whether nothing is stored before the user has unlocked it; undefined where there is no lock. */
  readonly isLocked?: boolean | undefined;
  /** Whether they are kept here until the user applies them, and not VS Code's to save. */
  readonly isHeld?: boolean | undefined;
  /** Staged edits. */
  readonly count: number;
  /** Whether VS Code saves them by itself. */
  readonly isAutoSaved: boolean;
  /** How many of the edits that this view asked for are in what it is told. */
  readonly taken: number;
  /** The same of changes that it did not ask for: undone ones, and those of other views. */
  readonly others: number;
}

/** What a view must know of its source to draw. */
export interface SourceStatus {
  /** Bytes there are now. */
  readonly size: number;
  /** Bytes the rows reach to: `size`, or more while a lost range is still shown as past the end. */
  readonly shownSize: number;
  readonly sizeKind: SizeKind;
  /** The address of offset 0 in hex digits, where the user is shown addresses rather than offsets. */
  readonly origin?: string | undefined;
  /** Whether the bytes are of an address space, and so may point into it. */
  readonly isMemory?: boolean | undefined;
  /** What the process has mapped there now; undefined where it is no memory of a process. */
  readonly region?: RegionFacts | undefined;
  /** Who maps it, in words; undefined where nobody can, or it is not known yet. */
  readonly users?: string | undefined;
  /** Grows with each known change of the source; what was read under an older one is stale. */
  readonly generation: number;
  readonly banner?: Banner | undefined;
  /** Undefined where it is not live and need not be: a file, which tells by itself that it was written. */
  readonly live?: LiveStatus | undefined;
  /** Undefined where nothing is ever edited in the view, or that is not known yet. */
  readonly editing?: EditingStatus | undefined;
}

/** How a process has its memory mapped, in words. */
export interface RegionFacts {
  /** `r-xp`; those of several regions side by side. */
  readonly rights: string;
  /** Which of the four kinds of mapping it is, or how many regions there are; empty where its name says so. */
  readonly mapping: string;
  /** What both mean, in lines. */
  readonly title: string;
}

/** Bytes that the user replaces by typing: as many as go are overwritten. */
export interface TypedEdit {
  readonly offset: number;
  readonly length: number;
  /** Owns its buffer. */
  readonly bytes: Uint8Array;
  /** What the view showed there; undefined where it does not know by now. */
  readonly shown?: Uint8Array | undefined;
  /** Which digit of its one byte was typed: the other one is what the view showed, or was typed before. */
  readonly digit?: 'first' | 'second' | undefined;
  /** As of `EditingStatus.others`: it is of the view with those, and with all that was typed in it before. */
  readonly others: number;
}

/** What others have done to the bytes of a view. */
export interface OthersEdit extends OthersChange {
  /** How many edits of the view were before it. */
  readonly taken: number;
  /** Changes of others, this one with those before it. */
  readonly others: number;
}

/** What has become of a range of the view by an edit that moved nothing. */
export interface EditedBytes {
  readonly status: SourceStatus;
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** What of it is edited. */
  readonly edits: readonly ByteRange[];
}

export type ProblemAction = 'retry' | 'chooseFile' | 'openOther' | 'showSharedMemory' | 'showProcesses';

/** A failure to open, in words, with the one useful action. */
export interface Problem {
  readonly text: string;
  readonly actions: readonly { readonly id: ProblemAction; readonly label: string }[];
}

/** Some bytes with the offset they begin at, a multiple of 4096. */
export interface BytesNear extends VersionedBytes {
  readonly offset: number;
}

/** Everything a view needs for its first paint, put into its document so that no round trip comes before it. */
export interface InitialView {
  /** Differs for each document the host renders: a view that has seen it before must not trust `first` again. */
  readonly id: string;
  /** The source's path, made safe to show. */
  readonly path: string;
  readonly layout: ViewLayout;
  readonly typography: Typography;
  readonly status: SourceStatus;
  /** Where the user was when this source was last open here. */
  readonly state?: ViewState | undefined;
  /** WHATWG label of the encoding to begin with. */
  readonly encoding: string;
  /** The first bytes to be shown, as hex digits. */
  readonly first?: (Pick<BytesNear, 'offset' | 'holes' | 'unwritten' | 'edits'> & { readonly hex: string }) | undefined;
  readonly problem?: Problem | undefined;
  /** The l10n bundle of the display language; undefined for English. */
  readonly l10n?: Readonly<Record<string, string>> | undefined;
}
