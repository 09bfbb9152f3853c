import type { Column, ViewLayout } from '../../extension/protocol/viewTypes.ts';
import { addressDigits, addressText } from './addresses.ts';
import { columnGap, fittingBytesPerRow, type HexColumns, hexColumns, mostBytesPerRow } from './hexColumns.ts';

/** Pixels left of the address, as an editor's gutter has. */
export const leftMargin = 16;

/** Where everything of a row stands, in pixels from the left edge of the rows. */
export interface HexGeometry {
  readonly columns: HexColumns;
  readonly addressDigits: number;
  readonly characterWidth: number;
  /** From the left edge to one character behind the address. */
  readonly addressWidth: number;
  readonly hexLeft: number;
  readonly textLeft: number;
  readonly rowWidth: number;
}

/** The geometry for a source whose places end at `end`, in a view `width` pixels wide. */
export function hexGeometry(
  layout: ViewLayout,
  end: number | bigint,
  view: { readonly width: number; readonly characterWidth: number },
): HexGeometry {
  const { characterWidth } = view;
  const digits = addressDigits(end, layout);
  const addressLength = addressText(0, layout, digits).length;
  const fitting = Math.floor((view.width - leftMargin) / characterWidth);
  const bytesPerRow =
    layout.bytesPerRow === 'auto'
      ? fittingBytesPerRow(layout, fitting, addressLength)
      : Math.min(mostBytesPerRow, Math.max(1, Math.floor(layout.bytesPerRow)));
  const columns = hexColumns(layout, bytesPerRow);
  const addressWidth = leftMargin + (addressLength + 1) * characterWidth;
  const hexLeft = leftMargin + (addressLength + columnGap) * characterWidth;
  const textLeft = hexLeft + (columns.hexWidth + columnGap) * characterWidth;
  const rowWidth = textLeft + (bytesPerRow + columnGap) * characterWidth;
  return { columns, addressDigits: digits, characterWidth, addressWidth, hexLeft, textLeft, rowWidth };
}

/** Left edge and width of the byte at `index` of a row, in a column. */
export function cellAt(geometry: HexGeometry, index: number, column: Column): { left: number; width: number } {
  const { columns, characterWidth, hexLeft, textLeft } = geometry;
  return column === 'hex'
    ? { left: hexLeft + (columns.hexStart[index] ?? 0) * characterWidth, width: 2 * characterWidth }
    : { left: textLeft + index * characterWidth, width: characterWidth };
}

/** The column at `x`, and the index in the row of the byte whose cell is nearest to it. */
export function byteAt(geometry: HexGeometry, x: number): { readonly index: number; readonly column: Column } {
  const { columns, characterWidth, hexLeft, textLeft } = geometry;
  return x < textLeft - (columnGap * characterWidth) / 2
    ? { index: columns.byteAtHexChar((x - hexLeft) / characterWidth), column: 'hex' }
    : { index: columns.byteAtTextChar((x - textLeft) / characterWidth), column: 'text' };
}

/** What stands over the hex column: the offset in the row of each byte. */
export function headerText({ columns }: HexGeometry, upperCase: boolean): string {
  const header = new Array<string>(columns.hexWidth).fill(' ');
  columns.hexStart.forEach((start, index) => {
    const digits = (index & 0xff).toString(16).padStart(2, '0');
    const shown = upperCase ? digits.toUpperCase() : digits;
    header[start] = shown.charAt(0);
    header[start + 1] = shown.charAt(1);
  });
  return header.join('');
}
