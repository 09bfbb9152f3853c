import type { ByteRange } from '../../extension/core/byteRange.ts';
import { findEncoding, singleByteTable, UTF_8 } from '../../extension/core/textEncodings.ts';
import type { Column } from '../../extension/protocol/viewTypes.ts';
import { addressText, placeOf } from '../model/addresses.ts';
import { byteAt, cellAt, type HexGeometry } from '../model/hexGeometry.ts';
import { movedInHex } from '../model/hexMoves.ts';
import { cellState, hexRowText } from '../model/hexRow.ts';
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
import { selectedRange } from '../model/selection.ts';
import type { AddressColumn } from './addressColumn.ts';
import { holeWords } from './byteWords.ts';
import type { EditPaint } from './editPaint.ts';
import { geometryOf, HexFrame, hexCells, rangesOf, setFillers } from './hexFrame.ts';
import { bytesRanges } from './hexSelection.ts';
import { Highlights } from './highlights.ts';
import type { NewsPaint } from './newsPaint.ts';
import { PointerPaint } from './pointerPaint.ts';
import { type Row, RowPool, setText } from './rowPool.ts';
import type { Box, Scene, Spot, Surface } from './surface.ts';

/** Screens fetched ahead in the direction of scrolling, at least; behind it is one. */
const screensAhead = 8;

/** What a second of scrolling at the present speed passes is fetched ahead, up to this many bytes. */
const mostAhead = 512 * 1024;

/** Rows of a long hole between one saying of its reason and the next. */
const rowsBetweenWords = 16;

/** The hex grid: an address, the bytes as digits, and the bytes as text. */
export class HexSurface implements Surface {
  readonly #frame: HexFrame;
  readonly #pool = new RowPool(hexCells);
  readonly #dim = new Highlights<Row>('memglass-dim');
  readonly #holes = new Highlights<Row>('memglass-hole');
  readonly #unwritten = new Highlights<Row>('memglass-unwritten');
  readonly #lost = new Highlights<Row>('memglass-lost');
  readonly #selected = new Highlights<Row>('memglass-selection');
  readonly #news: NewsPaint;
  readonly #pointers: PointerPaint;
  readonly #edits: EditPaint;
  readonly #cache: PageCache;
  readonly #pending = new Set<number>();
  #scene: Scene;
  #geometry: HexGeometry;
  #table = singleByteTable(UTF_8);
  #position: ScrollPosition = { row: 0, pixels: 0 };
  #direction = 1;
  readonly #speed = new ScrollSpeed();
  #cells = new Int16Array(16);
  #drawnContents = -1;

  constructor(
    cache: PageCache,
    paint: { readonly news: NewsPaint; readonly edits: EditPaint },
    pointers: Pointers,
    scene: Scene,
  ) {
    this.#cache = cache;
    this.#news = paint.news;
    this.#edits = paint.edits;
    this.#pointers = new PointerPaint(pointers);
    this.#scene = scene;
    this.#geometry = geometryOf(scene);
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
    if (before.encoding !== scene.encoding || this.#drawnContents < 0) {
      this.#table = singleByteTable(findEncoding(scene.encoding) ?? UTF_8);
    }
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
      (row) => {
        this.#dim.remove(row);
        this.#holes.remove(row);
        this.#unwritten.remove(row);
        this.#lost.remove(row);
        this.#news.drop(row);
        this.#pointers.drop(row);
        this.#edits.drop(row);
        this.#selected.remove(row);
      },
    );
    this.#paintBytes();
    for (const ordinal of this.#pending) if (this.#pool.get(ordinal) === undefined) this.#pending.delete(ordinal);
    return this.#pending.size > 0;
  }

