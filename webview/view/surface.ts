import type { ByteRange } from '../../extension/core/byteRange.ts';
import type { SourceStatus, ViewLayout, ViewState } from '../../extension/protocol/viewTypes.ts';
import type { Move } from '../model/keymap.ts';
import type { Selection } from '../model/selection.ts';
import type { Metrics } from './metrics.ts';

/** What a surface draws. One object, replaced as a whole, so that drawing is a function of it. */
export interface Scene {
  readonly status: SourceStatus;
  readonly layout: ViewLayout;
  readonly encoding: string;
  readonly selection: Selection;
  readonly metrics: Metrics;
  /** Visible part, pixels. */
  readonly width: number;
  readonly height: number;
  /** Whether what is typed is inserted: then the place behind the last byte is one to go to. */
  readonly inserts: boolean;
  /** Grows whenever cached bytes changed. */
  readonly contents: number;
}

/** What is under a point. */
export interface Spot {
  readonly offset: number;
  readonly column: ViewState['column'];
}

/** A rectangle around a byte, pixels inside the surface's element. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One way to show the bytes: as hex, or as lines of text. All positions outside are byte offsets. */
export interface Surface {
  readonly element: HTMLElement;
  /** The element that scrolls sideways. */
  readonly viewport: HTMLElement;
  /** The element whose size is the visible part. */
  readonly clip: HTMLElement;
  /** Offset of the first byte of the first row that shows. */
  readonly top: number;
  /** How far down the view is, 0 … 1, and what part of the source shows. */
  readonly scroll: { readonly ratio: number; readonly shown: number };
  /** The bytes that show, and those worth having for the next frames. */
  readonly visible: ByteRange;
  ahead(): readonly ByteRange[];
  /** Remembers exactly what shows; the function given shows it again. */
  keepPlace(): () => void;
  /** The row of `offset` goes `rowsAbove` rows below the top. */
  scrollTo(offset: number, rowsAbove?: number): void;
  scrollToRatio(ratio: number): void;
  scrollByPixels(pixels: number): void;
  scrollByRows(rows: number): void;
  /** Rows a page is: all that show whole but one. */
  readonly pageRows: number;
  /** Rows that show above that of `offset`; undefined where it does not show. */
  rowsAbove(offset: number): number | undefined;
  /** Shows `offset`: `nearest` moves as little as it can, `jump` puts it where the eye looks. */
  reveal(offset: number, how: 'nearest' | 'jump'): void;
  /** Where the cursor goes from `offset`. */
  target(offset: number, move: Move): number;
  spotAt(clientX: number, clientY: number): Spot | undefined;
  /** Where a byte is drawn now, in each column; empty where it does not show. */
  boxes(offset: number): readonly { readonly column: ViewState['column']; readonly box: Box }[];
  /** Draws the scene. Returns whether a row that shows is still waiting for its bytes. */
  draw(scene: Scene): boolean;
}
