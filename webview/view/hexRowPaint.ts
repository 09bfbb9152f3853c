import type { ByteRange } from '../../extension/core/byteRange.ts';
import { findEncoding, singleByteTable, UTF_8 } from '../../extension/core/text/textEncodings.ts';
import { addressText, placeOf } from '../model/addresses.ts';
import type { HexGeometry } from '../model/hexGeometry.ts';
import { cellState, hexRowText } from '../model/hexRow.ts';
import type { PageCache } from '../model/pageCache.ts';
import type { Pointers } from '../model/pointers.ts';
import { selectedRange } from '../model/selection.ts';
import { holeWords } from './byteWords.ts';
import type { EditPaint } from './editPaint.ts';
import type { Fillers } from './fillers.ts';
import { rangesOf } from './hexFrame.ts';
import { bytesRanges } from './hexSelection.ts';
import { Highlights } from './highlights.ts';
import type { NewsPaint } from './newsPaint.ts';
import { PointerPaint } from './pointerPaint.ts';
import { type Row, setText } from './rowPool.ts';
import type { Scene } from './surface.ts';

/** Rows of a long hole between one saying of its reason and the next. */
const rowsBetweenWords = 16;

/** Writes a row of the hex grid, and paints what is to be seen over its texts. */
export class HexRowPaint {
  readonly #cache: PageCache;
  readonly #fillers: Fillers;
  readonly #news: NewsPaint;
  readonly #edits: EditPaint;
  readonly #pointers: PointerPaint;
  readonly #dim = new Highlights<Row>('memglass-dim');
  readonly #holes = new Highlights<Row>('memglass-hole');
  readonly #unwritten = new Highlights<Row>('memglass-unwritten');
  readonly #lost = new Highlights<Row>('memglass-lost');
  readonly #selected = new Highlights<Row>('memglass-selection');
  #scene: Scene;
  #geometry: HexGeometry;
  #encoding: string | undefined;
  #table = singleByteTable(UTF_8);
  #cells = new Int16Array(16);

  constructor(
    cache: PageCache,
    fillers: Fillers,
    paint: { readonly news: NewsPaint; readonly edits: EditPaint },
    pointers: Pointers,
    first: { readonly scene: Scene; readonly geometry: HexGeometry },
  ) {
    this.#cache = cache;
    this.#fillers = fillers;
    this.#news = paint.news;
    this.#edits = paint.edits;
    this.#pointers = new PointerPaint(pointers);
    [this.#scene, this.#geometry] = [first.scene, first.geometry];
  }

  /** What the rows of this frame are of. */
  begin(scene: Scene, geometry: HexGeometry): void {
    this.#scene = scene;
    this.#geometry = geometry;
    const { bytesPerRow } = geometry.columns;
    if (this.#cells.length !== bytesPerRow) this.#cells = new Int16Array(bytesPerRow);
    if (this.#encoding === scene.encoding) return;
    this.#encoding = scene.encoding;
    this.#table = singleByteTable(findEncoding(scene.encoding) ?? UTF_8);
  }

  /** Answers whether all bytes of the row are here. */
  write(ordinal: number, row: Row): boolean {
    const { layout, status } = this.#scene;
    const { columns } = this.#geometry;
    const offset = ordinal * columns.bytesPerRow;
    const isComplete = this.#cache.cells(offset, this.#cells, status.size, status.shownSize);
    const [address, hex, text] = row.cells;
    if (address === undefined || hex === undefined || text === undefined) return isComplete;
    const written = hexRowText(this.#cells, columns, layout.upperCase, this.#table);
    row.element.dataset['offset'] = String(offset);
    row.element.classList.toggle('pending', !isComplete);
    setText(address.text, addressText(placeOf(offset, status), layout, this.#geometry.addressDigits));
    const isHexNew = setText(hex.text, written.hex);
    const words = this.#holeWords(offset);
    const isTextNew = setText(text.text, words ?? written.decoded);
    this.#fillers.set(ordinal, words === undefined ? written.fillers : '');
    this.#pointers.paint(row, this.#cells, offset, columns, hex.text);
    this.#paintLost(row, offset, { hex: hex.text, decoded: text.text });
    // A row that was another one's may have the same text, and no paint.
    if (!isHexNew && !isTextNew && this.#dim.has(row)) return isComplete;
    this.#holes.set(row, [
      ...rangesOf(hex.text, written.holesHex),
      ...(words === undefined ? rangesOf(text.text, written.holesDecoded) : []),
    ]);
    this.#unwritten.set(row, rangesOf(hex.text, written.unwrittenHex));
    this.#dim.set(row, rangesOf(hex.text, written.dimHex));
    return isComplete;
  }

  /** What is painted over the texts: it can change while they stay. */
  paintBytes(ordinal: number, row: Row): void {
    const [, hex, decoded] = row.cells;
    if (hex === undefined || decoded === undefined) return;
    const { columns } = this.#geometry;
    const texts = { hex: hex.text, decoded: decoded.text };
    const first = ordinal * columns.bytesPerRow;
    const bytes = { offset: first, length: columns.bytesPerRow };
    const rangesOf = (part: ByteRange) => bytesRanges(part, first, columns, texts);
    this.#news.paint(row, bytes, rangesOf);
    this.#edits.paint(row, bytes, rangesOf);
    this.#selected.set(row, bytesRanges(selectedRange(this.#scene.selection), first, columns, texts));
  }

  /** The element gets another row. */
  drop(row: Row): void {
    this.#dim.remove(row);
    this.#holes.remove(row);
    this.#unwritten.remove(row);
    this.#lost.remove(row);
    this.#news.drop(row);
    this.#pointers.drop(row);
    this.#edits.drop(row);
    this.#selected.remove(row);
  }

  /** The last bytes of what is past the end now. */
  #paintLost(row: Row, offset: number, texts: { readonly hex: Text; readonly decoded: Text }): void {
    this.#lost.remove(row);
    const { size } = this.#scene.status;
    const { columns } = this.#geometry;
    const lost = Array.from({ length: columns.bytesPerRow }, (_, index) => index).filter(
      (index) => offset + index >= size && (this.#cells[index] ?? 0) >= 0,
    );
    if (lost.length === 0) return;
    const ranges = lost.flatMap((index) => bytesRanges({ offset: offset + index, length: 1 }, offset, columns, texts));
    this.#lost.set(row, ranges);
  }

  /** In a row that is one hole, in place of its text: why. Said where a run begins and now and then on its way. */
  #holeWords(offset: number): string | undefined {
    const { bytesPerRow } = this.#geometry.columns;
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
}
