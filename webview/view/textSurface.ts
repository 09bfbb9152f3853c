import * as l10n from '@vscode/l10n';
import type { ByteRange } from '../../extension/core/byteRange.ts';
import { findEncoding, UTF_8 } from '../../extension/core/text/textEncodings.ts';
import { addressText, placeOf } from '../model/addresses.ts';
import type { Move } from '../model/keymap.ts';
import type { PageCache } from '../model/pageCache.ts';
import { selectedRange } from '../model/selection.ts';
import { type FlowOptions, TextFlow } from '../model/textFlow.ts';
import { movedInText, unitsOf } from '../model/textMoves.ts';
import { type TextExtent, TextScroll } from '../model/textScroll.ts';
import type { EditPaint } from './editPaint.ts';
import { Highlights, rangeOf } from './highlights.ts';
import { MeasuredWidths } from './measuredWidths.ts';
import type { NewsPaint } from './newsPaint.ts';
import { type Row, RowPool, setText } from './rowPool.ts';
import type { Box, Scene, Spot, Surface } from './surface.ts';
import { TextFrame, textLeft } from './textFrame.ts';

/** As VS Code's editor by default. */
const tabSize = 4;

/** The bytes as lines of text, from any offset and without an index. */
export class TextSurface implements Surface {
  readonly #pool = new RowPool(['address', 'text']);
  readonly #frame = new TextFrame(this.#pool.container);
  readonly #selected = new Highlights<Row>('memglass-selection-text');
  readonly #news: NewsPaint;
  readonly #edits: EditPaint;
  readonly #flow: TextFlow;
  readonly #scroll: TextScroll;
  #widths: MeasuredWidths;
  #pixelRatio = devicePixelRatio;
  #scene: Scene;
  #drawnContents = -1;

