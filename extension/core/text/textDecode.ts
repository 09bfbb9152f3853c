/**
 * From bytes to characters, each with the bytes it came from, in any of the offered encodings. TextDecoder alone gives a
 * text without saying which byte became what.
 */
import type { TextEncoding } from './textEncodings.ts';
import { stepUtf8, type Utf8Step } from './utf8.ts';

/** Takes a code point that came from the bytes from index `start` on. Indices never decrease. */
export type EmitCharacter = (codePoint: number, start: number) => void;

const REPLACEMENT = 0xfffd;

/**
 * Decodes bytes[from, to) and emits every character in order; malformed bytes as U+FFFD. `from` counts as a character
 * boundary. `isOdd` says whether index 0 lies at an odd offset of the source, for UTF-16's alignment. Never throws.
 */
export function decodeCharacters(
  bytes: Uint8Array,
  from: number,
  to: number,
  encoding: TextEncoding,
  isOdd: boolean,
  emit: EmitCharacter,
): void {
  if (encoding.unitWidth === 2) decodeUtf16(bytes, from, to, encoding.label === 'utf-16be', isOdd, emit);
  else if (encoding.label === 'utf-8') decodeUtf8(bytes, from, to, emit);
  else if (encoding.isSingleByte) decodeSingle(bytes, from, to, encoding, emit);
  else decodeLegacy(bytes, from, to, encoding, emit);
}

function decodeUtf8(bytes: Uint8Array, from: number, to: number, emit: EmitCharacter): void {
  const step: Utf8Step = { codePoint: 0, length: 0 };
  for (let at = from; at < to; at += step.length) {
    stepUtf8(bytes, at, to, step);
    emit(step.codePoint < 0 ? REPLACEMENT : step.codePoint, at);
  }
}

function decodeUtf16(
  bytes: Uint8Array,
  from: number,
  to: number,
  bigEndian: boolean,
  isOdd: boolean,
  emit: EmitCharacter,
): void {
  let at = from;
  // Half a unit, left over beside a hole.
  if (at < to && (at % 2 === 1) !== isOdd) emit(REPLACEMENT, at++);
  while (at < to) {
    if (at + 1 === to) {
      emit(REPLACEMENT, at);
      return;
    }
    const unit = readUnit(bytes, at, bigEndian);
    const low = (unit & 0xfc00) === 0xd800 && at + 3 < to ? readUnit(bytes, at + 2, bigEndian) : 0;
    if ((low & 0xfc00) === 0xdc00) {
      emit(0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff), at);
      at += 4;
    } else {
      emit((unit & 0xf800) === 0xd800 ? REPLACEMENT : unit, at);
      at += 2;
    }
  }
}

/** The UTF-16 code unit at an index; both its bytes must be there. */
export function readUnit(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  return bigEndian ? (first << 8) | second : (second << 8) | first;
}

const singleByteCodePoints = new Map<string, Uint16Array>();

function decodeSingle(bytes: Uint8Array, from: number, to: number, encoding: TextEncoding, emit: EmitCharacter): void {
  let table = singleByteCodePoints.get(encoding.label);
  if (!table) {
    table = new Uint16Array(256).map((_, byte) => feed(newDecoder(encoding), byte).charCodeAt(0) || 0);
    singleByteCodePoints.set(encoding.label, table);
  }
  for (let at = from; at < to; at++) emit(table[bytes[at] ?? 0] ?? REPLACEMENT, at);
}

/** The longest sequence is GB 18030's of 4 bytes, or an escape sequence and a pair in ISO 2022-JP. */
const MAX_SEQUENCE = 8;

/**
 * The East Asian encodings, through TextDecoder, a byte at a time: what comes out belongs to the bytes fed since the
 * last output. Where a sequence is malformed its first byte alone is the error, and decoding begins anew behind it:
 * the decoders of Node (ICU) and browsers disagree on how much an error covers, and ICU's even throws on some; this
 * asks them only whether a sequence is good. ISO 2022-JP's state is lost at an error and at the start of a piece.
 */
function decodeLegacy(bytes: Uint8Array, from: number, to: number, encoding: TextEncoding, emit: EmitCharacter): void {
  let decoder = newDecoder(encoding);
  let start = from;
  let at = from;
  while (at < to || start < to) {
    const byte = bytes[at] ?? 0;
    // In the ground state most of a log is ASCII. (ISO 2022-JP has no ground state to rely on.)
    if (at === start && byte >= 0x20 && byte < 0x7f && encoding.label !== 'iso-2022-jp') {
      emit(byte, at++);
      start = at;
      continue;
    }
    const isOver = at >= to;
    const text = isOver ? flush(decoder) : at - start >= MAX_SEQUENCE ? MALFORMED : feed(decoder, byte);
    // Nothing is left but escape sequences, which are no characters.
    if (isOver && text === '') return;
    at++;
    if (text === '') continue;
    if (text.includes(MALFORMED)) {
      emit(REPLACEMENT, start++);
      at = start;
      decoder = newDecoder(encoding);
    } else {
      // Big5 has sequences that are two characters.
      for (const character of text) emit(character.codePointAt(0) ?? REPLACEMENT, start);
      start = at;
    }
  }
}

const MALFORMED = '\ufffd';

function newDecoder(encoding: TextEncoding): TextDecoder {
  return new TextDecoder(encoding.label, { ignoreBOM: true });
}

function flush(decoder: TextDecoder): string {
  try {
    return decoder.decode();
  } catch {
    return MALFORMED;
  }
}

function feed(decoder: TextDecoder, byte: number): string {
  try {
    return decoder.decode(Uint8Array.of(byte), { stream: true });
  } catch {
    // Node's, where one byte makes more characters than it left room for: only malformed sequences do.
    return MALFORMED;
  }
}
