/** Lines and numbers out of bytes, for every parser here. A /proc file is bytes: the names in it may be no text. */

/** A line that is not what it should be. It costs its own record and no other. */
export interface BadLine {
  /** Counted from 1. */
  readonly line: number;
  readonly bytes: Uint8Array;
}

const NEWLINE = 0x0a;
const BLANK = 0x20;
const TAB = 0x09;

/**
 * Calls `take` with the bounds of every line, its newline left out, and counts from 1; what it answers false for is
 * bad. The kernel ends every line, so a last line without a newline was cut off, and what is cut off may well read as
 * a whole line with another number in it: it is bad, unasked.
 */
export function eachLine(
  bytes: Uint8Array,
  take: (start: number, end: number, line: number) => boolean,
): readonly BadLine[] {
  const bad: BadLine[] = [];
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (newline < 0 || !take(start, end, line)) bad.push({ line, bytes: bytes.slice(start, end) });
    start = end + 1;
  }
  return bad;
}

/** One character per byte: exact, and text only where the bytes are ASCII. For keys and words of the kernel's own. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** The first index from `at` on that is neither blank nor tab, or `end`. */
export function afterBlanks(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && (bytes[at] === BLANK || bytes[at] === TAB)) at++;
  return at;
}

/** The words of a range, set apart by any number of blanks and tabs. */
export function words(bytes: Uint8Array, start: number, end: number): readonly string[] {
  return latin1(bytes, start, end)
    .split(/[ \t]+/)
    .filter((word) => word !== '');
}

/** An unsigned decimal word as a number; undefined where it is none or not exact as a number. */
export function toNumber(word: string | undefined): number | undefined {
  if (word === undefined || !/^\d{1,16}$/.test(word)) return undefined;
  const value = Number(word);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The same with a sign allowed. */
export function toSigned(word: string | undefined): number | undefined {
  if (word?.[0] !== '-') return toNumber(word);
  const value = toNumber(word.slice(1));
  return value === undefined || value === 0 ? undefined : -value;
}

/** An unsigned 64-bit decimal word. */
export function toBigint(word: string | undefined): bigint | undefined {
  if (word === undefined || !/^\d{1,20}$/.test(word)) return undefined;
  const value = BigInt(word);
  return value < 1n << 64n ? value : undefined;
}

/** An octal word of at most 32 bits. */
export function toOctal(word: string | undefined): number | undefined {
  if (word === undefined || !/^[0-7]{1,11}$/.test(word)) return undefined;
  const value = Number.parseInt(word, 8);
  return value <= 0xffff_ffff ? value : undefined;
}

/**
 * A place in a line of a long listing, read field by field without making strings. Each read gives undefined where
 * the field is not there, and then the place means nothing.
 */
export class Cursor {
  readonly bytes: Uint8Array;
  at = 0;
  end = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Steps over one byte; false where another stands here. */
  skip(byte: number): boolean {
    if (this.at >= this.end || this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** Hex of 1 to 16 digits, small letters. */
  hex(): bigint | undefined {
    const { bytes, end } = this;
    let { at } = this;
    // 13 digits are exact as a number, and the rest of an address is rare.
    let high = 0;
    const from = at;
    for (let digit = hexDigit(bytes[at]); at < end && at - from < 13 && digit >= 0; digit = hexDigit(bytes[++at])) {
      high = high * 16 + digit;
    }
    if (at === from) return undefined;
    let low = 0;
    const middle = at;
    for (let digit = hexDigit(bytes[at]); at < end && at - middle < 4 && digit >= 0; digit = hexDigit(bytes[++at])) {
      low = low * 16 + digit;
    }
    if (at - from > 16) return undefined;
    this.at = at;
    return at === middle ? BigInt(high) : (BigInt(high) << BigInt(4 * (at - middle))) | BigInt(low);
  }

  /** Hex of 1 to 8 digits. */
  smallHex(): number | undefined {
    const { bytes, end } = this;
    const from = this.at;
    let value = 0;
    for (; this.at < end; this.at++) {
      const digit = hexDigit(bytes[this.at]);
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    return this.at === from || this.at - from > 8 ? undefined : value;
  }

  /** An unsigned 64-bit decimal. */
  decimal(): bigint | undefined {
    const from = this.at;
    const value = this.smallDecimal();
    if (value !== undefined) return BigInt(value);
    return this.at === from ? undefined : toBigint(latin1(this.bytes, from, this.at));
  }

  /** An unsigned decimal that a number holds exactly. Steps over the digits either way. */
  smallDecimal(): number | undefined {
    const { bytes, end } = this;
    const from = this.at;
    let value = 0;
    for (; this.at < end; this.at++) {
      const digit = (bytes[this.at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    return this.at > from && Number.isSafeInteger(value) ? value : undefined;
  }
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}
