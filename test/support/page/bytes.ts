// Sources that need no disk: a function from an offset to a byte. The page's fake host and the tests share them.

export type Bytes =
  /** A hash of the offset: no two places look alike. */
  | { readonly kind: 'pattern'; readonly size: number }
  | { readonly kind: 'zeros'; readonly size: number }
  /** Lines of 64 bytes, each with its number. */
  | { readonly kind: 'lines'; readonly size: number }
  /** One line without an end, in which every byte tells its place a little. */
  | { readonly kind: 'endlessLine'; readonly size: number }
  | { readonly kind: 'given'; readonly hex: string };

export const lineLength = 64;

export function sizeOf(bytes: Bytes): number {
  return bytes.kind === 'given' ? bytes.hex.length / 2 : bytes.size;
}

export function byteAt(bytes: Bytes, offset: number): number {
  switch (bytes.kind) {
    case 'pattern':
      return hash(offset);
    case 'zeros':
      return 0;
    case 'lines':
      return lineText(Math.floor(offset / lineLength)).charCodeAt(offset % lineLength);
    case 'endlessLine':
      return 0x61 + (Math.floor(offset / 10) % 26);
    case 'given':
      return Number.parseInt(bytes.hex.slice(2 * offset, 2 * offset + 2), 16);
  }
}

/** The whole line with its newline. */
export function lineText(number: number): string {
  return `${`line ${number} `.padEnd(lineLength - 1, 'abcdefghijklmnopqrstuvwxyz')}\n`;
}

export function given(text: string | Uint8Array): Bytes {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return { kind: 'given', hex: hexOf(bytes) };
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function slice(bytes: Bytes, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const end = Math.min(sizeOf(bytes), offset + length);
  const result = new Uint8Array(Math.max(0, end - offset));
  let line = -1;
  let text = '';
  for (let i = 0; i < result.length; i++) {
    if (bytes.kind === 'lines') {
      const number = Math.floor((offset + i) / lineLength);
      if (number !== line) {
        line = number;
        text = lineText(number);
      }
      result[i] = text.charCodeAt((offset + i) % lineLength);
    } else result[i] = byteAt(bytes, offset + i);
  }
  return result;
}

function hash(offset: number): number {
  let mixed = ((offset % 2 ** 32) | 0) ^ Math.imul(Math.floor(offset / 2 ** 32), 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) & 0xff;
}
