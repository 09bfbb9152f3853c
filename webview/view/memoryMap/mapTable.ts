import * as l10n from '@vscode/l10n';
import type { ChosenColumns, MapColumn } from '../../../extension/core/memoryMap/mapColumns.ts';
import type { MapWords } from '../../../extension/protocol/mapTypes.ts';
import type { Typography } from '../../../extension/protocol/viewTypes.ts';
import type { Move } from '../../model/keymap.ts';
import type { MapModel } from '../../model/memoryMap/mapModel.ts';
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
import { cellHover, cellText, regionLines } from './cells.ts';
import { ColumnLayout } from './columnLayout.ts';
import { TableHead } from './tableHead.ts';
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

/** What a hover is about: one cell, or the region with all that is known of it. */
interface HoverSpot {
  readonly code: number;
  readonly column?: MapColumn;
}

/** Milliseconds without a turn of the wheel after which rows stand still. */
const stillAfter = 150;

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
  readonly hover: Hover<HoverSpot>;
  readonly #head: TableHead;
  readonly #clip = element('div', { class: 'clip' });
  readonly #viewport: HTMLElement;
  readonly #scrollbar: Scrollbar;
  readonly #layout: ColumnLayout;
  readonly #words: MapWords;
  readonly #redraw: () => void;
  #pool: RowPool;
  /** Those that show. */
  #columns: readonly MapColumn[] = [];
  #typography: Typography;
  #metrics: Metrics;
  #position: ScrollPosition = { row: 0, pixels: 0 };
  #height = 0;
  #scene: TableScene | undefined;
  #drawn: { contents: number; position: ScrollPosition; height: number } | undefined;
  /** Pixels that the columns are scrolled to the left. */
  #scrolledLeft = 0;
  /** Set while the wheel turns. */
  #passing: ReturnType<typeof setTimeout> | undefined;

  /** Must be in the document before `draw`: `attached` measures it. `redraw` is called when what shows has moved. */
  constructor(chosen: ChosenColumns, typography: Typography, words: MapWords, events: TableEvents, redraw: () => void) {
    this.#layout = new ColumnLayout(chosen, words);
    this.#typography = typography;
    this.#metrics = { characterWidth: 8, rowHeight: 18, fontSize: 14 };
    this.#words = words;
    this.#redraw = redraw;
    this.#pool = new RowPool(this.#columns);
    this.#head = new TableHead(words, events.onSort);
    this.#viewport = element('div', { class: 'viewport' }, this.#head.element, this.#clip);
    this.#clip.append(this.#pool.container);
    this.grid.append(this.#viewport);
    this.hover = new Hover((spot) => this.#hoverWords(spot));
    const scrolling = {
      onRatio: (ratio: number) => this.scrollTo({ row: 0, pixels: ratio * this.#overflow }),
      onRows: (rows: number) => this.scrollByRows(rows),
    };
    this.#scrollbar = new Scrollbar(scrolling, l10n.t('Position in the table'));
    this.element = element('div', { class: 'main' }, this.grid, this.#scrollbar.element);
    listenToTable(this.grid, this.#clip, {
      ...events,
      codeAt: (y) => this.#codeAt(y),
      dismisses: (key) => this.#dismisses(key),
      onWheel: (pixels) => {
        this.#letPass();
        this.scrollTo({ ...this.#position, pixels: this.#position.pixels + pixels });
      },
      onSideways: (pixels) => this.#viewport.scrollBy({ left: pixels }),
      onHover: (spot, x, y) => this.hover.over(spot, x, y),
    });
    this.#viewport.addEventListener('scroll', () => {
      this.#scrolledLeft = this.#viewport.scrollLeft;
      this.#redraw();
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

  layout(chosen: ChosenColumns, typography: Typography): void {
    this.#typography = typography;
    this.#layout.chosen = chosen;
    this.#drawn = undefined;
    this.attached();
  }

  scrollTo(position: ScrollPosition): void {
    const before = this.#position;
    this.#position = scrolledBy({ row: position.row, pixels: 0 }, position.pixels, this.#extent);
    if (before.row !== this.#position.row || before.pixels !== this.#position.pixels) this.hover.hide();
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

  /** Shows beside its row all that is known of a region, and answers it as lines; none where the row does not show. */
  async explain(code: number): Promise<readonly string[]> {
    const row = this.#clip.querySelector(`#region-${code}`);
    return row === null ? [] : await this.hover.show({ code }, row.getBoundingClientRect());
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
      const fitting = this.#layout.fitting(column, whole);
      setText(text, fitting);
      if (column === 'name' || this.#layout.isCompact) {
        setAttribute(place, 'aria-label', fitting === whole ? undefined : whole);
      }
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
    const room = { width: this.#viewport.clientWidth, left: this.#scrolledLeft };
    const columns = this.#layout.fit(space, sort, this.#metrics, room);
    if (columns === undefined) return;
    this.grid.classList.toggle('map-compact', this.#layout.isCompact);
    this.#show(columns);
    this.#drawn = undefined;
    this.#head.show(columns, sort);
  }

  /** Rows have a cell for each column: with others they are other rows. */
  #show(columns: readonly MapColumn[]): void {
    if (columns.join() === this.#columns.join()) return;
    this.#columns = columns;
    const pool = new RowPool(columns);
    this.#pool.container.replaceWith(pool.container);
    this.#pool = pool;
  }

  /** While rows fly by none is pointed at: to find which one is costs as much of a frame as to write them. */
  #letPass(): void {
    this.#clip.classList.add('scrolling');
    clearTimeout(this.#passing);
    this.#passing = setTimeout(() => this.#clip.classList.remove('scrolling'), stillAfter);
  }

  #dismisses(key: string): boolean {
    const wasShown = this.hover.isShown;
    this.hover.hide();
    return wasShown && key === 'Escape';
  }

  #codeAt(clientY: number): number | undefined {
    const scene = this.#scene;
    const y = clientY - this.#clip.getBoundingClientRect().top + this.#position.pixels;
    const at = this.#position.row + Math.floor(y / this.#metrics.rowHeight);
    return y < 0 ? undefined : scene?.model.order[at];
  }

  #hoverWords({ code, column }: HoverSpot): readonly string[] {
    if (this.#scene === undefined) return [];
    const region = this.#scene.model.region(code);
    return column === undefined ? regionLines(region, this.#words) : cellHover(column, region, this.#words);
  }
}
