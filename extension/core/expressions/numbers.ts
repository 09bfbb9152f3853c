/** Numbers as Memglass writes them, everywhere the same. Offsets and sizes are whole, 0 … 2^53 - 1 (or a bigint). */

export interface HexOffsetOptions {
  /** At least so many digits, zero filled. See hexDigits. */
  readonly digits?: number | undefined;
  /** Whether to set groups of four digits, counted from the right, apart by a space. */
  readonly group?: boolean | undefined;
  /** Default true. */
  readonly upperCase?: boolean | undefined;
}

/** Eight digits hold 4 GiB, and most sources; fewer would make the columns jump between files. */
const MIN_HEX_DIGITS = 8;

/** U+202F, the narrow no-break space: ISO 80000's separator, the same in every locale, and no line breaks at it. */
const THIN_SPACE = '\u202f';

/** How many hex digits every offset of a source of `size` bytes fits into, its end included; at least 8. */
export function hexDigits(size: number | bigint): number {
  return Math.max(MIN_HEX_DIGITS, size.toString(16).length);
}

/** The same for decimal offsets, separators not counted; at least 1. */
export function decimalDigits(size: number | bigint): number {
  return size.toString(10).length;
}

/** An offset in hex without a prefix: `0000 1F00`. */
export function formatHexOffset(offset: number | bigint, options: HexOffsetOptions = {}): string {
  const { digits = 1, group = false, upperCase = true } = options;
  const hex = offset.toString(16).padStart(digits, '0');
  const cased = upperCase ? hex.toUpperCase() : hex;
  return group ? groupFromRight(cased, 4, ' ') : cased;
}

/**
 * An offset in decimal, right-aligned with plain spaces to the width of `digits` digits: `    7 936`. Grouped in
 * threes by a plain space, which unlike the thin one is a whole column of a monospace font.
 */
export function formatDecimalOffset(
  offset: number | bigint,
  options: { readonly digits?: number | undefined; readonly group?: boolean | undefined } = {},
): string {
  const { digits = 1, group = false } = options;
  const decimal = offset.toString(10);
  if (!group) return decimal.padStart(digits, ' ');
  return groupFromRight(decimal, 3, ' ').padStart(digits + Math.floor((digits - 1) / 3), ' ');
}

const SIZE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/**
 * A size to be grasped: exact below 1 KiB (`512 B`), then in binary units with one decimal below 100 (`1.5 GiB`,
 * `182 MiB`), rounded to nearest. For the exact figure see formatCount.
 */
export function formatSize(size: number | bigint): string {
  let value = Number(size);
  let unit = 0;
  // 1023.5 and more would be written as 1024 of the smaller unit.
  while (unit < SIZE_UNITS.length - 1 && (unit === 0 ? value >= 1024 : value >= 1023.5)) {
    value /= 1024;
    unit++;
  }
  // 99.95 and more would be written as 100.0.
  const text = unit === 0 || value >= 99.95 ? Math.round(value).toString() : value.toFixed(1).replace(/\.0$/, '');
  return `${text} ${SIZE_UNITS[unit]}`;
}

/** An exact count: grouped as `locale` (a BCP 47 tag) does, or by thin spaces in threes. */
export function formatCount(count: number | bigint, locale?: string): string {
  return locale === undefined ? groupFromRight(count.toString(10), 3, THIN_SPACE) : count.toLocaleString(locale);
}

/** `0x1F (31)`: where a person may need either. */
export function hexWithDecimal(value: number | bigint): string {
  return `0x${formatHexOffset(value)} (${value.toString(10)})`;
}

/** `0x7F2A10D00010 (+0x10)`: an address, and how far into its region it is. */
export function addressWithOffset(address: bigint, offset: number): string {
  return `0x${formatHexOffset(address)} (+0x${formatHexOffset(offset)})`;
}

function groupFromRight(digits: string, size: number, separator: string): string {
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= size) groups.unshift(digits.slice(Math.max(0, end - size), end));
  return groups.join(separator);
}
