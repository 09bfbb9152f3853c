import type { TableColumns } from '../../model/memoryMap/narrowTable.ts';

/** Where columns stand, as CSS. The name takes what is left; without it the last column does. */
export function columnRules({ columns, widths }: TableColumns, rowHeight: number): string {
  const found = columns.indexOf('name');
  const flexible = found < 0 ? columns.length - 1 : found;
  const sum = (some: readonly number[]) => some.reduce((all, width) => all + width, 0);
  const rules = columns.map((column, at) => {
    const [left, right] = [sum(widths.slice(0, at)), sum(widths.slice(at + 1))];
    const place =
      at < flexible ? `left:${left}px` : at > flexible ? `right:${right}px` : `left:${left}px;right:${right}px`;
    return `.map-grid .cell-${column}{${place}${at === flexible ? '' : `;width:${widths[at]}px`}}`;
  });
  rules.push(`.map-grid{--row-height:${rowHeight}px;--row-width:${sum(widths)}px}`);
  return rules.join('\n');
}
