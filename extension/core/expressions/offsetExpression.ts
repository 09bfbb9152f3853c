/**
 * What a person may type where an offset is asked for. Case does not matter, nor do spaces around signs.
 *
 *   0x1F  1Fh  1F h         hexadecimal; groups by `_` or `'`, or of four digits by a space, as addresses are shown:
 *                           `0x0000 1F00`, `0000 1F00h`
 *   31  1_000  1 000 000    decimal; groups by `_` or `'`, or of three digits by a space
 *   4K 4KiB 1.5GiB 2M 1T 1P binary units: 1024, 1024^2 …; also `4Ki`
 *   4kB 1MB 1GB 1TB 1PB     decimal units: 1000, 1000^2 …
 *   512 B                   bytes; the space is needed, `512B` could be hexadecimal
 *   50%  33.3%              of the size
 *   start  end  $  here     0, the size, the cursor, the cursor
 *   end - 1.5GiB + 12       sums and differences of all these
 *   +16  -4K                with a sign first: relative to the cursor
 *
 * Where offsets are addresses (`origin`), numbers are addresses too, `start` is the first and `end` the one after the
 * last, and a part of the size that stands first counts from the first: `50%` is the middle. Hexadecimal digits need no
 * mark then in the first number, if there is a letter or there are nine of them: `7f2a10d00010`, `5555 5555 4000`.
 *
 * Arithmetic is exact; a part of a byte is dropped term by term, and the result says so. Hexadecimal digits without a
 * mark (`1F`, `0000 1000`) are refused rather than guessed: read as decimal they would lead somewhere else.
 */
import type { SizeKind } from '../byteSource.ts';

export interface OffsetContext {
  /** The cursor's offset. */
  readonly cursor: number;
  /** The source's size in bytes. */
  readonly size: number;
  readonly sizeKind: SizeKind;
  /** What is typed for offset 0: the address of the first byte, where addresses are typed. Default 0. */
  readonly origin?: bigint | undefined;
}

/** `position` is the index in the text (UTF-16 units) where the trouble begins. */
export type OffsetProblem =
  | { readonly code: 'empty' }
  | { readonly code: 'tooLong'; readonly maxLength: number }
  /** `found` stands where a number, a name or a sign should. */
  | { readonly code: 'unexpected'; readonly position: number; readonly found: string }
  /** The text ends, or a sign follows, where a number should be. */
  | { readonly code: 'missingNumber'; readonly position: number }
  /** Hexadecimal digits without `0x` or `h`. `suggestion` is how to write them. */
  | { readonly code: 'bareHex'; readonly position: number; readonly suggestion: string }
  /** A fraction without a unit: `1.5`. */
  | { readonly code: 'fraction'; readonly position: number }
  /** `end` and `%` of a source without an end, or whose end cannot be addressed. */
  | { readonly code: 'noEnd'; readonly position: number; readonly sizeKind: 'endless' | 'clamped' }
  | { readonly code: 'beforeStart' }
  /** An address outside of the region. */
  | { readonly code: 'elsewhere'; readonly address: bigint }
  /** `lastOffset` is the last byte's; undefined where the source is empty. */
  | { readonly code: 'pastEnd'; readonly size: number; readonly lastOffset: number | undefined }
  /** Past 2^53 - 1, which no offset can be. */
  | { readonly code: 'tooLarge' };

export type OffsetResult =
  /** `offset` is 0 … size; `rounded` where a part of a byte was dropped (`33.3%`). */
  | { readonly ok: true; readonly offset: number; readonly rounded: boolean }
  | { readonly ok: false; readonly problem: OffsetProblem };

/** The value of an expression before it is held against the source: any whole number. */
export type ExpressionResult =
  | { readonly ok: true; readonly value: bigint; readonly rounded: boolean }
  | { readonly ok: false; readonly problem: OffsetProblem };

/** Nobody types more; it bounds the arithmetic. */
export const MAX_EXPRESSION_LENGTH = 256;

