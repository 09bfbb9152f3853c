/** Bytes as a person types them in hex, and a pattern of bytes laid out again and again. */

export type HexBytesResult =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
      readonly ok: false;
      readonly problem:
        | { readonly code: 'empty' }
        /** `found` is no hex digit; `position` is its index in the text. */
        | { readonly code: 'notHex'; readonly found: string; readonly position: number }
        /** Half a byte is left over in the group of digits that begins at `position`. */
        | { readonly code: 'halfByte'; readonly position: number };
    };

/** Digits of one group, with what C, Python and dumps put in front; groups stand apart by blanks, `,` `;` `:` `-` `_`. */
const GROUP = /(?:0x|\\x)?([0-9a-f]+)h?/iy;
const BETWEEN = /[\s,;:_-]*/y;

/** `DE AD BE EF`, `deadbeef`, `0xDE, 0xAD`, `\xde\xad`, `de:ad`: the bytes in the order they are written. Never throws. */
export function parseHexBytes(text: string): HexBytesResult {
  const bytes: number[] = [];
  for (let at = skip(text, 0); at < text.length; ) {
    GROUP.lastIndex = at;
    const group = GROUP.exec(text);
    if (group === null) {
      const found = String.fromCodePoint(text.codePointAt(at) ?? 0);
      return { ok: false, problem: { code: 'notHex', found, position: at } };
    }
    // A digit by itself is a whole byte only where it says what it is: `0x5`.
    const [all, digits = ''] = group;
    const isMarked = all.length > digits.length;
    const even = digits.length === 1 && isMarked ? `0${digits}` : digits;
    const next = skip(text, at + all.length);
    const isBroken = next === at + all.length && next < text.length;
    if (even.length % 2 !== 0 && !isBroken) return { ok: false, problem: { code: 'halfByte', position: at } };
    for (let i = 0; i < even.length; i += 2) bytes.push(Number.parseInt(even.slice(i, i + 2), 16));
    at = next;
  }
  return bytes.length === 0 ? { ok: false, problem: { code: 'empty' } } : { ok: true, bytes: Uint8Array.from(bytes) };
}

/** Lays `pattern` (not empty) out over `into`, as if it began at offset 0 and `into` at `offset`. */
export function repeatPattern(pattern: Uint8Array, offset: number, into: Uint8Array): void {
  const phase = offset % pattern.length;
  const first = Math.min(into.length, pattern.length);
  for (let i = 0; i < first; i++) into[i] = pattern[(phase + i) % pattern.length] ?? 0;
  // Each copy doubles what is there; whole patterns stay in phase.
  for (let done = first; done < into.length; done *= 2) into.copyWithin(done, 0, Math.min(done, into.length - done));
}

function skip(text: string, at: number): number {
  BETWEEN.lastIndex = at;
  BETWEEN.exec(text);
  return BETWEEN.lastIndex;
}
