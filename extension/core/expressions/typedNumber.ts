/** A number of a type in so many bytes: written down by a person, and as it stands in memory. */

/** The types in the order they are offered in. */
export const numberTypes = ['u8', 'u16', 'u32', 'u64', 'i8', 'i16', 'i32', 'i64', 'f32', 'f64'] as const;
export type NumberType = (typeof numberTypes)[number];

export type ByteOrder = 'little' | 'big';

/** A type with its order, which one byte has none of. */
export interface NumberForm {
  readonly type: NumberType;
  readonly order: ByteOrder;
}

export type TypedNumberResult =
  /** `isRounded`: the type has no such number, this is the nearest. */
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer>; readonly isRounded: boolean }
  | {
      readonly ok: false;
      readonly problem:
        | { readonly code: 'empty' | 'notANumber' }
        /** A fraction or an exponent where only whole numbers are. */
        | { readonly code: 'notWhole' }
        /** More than one character between the quotes, or none. */
        | { readonly code: 'notOneCharacter' }
        | { readonly code: 'outOfRange'; readonly least: string; readonly most: string };
    };

/** Bytes: 1, 2, 4 or 8. */
export function numberSize(type: NumberType): number {
  return Number(type.slice(1)) / 8;
}

const DECIMAL = /^[+-]?\d+$/;
const MARKED = /^([+-]?)(0x[0-9a-f]+|0b[01]+|0o[0-7]+)$/i;
const FRACTION = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const QUOTED = /^'(.*)'$/s;
/** Digits are grouped as programs and people do. */
const BETWEEN_DIGITS = /(?<=[0-9a-f])[_ \u2009\u202f'](?=[0-9a-f])/gi;

/**
 * `42`, `-1`, `0x2A`, `0b101010`, `0o52`, `1_000_000`, `'A'` (its code point), and of floats `1.5`, `2e10`, `nan`, `-inf`.
 * Hex, binary and octal without a sign may also be the bits of a negative number: `0xFF` of an i8 is -1. Never throws.
 */
export function parseNumber(text: string, { type, order }: NumberForm): TypedNumberResult {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: false, problem: { code: 'empty' } };
  const quoted = QUOTED.exec(trimmed);
  if (quoted !== null) {
    const [first, ...others] = quoted[1] ?? '';
    if (first === undefined || others.length > 0) return { ok: false, problem: { code: 'notOneCharacter' } };
    return parseNumber(String(first.codePointAt(0)), { type, order });
  }
  const plain = trimmed.replace(BETWEEN_DIGITS, '');
  return type === 'f32' || type === 'f64' ? parseFloatOf(type, plain, order) : parseWhole(type, plain, order);
}

/** As parseNumber takes it: a whole number in decimal, a float as short as it can be told from all others. */
export function formatNumber(bytes: Uint8Array, { type, order }: NumberForm): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, numberSize(type));
  const isLittle = order === 'little';
  if (type === 'f64') return floatText(view.getFloat64(0, isLittle));
  if (type === 'f32') return floatText(view.getFloat32(0, isLittle), (text) => Math.fround(Number(text)));
  const bits = 8 * numberSize(type);
  const whole = wholeOf(bytes.subarray(0, numberSize(type)), order);
  return (type.startsWith('i') ? BigInt.asIntN(bits, whole) : whole).toString();
}

function parseWhole(type: NumberType, text: string, order: ByteOrder): TypedNumberResult {
  const bits = BigInt(8 * numberSize(type));
  const marked = MARKED.exec(text);
  if (marked === null && !DECIMAL.test(text)) {
    return { ok: false, problem: { code: FRACTION.test(text) ? 'notWhole' : 'notANumber' } };
  }
  const [, sign = '', digits = ''] = marked ?? [];
  const value = marked === null ? BigInt(text.replace(/^\+/, '')) : BigInt(digits) * (sign === '-' ? -1n : 1n);
  const isSigned = type.startsWith('i');
  const least = isSigned ? -(1n << (bits - 1n)) : 0n;
  const most = (1n << (isSigned ? bits - 1n : bits)) - 1n;
  // What is written in the digits of bits may be meant as those.
  const limit = marked !== null && sign === '' ? (1n << bits) - 1n : most;
  if (value < least || value > limit) return outOfRange(least.toString(), most.toString());
  const bytes = new Uint8Array(numberSize(type));
  for (let i = 0; i < bytes.length; i++) {
    const shift = BigInt(8 * (order === 'little' ? i : bytes.length - 1 - i));
    bytes[i] = Number((value >> shift) & 0xffn);
  }
  return { ok: true, bytes, isRounded: false };
}

const largestF32 = 3.4028234663852886e38;

function parseFloatOf(type: 'f32' | 'f64', text: string, order: ByteOrder): TypedNumberResult {
  const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i.exec(text);
  if (special === null && !FRACTION.test(text)) return { ok: false, problem: { code: 'notANumber' } };
  const infinity = special?.[1] === '-' ? -Infinity : Infinity;
  const value = special === null ? Number(text) : special[2] === undefined ? infinity : Number.NaN;
  const stored = type === 'f32' ? Math.fround(value) : value;
  // Only where infinity was written is it meant.
  if (special === null && !Number.isFinite(stored)) {
    const most = floatText(type === 'f32' ? largestF32 : Number.MAX_VALUE);
    return outOfRange(`-${most}`, most);
  }
  const bytes = new Uint8Array(numberSize(type));
  const view = new DataView(bytes.buffer);
  if (type === 'f32') view.setFloat32(0, value, order === 'little');
  else view.setFloat64(0, value, order === 'little');
  const isRounded = !Object.is(stored, value) || (value === 0 && /[1-9]/.test(text.replace(/e.*/i, '')));
  return { ok: true, bytes, isRounded };
}

/** `read`: what a text comes back as; a shorter one that comes back the same is as good. */
function floatText(value: number, read: (text: string) => number = Number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0';
  for (let digits = 1; digits <= 17; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (read(String(shorter)) === value) return String(shorter);
  }
  return String(value);
}

function wholeOf(bytes: Uint8Array, order: ByteOrder): bigint {
  const highFirst = order === 'big' ? bytes : bytes.toReversed();
  return highFirst.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function outOfRange(least: string, most: string): TypedNumberResult {
  return { ok: false, problem: { code: 'outOfRange', least, most } };
}
