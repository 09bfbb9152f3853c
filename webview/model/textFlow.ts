import { type ByteRange, endOf, intersect } from '../../extension/core/byteRange.ts';
import type { Hole } from '../../extension/core/byteSource.ts';
import type { TextWidths } from '../../extension/core/text/clusters.ts';
import type { TextEncoding } from '../../extension/core/text/textEncodings.ts';
import {
  layoutPiece,
  nextPieceStart,
  type PieceStart,
  pieceLength,
  pieceStart,
  type TextWindow,
  type VisualRow,
} from '../../extension/core/text/textRows.ts';
import { type PageCache, pageSize } from './pageCache.ts';

/** Pages a window reaches beyond what was asked for, so that one serves a whole screen. */
const pagesBefore = 2;
const pagesAfter = 8;

/** Laid out pieces kept, and bytes in them: some screens. */
const mostPieces = 400;
const mostLaidOut = 256 * 1024;

export interface FlowOptions {
  readonly encoding: TextEncoding;
  readonly columns: number;
  readonly tabSize: number;
  readonly widths: TextWidths;
  readonly sourceSize: number;
}

/** One visual row, by its place: the piece it is of, and which of that piece's rows. */
export interface FlowPosition {
  readonly piece: number;
  readonly index: number;
}

interface Piece extends ByteRange {
  readonly rows: readonly VisualRow[];
}

/**
 * Walks the rows of a text up and down from any offset, over what the page cache holds. Whatever needs bytes that are
 * not there gives undefined and leaves the range it needs in `needed`.
 */
export class TextFlow {
  readonly #cache: PageCache;
  readonly #pieces = new Map<number, Piece>();
  #laidOut = 0;
  #options: FlowOptions;
  #window: TextWindow | undefined;
  needed: ByteRange | undefined;

  constructor(cache: PageCache, options: FlowOptions) {
    this.#cache = cache;
    this.#options = options;
  }

  /** Must be called whenever the options or the cached bytes changed. */
  reset(options: FlowOptions): void {
    this.#options = options;
    this.#forget();
    this.#window = undefined;
    this.needed = undefined;
  }

  /** The row that holds the byte at `offset`. */
  locate(offset: number): FlowPosition | undefined {
    const { sourceSize } = this.#options;
    if (sourceSize === 0) return undefined;
    const start = this.#withWindow(offset, (window) =>
      pieceStart(window, offset, this.#options.encoding, this.#pieceLength),
    );
    const piece = start && this.#piece(start);
    if (piece === undefined) return undefined;
    const after = piece.rows.findIndex((row) => row.offset > offset);
    return { piece: piece.offset, index: after < 0 ? piece.rows.length - 1 : Math.max(0, after - 1) };
  }

  row(position: FlowPosition): VisualRow | undefined {
    return this.#pieceAt(position.piece)?.rows[position.index];
  }

  /** The row below; `undefined` where its bytes are missing, `'end'` where there is none. */
  next(position: FlowPosition): FlowPosition | 'end' | undefined {
    const piece = this.#pieceAt(position.piece);
    if (piece === undefined) return undefined;
    if (position.index + 1 < piece.rows.length) return { piece: position.piece, index: position.index + 1 };
    if (endOf(piece) >= this.#options.sourceSize) return 'end';
    const below = this.locate(endOf(piece));
    return below && { piece: below.piece, index: 0 };
  }

  /** The row above; as `next`. */
  previous(position: FlowPosition): FlowPosition | 'end' | undefined {
    if (position.index > 0) return { piece: position.piece, index: position.index - 1 };
    if (position.piece === 0) return 'end';
    return this.locate(position.piece - 1);
  }

  /** Up to `count` rows from `position` on; fewer at the end of the source or where bytes are missing. */
  rowsFrom(position: FlowPosition, count: number): VisualRow[] {
    const rows: VisualRow[] = [];
    let at: FlowPosition | 'end' | undefined = position;
    while (at !== undefined && at !== 'end' && rows.length < count) {
      const row = this.row(at);
      if (row === undefined) break;
      rows.push(row);
      at = this.next(at);
    }
    return rows;
  }

  /** The position `rows` further down (up where negative), as far as there are rows and bytes. */
  moved(position: FlowPosition, rows: number): { readonly position: FlowPosition; readonly moved: number } {
    let at = position;
    let moved = 0;
    while (moved !== rows) {
      const step = rows > 0 ? this.next(at) : this.previous(at);
      if (step === undefined || step === 'end') break;
      at = step;
      moved += Math.sign(rows);
    }
    return { position: at, moved };
  }

  get #pieceLength(): number {
    return pieceLength(this.#options.columns, this.#options.encoding);
  }

  #forget(): void {
    this.#pieces.clear();
    this.#laidOut = 0;
  }