  constructor(cache: PageCache, paint: { readonly news: NewsPaint; readonly edits: EditPaint }, scene: Scene) {
    this.#news = paint.news;
    this.#edits = paint.edits;
    this.#scene = scene;
    this.#widths = new MeasuredWidths(this.#frame.probe, scene.metrics.characterWidth);
    this.#flow = new TextFlow(cache, this.#options(scene));
    this.#scroll = new TextScroll(this.#flow, extentOf(scene));
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

  get rowsContainer(): HTMLElement {
    return this.#pool.container;
  }

  get top(): number {
    return this.#scroll.top;
  }

  get scroll() {
    return this.#scroll.share;
  }

  get visible(): ByteRange {
    return this.#scroll.visible;
  }

  ahead(): readonly ByteRange[] {
    return this.#scroll.ahead();
  }

  keepPlace(): () => void {
    return this.#scroll.keepPlace();
  }

  scrollTo(offset: number, rowsAbove = 0): void {
    this.#scroll.to(offset, rowsAbove);
  }

  get pageRows(): number {
    return Math.max(1, this.#scroll.fullRows - 1);
  }

  rowsAbove(offset: number): number | undefined {
    return this.#scroll.rowsAbove(offset);
  }

  scrollToRatio(ratio: number): void {
    this.#scroll.toRatio(ratio);
  }

  scrollByPixels(pixels: number): void {
    this.#scroll.byPixels(pixels);
  }

  scrollByRows(rows: number): void {
    this.#scroll.byRows(rows);
  }

  reveal(offset: number, how: 'nearest' | 'jump'): void {
    this.#scroll.reveal(offset, how);
  }

  target(offset: number, move: Move): number {
    const { status, inserts } = this.#scene;
    const size = status.size + (inserts ? 1 : 0);
    return movedInText(this.#flow, offset, move, { size, pageRows: this.pageRows });
  }

  spotAt(clientX: number, clientY: number): Spot | undefined {
    const rows = this.#pool.container.getBoundingClientRect();
    const { rows: shown, ordinal } = this.#scroll;
    const top = this.#pool.top(ordinal) + rows.top;
    const index = Math.floor((clientY - top) / this.#scene.metrics.rowHeight);
    const row = shown[Math.min(shown.length - 1, Math.max(0, index))];
    if (row === undefined) return undefined;
    // The browser knows where its glyphs are, whatever the script and the fonts.
    const caret = document.caretPositionFromPoint(clientX, clientY);
    const text = this.#pool.get(ordinal + index)?.cells[1]?.text;
    const x = clientX - rows.left;
    const isInText =
      caret !== null && text !== undefined && caret.offsetNode === text && !this.#frame.addresses.covers(x);
    const inText = x >= textLeft(this.#scene) && !this.#frame.addresses.covers(x);
    const unit = isInText ? caret.offset : inText ? row.charOffsets.length - 1 : 0;
    const offset = row.charOffsets[Math.min(unit, row.charOffsets.length - 1)] ?? row.offset;
    return { offset, column: 'text' };
  }

  boxes(offset: number): readonly { column: 'hex' | 'text'; box: Box }[] {
    const index = this.#scroll.rowIndex(offset);
    const ordinal = this.#scroll.ordinal + index;
    const row = this.#scroll.rows[index];
    const text = this.#pool.get(ordinal)?.cells[1]?.text;
    if (row === undefined || text === undefined) return [];
    const { rowHeight, characterWidth } = this.#scene.metrics;
    const top = this.#pool.top(ordinal);
    const [start, end] = unitsOf(row, offset, offset + 1);
    const range = document.createRange();
    range.setStart(text, Math.min(start, text.length));
    range.setEnd(text, Math.min(Math.max(start, end), text.length));
    const glyph = range.getBoundingClientRect();
    const container = this.#pool.container.getBoundingClientRect();
    const left =
      text.length === 0 || start >= text.length ? this.#endOfText(text, container.left) : glyph.left - container.left;
    const width = Math.max(glyph.width, characterWidth);
    const box = this.#frame.addresses.uncovered({ left, top, width, height: rowHeight });
    return box === undefined ? [] : [{ column: 'text', box }];
  }

  draw(scene: Scene): boolean {
    const before = this.#scene;
    this.#scene = scene;
    this.#scroll.fit(extentOf(scene));
    // Another zoom rounds the widths of glyphs in another way.
    if (before.metrics !== scene.metrics || this.#pixelRatio !== devicePixelRatio) {
      this.#pixelRatio = devicePixelRatio;
      this.#widths = new MeasuredWidths(this.#frame.probe, scene.metrics.characterWidth);
    }
    const isRearranged =
      this.#drawnContents < 0 ||
      before.layout !== scene.layout ||
      before.metrics !== scene.metrics ||
      before.width !== scene.width ||
      before.encoding !== scene.encoding ||
      before.status.size !== scene.status.size ||
      before.status.origin !== scene.status.origin;
    const repaint = isRearranged || this.#drawnContents !== scene.contents;
    if (repaint) {
      this.#frame.arrange(scene);
      this.#flow.reset(this.#options(scene));
      if (isRearranged) this.#scroll.stay();
    }
    this.#drawnContents = scene.contents;
    const isWaiting = this.#scroll.settle();
    const { ordinal: first, rows, pixels } = this.#scroll;
    this.#pool.show(
      { first, count: rows.length, pixels, rowHeight: scene.metrics.rowHeight, repaint },
      (ordinal, row) => this.#paint(ordinal, row),
      (row) => this.#drop(row),
    );
    this.#paintBytes();
    return isWaiting;
  }

  #paint(ordinal: number, row: Row): void {
    const visual = this.#scroll.rows[ordinal - this.#scroll.ordinal];
    const [address, text] = row.cells;
    if (visual === undefined || address === undefined || text === undefined) return;
    row.element.dataset['offset'] = String(visual.offset);
    row.element.classList.toggle('continuation', visual.continuation);
    setText(
      address.text,
      addressText(placeOf(visual.offset, this.#scene.status), this.#scene.layout, this.#frame.digits),
    );
    if (visual.continuation) address.element.title = l10n.t('This row goes on with the line above');
    else address.element.removeAttribute('title');
    setText(text.text, visual.text);
  }

  /** What is painted over the texts: it can change while they stay. */
  #paintBytes(): void {
    const selected = selectedRange(this.#scene.selection);
    for (const [ordinal, row] of this.#pool.entries()) {
      const visual = this.#scroll.rows[ordinal - this.#scroll.ordinal];
      const text = row.cells[1]?.text;
      if (visual === undefined || text === undefined) {
        this.#drop(row);
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

  #drop(row: Row): void {
    this.#selected.remove(row);
    this.#news.drop(row);
    this.#edits.drop(row);
  }

  #options(scene: Scene): FlowOptions {
    return {
      encoding: findEncoding(scene.encoding) ?? UTF_8,
      columns: this.#frame.columns,
      tabSize,
      widths: this.#widths,
      sourceSize: scene.status.size,
    };
  }

  #endOfText(text: Text, containerLeft: number): number {
    if (text.length === 0) return textLeft(this.#scene);
    const range = document.createRange();
    range.selectNodeContents(text);
    return range.getBoundingClientRect().right - containerLeft;
  }
}

function extentOf({ status, metrics, height }: Scene): TextExtent {
  return { size: status.size, rowHeight: metrics.rowHeight, height };
}
