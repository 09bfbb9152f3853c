// What an overlay must do, as plain arrays: a cell for each byte of the view, and a copy of everything for each undo.
import type { ChangedView } from '../../../../extension/core/overlay/changes.ts';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { finished } from '../../../support/finished.ts';

interface Cell {
  readonly value: number;
  /** The offset of the source, for what is not inserted. */
  readonly source?: number;
}

export interface Step {
  readonly kind: 'edit' | 'undo' | 'redo' | 'save' | 'discard';
  /** Shares of what there is, 0 … 1. */
  readonly at: number;
  readonly share: number;
  readonly bytes: Uint8Array;
  readonly typing: boolean;
}

/** An overlay and its model, which take the same steps. */
export class Twins {
  overlay: Overlay;
  source: number[];
  #cells: Cell[];
  #cursor = 0;
  #undo: (readonly Cell[])[] = [];
  #redo: (readonly Cell[])[] = [];
  readonly #largestKept: number;
  #hasUnkept = false;
  /** Whether a step may lead over a save whose bytes were not kept: then it is not done. */
  #mayRefuse = false;

  /** The bytes of longer deletions are not kept; what stands for their digests is what was deleted. */
  constructor(source: readonly number[], largestKept = Number.POSITIVE_INFINITY) {
    this.source = [...source];
    this.#largestKept = largestKept;
    this.overlay = new Overlay(source.length);
    this.#cells = this.#untouched();
  }

  get view(): readonly Cell[] {
    return this.#cells;
  }

  take(step: Step): void {
    switch (step.kind) {
      case 'edit':
        this.#edit(step);
        break;
      case 'undo':
        this.#swap(this.#undo, this.#redo, this.overlay.undo());
        break;
      case 'redo':
        this.#swap(this.#redo, this.#undo, this.overlay.redo());
        // A deletion that is done again beyond a save is of the source as it is now.
        this.#noteDigests();
        break;
      case 'save':
        this.#save();
        break;
      case 'discard':
        this.#discard(step);
    }
  }

  /** Where an edit is made: anywhere, or where typing goes on. */
  #rangeOf({ at, share, bytes, typing }: Step): { offset: number; length: number; bytes: Uint8Array } {
    const size = this.#cells.length;
    const cursor = Math.min(this.#cursor, size);
    const fitting = bytes.subarray(0, size - cursor);
    if (!typing || share < 0.05) {
      const offset = Math.floor(at * (size + 1));
      return { offset, length: Math.floor(share * Math.min(12, size - offset + 1)), bytes };
    }
    if (at < 0.3) return { offset: cursor, length: fitting.length, bytes: fitting };
    if (at < 0.6) return { offset: cursor, length: 0, bytes };
    const none = new Uint8Array(0);
    if (at < 0.8) return { offset: cursor, length: Math.min(1, size - cursor), bytes: none };
    if (at < 0.9) return { offset: Math.max(0, cursor - 1), length: Math.min(1, cursor), bytes: none };
    const again = Math.min(1, cursor);
    return { offset: cursor - again, length: again, bytes: Uint8Array.of(0x41).subarray(0, again) };
  }

  #edit(step: Step): void {
    const { typing } = step;
    const { offset, length, bytes } = this.#rangeOf(step);
    this.#cursor = offset + bytes.length;
    const before = [...this.#cells];
    const isUnkept = bytes.length === 0 && length > this.#largestKept;
    const shown = Uint8Array.from(this.#cells.slice(offset, offset + length), ({ value }) => value);
    const edit = { offset, length, bytes, shown: isUnkept ? undefined : shown };
    const { isStep } = this.overlay.edit(edit, { typing });
    this.#hasUnkept ||= isUnkept;
    this.#noteDigests();
    if (length + bytes.length === 0) return;
    const overwritten = Math.min(length, bytes.length);
    const put = Array.from(bytes, (value, i): Cell => {
      const source = i < overwritten ? this.#cells[offset + i]?.source : undefined;
      return source === undefined ? { value } : { value, source };
    });
    this.#cells.splice(offset, length, ...put);
    if (isStep) this.#undo.push(before);
    this.#redo = [];
  }

  #noteDigests(): void {
    for (const { offset, length, bytes } of this.overlay.unkeptDeletions()) {
      bytes.digests ??= { blockLength: length, digests: Uint8Array.from(this.source.slice(offset, offset + length)) };
    }
  }

  #swap(from: (readonly Cell[])[], to: (readonly Cell[])[], changed: ChangedView | undefined): void {
    if (changed === undefined && this.#mayRefuse) return;
    const cells = from.pop();
    if ((cells === undefined) !== (changed === undefined)) throw new Error('the overlay has another history');
    if (cells === undefined) return;
    to.push(this.#cells);
    this.#cells = [...cells];
  }

  /** The source becomes the view. Where a byte of the view before it came from has no meaning any more. */
  #save(): void {
    this.overlay.saved();
    this.#mayRefuse ||= this.#hasUnkept;
    this.source = this.#cells.map(({ value }) => value);
    this.#cells = this.#untouched();
  }

  #discard({ at, share }: Step): void {
    const offset = Math.floor(at * (this.#cells.length + 1));
    const length = Math.floor(share * (this.#cells.length - offset + 1));
    // What the model does not know is which deletions stand where: only that nothing of the source is lost, and undo.
    const before = [...this.#cells];
    if (finished(this.overlay.discardSteps({ offset, length })) === undefined) return;
    this.#undo.push(before);
    this.#redo = [];
    this.#cells = cellsOf(this.overlay, this.source);
  }

  #untouched(): Cell[] {
    return this.source.map((value, source) => ({ value, source }));
  }
}

/** What an overlay shows over a source. */
export function cellsOf(overlay: Overlay, source: readonly number[]): Cell[] {
  const cells: Cell[] = [];
  for (const piece of overlay.pieces(0, overlay.size)) {
    if (piece.kind === 'delete') continue;
    const put = new Uint8Array(piece.length);
    if (piece.kind !== 'source') overlay.readPut(piece.place, put);
    for (let i = 0; i < piece.length; i++) {
      const at = piece.source + i;
      const value = (piece.kind === 'source' ? source[at] : put[i]) as number;
      cells.push(piece.kind === 'insert' ? { value } : { value, source: at });
    }
  }
  return cells;
}
