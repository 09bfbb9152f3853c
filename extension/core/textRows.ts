/**
 * The rows of the text view: a piece (textPieces.ts) decoded, made visible, and wrapped to the width of the view. Every
 * UTF-16 unit of a row's text knows the byte it came from, so that selection, search hits and the hex view's cursor can
 * be painted on it and a click can be turned into an offset.
 */
import { type ByteRange, endOf, intersect } from './byteRange.ts';
import type { Hole } from './byteSource.ts';
import { charWidth, visibleForm } from './charWidth.ts';
import { decodeCharacters, readUnit } from './textDecode.ts';
import type { TextEncoding } from './textEncodings.ts';

export { nextPieceStart, PIECE, type PieceStart, pieceStart, type TextWindow } from './textPieces.ts';

export interface RowLayout {
  /** Columns of the view; at least 1. A character wider than the view stands alone in its row and sticks out. */
  readonly columns: number;
  /** At least 1. */
  readonly tabSize: number;
  /** Whether a line starts with this piece (PieceStart.startsLine). Default true. */
  readonly startsLine?: boolean | undefined;
  /** Absolute. Each unreadable byte is drawn as '?', whatever `bytes` hold there. */
  readonly holes?: readonly Hole[] | undefined;
}

/** One row of the view. The rows of a piece, and the pieces of a source, follow one another without gap or overlap. */
export interface VisualRow {
  /** Of the row's first byte, absolute. */
  readonly offset: number;
  /** Bytes, those of the newline included, which is not drawn. */
  readonly length: number;
  /** What to draw. Tabs are spaces already; nothing in it is invisible. It may hold right-to-left letters. */
  readonly text: string;
  /** For each UTF-16 unit of `text` the absolute offset of the first byte of its character. Never decreases. */
  readonly charOffsets: readonly number[];
  /** Bytes of the newline that ends the row, which are not drawn; 0 where none does. */
  readonly newline: number;
  /** Whether the row goes on with the line of the row before. */
  readonly continuation: boolean;
}

/**
 * Lays out the bytes of one whole piece, which starts at `offset`. Gives at least one row, even for no bytes. A byte
 * order mark at offset 0 belongs to the first row and is not drawn. Never throws.
 */
export function layoutPiece(
  bytes: Uint8Array,
  offset: number,
  encoding: TextEncoding,
  layout: RowLayout,
): readonly VisualRow[] {
  const piece = { offset, length: bytes.length };
  const holes = (layout.holes ?? [])
    .map((hole) => intersect(hole, piece))
    .filter((hole) => hole !== undefined)
    .sort((a, b) => a.offset - b.offset);
  const newline = newlineLength(bytes, offset, encoding, holes);
  const rows = new RowBuilder(offset, layout);
  const textEnd = bytes.length - newline;
  const isOdd = offset % 2 === 1;

  const decode = (from: number, to: number): void => {
    decodeCharacters(bytes, from, to, encoding, isOdd, (codePoint, start) => {
      if (codePoint !== 0xfeff || offset + start !== 0) rows.add(codePoint, offset + start);
    });
  };
  let at = 0;
  for (const hole of holes) {
    // Holes that overlap one another are drawn once.
    const from = Math.max(at, hole.offset - offset);
    const to = Math.min(textEnd, endOf(hole) - offset);
    if (to <= from) continue;
    decode(at, from);
    for (let byte = from; byte < to; byte++) rows.add(0x3f, offset + byte);
    at = to;
  }
  decode(at, textEnd);
  return rows.finish(offset + bytes.length, newline);
}

/** Bytes of the newline at the end, 0 where there is none or a hole lies in it. */
function newlineLength(bytes: Uint8Array, offset: number, encoding: TextEncoding, holes: readonly ByteRange[]): number {
  const unit = encoding.unitWidth;
  const isAt = (at: number, wanted: number): boolean => {
    if (at < 0 || (offset + at) % unit !== 0) return false;
    const found = unit === 1 ? bytes[at] : readUnit(bytes, at, encoding.label === 'utf-16be');
    return found === wanted && !holes.some((hole) => intersect(hole, { offset: offset + at, length: unit }));
  };
  if (!isAt(bytes.length - unit, 0x0a)) return 0;
  return isAt(bytes.length - 2 * unit, 0x0d) ? 2 * unit : unit;
}

/** Collects characters into rows of at most `columns`. */
class RowBuilder {
  private readonly rows: VisualRow[] = [];
  private readonly columns: number;
  private readonly tabSize: number;
  private readonly startsLine: boolean;
  private rowOffset: number;
  private text: string[] = [];
  private charOffsets: number[] = [];
  private column = 0;
  /** The offset of the last character: one sequence of bytes may be two characters, which stay in one row. */
  private lastOffset = -1;

  constructor(offset: number, layout: RowLayout) {
    this.rowOffset = offset;
    this.columns = atLeastOne(layout.columns);
    this.tabSize = atLeastOne(layout.tabSize);
    this.startsLine = layout.startsLine ?? true;
  }

  add(codePoint: number, offset: number): void {
    // Most of every log.
    if (codePoint >= 0x20 && codePoint < 0x7f) {
      this.put(String.fromCharCode(codePoint), 1, offset);
    } else if (codePoint === 0x09) {
      if (this.column >= this.columns) this.wrap(offset);
      // No tab reaches into the next row.
      const width = Math.min(this.tabSize - (this.column % this.tabSize), this.columns - this.column);
      this.put(' '.repeat(width), width, offset);
    } else {
      const visible = visibleForm(codePoint);
      if (visible === undefined) this.put(String.fromCodePoint(codePoint), charWidth(codePoint), offset);
      else this.put(visible, visible.length, offset);
    }
  }

  finish(end: number, newline: number): readonly VisualRow[] {
    this.push(end, newline);
    return this.rows;
  }

  private put(text: string, width: number, offset: number): void {
    const isFull = width > 0 && this.column > 0 && this.column + width > this.columns;
    if (isFull && offset !== this.lastOffset) this.wrap(offset);
    this.text.push(text);
    for (let unit = 0; unit < text.length; unit++) this.charOffsets.push(offset);
    this.column += width;
    this.lastOffset = offset;
  }

  private wrap(offset: number): void {
    this.push(offset, 0);
    this.rowOffset = offset;
    this.text = [];
    this.charOffsets = [];
    this.column = 0;
  }

  private push(end: number, newline: number): void {
    this.rows.push({
      offset: this.rowOffset,
      length: end - this.rowOffset,
      text: this.text.join(''),
      charOffsets: this.charOffsets,
      newline,
      continuation: this.rows.length > 0 || !this.startsLine,
    });
  }
}

function atLeastOne(value: number): number {
  return Math.max(1, Math.floor(value) || 1);
}
