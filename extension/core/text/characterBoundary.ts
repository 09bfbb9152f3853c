/** Where a text may be cut without parting a character, told from the bytes around. */
import { decodeCharacters, readUnit } from './textDecode.ts';
import type { TextEncoding } from './textEncodings.ts';

/** Bytes: how far behind a cut the boundary lies at most, and what must be seen there: a character's rest, CR LF in UTF-16. */
export const CUT_REACH = 4;

/** What may be looked at to place a cut. */
export interface Surroundings {
  /** 2 * CUT_REACH bytes from the cut on are there, unless the source ends. */
  readonly bytes: Uint8Array;
  /** The first index that may be looked at. */
  readonly lower: number;
  /** Whether a character is known to begin there. */
  readonly isLowerBoundary: boolean;
}

/**
 * How many bytes behind index `cut` the next character begins; 0 where a character begins there or nobody can tell. The
 * answer depends on the surroundings alone.
 *
 * Single-byte encodings cannot be cut wrongly. ISO 2022-JP has a state that no byte near tells.
 */
export function boundaryAfter(around: Surroundings, cut: number, encoding: TextEncoding): number {
  const { bytes } = around;
  if (encoding.unitWidth === 2) return insidePair(bytes, cut, encoding) ? 2 : 0;
  if (encoding.label === 'utf-8') return continuations(bytes, cut);
  const isEnd = lastBytes.get(encoding.label);
  return isEnd === undefined ? 0 : restOfSequence(around, cut, encoding, isEnd);
}

function insidePair(bytes: Uint8Array, cut: number, encoding: TextEncoding): boolean {
  if (cut < 2 || cut + 2 > bytes.length) return false;
  const isBigEndian = encoding.label === 'utf-16be';
  const isHigh = (readUnit(bytes, cut - 2, isBigEndian) & 0xfc00) === 0xd800;
  return isHigh && (readUnit(bytes, cut, isBigEndian) & 0xfc00) === 0xdc00;
}

function continuations(bytes: Uint8Array, cut: number): number {
  let count = 0;
  while (count < CUT_REACH && ((bytes[cut + count] ?? 0) & 0xc0) === 0x80) count++;
  // Four in a row are the inside of no character.
  return count === CUT_REACH ? 0 : count;
}

const isNoLead = (byte: number): boolean => byte <= 0x80 || byte === 0xff;
/** GB 18030's sequences of four go lead, digit, lead, digit. */
const isNoLeadNorDigit = (byte: number): boolean => isNoLead(byte) && !(byte >= 0x30 && byte <= 0x39);

/** For each East Asian encoding the bytes behind which a character ends for certain, be they a whole one or the last of one. */
const lastBytes: ReadonlyMap<string, (byte: number) => boolean> = new Map([
  ['shift_jis', (byte) => isNoLead(byte) || (byte >= 0xa0 && byte <= 0xdf) || byte >= 0xfd],
  ['euc-jp', (byte) => byte < 0x8e || (byte > 0x8f && byte < 0xa1) || byte === 0xff],
  ['euc-kr', isNoLead],
  ['big5', isNoLead],
  ['gbk', isNoLeadNorDigit],
  ['gb18030', isNoLeadNorDigit],
]);

/** Goes back to a byte that ends a character and decodes from there. */
function restOfSequence(
  { bytes, lower, isLowerBoundary }: Surroundings,
  cut: number,
  encoding: TextEncoding,
  isEnd: (byte: number) => boolean,
): number {
  let from = cut;
  while (from > lower && !isEnd(bytes[from - 1] ?? 0)) from--;
  if (from <= lower && !isLowerBoundary) return 0;
  const to = Math.min(bytes.length, cut + 2 * CUT_REACH);
  let boundary: number | undefined;
  decodeCharacters(bytes, from, to, encoding, false, (_, start) => {
    if (start >= cut) boundary ??= start;
  });
  return (boundary ?? to) - cut;
}
