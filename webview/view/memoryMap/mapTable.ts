import * as l10n from '@vscode/l10n';
import { type MapColumn, sortKeyOf } from '../../../extension/core/memoryMap/mapColumns.ts';
import type { RegionSort } from '../../../extension/core/memoryMap/regionOrder.ts';
import type { MapWords } from '../../../extension/protocol/mapTypes.ts';
import type { Typography } from '../../../extension/protocol/viewTypes.ts';
import type { Move } from '../../model/keymap.ts';
import type { MapModel } from '../../model/memoryMap/mapModel.ts';
import { nameEnd } from '../../model/memoryMap/nameEnd.ts';
import {
  clampPosition,
  jumpedTo,
  revealed,
  type ScrollExtent,
  type ScrollPosition,
  scrolledBy,
} from '../../model/scrollPosition.ts';
import { element } from '../element.ts';
import { Hover } from '../hover.ts';
import { type Metrics, measure } from '../metrics.ts';
import { type Row, RowPool, setAttribute, setText } from '../rowPool.ts';
import { Scrollbar } from '../scrollbar.ts';
import { cellHover, cellText } from './cells.ts';
import { columnPadding, columnWidths } from './columnWidths.ts';
import { listenToTable, type TableInputEvents } from './tableInput.ts';

/** What the table draws. */
export interface TableScene {
  readonly model: MapModel;
  /** Grows with each change of what rows say. */
  readonly contents: number;
}

export interface TableEvents extends TableInputEvents {
  onSort(column: MapColumn): void;
}