  #paint(ordinal: number, row: Row): void {
    const { layout, status } = this.#scene;
    const offset = ordinal * this.#columns.bytesPerRow;
    const isComplete = this.#cache.cells(offset, this.#cells, status.size, status.shownSize);
    const [address, hex, text] = row.cells;
    if (address === undefined || hex === undefined || text === undefined) return;
    const written = hexRowText(this.#cells, this.#columns, layout.upperCase, this.#table);
    row.element.dataset['offset'] = String(offset);
    row.element.classList.toggle('pending', !isComplete);
    setText(address.text, addressText(placeOf(offset, status), layout, this.#geometry.addressDigits));
    const isHexNew = setText(hex.text, written.hex);
    const words = this.#holeWords(offset);
    const isTextNew = setText(text.text, words ?? written.decoded);
    setFillers(text.element, words === undefined ? written.fillers : '');
    if (isComplete) this.#pending.delete(ordinal);
    else this.#pending.add(ordinal);
    this.#pointers.paint(row, this.#cells, offset, this.#columns, hex.text);
    this.#paintLost(row, offset, { hex: hex.text, decoded: text.text });
    // A row that was another one's may have the same text, and no paint.
    if (!isHexNew && !isTextNew && this.#dim.has(row)) return;
    this.#holes.set(row, [
      ...rangesOf(hex.text, written.holesHex),
      ...(words === undefined ? rangesOf(text.text, written.holesDecoded) : []),
    ]);
    this.#unwritten.set(row, rangesOf(hex.text, written.unwrittenHex));
    this.#dim.set(row, rangesOf(hex.text, written.dimHex));
  }

  /** The last bytes of what is past the end now. */
  #paintLost(row: Row, offset: number, texts: { readonly hex: Text; readonly decoded: Text }): void {
    this.#lost.remove(row);
    const { size } = this.#scene.status;
    const { bytesPerRow } = this.#columns;
    const lost = Array.from({ length: bytesPerRow }, (_, index) => index).filter(
      (index) => offset + index >= size && (this.#cells[index] ?? 0) >= 0,
    );
    if (lost.length === 0) return;
    const ranges = lost.flatMap((index) =>
      bytesRanges({ offset: offset + index, length: 1 }, offset, this.#columns, texts),
    );
    this.#lost.set(row, ranges);
  }

  /** In a row that is one hole, in place of its text: why. Said where a run begins and now and then on its way. */
  #holeWords(offset: number): string | undefined {
    const { bytesPerRow } = this.#columns;
    const { size, shownSize } = this.#scene.status;
    const isHole = (cells: Int16Array) =>
      cells[0] === cellState.hole && cells.every((cell) => cell === cellState.hole || cell === cellState.outside);
    if (!isHole(this.#cells)) return undefined;
    const isHoleAbove = (rows: number) => {
      const above = new Int16Array(bytesPerRow);
      if (offset >= rows * bytesPerRow) this.#cache.cells(offset - rows * bytesPerRow, above, size, shownSize);
      return isHole(above);
    };
    // On the way of a run, but not so near its beginning that the same would be said twice in a glance.
    const isOnWay = (offset / bytesPerRow) % rowsBetweenWords === 0 && isHoleAbove(rowsBetweenWords / 2);
    const isSaid = isOnWay || !isHoleAbove(1);
    return isSaid ? `← ${holeWords(offset >= size ? undefined : this.#cache.holeAt(offset), offset >= size)}` : '';
  }

  /** What is painted over the texts: it can change while they stay. */
  #paintBytes(): void {
    const selected = selectedRange(this.#scene.selection);
    for (const [ordinal, row] of this.#pool.entries()) {
      const [, hex, decoded] = row.cells;
      if (hex === undefined || decoded === undefined) continue;
      const texts = { hex: hex.text, decoded: decoded.text };
      const first = ordinal * this.#columns.bytesPerRow;
      const bytes = { offset: first, length: this.#columns.bytesPerRow };
      const rangesOf = (part: ByteRange) => bytesRanges(part, first, this.#columns, texts);
      this.#news.paint(row, bytes, rangesOf);
      this.#edits.paint(row, bytes, rangesOf);
      this.#selected.set(row, bytesRanges(selected, first, this.#columns, texts));
    }
  }

  /** Lays the columns out for the scene. Returns whether the bytes of a row changed. */
  #arrange(scene: Scene): boolean {
    const before = this.#columns.bytesPerRow;
    this.#geometry = this.#frame.arrange(scene);
    this.#cells = new Int16Array(this.#columns.bytesPerRow);
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
