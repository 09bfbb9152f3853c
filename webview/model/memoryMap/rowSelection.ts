/** Which rows of a table are selected, by codes that stay when the rows are sorted or filtered anew. */

/** The codes in the order in which they show. */
export type RowOrder = Uint32Array;

export class RowSelection {
  #selected: ReadonlySet<number> = new Set();
  #cursor = -1;
  #anchor = -1;

  /** The row that has the keyboard; -1 for none. */
  get cursor(): number {
    return this.#cursor;
  }

  get size(): number {
    return this.#selected.size;
  }

  /** In no order; another set after each change. */
  get rows(): ReadonlySet<number> {
    return this.#selected;
  }

  has(row: number): boolean {
    return this.#selected.has(row);
  }

  /** This row and no other. */
  only(row: number): void {
    this.#selected = new Set([row]);
    this.#cursor = row;
    this.#anchor = row;
  }

  /** These rows, and the keyboard at one that is among them or not; -1 for none. */
  set(rows: Iterable<number>, cursor: number): void {
    this.#selected = new Set(rows);
    this.#cursor = cursor;
    this.#anchor = cursor;
  }

  /** From where the selection began to this row, and nothing else. */
  extendTo(row: number, order: RowOrder): void {
    const from = order.indexOf(this.#anchor);
    const to = order.indexOf(row);
    if (from < 0 || to < 0) {
      this.only(row);
      return;
    }
    this.#selected = new Set(order.subarray(Math.min(from, to), Math.max(from, to) + 1));
    this.#cursor = row;
  }

  /** Adds the row, or takes it away. */
  toggle(row: number): void {
    const selected = new Set(this.#selected);
    if (!selected.delete(row)) selected.add(row);
    this.#selected = selected;
    this.#cursor = row;
    this.#anchor = row;
  }

  all(order: RowOrder): void {
    this.#selected = new Set(order);
    this.#cursor = order.includes(this.#cursor) ? this.#cursor : (order[0] ?? -1);
    this.#anchor = this.#cursor;
  }

  clear(): void {
    this.#selected = new Set();
    this.#anchor = this.#cursor;
  }

  /** Rows have got other codes, or are gone (-1). */
  move(codeOf: (row: number) => number): void {
    this.#selected = new Set([...this.#selected].map(codeOf).filter((row) => row >= 0));
    this.#cursor = this.#cursor < 0 ? -1 : codeOf(this.#cursor);
    this.#anchor = this.#anchor < 0 ? -1 : codeOf(this.#anchor);
  }

  /** What of it shows, in the order in which it shows. */
  shown(order: RowOrder): Uint32Array<ArrayBuffer> {
    return this.#selected.size === 0 ? new Uint32Array(0) : Uint32Array.from(order).filter((row) => this.has(row));
  }
}
