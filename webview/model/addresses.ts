import { decimalDigits, formatDecimalOffset, formatHexOffset, hexDigits } from '../../extension/core/numbers.ts';
import type { ViewLayout } from '../../extension/protocol/viewTypes.ts';

/** Digits of a group: whole groups only, so that the first one is no stub. */
const hexGroup = 4;

/** Digits that every address of a source of `size` bytes fits into. */
export function addressDigits(size: number, layout: ViewLayout): number {
  return layout.addressRadix === 'hex' ? Math.ceil(hexDigits(size) / hexGroup) * hexGroup : decimalDigits(size);
}

/** An address as the view shows it: digits in groups, filled up to a column of one width. */
export function addressText(offset: number, layout: ViewLayout, digits: number): string {
  return layout.addressRadix === 'hex'
    ? formatHexOffset(offset, { digits, group: true, upperCase: layout.upperCase })
    : formatDecimalOffset(offset, { digits, group: true });
}
