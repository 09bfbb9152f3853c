import { element } from './element.ts';

/** Past this a row's own position is set back: browsers keep pixels as floats of limited precision. */
const furthestPixels = 500_000;

/** One row's element and its cells. What is in them belongs to whoever paints. */
export interface Row {
  readonly element: HTMLElement;
  readonly cells: readonly { readonly element: HTMLElement; readonly text: Text }[];
}

/**
 * The elements of the rows that show. A row keeps its element while it stays in view, so that scrolling by a few rows
 * writes only those few: the rest moves with the one transform of the container.
 */
export class RowPool {
  readonly container: HTMLElement;
  readonly #columns: readonly string[];
  /** By ordinal: the number a row has for as long as it shows. */
  readonly #rows = new Map<number, Row>();
  #base = 0;
  #rowHeight = 1;

  constructor(columns: readonly string[]) {
    this.container = rowsContainer();
    this.#columns = columns;
  }

  /**
   * Shows `count` rows from ordinal `first` on, the first moved up by `pixels`. `paint` is called for rows that were
   * not there before, and for all of them where `repaint` is set; `drop` for those whose element gets another row.
   */
  show(
    view: { first: number; count: number; pixels: number; rowHeight: number; repaint: boolean },
    paint: (ordinal: number, row: Row) => void,
    drop: (row: Row) => void,
  ): void {
    const { first, count, pixels, rowHeight } = view;
    const isTooFar = Math.abs(first - this.#base) * rowHeight > furthestPixels;
    // Where none of the rows stays, the new ones take their places: a row's own position costs a style and a layout.
    if (isTooFar || rowHeight !== this.#rowHeight || !this.#keepsAny(first, count)) {
      this.#base = first;
      this.#rowHeight = rowHeight;
      for (const [ordinal, row] of this.#rows)
        if (ordinal >= first && ordinal < first + count) this.#place(ordinal, row);
    }
    const free: Row[] = [];
    for (const [ordinal, row] of this.#rows) {
      if (ordinal >= first && ordinal < first + count) continue;
      this.#rows.delete(ordinal);
      drop(row);
      free.push(row);
    }
    // From the top to the bottom, so that each goes where one was.
    free.reverse();
    for (let ordinal = first; ordinal < first + count; ordinal++) {
      let row = this.#rows.get(ordinal);
      const isNew = row === undefined;
      if (row === undefined) {
        row = free.pop() ?? this.#make();
        this.#rows.set(ordinal, row);
        this.#place(ordinal, row);
      }
      if (isNew || view.repaint) paint(ordinal, row);
    }
    for (const row of free) row.element.remove();
    this.container.style.transform = `translateY(${-(first - this.#base) * rowHeight - pixels}px)`;
  }

  get(ordinal: number): Row | undefined {
    return this.#rows.get(ordinal);
  }

  /** Top of a row inside the container, pixels. */
  top(ordinal: number): number {
    return (ordinal - this.#base) * this.#rowHeight;
  }

  /** The rows that show, in no order. */
  entries(): IterableIterator<[number, Row]> {
    return this.#rows.entries();
  }

  #keepsAny(first: number, count: number): boolean {
    for (const ordinal of this.#rows.keys()) if (ordinal >= first && ordinal < first + count) return true;
    return false;
  }

  #place(ordinal: number, row: Row): void {
    const { style } = row.element;
    const top = `${this.top(ordinal)}px`;
    if (style.top !== top) style.top = top;
  }

  #make(): Row {
    const row = newRow(this.#columns);
    this.container.append(row.element);
    return row;
  }
}

export function newRow(columns: readonly string[]): Row {
  const cells = columns.map((name) => {
    const text = document.createTextNode('');
    const cell = element('span', { class: `cell cell-${name}`, role: 'gridcell', 'data-cell': name }, text);
    return { element: cell, text };
  });
  return { element: element('div', { class: 'row', role: 'row' }, ...cells.map((cell) => cell.element)), cells };
}

/** What rows are in. */
export function rowsContainer(): HTMLElement {
  return element('div', { class: 'rows', role: 'rowgroup' });
}

/** Writes a text node only where it differs, because a write costs a layout. Returns whether it wrote. */
export function setText(node: Text, text: string): boolean {
  if (node.data === text) return false;
  node.data = text;
  return true;
}

/** Writes an attribute only where it differs, because a write costs a style; undefined takes it away. */
export function setAttribute(element: HTMLElement, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
