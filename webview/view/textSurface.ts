import * as l10n from '@vscode/l10n';
import type { ByteRange } from '../../extension/core/byteRange.ts';
import { endOf } from '../../extension/core/byteRange.ts';
import { findEncoding, UTF_8 } from '../../extension/core/textEncodings.ts';
import type { VisualRow } from '../../extension/core/textRows.ts';
import { addressDigits, addressText, placeOf } from '../model/addresses.ts';
import { columnGap } from '../model/hexColumns.ts';
import { leftMargin } from '../model/hexGeometry.ts';
import type { Move } from '../model/keymap.ts';
import { type PageCache, pageSize } from '../model/pageCache.ts';
import { selectedRange } from '../model/selection.ts';
import { type FlowOptions, type FlowPosition, TextFlow } from '../model/textFlow.ts';
import { movedInText, unitsOf } from '../model/textMoves.ts';
import { AddressColumn, addressTitle } from './addressColumn.ts';
import type { EditPaint } from './editPaint.ts';
import { element } from './element.ts';
import { Highlights, rangeOf } from './highlights.ts';
import { MeasuredWidths } from './measuredWidths.ts';
import type { NewsPaint } from './newsPaint.ts';
import { type Row, RowPool, setText } from './rowPool.ts';
import type { Box, Scene, Spot, Surface } from './surface.ts';

/** As VS Code's editor by default. */
const tabSize = 4;

/** Columns of a row at least, and those left blank at its right. */
const fewestColumns = 8;
const rightColumns = 2;

/** Bytes fetched on each side of what shows: rows may be short, and a piece of a long line reaches beyond them. */
const bytesAround = 32 * 1024;

/** A place to go to: the row of an offset, so many rows below the top, and pixels of the top row above the edge. */
interface Place {
  readonly offset: number;
  readonly rowsAbove: number;
  readonly pixels: number;
}

/** The bytes as lines of text, from any offset and without an index. */
export class TextSurface implements Surface {
  readonly element: HTMLElement;
  readonly viewport: HTMLElement;
  readonly clip: HTMLElement;
  readonly #pool = new RowPool(['address', 'text']);
  readonly #selected = new Highlights<Row>('memglass-selection-text');
  readonly #news: NewsPaint;
  readonly #edits: EditPaint;
  readonly #flow: TextFlow;
  readonly #probe = element('div', { class: 'width-probe', 'aria-hidden': 'true' });
  readonly #addressTitle = element('span', { class: 'cell cell-address' });
  readonly #addresses: AddressColumn;
  #widths: MeasuredWidths;
  #pixelRatio = devicePixelRatio;
  #scene: Scene;
  #columns = 80;
  #digits = 8;
  #position: FlowPosition = { piece: 0, index: 0 };
  /** Where to go as soon as its bytes are here. */
  #wanted: Place | undefined = { offset: 0, rowsAbove: 0, pixels: 0 };
  #pixels = 0;
  #ordinal = 0;
  #rows: readonly VisualRow[] = [];
  #drawnContents = -1;

