import type { ByteRange } from '../../extension/core/byteRange.ts';
import type { Column } from '../../extension/protocol/viewTypes.ts';
import { byteAt, cellAt, type HexGeometry } from '../model/hexGeometry.ts';
import { movedInHex } from '../model/hexMoves.ts';
import { cellState } from '../model/hexRow.ts';
import type { Move } from '../model/keymap.ts';
import type { PageCache } from '../model/pageCache.ts';
import type { Pointers } from '../model/pointers.ts';
import {
  clampPosition,
  jumpedTo,
  lastPosition,
  revealed,
  type ScrollExtent,
  type ScrollPosition,
  scrolledBy,
} from '../model/scrollPosition.ts';
import { ScrollSpeed } from '../model/scrollSpeed.ts';
import type { AddressColumn } from './addressColumn.ts';
import type { EditPaint } from './editPaint.ts';
import { Fillers } from './fillers.ts';
import { geometryOf, HexFrame, hexCells } from './hexFrame.ts';
import { HexRowPaint } from './hexRowPaint.ts';
import type { NewsPaint } from './newsPaint.ts';
import { type Row, RowPool } from './rowPool.ts';
import type { Box, Scene, Spot, Surface } from './surface.ts';

/** Screens fetched ahead in the direction of scrolling, at least; behind it is one. */
const screensAhead = 8;

/** What a second of scrolling at the present speed passes is fetched ahead, up to this many bytes. */
const mostAhead = 512 * 1024;

/** The hex grid: an address, the bytes as digits, and the bytes as text. */
export class HexSurface implements Surface {
  readonly #frame: HexFrame;
  readonly #pool = new RowPool(hexCells);
  readonly #fillers = new Fillers();
  readonly #rows: HexRowPaint;
  readonly #cache: PageCache;
  readonly #pending = new Set<number>();
  #scene: Scene;
  #geometry: HexGeometry;
  #position: ScrollPosition = { row: 0, pixels: 0 };
  #direction = 1;
  readonly #speed = new ScrollSpeed();
  #drawnContents = -1;

  constructor(
    cache: PageCache,
    paint: { readonly news: NewsPaint; readonly edits: EditPaint },
    pointers: Pointers,
    scene: Scene,
  ) {
    this.#cache = cache;
    this.#scene = scene;
    this.#geometry = geometryOf(scene);
    this.#rows = new HexRowPaint(cache, this.#fillers, paint, pointers, { scene, geometry: this.#geometry });
    this.#pool.container.append(this.#fillers.element);
    this.#frame = new HexFrame(this.#pool.container);
    this.#arrange(scene);
  }

  get element(): HTMLElement {
    return this.#frame.element;
  }

  get viewport(): HTMLElement {
    return this.#frame.viewport;
  }

  get clip(): HTMLElement {
    return this.#frame.clip;
  }

