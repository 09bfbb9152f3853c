import { type MapColumn, sortKeyOf } from '../../../extension/core/memoryMap/mapColumns.ts';
import type { RegionSort } from '../../../extension/core/memoryMap/regionOrder.ts';
import type { MapWords } from '../../../extension/protocol/mapTypes.ts';
import { element } from '../element.ts';
import { columnMeaning } from './columnWords.ts';

/** The names of the columns, each a button that sorts by it. One stop for the Tab key: the arrows go on from there. */
export class TableHead {
  readonly element = element('div', {
    class: 'column-header map-head',
    role: 'row',
    'data-vscode-context': '{"webviewSection":"mapHeader","preventDefaultContextMenuItems":true}',
  });
  readonly #words: MapWords;
  readonly #onSort: (column: MapColumn) => void;

  constructor(words: MapWords, onSort: (column: MapColumn) => void) {
    this.#words = words;
    this.#onSort = onSort;
  }

  /** A button that has the keyboard keeps it, by its column. */
  show(columns: readonly MapColumn[], sort: RegionSort): void {
    const focused = document.activeElement?.parentElement === this.element ? document.activeElement : undefined;
    const at = focused instanceof HTMLElement ? columns.indexOf(focused.dataset['column'] as MapColumn) : -1;
    const cells = columns.map((each, index) => this.#cell(each, sort, index === Math.max(0, at)));
    this.element.replaceChildren(...cells);
    if (focused !== undefined) cells[Math.max(0, at)]?.focus();
  }

  #cell(column: MapColumn, sort: RegionSort, isStop: boolean): HTMLElement {
    const key = sortKeyOf(column);
    const isSorted = isSortedBy(column, sort);
    const arrow = isSorted ? ` ${sort.descending ? '▾' : '▴'}` : '';
    const order = sort.descending ? 'descending' : 'ascending';
    const cell = element('button', {
      class: `cell cell-${column}`,
      type: 'button',
      role: 'columnheader',
      tabindex: isStop ? '0' : '-1',
      title: columnMeaning(column),
      'data-column': column,
      ...(key === undefined ? {} : { 'aria-sort': isSorted ? order : 'none' }),
    });
    cell.append(`${this.#words.columns[column]}${arrow}`);
    if (key !== undefined) cell.addEventListener('click', () => this.#onSort(column));
    cell.addEventListener('keydown', (event) => {
      const to = event.key === 'ArrowRight' ? cell.nextElementSibling : cell.previousElementSibling;
      const isStep = event.key === 'ArrowRight' || event.key === 'ArrowLeft';
      if (isStep && to instanceof HTMLElement) to.focus();
      event.stopPropagation();
    });
    return cell;
  }
}

/** Whether a column bears the arrow. */
export function isSortedBy(column: MapColumn, { key }: RegionSort): boolean {
  return sortKeyOf(column) === key && column !== 'end';
}