  #pieceAt(offset: number): Piece | undefined {
    const known = this.#pieces.get(offset);
    if (known !== undefined) return known;
    const start = this.#withWindow(offset, (window) =>
      pieceStart(window, offset, this.#options.encoding, this.#pieceLength),
    );
    return start && this.#piece(start);
  }

  #piece(start: PieceStart): Piece | undefined {
    const known = this.#pieces.get(start.offset);
    if (known !== undefined) return known;
    const { encoding, columns, tabSize, widths } = this.#options;
    const next = this.#withWindow(start.offset, (window) =>
      nextPieceStart(window, start.offset, encoding, this.#pieceLength),
    );
    if (next === undefined) return undefined;
    const range = { offset: start.offset, length: next.offset - start.offset };
    const window = this.#windowOver(range);
    if (window === undefined) return undefined;
    const from = range.offset - window.offset;
    const holes: readonly Hole[] = (window.holes ?? []).filter((hole) => intersect(hole, range) !== undefined);
    const rows = layoutPiece(window.bytes.subarray(from, from + range.length), range.offset, encoding, {
      columns,
      tabSize,
      widths,
      startsLine: start.startsLine,
      holes,
    });
    const piece = { ...range, rows };
    if (this.#pieces.size >= mostPieces || this.#laidOut >= mostLaidOut) this.#forget();
    this.#pieces.set(range.offset, piece);
    this.#laidOut += range.length;
    return piece;
  }

  /** Runs `ask` with ever larger windows until it needs no more bytes; undefined where those are not cached. */
  #withWindow(offset: number, ask: (window: TextWindow) => PieceStart | { need: ByteRange }): PieceStart | undefined {
    let range: ByteRange = { offset, length: Math.min(1, this.#options.sourceSize - offset) };
    for (;;) {
      const window = this.#windowOver(range);
      if (window === undefined) return undefined;
      const answer = ask(window);
      if (!('need' in answer)) return answer;
      const start = Math.min(range.offset, answer.need.offset);
      range = { offset: start, length: Math.max(endOf(range), endOf(answer.need)) - start };
    }
  }

  #windowOver(range: ByteRange): TextWindow | undefined {
    const { sourceSize } = this.#options;
    const known = this.#window;
    if (known !== undefined && range.offset >= known.offset && endOf(range) <= known.offset + known.bytes.length) {
      return known;
    }
    if (this.#cache.bytes(range) === undefined) {
      this.needed = range;
      return undefined;
    }
    let first = Math.floor(range.offset / pageSize);
    let last = Math.floor(Math.max(range.offset, endOf(range) - 1) / pageSize);
    const lowest = first - pagesBefore;
    const highest = Math.min(last + pagesAfter, Math.floor(Math.max(0, sourceSize - 1) / pageSize));
    while (first > Math.max(0, lowest) && this.#cache.has(first - 1)) first--;
    while (last < highest && this.#cache.has(last + 1)) last++;
    const offset = first * pageSize;
    const found = this.#cache.bytes({ offset, length: Math.min((last + 1) * pageSize, sourceSize) - offset });
    if (found === undefined) return undefined;
    this.#window = { offset, bytes: found.bytes, sourceSize, holes: found.holes };
    return this.#window;
  }
}