  constructor(cache: PageCache, paint: { readonly news: NewsPaint; readonly edits: EditPaint }, scene: Scene) {
    this.#news = paint.news;
    this.#edits = paint.edits;
    this.#scene = scene;
    this.#widths = new MeasuredWidths(this.#probe, scene.metrics.characterWidth);
    this.#flow = new TextFlow(cache, this.#options(scene));
    const header = element(
      'div',
      { class: 'column-header', 'aria-hidden': 'true' },
      this.#addressTitle,
      element('span', { class: 'cell cell-text' }, l10n.t('Text')),
    );
    this.clip = element('div', { class: 'clip' }, this.#pool.container);
    this.viewport = element('div', { class: 'viewport' }, header, this.clip);
    this.element = element('div', { class: 'surface surface-text' }, this.viewport, this.#probe);
    this.#addresses = new AddressColumn(this.viewport);
  }

  get rowsContainer(): HTMLElement {
    return this.#pool.container;
  }

  get top(): number {
    return this.#wanted?.offset ?? this.#rows[0]?.offset ?? this.#position.piece;
  }

  get scroll() {
    const { size } = this.#scene.status;
    const last = this.#rows.at(-1);
    const shown = last === undefined ? 0 : (endOf(last) - (this.#rows[0]?.offset ?? 0)) / Math.max(1, size);
    // The end is reached when the last row shows whole, whatever its first byte's share of the file.
    const isAtEnd = last !== undefined && endOf(last) >= size && this.#rows.length <= this.#fullRows;
    return { ratio: isAtEnd && this.#rows[0]?.offset !== 0 ? 1 : this.top / Math.max(1, size), shown };
  }

  get visible(): ByteRange {
    const first = this.#wanted?.offset ?? this.#rows[0]?.offset ?? 0;
    const last = this.#rows.at(-1);
    const end = this.#wanted === undefined && last !== undefined ? endOf(last) : first + pageSize;
    const needed = this.#flow.needed;
    const from = Math.min(first, needed?.offset ?? first);
    return { offset: from, length: Math.max(end, needed === undefined ? end : endOf(needed)) - from };
  }

  ahead(): readonly ByteRange[] {
    const { offset, length } = this.visible;
    const before = Math.max(0, offset - bytesAround);
    return [
      { offset: offset + length, length: bytesAround },
      { offset: before, length: offset - before },
    ];
  }

  keepPlace(): () => void {
    const wanted = this.#wanted ?? { offset: this.top, rowsAbove: 0, pixels: this.#pixels };
    return () => {
      this.#wanted = wanted;
    };
  }

  scrollTo(offset: number, rowsAbove = 0): void {
    this.#want(offset, rowsAbove);
  }

  get pageRows(): number {
    return Math.max(1, this.#fullRows - 1);
  }

  rowsAbove(offset: number): number | undefined {
    const index = this.#rowIndex(offset);
    return this.#wanted === undefined && index >= 0 ? index : undefined;
  }

  scrollToRatio(ratio: number): void {
    const { size } = this.#scene.status;
    if (ratio >= 1) this.#want(Math.max(0, size - 1), this.#fullRows - 1);
    else this.#want(Math.min(Math.max(0, size - 1), Math.floor(ratio * size)), 0);
  }

  scrollByPixels(pixels: number): void {
    const { rowHeight } = this.#scene.metrics;
    const total = this.#pixels + pixels;
    const rows = Math.floor(total / rowHeight);
    const moved = this.#moveBy(rows);
    this.#pixels = moved === rows ? total - rows * rowHeight : 0;
    this.#keepEndDown();
  }

  scrollByRows(rows: number): void {
    this.#pixels = 0;
    this.#moveBy(rows);
    this.#keepEndDown();
  }

  reveal(offset: number, how: 'nearest' | 'jump'): void {
    const index = this.#wanted === undefined ? this.#rowIndex(offset) : -1;
    const isWhole = index >= (this.#pixels > 0 ? 1 : 0) && index < this.#fullRows;
    if (isWhole) return;
    const first = this.#rows[0]?.offset ?? 0;
    if (how === 'nearest') this.#want(offset, offset < first ? 0 : this.#fullRows - 1);
    else this.#want(offset, Math.floor(this.#fullRows / 3));
  }

  target(offset: number, move: Move): number {
    const { status, inserts } = this.#scene;
    const size = status.size + (inserts ? 1 : 0);
    return movedInText(this.#flow, offset, move, { size, pageRows: this.pageRows });
  }

  spotAt(clientX: number, clientY: number): Spot | undefined {
    const rows = this.#pool.container.getBoundingClientRect();
    const top = this.#pool.top(this.#ordinal) + rows.top;
    const index = Math.floor((clientY - top) / this.#scene.metrics.rowHeight);
    const row = this.#rows[Math.min(this.#rows.length - 1, Math.max(0, index))];
    if (row === undefined) return undefined;
    // The browser knows where its glyphs are, whatever the script and the fonts.
    const caret = document.caretPositionFromPoint(clientX, clientY);
    const text = this.#pool.get(this.#ordinal + index)?.cells[1]?.text;
    const x = clientX - rows.left;
    const isInText = caret !== null && text !== undefined && caret.offsetNode === text && !this.#addresses.covers(x);
    const inText = x >= this.#textLeft && !this.#addresses.covers(x);
    const unit = isInText ? caret.offset : inText ? row.charOffsets.length - 1 : 0;
    const offset = row.charOffsets[Math.min(unit, row.charOffsets.length - 1)] ?? row.offset;
    return { offset, column: 'text' };
  }

  boxes(offset: number): readonly { column: 'hex' | 'text'; box: Box }[] {
    const index = this.#rowIndex(offset);
    const row = this.#rows[index];
    const text = this.#pool.get(this.#ordinal + index)?.cells[1]?.text;
    if (row === undefined || text === undefined) return [];
    const { rowHeight, characterWidth } = this.#scene.metrics;
    const top = this.#pool.top(this.#ordinal + index);
    const [start, end] = unitsOf(row, offset, offset + 1);
    const range = document.createRange();
    range.setStart(text, Math.min(start, text.length));
    range.setEnd(text, Math.min(Math.max(start, end), text.length));
    const glyph = range.getBoundingClientRect();
    const container = this.#pool.container.getBoundingClientRect();
    const left =
      text.length === 0 || start >= text.length ? this.#endOfText(text, container.left) : glyph.left - container.left;
    const width = Math.max(glyph.width, characterWidth);
    const box = this.#addresses.uncovered({ left, top, width, height: rowHeight });
    return box === undefined ? [] : [{ column: 'text', box }];
  }

  draw(scene: Scene): boolean {
    const before = this.#scene;
    const top = this.top;
    this.#scene = scene;
    // Another zoom rounds the widths of glyphs in another way.
    if (before.metrics !== scene.metrics || this.#pixelRatio !== devicePixelRatio) {
      this.#pixelRatio = devicePixelRatio;
      this.#widths = new MeasuredWidths(this.#probe, scene.metrics.characterWidth);
    }
    const isRearranged =
      this.#drawnContents < 0 ||
      before.layout !== scene.layout ||
      before.metrics !== scene.metrics ||
      before.width !== scene.width ||
      before.encoding !== scene.encoding ||
      before.status.size !== scene.status.size ||
      before.status.origin !== scene.status.origin;
    if (isRearranged || this.#drawnContents !== scene.contents) {
      this.#arrange();
      this.#flow.reset(this.#options(scene));
      // The rows may have moved to other pieces: find the first one again by its offset.
      if (isRearranged)
        this.#wanted ??= {
          offset: Math.min(top, Math.max(0, scene.status.size - 1)),
          rowsAbove: 0,
          pixels: this.#pixels,
        };
    }
    const repaint = isRearranged || this.#drawnContents !== scene.contents;
    this.#drawnContents = scene.contents;
    this.#flow.needed = undefined;
    this.#arriveAtWanted();
    const isWaiting = this.#collectRows();
    this.#pool.show(
      {
        first: this.#ordinal,
        count: this.#rows.length,
        pixels: this.#pixels,
        rowHeight: scene.metrics.rowHeight,
        repaint,
      },
      (ordinal, row) => this.#paint(ordinal, row),
      (row) => {
        this.#selected.remove(row);
        this.#news.drop(row);
        this.#edits.drop(row);
      },
    );
    this.#paintBytes();
    return isWaiting;
  }

  #want(offset: number, rowsAbove: number): void {
    this.#wanted = { offset, rowsAbove, pixels: 0 };
  }

  #arriveAtWanted(): void {
    const wanted = this.#wanted;
    if (wanted === undefined || this.#scene.status.size === 0) return;
    const found = this.#flow.locate(Math.min(wanted.offset, this.#scene.status.size - 1));
    if (found === undefined) return;
    const { position } = this.#flow.moved(found, -wanted.rowsAbove);
    // Rows above whose bytes are missing: the place is not known yet.
    if (this.#flow.needed !== undefined) return;
    this.#wanted = undefined;
    this.#position = position;
    this.#pixels = wanted.pixels;
    // Far enough from any row that shows that none is taken for another.
    this.#ordinal += 100_000;
    this.#keepEndDown();
  }

  /** Finds the rows that show. Returns whether some are missing. */
  #collectRows(): boolean {
    const isOnWay = this.#wanted !== undefined && this.#scene.status.size > 0;
    // On the way to another place what shows stays, for the blink it takes.
    if (isOnWay && this.#rows.length > 0) return true;
    this.#rows = isOnWay ? [] : this.#flow.rowsFrom(this.#position, this.#fullRows + 2);
    return isOnWay || this.#flow.needed !== undefined;
  }

  #moveBy(rows: number): number {
    const { position, moved } = this.#flow.moved(this.#position, rows);
    this.#position = position;
    this.#ordinal += moved;
    return moved;
  }

  /** The last row of the source ends where the view ends. */
  #keepEndDown(): void {
    const rows = this.#flow.rowsFrom(this.#position, this.#fullRows + 1);
    const last = rows.at(-1);
    const isEndShown = last !== undefined && endOf(last) >= this.#scene.status.size;
    if (!isEndShown || rows.length > this.#fullRows) return;
    this.#pixels = 0;
    this.#moveBy(rows.length - this.#fullRows);
  }

  #paint(ordinal: number, row: Row): void {
    const visual = this.#rows[ordinal - this.#ordinal];
    const [address, text] = row.cells;
    if (visual === undefined || address === undefined || text === undefined) return;
    row.element.dataset['offset'] = String(visual.offset);
    row.element.classList.toggle('continuation', visual.continuation);
    setText(address.text, addressText(placeOf(visual.offset, this.#scene.status), this.#scene.layout, this.#digits));
    if (visual.continuation) address.element.title = l10n.t('This row goes on with the line above');
    else address.element.removeAttribute('title');
    setText(text.text, visual.text);
  }

  /** What is painted over the texts: it can change while they stay. */
  #paintBytes(): void {
    const selected = selectedRange(this.#scene.selection);
    for (const [ordinal, row] of this.#pool.entries()) {
      const visual = this.#rows[ordinal - this.#ordinal];
      const text = row.cells[1]?.text;
      if (visual === undefined || text === undefined) {
        this.#selected.remove(row);
        this.#news.drop(row);
        this.#edits.drop(row);
        continue;
      }
      const rangesOf = ({ offset, length }: ByteRange) => {
        const [start, end] = unitsOf(visual, offset, offset + length);
        return start < end && end <= text.length ? [rangeOf(text, start, end)] : [];
      };
      this.#selected.set(row, selected === undefined ? [] : rangesOf(selected));
      this.#news.paint(row, visual, rangesOf);
      this.#edits.paint(row, visual, rangesOf);
    }
  }

  #arrange(): void {
    const { metrics, width, status, layout } = this.#scene;
    this.#digits = addressDigits(placeOf(status.shownSize, status), layout);
    this.#addressTitle.textContent = addressTitle(status);
    const fitting = Math.floor((width - this.#textLeft) / metrics.characterWidth) - rightColumns;
    // No number where nothing is laid out, because the view is hidden.
    this.#columns = Number.isFinite(fitting) ? Math.max(fewestColumns, fitting) : fewestColumns;
    const { style } = this.element;
    style.setProperty('--address-left', `${leftMargin}px`);
    style.setProperty('--text-left', `${this.#textLeft}px`);
    style.setProperty('--row-height', `${metrics.rowHeight}px`);
    // A view too narrow for the fewest columns scrolls sideways.
    const rowWidth = this.#textLeft + (this.#columns + rightColumns) * metrics.characterWidth;
    style.setProperty('--row-width', rowWidth > width ? `${rowWidth}px` : '100%');
    this.#addresses.arrange(this.#textLeft - (columnGap - 1) * metrics.characterWidth, width);
  }

  #options(scene: Scene): FlowOptions {
    return {
      encoding: findEncoding(scene.encoding) ?? UTF_8,
      columns: this.#columns,
      tabSize,
      widths: this.#widths,
      sourceSize: scene.status.size,
    };
  }

  #rowIndex(offset: number): number {
    const index = this.#rows.findIndex((row) => offset >= row.offset && offset < endOf(row));
    const last = this.#rows.at(-1);
    // The place behind the last byte is at the end of its row.
    const isEnd = last !== undefined && offset === this.#scene.status.size && endOf(last) === offset;
    return index < 0 && isEnd ? this.#rows.length - 1 : index;
  }

  #endOfText(text: Text, containerLeft: number): number {
    if (text.length === 0) return this.#textLeft;
    const range = document.createRange();
    range.selectNodeContents(text);
    return range.getBoundingClientRect().right - containerLeft;
  }

  get #textLeft(): number {
    const { status, layout, metrics } = this.#scene;
    const width = addressText(0, layout, addressDigits(placeOf(status.shownSize, status), layout)).length;
    return leftMargin + (width + columnGap) * metrics.characterWidth;
  }

  /** Rows that show whole. */
  get #fullRows(): number {
    return Math.max(1, Math.floor(this.#scene.height / this.#scene.metrics.rowHeight));
  }
}
