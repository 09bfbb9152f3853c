import { type ByteRange, endOf } from '../../extension/core/byteRange.ts';
import type { VisualRow } from '../../extension/core/text/textRows.ts';
import { pageSize } from './pageCache.ts';
import type { FlowPosition, TextFlow } from './textFlow.ts';

/** Bytes fetched on each side of what shows: rows may be short, and a piece of a long line reaches beyond them. */
const bytesAround = 32 * 1024;

/** A place to go to: the row of an offset, so many rows below the top, and pixels of the top row above the edge. */
interface Place {
  readonly offset: number;
  readonly rowsAbove: number;
  readonly pixels: number;
}

export interface TextExtent {
  /** Of the source, bytes. */
  readonly size: number;
  readonly rowHeight: number;
  /** Height of the visible part, pixels. */
  readonly height: number;
}

/**
 * Where a view of text is scrolled to. How many rows there are nobody knows: it stands on a row, or is on its way to an
 * offset whose row is not known before its bytes are here. Until then what showed goes on showing.
 */
export class TextScroll {
  readonly #flow: TextFlow;
  #extent: TextExtent;
  #position: FlowPosition = { piece: 0, index: 0 };
  /** Where to go as soon as its bytes are here. */
  #wanted: Place | undefined = { offset: 0, rowsAbove: 0, pixels: 0 };
  #pixels = 0;
  #ordinal = 0;
  #rows: readonly VisualRow[] = [];

  constructor(flow: TextFlow, extent: TextExtent) {
    this.#flow = flow;
    this.#extent = extent;
  }

  /** The rows that show, at least in part, as of the last `settle`. */
  get rows(): readonly VisualRow[] {
    return this.#rows;
  }

  /** The first row's number: what scrolls keeps its own, and what comes by a jump has another. */
  get ordinal(): number {
    return this.#ordinal;
  }

  /** Pixels of the first row above the edge. */
  get pixels(): number {
    return this.#pixels;
  }