  get #addresses(): AddressColumn {
    return this.#frame.addresses;
  }

  get rowsContainer(): HTMLElement {
    return this.#pool.container;
  }

  get top(): number {
    return this.#position.row * this.#columns.bytesPerRow;
  }

  get scroll() {
    const extent = this.#extent;
    const last = lastPosition(extent);
    const lastRow = last.row + last.pixels / extent.rowHeight;
    const row = this.#position.row + this.#position.pixels / extent.rowHeight;
    return {
      ratio: lastRow === 0 ? 0 : row / lastRow,
      shown: Math.min(1, extent.height / extent.rowHeight / Math.max(1, extent.rows)),
    };
  }

  get visible(): ByteRange {
    return { offset: this.top, length: this.#rowsShown * this.#columns.bytesPerRow };
  }

  ahead(): readonly ByteRange[] {
    const { offset, length } = this.visible;
    const speed = this.#speed.at(performance.now());
    const reach = Math.min(mostAhead, Math.max(length * screensAhead, Math.abs(speed)));
    const downFrom = offset + length;
    const upTo = (bytes: number) => ({ offset: Math.max(0, offset - bytes), length: Math.min(offset, bytes) });
    return this.#direction > 0
      ? [{ offset: downFrom, length: reach }, upTo(length)]
      : [upTo(reach), { offset: downFrom, length }];
  }

  keepPlace(): () => void {
    const position = this.#position;
    return () => this.#moveTo(clampPosition(position, this.#extent));
  }

  scrollTo(offset: number, rowsAbove = 0): void {
    const row = Math.floor(offset / this.#columns.bytesPerRow) - rowsAbove;
    this.#moveTo(clampPosition({ row, pixels: 0 }, this.#extent));
  }

  get pageRows(): number {
    return Math.max(1, Math.floor(this.#extent.height / this.#extent.rowHeight) - 1);
  }

  rowsAbove(offset: number): number | undefined {
    const rows = Math.floor(offset / this.#columns.bytesPerRow) - this.#position.row;
    return rows >= 0 && rows < this.#rowsShown ? rows : undefined;
  }

  scrollToRatio(ratio: number): void {
    const last = lastPosition(this.#extent);
    const exact = ratio * (last.row + last.pixels / this.#extent.rowHeight);
    const row = Math.floor(exact);
    this.#moveTo(clampPosition({ row, pixels: (exact - row) * this.#extent.rowHeight }, this.#extent));
  }

  scrollByPixels(pixels: number): void {
    this.#scrollTo(scrolledBy(this.#position, pixels, this.#extent));
  }

  scrollByRows(rows: number): void {
    this.#scrollTo(clampPosition({ row: this.#position.row + rows, pixels: 0 }, this.#extent));
  }

  reveal(offset: number, how: 'nearest' | 'jump'): void {
    const row = Math.floor(offset / this.#columns.bytesPerRow);
    const nearest = revealed(this.#position, row, this.#extent);
    // A jump to what already shows moves nothing.
    const isShown = nearest.row === this.#position.row && nearest.pixels === this.#position.pixels;
    this.#moveTo(how === 'jump' && !isShown ? jumpedTo(row, this.#extent) : nearest);
    this.#revealColumn(offset);
  }

  target(offset: number, move: Move): number {
    const { bytesPerRow } = this.#columns;
    return movedInHex(offset, move, { bytesPerRow, size: this.#places, pageRows: this.pageRows });
  }

  spotAt(clientX: number, clientY: number): Spot | undefined {
    const rows = this.#pool.container.getBoundingClientRect();
    const y = clientY - rows.top - this.#pool.top(this.#position.row);
    const ordinal = this.#position.row + Math.floor(y / this.#extent.rowHeight);
    const x = clientX - rows.left;
    const { index, column } = byteAt(this.#geometry, this.#addresses.covers(x) ? 0 : x);
    if (this.#places === 0) return undefined;
    const offset = Math.max(0, ordinal) * this.#columns.bytesPerRow + index;
    return { offset: Math.min(offset, this.#places - 1), column };
  }

  boxes(offset: number): readonly { column: Column; box: Box }[] {
    const { bytesPerRow } = this.#columns;
    const row = Math.floor(offset / bytesPerRow);
    if (this.#pool.get(row) === undefined) return [];
    const top = this.#pool.top(row);
    const { rowHeight: height } = this.#scene.metrics;
    const { size, shownSize } = this.#scene.status;
    const cell = new Int16Array(1);
    this.#cache.cells(offset, cell, size, shownSize);
    // A hole has no character: where it would stand, words may.
    const columns: readonly Column[] = cell[0] === cellState.hole ? ['hex'] : ['hex', 'text'];
    return columns.flatMap((column) => {
      const place = cellAt(this.#geometry, offset - row * bytesPerRow, column);
      const box = this.#addresses.uncovered({ ...place, top, height });
      return box === undefined ? [] : [{ column, box }];
    });
  }

  draw(scene: Scene): boolean {
    const before = this.#scene;
    const top = this.top;
    this.#scene = scene;
    const isRearranged =
      before.layout !== scene.layout ||
      before.metrics !== scene.metrics ||
      before.width !== scene.width ||
      before.status.shownSize !== scene.status.shownSize ||
      before.status.origin !== scene.status.origin ||
      before.encoding !== scene.encoding ||
      before.inserts !== scene.inserts ||
      this.#drawnContents < 0;
    if (isRearranged && this.#arrange(scene))
      this.#position = { row: Math.floor(top / this.#columns.bytesPerRow), pixels: 0 };
    this.#position = clampPosition(this.#position, this.#extent);
    this.#rows.begin(scene, this.#geometry);
    const repaint = isRearranged || this.#drawnContents !== scene.contents;
    this.#drawnContents = scene.contents;
    this.#pool.show(
      {
        first: this.#position.row,
        count: this.#rowsShown,
        pixels: this.#position.pixels,
        rowHeight: this.#extent.rowHeight,
        repaint,
      },
      (ordinal, row) => this.#paint(ordinal, row),
      (row) => this.#rows.drop(row),
    );
    const { row: first } = this.#position;
    this.#fillers.show(first, this.#rowsShown, this.#pool.top(first));
    for (const [ordinal, row] of this.#pool.entries()) this.#rows.paintBytes(ordinal, row);
    for (const ordinal of this.#pending) if (this.#pool.get(ordinal) === undefined) this.#pending.delete(ordinal);
    return this.#pending.size > 0;
  }

  #paint(ordinal: number, row: Row): void {
    if (this.#rows.write(ordinal, row)) this.#pending.delete(ordinal);
    else this.#pending.add(ordinal);
  }

  /** Lays the columns out for the scene. Returns whether the bytes of a row changed. */
  #arrange(scene: Scene): boolean {
    const before = this.#columns.bytesPerRow;
    this.#geometry = this.#frame.arrange(scene);
    return before !== this.#columns.bytesPerRow;
  }

  #revealColumn(offset: number): void {
    const index = offset % this.#columns.bytesPerRow;
    const { left, width } = cellAt(this.#geometry, index, this.#scene.selection.column);
    const { scrollLeft, clientWidth } = this.viewport;
    const margin = 2 * this.#geometry.characterWidth;
    const leftmost = left - margin - this.#addresses.width;
    if (leftmost < scrollLeft) this.#addresses.scrollTo(index === 0 ? 0 : leftmost);
    else if (left + width + margin > scrollLeft + clientWidth) {
      this.#addresses.scrollTo(left + width + margin - clientWidth);
    }
  }

  /** Goes there by scrolling, which is likely to go on; a jump is not. */
  #scrollTo(position: ScrollPosition): void {
    this.#speed.moved((position.row - this.#position.row) * this.#columns.bytesPerRow, performance.now());
    this.#moveTo(position);
  }

  #moveTo(position: ScrollPosition): void {
    const moved = position.row - this.#position.row || position.pixels - this.#position.pixels;
    if (moved !== 0) this.#direction = Math.sign(moved);
    this.#position = position;
  }

  /** Places for the cursor: the bytes, and where it inserts the end behind them. */
  get #places(): number {
    const { status, inserts } = this.#scene;
    return status.shownSize + (inserts ? 1 : 0);
  }

  get #columns(): HexGeometry['columns'] {
    return this.#geometry.columns;
  }

  get #extent(): ScrollExtent {
    const { metrics, height } = this.#scene;
    return { rows: Math.ceil(this.#places / this.#columns.bytesPerRow), rowHeight: metrics.rowHeight, height };
  }

  /** Rows that show at least in part. */
  get #rowsShown(): number {
    const { rows, rowHeight, height } = this.#extent;
    const shown = Math.ceil((height + this.#position.pixels) / rowHeight);
    return Math.max(0, Math.min(shown, rows - this.#position.row));
  }
}
