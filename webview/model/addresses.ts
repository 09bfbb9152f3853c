import {
  decimalDigits,
  formatDecimalOffset,
  formatHexOffset,
  hexDigits,
} from '../../extension/core/expressions/numbers.ts';
import type { SourceStatus, ViewLayout } from '../../extension/protocol/viewTypes.ts';

/** Digits of a group: whole groups only, so that the first one is no stub. */
const hexGroup = 4;

/** What the user is shown for an offset: itself, or the address that it stands for. */
export function placeOf(offset: number, { origin }: Pick<SourceStatus, 'origin'>): number | bigint {
  return origin === undefined ? offset : BigInt(`0x${origin}`) + BigInt(offset);
}

/** Digits that every place of a source fits into, `end` being the one after the last byte. */
export function addressDigits(end: number | bigint, layout: ViewLayout): number {
  return layout.addressRadix === 'hex' ? Math.ceil(hexDigits(end) / hexGroup) * hexGroup : decimalDigits(end);
}

/** A place as the view shows it: digits in groups, filled up to a column of one width. */
export function addressText(place: number | bigint, layout: ViewLayout, digits: number): string {
  return layout.addressRadix === 'hex'
    ? formatHexOffset(place, { digits, group: true, upperCase: layout.upperCase })
    : formatDecimalOffset(place, { digits, group: true });
}
