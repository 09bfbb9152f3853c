import { type ByteRange, intersect } from '../../extension/core/byteRange.ts';
import type { HexColumns } from '../model/hexColumns.ts';
import type { News } from '../model/news.ts';
import { bytesRanges } from './hexSelection.ts';
import { Highlights, newsHighlights } from './highlights.ts';
import type { Row } from './rowPool.ts';

/** Paints which bytes of the rows changed, by age, and which are being written. */
export class NewsPaint {
  readonly #news: News;
  readonly #levels = newsHighlights.map((name) => new Highlights<Row>(name));
  readonly #writing = new Highlights<Row>('memglass-writing');
  readonly #painted = new Set<Row>();

  constructor(news: News) {
    this.#news = news;
  }

  /** The row whose first byte is `first`. Its texts have just been written, or are as they were. */
  paint(row: Row, first: number, columns: HexColumns, texts: { readonly hex: Text; readonly decoded: Text }): void {
    if (this.#news.isEmpty && !this.#painted.has(row)) return;
    const bytes = { offset: first, length: columns.bytesPerRow };
    const runs = this.#news.runs(bytes, performance.now());
    const writing = this.#news.writing.flatMap((run) => intersect(run, bytes) ?? []);
    if (runs.length + writing.length === 0) {
      this.drop(row);
      return;
    }
    this.#painted.add(row);
    row.element.classList.add('changed');
    const rangesOf = (ranges: readonly ByteRange[]) =>
      ranges.flatMap((range) => bytesRanges(range, first, columns, texts));
    for (const [index, level] of this.#levels.entries()) {
      level.set(row, rangesOf(runs.filter((run) => run.level === index)));
    }
    this.#writing.set(row, rangesOf(writing));
  }

  drop(row: Row): void {
    if (!this.#painted.delete(row)) return;
    row.element.classList.remove('changed');
    for (const highlight of [...this.#levels, this.#writing]) highlight.remove(row);
  }
}
