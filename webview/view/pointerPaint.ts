import type { HexColumns } from '../model/hexColumns.ts';
import type { Run } from '../model/hexRow.ts';
import type { Pointers } from '../model/pointers.ts';
import { rangesOf } from './hexFrame.ts';
import { Highlights } from './highlights.ts';
import type { Row } from './rowPool.ts';

/** Paints which values of the rows point into memory that is mapped. */
export class PointerPaint {
  readonly #pointers: Pointers;
  readonly #highlights = new Highlights<Row>('memglass-pointer');

  constructor(pointers: Pointers) {
    this.#pointers = pointers;
  }

  /** The row whose first byte is at `offset`; its text has just been written, or is as it was. */
  paint(row: Row, cells: ArrayLike<number>, offset: number, columns: HexColumns, text: Text): void {
    const { width } = this.#pointers;
    if (width === 0) return;
    const runs: Run[] = [];
    for (const at of this.#pointers.in(cells, offset)) {
      // The bytes of a group may stand in reverse.
      const starts = columns.hexStart.slice(at, at + width);
      runs.push({ start: Math.min(...starts), end: Math.max(...starts) + 2 });
    }
    this.#highlights.set(row, rangesOf(text, runs));
  }

  drop(row: Row): void {
    this.#highlights.remove(row);
  }
}
