/**
 * Where the lines of a text begin, found from any offset without an index.
 *
 * A source of 200 GiB has no list of its lines, and one of them may be the whole source. So a text is cut into *pieces*
 * by a rule that is local: it needs a few KiB around an offset, whichever way one came there. A piece begins
 *
 * - at offset 0 and behind every newline (LF; the CR of CRLF belongs to the line's end);
 * - inside a line, at every multiple p of the *piece length* with no newline in the piece length before p, moved forward
 *   to a character boundary where one can be told from the bytes before (characterBoundary.ts); but not where only the
 *   line's end would be left.
 *
 * The piece length is a whole number of rows of text that takes a column for each code unit, so that a line without an
 * end fills its rows from the first to the last; other text has a short row at a piece's end, once in some screens.
 *
 * A piece is therefore less than twice its length and 8 bytes long. Bytes in holes are no newlines.
 */
import { type ByteRange, endOf, intersect } from '../byteRange.ts';
import type { Hole } from '../byteSource.ts';
import { boundaryAfter, CUT_REACH } from './characterBoundary.ts';
import { readUnit } from './textDecode.ts';
import type { TextEncoding } from './textEncodings.ts';

/** Bytes: some screens, and laid out in a few milliseconds. */
const longestPiece = 16 * 1024;

/** Bytes in which most lines begin and end. */
const nearby = 1024;

/** The length of pieces for rows of so many columns (a row beyond a piece is one), bytes: 8 to 16 KiB. */
export function pieceLength(columns: number, encoding: TextEncoding): number {
  const row = Math.min(columns * encoding.unitWidth, longestPiece);
  return row * Math.floor(longestPiece / row);
}

/** Some of a source's bytes. */
export interface TextWindow {
  /** Where `bytes` begin in the source. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Bytes, a safe integer; the window does not reach past it. */
  readonly sourceSize: number;
  /** Absolute. What `bytes` hold in a hole means nothing. */
  readonly holes?: readonly Hole[] | undefined;
}

export interface PieceStart {
  /** 0 … sourceSize. */
  readonly offset: number;
  /** Whether a line begins here too, and not only a piece of one. */
  readonly startsLine: boolean;
}

/** The window is too small: ask again with one that holds this range too (at most about 3 pieces). */
export interface Need {
  readonly need: ByteRange;
}

/** A newline: `start` of the CR or LF, `end` behind the LF. */
interface Newline {
  readonly start: number;
  readonly end: number;
}

/**
 * The start of the piece that holds the byte at `offset` (0 … sourceSize - 1; others are clamped, so sourceSize gives
 * the last piece). `piece`: the pieces' length. What comes before a piece that starts at s is pieceStart(s - 1).
 */
export function pieceStart(
  window: TextWindow,
  offset: number,
  encoding: TextEncoding,
  piece: number,
): PieceStart | Need {
  const clamped = Math.max(0, Math.min(offset, window.sourceSize - 1));
  const at = clamped - (clamped % encoding.unitWidth);
  // A line that begins less than a piece before has no cut yet, and few bytes tell.
  const near = view(window, Math.max(0, at - nearby), at, encoding);
  if ('need' in near) return near;
  const nearLine = near.lastNewlineEnd(at - nearby, at);
  if (nearLine !== undefined) return { offset: nearLine, startsLine: true };

  let cut = at - (at % piece);
  // Just behind a multiple the cut may have moved past `at`, or be none: then it is the one before.
  const reach = at - cut <= 2 * CUT_REACH ? 2 * piece : piece;
  const text = view(window, Math.max(0, cut - reach), Math.max(at, cut + 2 * CUT_REACH), encoding);
  if ('need' in text) return text;

  let limit = at;
  for (;;) {
    const line = text.lastNewlineEnd(cut - piece, limit);
    if (line !== undefined) return { offset: line, startsLine: true };
    if (cut <= 0) return { offset: 0, startsLine: true };
    const moved = text.moveCut(cut, cut - piece);
    if (typeof moved === 'number' && moved <= at) return { offset: moved, startsLine: false };
    limit = cut;
    cut -= piece;
  }
}

