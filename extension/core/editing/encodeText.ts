import type { TextEncoding } from '../text/textEncodings.ts';
import { encodeUtf8 } from '../text/utf8.ts';

/** A character that an encoding has no bytes for. */
export interface NoBytes {
  readonly ok: false;
  readonly character: string;
}

export type EncodedText = { readonly ok: true; readonly bytes: Uint8Array } | NoBytes;

/** The encodings whose state or length no table of bytes can hold: of these, ASCII is written. */
const asciiOnly: ReadonlySet<string> = new Set(['iso-2022-jp']);

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

/** The bytes of a text in an encoding: what decoding turns into that text again. */
export function encodeText(text: string, encoding: TextEncoding): EncodedText {
  if (encoding.label === 'utf-8') {
    const lone = loneSurrogate(text);
    return lone === undefined ? { ok: true, bytes: encodeUtf8(text) } : { ok: false, character: lone };
  }
  if (encoding.unitWidth === 2) return { ok: true, bytes: utf16(text, encoding.label === 'utf-16le') };
  const bytes: number[] = [];
  for (const character of text) {
    const found = bytesOf(character, encoding);
    if (found === undefined) return { ok: false, character };
    bytes.push(...found);
  }
  return { ok: true, bytes: Uint8Array.from(bytes) };
}

function bytesOf(character: string, encoding: TextEncoding): readonly number[] | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (!encoding.isSingleByte && code < 0x80) return [code];
  let table = tables.get(encoding.label);
  if (table === undefined) {
    table = encoding.isSingleByte ? tableOfBytes(encoding) : tableOfPairs(encoding);
    tables.set(encoding.label, table);
  }
  return table.get(character);
}

/** What each byte decodes to, the other way round. */
function tableOfBytes({ label }: TextEncoding): ReadonlyMap<string, readonly number[]> {
  const table = new Map<string, readonly number[]>();
  const decoder = new TextDecoder(label);
  for (let byte = 0; byte < 256; byte++) {
    const character = decoder.decode(Uint8Array.of(byte));
    if (character !== '\ufffd' && character !== '' && !table.has(character)) table.set(character, [byte]);
  }
  return table;
}

/** What each byte, and each lead byte with a byte after it, decodes to, the other way round. The standard has no encoder but UTF-8's. */
function tableOfPairs({ label }: TextEncoding): ReadonlyMap<string, readonly number[]> {
  const table = new Map<string, readonly number[]>();
  if (asciiOnly.has(label)) return table;
  const decoder = new TextDecoder(label);
  const add = (bytes: readonly number[]) => {
    const character = decoder.decode(Uint8Array.from(bytes));
    const isOne = [...character].length === 1 && character !== '\ufffd';
    if (isOne && !table.has(character)) table.set(character, bytes);
  };
  for (let lead = 0x80; lead < 0x100; lead++) {
    add([lead]);
    for (let trail = 0x40; trail < 0x100; trail++) add([lead, trail]);
  }
  return table;
}

function utf16(text: string, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), isLittle);
  return bytes;
}

function loneSurrogate(text: string): string | undefined {
  return [...text].find((character) => character.length === 1 && character >= '\ud800' && character <= '\udfff');
}