/** Never throws. */
export function parseOffset(text: string, context: OffsetContext): OffsetResult {
  const result = evaluate(text, context);
  if (!result.ok) return result;
  const problem = checkOffset(result.value, context);
  if (problem) return { ok: false, problem };
  return { ok: true, offset: Number(result.value - (context.origin ?? 0n)), rounded: result.rounded };
}

/** What keeps a value from being an offset in 0 … size, counted from the origin, or undefined. */
export function checkOffset(value: bigint, context: OffsetContext): OffsetProblem | undefined {
  const { origin } = context;
  if (origin !== undefined) {
    const isInside = value >= origin && value <= origin + BigInt(context.size);
    return isInside ? undefined : { code: 'elsewhere', address: value };
  }
  if (value < 0n) return { code: 'beforeStart' };
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return { code: 'tooLarge' };
  if (value > BigInt(context.size)) {
    return { code: 'pastEnd', size: context.size, lastOffset: context.size > 0 ? context.size - 1 : undefined };
  }
  return undefined;
}

/** `base` is added to the positions of problems, for a text that is part of a longer one. Never throws. */
export function evaluate(text: string, context: OffsetContext, base = 0): ExpressionResult {
  const fail = (problem: OffsetProblem): ExpressionResult => ({ ok: false, problem });
  if (text.length > MAX_EXPRESSION_LENGTH) return fail({ code: 'tooLong', maxLength: MAX_EXPRESSION_LENGTH });
  // Thin and no-break spaces come with pasted figures, U+2212 with pasted prose. All are one unit, so positions hold.
  const plain = text.replace(/\s/g, ' ').replace(/\u2212/g, '-');
  let at = skipSpaces(plain, 0);
  if (at === plain.length) return fail({ code: 'empty' });

  let value = 0n;
  let rounded = false;
  let sign = 1n;
  const { origin = 0n } = context;
  let isFirst = true;
  if (plain[at] === '+' || plain[at] === '-') {
    isFirst = false;
    value = origin + BigInt(context.cursor);
    sign = plain[at] === '-' ? -1n : 1n;
    at = skipSpaces(plain, at + 1);
  }
  for (; ; isFirst = false) {
    const term = readTerm(plain, at, context, base, isFirst);
    if ('code' in term) return fail(term);
    if (isFirst && term.isShare === true) value += origin;
    value += sign * term.value;
    rounded ||= term.rounded;
    at = skipSpaces(plain, term.end);
    if (at === plain.length) return { ok: true, value, rounded };
    if (plain[at] !== '+' && plain[at] !== '-') return fail(unexpected(text, at, base));
    sign = plain[at] === '-' ? -1n : 1n;
    at = skipSpaces(plain, at + 1);
  }
}

interface Term {
  readonly value: bigint;
  readonly rounded: boolean;
  /** A part of the size. */
  readonly isShare?: boolean;
  /** The index after the term. */
  readonly end: number;
}

