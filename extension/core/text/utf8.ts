/** UTF-8 as the names of files need it: strict where a name must survive, lossy where it must look like Node's. */

/** A strictly decoded code point: `codePoint` is -1 where the `length` bytes (1 … 3) are not UTF-8. */
export interface Utf8Step {
  codePoint: number;
  length: number;
}

/**
 * Decodes the code point at `at` (which must be < `end`) into `step`, allocating nothing. Malformed bytes are taken
 * as the Encoding Standard takes them: the longest prefix of a possible sequence is one error, so that every decoder
 * (TextDecoder, Node's Buffer) sees the same number of U+FFFD.
 */
export function stepUtf8(bytes: Uint8Array, at: number, end: number, step: Utf8Step): void {
  const lead = bytes[at] ?? 0;
  step.length = 1;
  if (lead < 0x80) {
    step.codePoint = lead;
    return;
  }
  step.codePoint = -1;
  // The bounds of the second byte keep out overlong forms (E0, F0), surrogates (ED) and what lies past U+10FFFF (F4).
  const more = lead >= 0xc2 && lead <= 0xdf ? 1 : (lead & 0xf0) === 0xe0 ? 2 : lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
  if (more === 0) return;
  let lower = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  let upper = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  let codePoint = lead & (0x3f >> more);
  for (let index = 1; index <= more; index++) {
    const byte = at + index < end ? (bytes[at + index] ?? 0) : 0;
    if (byte < lower || byte > upper) return;
    lower = 0x80;
    upper = 0xbf;
    codePoint = (codePoint << 6) | (byte & 0x3f);
    step.length = index + 1;
  }
  step.codePoint = codePoint;
}

/** Whether the bytes are UTF-8 from the first to the last. */
export function isUtf8(bytes: Uint8Array): boolean {
  const step: Utf8Step = { codePoint: 0, length: 0 };
  for (let at = 0; at < bytes.length; at += step.length) {
    stepUtf8(bytes, at, bytes.length, step);
    if (step.codePoint < 0) return false;
  }
  return true;
}

/** The text of bytes that are UTF-8, with a leading BOM kept; undefined for any others. */
export function decodeUtf8Strict(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? lossyName(bytes) : undefined;
}

/**
 * The bytes of a text. A lone surrogate has no UTF-8 and becomes the bytes of U+FFFD: where that matters, ask
 * `isWellFormed` first.
 */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Whether a text has no lone surrogate, so that encodeUtf8 loses nothing. (`String.isWellFormed` is ES2024.) */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/**
 * Malformed bytes become U+FFFD just as in the names Node's readdir gives (and so VS Code's explorer shows): needed to
 * find the file behind such a name. Unlike TextDecoder by default, a leading BOM is kept, for it is part of the name.
 */
export function lossyName(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
