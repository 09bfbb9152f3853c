/**
 * The rows of the text view: a piece (textPieces.ts) decoded, made visible, and wrapped to the width of the view. Every
 * UTF-16 unit of a row's text knows the byte it came from, so that selection, search hits and the hex view's cursor can
 * be painted on it and a click can be turned into an offset.
 */
import { type ByteRange, endOf, intersect } from '../byteRange.ts';
import type { Hole } from '../byteSource.ts';
import { ClusterBuilder, type Clusters, type TextWidths } from './clusters.ts';
import { decodeCharacters, readUnit } from './textDecode.ts';
import type { TextEncoding } from './textEncodings.ts';

export { nextPieceStart, type PieceStart, pieceLength, pieceStart, type TextWindow } from './textPieces.ts';

export interface RowLayout {
  /** Columns of the view; at least 1. What is wider and cannot be parted stands alone in its row and sticks out. */
  readonly columns: number;
  readonly widths: TextWidths;
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
  const clusters = new ClusterBuilder(layout.widths.ascii);
  const textEnd = bytes.length - newline;
  const isOdd = offset % 2 === 1;

  const decode = (from: number, to: number): void => {
    decodeCharacters(bytes, from, to, encoding, isOdd, (codePoint, start) => {
      if (codePoint !== 0xfeff || offset + start !== 0) clusters.add(codePoint, offset + start);
    });
  };
  let at = 0;
  for (const hole of holes) {
    // Holes that overlap one another are drawn once.
    const from = Math.max(at, hole.offset - offset);
    const to = Math.min(textEnd, endOf(hole) - offset);
    if (to <= from) continue;
    decode(at, from);
    for (let byte = from; byte < to; byte++) clusters.add(0x3f, offset + byte);
    at = to;
  }
  decode(at, textEnd);
  return wrap(
    clusters.finish((texts) => layout.widths.of(texts)),
    piece,
    newline,
    layout,
  );
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

/** Columns: sums of widths are not exact. */
const rounding = 1e-6;

/** Cuts a piece into rows of at most `columns`, between clusters. */
function wrap(clusters: Clusters, piece: ByteRange, newline: number, layout: RowLayout): readonly VisualRow[] {
  const { text, offsets, starts, widths } = clusters;
  const columns = atLeastOne(layout.columns);
  const tabSize = atLeastOne(layout.tabSize);
  const rows: VisualRow[] = [];
  let rowOffset = piece.offset;
  let rowText = '';
  let charOffsets: number[] = [];
  /** The first unit that is in no row's text yet. */
  let unit = 0;
  let column = 0;

  const take = (until: number): void => {
    rowText += text.slice(unit, until);
    for (; unit < until; unit++) charOffsets.push(offsets[unit] ?? 0);
  };
  const push = (end: number, ends: number): void => {
    const continuation = rows.length > 0 || !(layout.startsLine ?? true);
    rows.push({ offset: rowOffset, length: end - rowOffset, text: rowText, charOffsets, newline: ends, continuation });
    rowOffset = end;
    rowText = '';
    charOffsets = [];
    column = 0;
  };

  for (let cluster = 0; cluster < starts.length; cluster++) {
    const start = starts[cluster] ?? 0;
    const offset = offsets[start] ?? 0;
    const isTab = text.charCodeAt(start) === 0x09;
    const width = isTab ? 1 : (widths[cluster] ?? 1);
    if (column > 0 && column + width > columns + rounding) {
      take(start);
      push(offset, 0);
    }
    if (isTab) {
      take(start);
      // No tab reaches into the next row.
      const blanks = Math.min(tabSize - (Math.round(column) % tabSize), Math.max(1, Math.floor(columns - column)));
      rowText += ' '.repeat(blanks);
      for (let blank = 0; blank < blanks; blank++) charOffsets.push(offset);
      unit = start + 1;
      column += blanks;
    } else {
      column += width;
    }
  }
  take(text.length);
  push(endOf(piece), newline);
  return rows;
}

function atLeastOne(value: number): number {
  return Math.max(1, Math.floor(value) || 1);
}