  /** Rows that show whole. */
  get fullRows(): number {
    return Math.max(1, Math.floor(this.#extent.height / this.#extent.rowHeight));
  }

  /** Offset of the first byte of the first row, here or where it is on its way to. */
  get top(): number {
    return this.#wanted?.offset ?? this.#rows[0]?.offset ?? this.#position.piece;
  }

  /** How far down the view is, 0 … 1, and what part of the source shows. */
  get share(): { readonly ratio: number; readonly shown: number } {
    const { size } = this.#extent;
    const last = this.#rows.at(-1);
    const shown = last === undefined ? 0 : (endOf(last) - (this.#rows[0]?.offset ?? 0)) / Math.max(1, size);
    // The end is reached when the last row shows whole, whatever its first byte's share of the file.
    const isAtEnd = last !== undefined && endOf(last) >= size && this.#rows.length <= this.fullRows;
    return { ratio: isAtEnd && this.#rows[0]?.offset !== 0 ? 1 : this.top / Math.max(1, size), shown };
  }

  /** The bytes that show, and those that are needed to know what shows. */
  get visible(): ByteRange {
    const first = this.#wanted?.offset ?? this.#rows[0]?.offset ?? 0;
    const last = this.#rows.at(-1);
    const end = this.#wanted === undefined && last !== undefined ? endOf(last) : first + pageSize;
    const needed = this.#flow.needed;
    const from = Math.min(first, needed?.offset ?? first);
    return { offset: from, length: Math.max(end, needed === undefined ? end : endOf(needed)) - from };
  }

  /** Those worth having for the next frames. */
  ahead(): readonly ByteRange[] {
    const { offset, length } = this.visible;
    const before = Math.max(0, offset - bytesAround);
    return [
      { offset: offset + length, length: bytesAround },
      { offset: before, length: offset - before },
    ];
  }

  /** The index of the row of `offset`; -1 where it does not show. */
  rowIndex(offset: number): number {
    const index = this.#rows.findIndex((row) => offset >= row.offset && offset < endOf(row));
    const last = this.#rows.at(-1);
    // The place behind the last byte is at the end of its row.
    const isEnd = last !== undefined && offset === this.#extent.size && endOf(last) === offset;
    return index < 0 && isEnd ? this.#rows.length - 1 : index;
  }

  /** Rows that show above that of `offset`; undefined where it does not show. */
  rowsAbove(offset: number): number | undefined {
    const index = this.rowIndex(offset);
    return this.#wanted === undefined && index >= 0 ? index : undefined;
  }

  /** Remembers exactly what shows; the function given shows it again. */
  keepPlace(): () => void {
    const wanted = this.#wanted ?? { offset: this.top, rowsAbove: 0, pixels: this.#pixels };
    return () => {
      this.#wanted = wanted;
    };
  }

  /** The row of `offset` goes `rowsAbove` rows below the top. */
  to(offset: number, rowsAbove: number): void {
    this.#wanted = { offset, rowsAbove, pixels: 0 };
  }

  toRatio(ratio: number): void {
    const { size } = this.#extent;
    if (ratio >= 1) this.to(Math.max(0, size - 1), this.fullRows - 1);
    else this.to(Math.min(Math.max(0, size - 1), Math.floor(ratio * size)), 0);
  }

  byPixels(pixels: number): void {
    const { rowHeight } = this.#extent;
    const total = this.#pixels + pixels;
    const rows = Math.floor(total / rowHeight);
    const moved = this.#moveBy(rows);
    this.#pixels = moved === rows ? total - rows * rowHeight : 0;
    this.#keepEndDown();
  }

  byRows(rows: number): void {
    this.#pixels = 0;
    this.#moveBy(rows);
    this.#keepEndDown();
  }

  /** Shows `offset`: `nearest` moves as little as it can, `jump` puts it where the eye looks. */
  reveal(offset: number, how: 'nearest' | 'jump'): void {
    const index = this.#wanted === undefined ? this.rowIndex(offset) : -1;
    const isWhole = index >= (this.#pixels > 0 ? 1 : 0) && index < this.fullRows;
    if (isWhole) return;
    const first = this.#rows[0]?.offset ?? 0;
    if (how === 'nearest') this.to(offset, offset < first ? 0 : this.fullRows - 1);
    else this.to(offset, Math.floor(this.fullRows / 3));
  }

  fit(extent: TextExtent): void {
    this.#extent = extent;
  }

  /** The rows are laid out anew, and may be of other pieces: the first one is found again by its offset. */
  stay(): void {
    const offset = Math.min(this.top, Math.max(0, this.#extent.size - 1));
    this.#wanted ??= { offset, rowsAbove: 0, pixels: this.#pixels };
  }

  /** Arrives where it was on its way to, and finds the rows that show. Answers whether some are still missing. */
  settle(): boolean {
    this.#flow.needed = undefined;
    this.#arrive();
    const isOnWay = this.#wanted !== undefined && this.#extent.size > 0;
    // On the way to another place what shows stays, for the blink it takes.
    if (isOnWay && this.#rows.length > 0) return true;
    this.#rows = isOnWay ? [] : this.#flow.rowsFrom(this.#position, this.fullRows + 2);
    return isOnWay || this.#flow.needed !== undefined;
  }

  #arrive(): void {
    const wanted = this.#wanted;
    const { size } = this.#extent;
    if (wanted === undefined || size === 0) return;
    const found = this.#flow.locate(Math.min(wanted.offset, size - 1));
    if (found === undefined) return;
    const { position } = this.#flow.moved(found, -wanted.rowsAbove);
    // Rows above whose bytes are missing: the place is not known yet.
    if (this.#flow.needed !== undefined) return;
    this.#wanted = undefined;
    this.#position = position;
    this.#pixels = wanted.pixels;
    // Far enough from any row that shows that none is taken for another.
    this.#ordinal += 100_000;
    this.#keepEndDown();
  }

  #moveBy(rows: number): number {
    const { position, moved } = this.#flow.moved(this.#position, rows);
    this.#position = position;
    this.#ordinal += moved;
    return moved;
  }

  /** The last row of the source ends where the view ends. */
  #keepEndDown(): void {
    const rows = this.#flow.rowsFrom(this.#position, this.fullRows + 1);
    const last = rows.at(-1);
    const isEndShown = last !== undefined && endOf(last) >= this.#extent.size;
    if (!isEndShown || rows.length > this.fullRows) return;
    this.#pixels = 0;
    this.#moveBy(rows.length - this.fullRows);
  }
}
