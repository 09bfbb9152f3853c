import { parseHexBytes } from '../expressions/hexBytes.ts';
import type { TextEncoding } from '../text/textEncodings.ts';
import { encodeText } from './encodeText.ts';

export type PasteFormat = 'hex' | 'cArray' | 'base64' | 'text';

/** One way to read what was copied. */
export interface Pasted {
  readonly format: PasteFormat;
  readonly bytes: Uint8Array;
}

/**
 * What a text may be as bytes, the likeliest first: what is a list in braces or of numbers with commas, hex digits in pairs,
 * base64 of a shape that words do not have; and always the text itself, where its encoding has all of its characters.
 */
export function readPasted(text: string, encoding: TextEncoding): readonly Pasted[] {
  const found: Pasted[] = [];
  const add = (format: PasteFormat, bytes: Uint8Array | undefined) => {
    if (bytes !== undefined && bytes.length > 0) found.push({ format, bytes });
  };
  const trimmed = text.trim();
  add('cArray', cArray(trimmed));
  if (isHex(trimmed)) {
    const hex = parseHexBytes(trimmed);
    add('hex', hex.ok ? hex.bytes : undefined);
  }
  add('base64', base64(trimmed));
  const plain = encodeText(text, encoding);
  add('text', plain.ok ? plain.bytes : undefined);
  return found;
}

/** Only digits, blanks and what stands around digits: `dead` could be a word, and is offered as one too. */
function isHex(text: string): boolean {
  return /^[0-9a-fx\\\s,:-]+$/i.test(text) && /[0-9a-f]{2}/i.test(text);
}

const declaration = /^(?:[\w\s*]+(?:\[[^\]]*\])+\s*=\s*)?\{([\s\S]*)\}\s*;?$/;
const number = /^(?:0x[0-9a-f]+|0b[01]+|-?(?:0|[1-9]\d*)|'(?:[^'\\]|\\[\s\S])')$/i;
/** As C has it: with a zero in front. */
const octal = /^(-?)0([0-7]+)$/;

/** The values of `{0x7f, 69, …}` or of numbers with commas between, each a byte; undefined where it is no such list. */
function cArray(text: string): Uint8Array | undefined {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
  const inBraces = declaration.exec(withoutComments.trim())?.[1];
  const isC = inBraces !== undefined;
  const list = inBraces ?? withoutComments;
  if (!isC && !list.includes(',')) return undefined;
  const items = list.split(',').map((item) => item.trim());
  if (items.at(-1) === '') items.pop();
  // Without braces, pairs of digits are hex: `12, 34` in a dump.
  if (!isC && items.every((item) => /^[0-9a-f]{2}$/i.test(item))) return undefined;
  const values = items.map((item) => (number.test(item) ? numberIn(item) : isC ? octalIn(item) : undefined));
  if (values.length === 0 || values.some((value) => value === undefined || value < -128 || value > 255))
    return undefined;
  return Uint8Array.from(values as number[], (value) => value & 0xff);
}

function octalIn(item: string): number | undefined {
  const [, sign, digits = ''] = octal.exec(item) ?? [];
  return sign === undefined ? undefined : Number(`${sign}${Number.parseInt(digits, 8)}`);
}

function numberIn(item: string): number | undefined {
  if (!item.startsWith("'")) return Number(item);
  const inner = item.slice(1, -1);
  const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '0': 0, '\\': 92, "'": 39, '"': 34 };
  if (inner.startsWith('\\')) return escapes[inner.slice(1)];
  return inner.charCodeAt(0);
}

/** Words are letters too: base64 has padding or a digit or a sign, and the length that it must have. */
function base64(text: string): Uint8Array | undefined {
  const packed = text.replace(/\s+/g, '');
  if (packed.length < 8 || packed.length % 4 !== 0) return undefined;
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(packed) || !/[0-9+/=_-]/.test(packed)) return undefined;
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const data = packed.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  const bytes = new Uint8Array(Math.floor((data.length * 6) / 8));
  let bits = 0;
  let count = 0;
  let at = 0;
  for (const digit of data) {
    bits = ((bits << 6) | digits.indexOf(digit)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[at++] = bits >>> count;
  }
  return bytes;
}