/** The table of regions: as many rows as show, which get other regions as the table scrolls. */
export class MapTable {
  readonly element: HTMLElement;
  readonly grid = element('div', {
    id: 'grid',
    class: 'grid map-grid',
    role: 'grid',
    tabindex: '0',
    'aria-multiselectable': 'true',
    'aria-label': l10n.t('Regions'),
    'data-vscode-context': '{"webviewSection":"mapRow","preventDefaultContextMenuItems":true}',
  });
  readonly hover: Hover<{ readonly code: number; readonly column: MapColumn }>;
  readonly #head = element('div', {
    class: 'column-header map-head',
    role: 'row',
    'data-vscode-context': '{"webviewSection":"mapHeader","preventDefaultContextMenuItems":true}',
  });
  readonly #clip = element('div', { class: 'clip' });
  readonly #viewport = element('div', { class: 'viewport' }, this.#head, this.#clip);
  readonly #scrollbar: Scrollbar;
  readonly #sheet = new CSSStyleSheet();
  readonly #words: MapWords;
  readonly #events: TableEvents;
  readonly #redraw: () => void;
  #pool: RowPool;
  #columns: readonly MapColumn[];
  #typography: Typography;
  #metrics: Metrics;
  #position: ScrollPosition = { row: 0, pixels: 0 };
  #height = 0;
  #scene: TableScene | undefined;
  #drawn: { contents: number; position: ScrollPosition; height: number } | undefined;
  #laidOut = '';
  /** Characters that the column of names has room for. */
  #nameRoom = 0;

  /** Must be in the document before `draw`: `attached` measures it. `redraw` is called when what shows has moved. */
  constructor(
    columns: readonly MapColumn[],
    typography: Typography,
    words: MapWords,
    events: TableEvents,
    redraw: () => void,
  ) {
    this.#columns = columns;
    this.#typography = typography;
    this.#metrics = { characterWidth: 8, rowHeight: 18, fontSize: 14 };
    this.#words = words;
    this.#events = events;
    this.#redraw = redraw;
    this.#pool = new RowPool(columns);
    this.#clip.append(this.#pool.container);
    this.grid.append(this.#viewport);
    this.hover = new Hover(({ code, column }) => this.#hoverWords(code, column));
    const scrolling = {
      onRatio: (ratio: number) => this.scrollTo({ row: 0, pixels: ratio * this.#overflow }),
      onRows: (rows: number) => this.scrollByRows(rows),
    };
    this.#scrollbar = new Scrollbar(scrolling, l10n.t('Position in the table'));
    this.element = element('div', { class: 'main' }, this.grid, this.#scrollbar.element);
    document.adoptedStyleSheets.push(this.#sheet);
    listenToTable(this.grid, this.#clip, {
      ...events,
      codeAt: (y) => this.#codeAt(y),
      onWheel: (pixels) => this.scrollTo({ ...this.#position, pixels: this.#position.pixels + pixels }),
      onSideways: (pixels) => this.#viewport.scrollBy({ left: pixels }),
      onHover: (spot, x, y) => this.hover.over(spot, x, y),
    });
    new ResizeObserver(() => {
      const model = this.#scene?.model;
      const cursor = model?.placeOf(model.selection.cursor) ?? -1;
      const isShown = cursor >= 0 && this.#showsWhole(cursor);
      this.#height = this.#clip.clientHeight;
      // What stands beside the table comes and goes: the row that has the keyboard stays in sight.
      if (isShown) this.reveal(cursor, 'nearest');
      this.#redraw();
    }).observe(this.#clip);
  }

  /** The position of the first row that shows. */
  get top(): number {
    return this.#position.row;
  }

  /** Pixels of that row that are above the edge. */
  get pixels(): number {
    return this.#position.pixels;
  }

  /** Rows a page is: all that show whole but one. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.#height / this.#metrics.rowHeight) - 1);
  }

  attached(): void {
    this.#metrics = measure(this.grid, this.#typography);
    this.#height = this.#clip.clientHeight;
  }

  layout(columns: readonly MapColumn[], typography: Typography): void {
    this.#typography = typography;
    if (columns.join() !== this.#columns.join()) {
      this.#columns = columns;
      const pool = new RowPool(columns);
      this.#pool.container.replaceWith(pool.container);
      this.#pool = pool;
    }
    this.#laidOut = '';
    this.#drawn = undefined;
    this.attached();
  }

  scrollTo(position: ScrollPosition): void {
    const top = { row: position.row, pixels: 0 };
    this.#position = scrolledBy(top, position.pixels, this.#extent);
    this.hover.hide();
    this.#redraw();
  }

  scrollByRows(rows: number): void {
    this.scrollTo({ row: this.#position.row + rows, pixels: this.#position.pixels });
  }

  /** Shows the row at `at` in the order: `nearest` moves as little as it can, `jump` puts it where the eye looks. */
  reveal(at: number, how: 'nearest' | 'jump'): void {
    if (how === 'nearest') this.scrollTo(revealed(this.#position, at, this.#extent));
    else if (!this.#showsWhole(at)) this.scrollTo(jumpedTo(at, this.#extent));
  }

  /** Where the cursor goes in the order from `at`. */
  target(at: number, move: Move): number {
    const last = (this.#scene?.model.order.length ?? 0) - 1;
    const to = {
      up: at - 1,
      down: at + 1,
      pageUp: at - this.pageRows,
      pageDown: at + this.pageRows,
      rowStart: 0,
      start: 0,
      rowEnd: last,
      end: last,
      left: at,
      right: at,
    }[move];
    return Math.max(0, Math.min(last, to));
  }

  sideways(step: number): void {
    this.#viewport.scrollBy({ left: step * 10 * this.#metrics.characterWidth });
  }

  draw(scene: TableScene): void {
    this.#scene = scene;
    const { order, selection } = scene.model;
    this.#layOut(scene.model);
    this.#position = clampPosition(this.#position, this.#extent);
    const { rowHeight } = this.#metrics;
    const { row: first, pixels } = this.#position;
    const drawn = this.#drawn;
    const repaint = drawn === undefined || drawn.contents !== scene.contents;
    if (!repaint && drawn.position === this.#position && drawn.height === this.#height) return;
    this.#drawn = { contents: scene.contents, position: this.#position, height: this.#height };
    const count = Math.min(order.length - first, Math.ceil((this.#height + pixels) / rowHeight));
    this.#pool.show(
      { first, count: Math.max(0, count), pixels, rowHeight, repaint },
      (at, row) => this.#paint(scene.model, at, row),
      () => {},
    );
    const whole = order.length * rowHeight;
    const ratio = this.#overflow <= 0 ? 0 : (first * rowHeight + pixels) / this.#overflow;
    this.#scrollbar.show({ ratio, shown: whole === 0 ? 1 : this.#height / whole }, this.#height);
    this.grid.setAttribute('aria-rowcount', String(order.length + 1));
    const { cursor } = selection;
    this.grid.setAttribute('aria-activedescendant', cursor < 0 ? '' : `region-${cursor}`);
  }

  #showsWhole(at: number): boolean {
    const { rowHeight } = this.#metrics;
    const top = (at - this.#position.row) * rowHeight - this.#position.pixels;
    return top >= 0 && top + rowHeight <= this.#height;
  }

  get #extent(): ScrollExtent {
    const { rowHeight } = this.#metrics;
    return { rows: this.#scene?.model.order.length ?? 0, rowHeight, height: this.#height };
  }

  /** Pixels that can be scrolled. */
  get #overflow(): number {
    const { rows, rowHeight, height } = this.#extent;
    return Math.max(0, rows * rowHeight - height);
  }

  #paint(model: MapModel, at: number, row: Row): void {
    const { selection } = model;
    const code = model.order[at] ?? 0;
    const shown = model.region(code);
    const { space, row: index, mark } = shown;
    this.#columns.forEach((column, cell) => {
      const { text, element: place } = row.cells[cell] ?? {};
      if (text === undefined || place === undefined) return;
      const whole = cellText(column, shown, this.#words);
      const fitting = column === 'name' ? nameEnd(whole, this.#nameRoom) : whole;
      setText(text, fitting);
      if (column === 'name') setAttribute(place, 'aria-label', fitting === whole ? undefined : whole);
      if (column === 'kind') setAttribute(place, 'data-kind', space.kindOf(index));
    });
    const { element: line } = row;
    setAttribute(line, 'id', `region-${code}`);
    setAttribute(line, 'data-start', (space.columns.starts[index] ?? 0n).toString(16));
    setAttribute(line, 'data-change', mark?.kind);
    setAttribute(line, 'aria-rowindex', String(at + 2));
    setAttribute(line, 'aria-selected', String(selection.has(code)));
    line.classList.toggle('map-cursor', code === selection.cursor);
  }

  /** Columns and their places: anew where the widths or the sorting changed. */
  #layOut({ space, sort }: MapModel): void {
    const widths = columnWidths(this.#columns, space, this.#words, this.#metrics);
    const width = this.#clip.clientWidth;
    const key = `${width} ${widths.join()} ${this.#columns.join()} ${sort.key} ${sort.descending} ${this.#metrics.rowHeight}`;
    if (key === this.#laidOut) return;
    this.#laidOut = key;
    // The name takes what is left; without it the last column does.
    const found = this.#columns.indexOf('name');
    const flexible = found < 0 ? this.#columns.length - 1 : found;
    const sum = (some: readonly number[]) => some.reduce((all, width) => all + width, 0);
    const rules = this.#columns.map((column, at) => {
      const [left, right] = [sum(widths.slice(0, at)), sum(widths.slice(at + 1))];
      const place =
        at < flexible ? `left:${left}px` : at > flexible ? `right:${right}px` : `left:${left}px;right:${right}px`;
      return `.map-grid .cell-${column}{${place}${at === flexible ? '' : `;width:${widths[at]}px`}}`;
    });
    const needed = sum(widths);
    rules.push(`.map-grid{--row-height:${this.#metrics.rowHeight}px;--row-width:${needed}px}`);
    const nameWidth = (widths[found] ?? 0) + Math.max(0, width - needed);
    this.#nameRoom = Math.floor((nameWidth - columnPadding) / this.#metrics.characterWidth);
    this.#drawn = undefined;
    this.#sheet.replaceSync(rules.join('\n'));
    this.#showHead(sort);
  }

  #showHead(sort: RegionSort): void {
    const focused = [...this.#head.children].indexOf(document.activeElement ?? this.grid);
    const cells = this.#columns.map((column, at) => {
      const key = sortKeyOf(column);
      const isSorted = key === sort.key && column !== 'end';
      const arrow = isSorted ? ` ${sort.descending ? '▾' : '▴'}` : '';
      const cell = element('button', {
        class: `cell cell-${column}`,
        type: 'button',
        role: 'columnheader',
        tabindex: at === Math.max(0, focused) ? '0' : '-1',
        'data-column': column,
        ...(key === undefined
          ? {}
          : { 'aria-sort': isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none' }),
      });
      cell.append(`${this.#words.columns[column]}${arrow}`);
      if (key !== undefined) cell.addEventListener('click', () => this.#events.onSort(column));
      cell.addEventListener('keydown', (event) => {
        const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
        const next = this.#head.children[at + step];
        if (step !== 0 && next instanceof HTMLElement) next.focus();
        event.stopPropagation();
      });
      return cell;
    });
    this.#head.replaceChildren(...cells);
    cells[focused]?.focus();
  }

  #codeAt(clientY: number): number | undefined {
    const scene = this.#scene;
    const y = clientY - this.#clip.getBoundingClientRect().top + this.#position.pixels;
    const at = this.#position.row + Math.floor(y / this.#metrics.rowHeight);
    return y < 0 ? undefined : scene?.model.order[at];
  }

  #hoverWords(code: number, column: MapColumn): readonly string[] {
    return this.#scene === undefined ? [] : cellHover(column, this.#scene.model.region(code), this.#words);
  }
}
