/**
 * Names as people may safely see them. A name on Linux is any bytes but NUL and '/': it can hold a newline, an escape
 * sequence for a terminal, a bidi override that turns `gpj.exe` around, or bytes that are no text at all.
 *
 * What cannot be shown becomes an escape, as C, Rust and ls -b write them:
 *
 * - `\n` `\r` `\t`, other control characters below U+0080 as `\x1b`;
 * - a byte that is not UTF-8 as `\xff` (always 80 or above, so never the same as a control character);
 * - any other character that is invisible or acts on its neighbours (C1, bidi controls, zero width, line separators,
 *   soft hyphen, lone surrogates, variation selectors and their like) as `\u{202e}`;
 * - a backslash as `\\`, always: one rule, known from every language, and what reads as an escape is one.
 *
 * Without a cap, different names therefore always look different.
 */
import { stepUtf8, type Utf8Step } from './utf8.ts';

export interface PrintableOptions {
  /** The most UTF-16 units to give back (at least 3). Longer names lose their middle: the end tells names apart. */
  readonly maxLength?: number | undefined;
}

// Default_Ignorable_Code_Point is every character Unicode says to draw as nothing; Cn keeps out noncharacters and
// what no font can know.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const ELLIPSIS = '…';
/** Bytes that are first looked through for what needs an escape. */
const LONGEST_PLAIN = 4096;

/** The name, safe to show in one line of text. Never throws. It is not HTML: put it into a page as text. */
export function printableName(name: string | Uint8Array, options: PrintableOptions = {}): string {
  const { maxLength } = options;
  const plain = typeof name === 'string' ? undefined : plainText(name);
  if (plain !== undefined && (maxLength === undefined || plain.length <= maxLength)) return plain;
  const parts = typeof name === 'string' ? Array.from(name, escapeCharacter) : escapeBytes(name);
  return maxLength === undefined ? parts.join('') : shorten(parts, Math.max(3, Math.floor(maxLength) || 0));
}

/** Names that need no escape, which nearly all are: lists ask by the thousand. Undefined for others, and for long ones. */
function plainText(bytes: Uint8Array): string | undefined {
  if (bytes.length > LONGEST_PLAIN) return undefined;
  let text = '';
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

function escapeBytes(bytes: Uint8Array): string[] {
  const parts: string[] = [];
  const step: Utf8Step = { codePoint: 0, length: 0 };
  for (let at = 0; at < bytes.length; at += step.length) {
    stepUtf8(bytes, at, bytes.length, step);
    if (step.codePoint >= 0) {
      parts.push(escapeCharacter(String.fromCodePoint(step.codePoint)));
    } else {
      for (const byte of bytes.subarray(at, at + step.length)) parts.push(hexEscape(byte));
    }
  }
  return parts;
}

function escapeCharacter(character: string): string {
  if (character === '\\') return '\\\\';
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  if (!UNSAFE.test(character)) return character;
  const codePoint = character.codePointAt(0) ?? 0;
  return codePoint < 0x80 ? hexEscape(codePoint) : `\\u{${codePoint.toString(16)}}`;
}

function hexEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Takes whole parts from both ends, so that neither an escape nor a surrogate pair is cut in two. */
function shorten(parts: readonly string[], maxLength: number): string {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length <= maxLength) return parts.join('');
  const room = maxLength - ELLIPSIS.length;
  const take = (from: readonly string[], budget: number): string[] => {
    const taken: string[] = [];
    for (const part of from) {
      budget -= part.length;
      if (budget < 0) break;
      taken.push(part);
    }
    return taken;
  };
  const head = take(parts, Math.ceil(room / 2));
  const tail = take(parts.toReversed(), Math.floor(room / 2)).reverse();
  return head.join('') + ELLIPSIS + tail.join('');
}
