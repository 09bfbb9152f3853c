/** Bytes as text for the clipboard and for export. */
import { hexy } from 'hexy';
import { formatHexOffset, hexDigits } from './numbers.ts';

export interface HexOptions {
  /** Default true. */
  readonly upperCase?: boolean | undefined;
  /** Stands between two bytes. Default a space. */
  readonly separator?: string | undefined;
}

/** The digits of each byte: a selection of megabytes, and the first bytes of a view, must not be formatted one by one. */
const upperPairs = Array.from({ length: 256 }, (_, byte) => formatHexOffset(byte, { digits: 2 }));
const lowerPairs = upperPairs.map((pair) => pair.toLowerCase());

/** `7F 45 4C 46` */
export function asHex(bytes: Uint8Array, options: HexOptions = {}): string {
  const { upperCase = true, separator = ' ' } = options;
  const pairs = upperCase ? upperPairs : lowerPairs;
  return Array.from(bytes, (byte) => pairs[byte] ?? '').join(separator);
}

export interface HexDumpOptions {
  /** The offset, or address, of the first byte; every row shows its own. */
  readonly offset: number | bigint;
  /** 1 … 256, default 16. */
  readonly bytesPerRow?: number | undefined;
  /** Default 2, as xxd has it. */
  readonly bytesPerGroup?: 1 | 2 | 4 | 8 | undefined;
  /** Default false, as xxd has it. */
  readonly upperCase?: boolean | undefined;
}

/**
 * A classic dump in the layout of xxd, `00000000: 7f45 4c46 …  .ELF`, so that `xxd -r` reads it back. Every row ends
 * with a newline. Addresses have 8 digits, or as many as the last one needs, the same in all rows.
 *
 * hexy lays out the bytes. Not left to it: the addresses (it throws past 2^32), a Uint8Array (in Node it takes one for
 * UTF-8 text, and what is not becomes U+FFFD), DEL, which it would let through to the text column, and the gap between
 * the columns, which in single bytes is two spaces wider than xxd's.
 */
export function asHexDump(bytes: Uint8Array, options: HexDumpOptions): string {
  const { offset, bytesPerRow = 16, bytesPerGroup = 2, upperCase = false } = options;
  if (bytes.length === 0) return '';
  const perRow = Math.max(1, Math.min(256, Math.floor(bytesPerRow) || 16));
  const first = BigInt(offset);
  const digits = hexDigits(first + BigInt(bytes.length - 1));
  const dump = hexy(Array.from(bytes), {
    bytesPerLine: perRow,
    bytesPerGroup,
    caps: upperCase ? 'upper' : 'lower',
    showAddress: false,
  });
  const hexWidth = perRow * 2 + Math.ceil(perRow / bytesPerGroup);
  const rows = dump.replaceAll('\x7f', '.').split('\n').slice(0, -1);
  return rows
    .map((row, index) => {
      const start = index * perRow;
      const address = formatHexOffset(first + BigInt(start), { digits, upperCase: false });
      const text = row.slice(-Math.min(perRow, bytes.length - start));
      return `${address}: ${row.slice(0, hexWidth)} ${text}\n`;
    })
    .join('');
}