/** Where the piece that starts at `start` ends and the next one starts; sourceSize where there is none. */
export function nextPieceStart(
  window: TextWindow,
  start: number,
  encoding: TextEncoding,
  piece: number,
): PieceStart | Need {
  const size = window.sourceSize;
  if (start >= size) return { offset: size, startsLine: true };
  // No cut comes so soon.
  const near = view(window, start, start + nearby, encoding);
  if ('need' in near) return near;
  const nearNewline = near.firstNewline(start, start + nearby);
  if (nearNewline && nearNewline.end <= start + nearby) return { offset: nearNewline.end, startsLine: true };

  const unit = encoding.unitWidth;
  const first = start - (start % piece);
  // Only so far behind a multiple a cut can stand. There the unit before tells a cut from a line's start.
  const before = start - first < CUT_REACH ? Math.max(0, Math.min(first, start - unit)) : start;
  const text = view(window, before, first + 2 * piece + 2 * CUT_REACH, encoding);
  if ('need' in text) return text;

  const startsLine = before === start || start === 0 || text.lastNewlineEnd(before, start) === start;
  const cut = first + (startsLine && start > first ? 2 * piece : piece);
  const newline = text.firstNewline(start, cut);
  if (newline) return { offset: newline.end, startsLine: true };
  const moved = text.moveCut(cut, cut - piece);
  if (typeof moved === 'number') return { offset: Math.min(moved, size), startsLine: false };
  return { offset: moved.end, startsLine: true };
}

interface TextView {
  /** The end of the last newline that starts at or behind `from` and ends at or before `limit`. */
  lastNewlineEnd(from: number, limit: number): number | undefined;
  /** The first newline that starts in [from, limit). */
  firstNewline(from: number, limit: number): Newline | undefined;
  /**
   * Where a cut at a multiple of the piece length really falls; the newline it is at, where there is no cut for that
   * reason. `from`: how far back bytes may tell. In them is no newline.
   */
  moveCut(cut: number, from: number): number | Newline;
}

/** The bytes [from, to) of the window, both clamped to the source, without what the holes hold. */
function view(window: TextWindow, from: number, to: number, encoding: TextEncoding): TextView | Need {
  const end = Math.min(to, window.sourceSize);
  if (from < window.offset || end > window.offset + window.bytes.length) {
    return { need: { offset: from, length: Math.max(0, end - from) } };
  }
  const bytes = readable(window.bytes.subarray(from - window.offset, end - window.offset), from, window.holes);
  const unit = encoding.unitWidth;
  const bigEndian = encoding.label === 'utf-16be';

  /** The code unit at an offset; -1 where there is none. */
  const unitAt = (offset: number): number => {
    if (offset < from || offset + unit > end) return -1;
    return unit === 1 ? (bytes[offset - from] ?? -1) : readUnit(bytes, offset - from, bigEndian);
  };

  return {
    lastNewlineEnd(lower, limit) {
      // A unit that ends at the limit starts one before it. Both are aligned, as `limit` is.
      for (let offset = limit - unit; offset >= Math.max(lower, from); offset -= unit) {
        if (unitAt(offset) === 0x0a) return offset + unit;
      }
      return undefined;
    },
    firstNewline(lower, limit) {
      for (let offset = lower; offset < limit && offset < end; offset += unit) {
        if (unitAt(offset) === 0x0a) return { start: offset, end: offset + unit };
      }
      return undefined;
    },
    moveCut(cut, lower) {
      const around = { bytes, lower: lower - from, isLowerBoundary: lower === 0 };
      const offset = cut + boundaryAfter(around, cut - from, encoding);
      const lineFeed = unitAt(offset) === 0x0d ? offset + unit : offset;
      return unitAt(lineFeed) === 0x0a ? { start: offset, end: lineFeed + unit } : offset;
    },
  };
}

/** The bytes with '?' in the holes, which ends no line and continues no character in any encoding. */
function readable(bytes: Uint8Array, offset: number, holes: readonly Hole[] = []): Uint8Array {
  const range = { offset, length: bytes.length };
  const inside = holes.map((hole) => intersect(hole, range)).filter((hole) => hole !== undefined);
  if (inside.length === 0) return bytes;
  const copy = bytes.slice();
  for (const hole of inside) copy.fill(0x3f, hole.offset - offset, endOf(hole) - offset);
  return copy;
}
