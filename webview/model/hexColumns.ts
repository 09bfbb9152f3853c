import type { ViewLayout } from '../../extension/protocol/viewTypes.ts';

/** Bytes between which the hex column has one more blank, to count by eye. */
const wideGapEvery = 8;

/** Most bytes a row may hold; beyond that a row is wider than any screen. */
export const mostBytesPerRow = 512;

/**
 * Where each byte of a row stands, counted in characters. Pure numbers: a character is one cell of a monospaced font,
 * whatever its width in pixels.
 */
export interface HexColumns {
  readonly bytesPerRow: number;
  /** Characters of the hex text of a full row. */
  readonly hexWidth: number;
  /** For the byte at each index of a row, the character where its two digits start. */
  readonly hexStart: readonly number[];
  /** Whether the bytes are shown in an order other than that of the file. */
  readonly isSwapped: boolean;
  /** The index in the row of the byte whose cell is nearest to that character of the hex text. */
  byteAtHexChar(char: number): number;
  /** The index in the row of the byte at that character of the decoded text. */
  byteAtTextChar(char: number): number;
}

export function hexColumns(layout: ViewLayout, bytesPerRow: number): HexColumns {
  const { groupSize, endianness } = layout;
  const hexStart = new Array<number>(bytesPerRow).fill(0);
  const byteOfChar: number[] = [];
  const isSwapped = endianness === 'little' && groupSize > 1;
  let char = 0;
  for (let first = 0; first < bytesPerRow; first += groupSize) {
    const size = Math.min(groupSize, bytesPerRow - first);
    if (first > 0) {
      byteOfChar[char++] = byteOfChar[char - 2] ?? 0;
      // The second blank of a wide gap is nearer to what follows it.
      if (first % wideGapEvery === 0) byteOfChar[char++] = first + (isSwapped ? size - 1 : 0);
    }
    for (let place = 0; place < size; place++) {
      const index = first + (isSwapped ? size - 1 - place : place);
      hexStart[index] = char;
      byteOfChar[char++] = index;
      byteOfChar[char++] = index;
    }
  }
  const hexWidth = char;
  return {
    bytesPerRow,
    hexWidth,
    hexStart,
    isSwapped,
    byteAtHexChar: (at) => byteOfChar[clamp(Math.floor(at), 0, hexWidth - 1)] ?? 0,
    byteAtTextChar: (at) => clamp(Math.floor(at), 0, bytesPerRow - 1),
  };
}

/** The largest multiple of 8 bytes whose row fits in `characters`, with an address of `addressWidth`; at least 8. */
export function fittingBytesPerRow(layout: ViewLayout, characters: number, addressWidth: number): number {
  let fitting = 8;
  for (let bytes = 16; bytes <= mostBytesPerRow; bytes += 8) {
    if (rowWidth(layout, bytes, addressWidth) > characters) break;
    fitting = bytes;
  }
  return fitting;
}

/** Characters between the address, the hex text and the decoded text, and after it. */
export const columnGap = 3;

function rowWidth(layout: ViewLayout, bytesPerRow: number, addressWidth: number): number {
  const groups = Math.ceil(bytesPerRow / layout.groupSize);
  const wideGaps = Math.floor((bytesPerRow - 1) / Math.max(wideGapEvery, layout.groupSize));
  return addressWidth + columnGap + bytesPerRow * 2 + (groups - 1) + wideGaps + columnGap + bytesPerRow + columnGap;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