// All are sticky and none may end in the middle of a word: (?![\w.]).
const HEX_PREFIX = /0x([0-9a-f]+(?:[_'][0-9a-f]+)*(?: [0-9a-f]{4}(?![\w'.]))*)(?![\w'.])/iy;
const HEX_SUFFIX = /([0-9a-f]+(?:[_'][0-9a-f]+)*(?: [0-9a-f]{4}(?=h| |$))*) ?h(?![\w'.])/iy;
const DECIMAL =
  /(\d{1,3}(?: \d{3}(?!\d))+|\d+(?:[_']\d+)*)(?:\.(\d+))?(?: ?(%|[kmgtp](?:i?b?)(?!\w))| (b)(?!\w)|(?![\w'.]))/iy;
const BARE_HEX = /[0-9a-f]+(?:[ _'][0-9a-f]+)*(?![\w.])/iy;
/** An address as maps and the view write it. Decimal digits alone are one where there are nine or more. */
const BARE_ADDRESS = /(?:(?=[0-9 _']*[a-f])|(?=(?:[0-9][ _']?){9}))[0-9a-f]+(?:[ _'][0-9a-f]+)*(?![\w.])/iy;
const NAME = /\$|start\b|end\b|here\b/iy;

/** `isFirst`: nothing stands before it, not even a sign; only there a number is an address and no distance. */
function readTerm(
  text: string,
  at: number,
  context: OffsetContext,
  base: number,
  isFirst: boolean,
): Term | OffsetProblem {
  const position = base + at;
  if (at >= text.length || text[at] === '+' || text[at] === '-') return { code: 'missingNumber', position };

  const name = matchAt(NAME, text, at);
  if (name) {
    const word = name[0].toLowerCase();
    if (word === 'end' && !hasEnd(context.sizeKind)) return { code: 'noEnd', position, sizeKind: context.sizeKind };
    const offset = word === 'start' ? 0 : word === 'end' ? context.size : context.cursor;
    return { value: (context.origin ?? 0n) + BigInt(offset), rounded: false, end: at + name[0].length };
  }

  const hex = matchAt(HEX_PREFIX, text, at) ?? matchAt(HEX_SUFFIX, text, at);
  if (hex) return { value: BigInt(`0x${digitsOf(hex[1])}`), rounded: false, end: at + hex[0].length };

  const address = context.origin === undefined || !isFirst ? undefined : matchAt(BARE_ADDRESS, text, at);
  if (address) return { value: BigInt(`0x${digitsOf(address[0])}`), rounded: false, end: at + address[0].length };

  const decimal = matchAt(DECIMAL, text, at);
  // `0000 1000`, in fours, is an address copied from the view; `1000 0000` as well.
  const pasted = matchAt(BARE_HEX, text, at);
  if (decimal && !(pasted && / /.test(pasted[0]) && pasted[0].length > decimal[0].length)) {
    return decimalTerm(decimal, at, context, base);
  }
  if (pasted) return { code: 'bareHex', position, suggestion: `0x${pasted[0]}` };
  return unexpected(text, at, base);
}

function decimalTerm(match: RegExpExecArray, at: number, context: OffsetContext, base: number): Term | OffsetProblem {
  const position = base + at;
  const [all, whole, fraction = '', unit, byteUnit] = match;
  const scaled = BigInt(digitsOf(whole) + fraction);
  const scale = 10n ** BigInt(fraction.length);
  let factor = 1n;
  let divisor = scale;
  if (unit === '%') {
    if (!hasEnd(context.sizeKind)) return { code: 'noEnd', position, sizeKind: context.sizeKind };
    factor = BigInt(context.size);
    divisor *= 100n;
  } else if (unit) {
    factor = unitFactor(unit.toLowerCase());
  } else if (fraction && !byteUnit) {
    return { code: 'fraction', position };
  }
  const product = scaled * factor;
  const rounded = product % divisor !== 0n;
  return { value: product / divisor, rounded, isShare: unit === '%', end: at + all.length };
}

/** `unit` is `k`, `ki`, `kib` (binary) or `kb` (decimal), or the same with another letter first. */
function unitFactor(unit: string): bigint {
  const power = BigInt('kmgtp'.indexOf(unit.charAt(0)) + 1);
  return (unit.endsWith('b') && unit.length === 2 ? 1000n : 1024n) ** power;
}

function hasEnd(sizeKind: SizeKind): sizeKind is 'exact' | 'read' {
  return sizeKind === 'exact' || sizeKind === 'read';
}

function unexpected(text: string, at: number, base: number): OffsetProblem {
  // One word is enough to point at; a surrogate pair stays whole.
  const found = /^(?:[\w.]+|[\s\S])/u.exec(text.slice(at))?.[0] ?? '';
  return { code: 'unexpected', position: base + at, found };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function digitsOf(grouped: string | undefined): string {
  return (grouped ?? '').replace(/[ _']/g, '');
}

function skipSpaces(text: string, at: number): number {
  while (text[at] === ' ') at++;
  return at;
}
