import { type ByteRange, intersect } from '../../extension/core/byteRange.ts';
import type { News } from '../model/news.ts';
import { Highlights, newsHighlights } from './highlights.ts';
import type { Row } from './rowPool.ts';

/** Paints which bytes of the rows changed, by age, and which are being written. One for all surfaces: names of highlights are the page's. */
export class NewsPaint {
  readonly #news: News;
  readonly #levels = newsHighlights.map((name) => new Highlights<Row>(name));
  readonly #writing = new Highlights<Row>('memglass-writing');
  readonly #painted = new Set<Row>();

  constructor(news: News) {
    this.#news = news;
  }

  /**
   * The row that shows `bytes`. Its texts have just been written, or are as they were. `rangesOf`: what paints a part
   * of these bytes.
   */
  paint(row: Row, bytes: ByteRange, rangesOf: (part: ByteRange) => StaticRange[]): void {
    if (this.#news.isEmpty && !this.#painted.has(row)) return;
    const runs = this.#news.runs(bytes, performance.now());
    const writing = this.#news.writing.flatMap((run) => intersect(run, bytes) ?? []);
    if (runs.length + writing.length === 0) {
      this.drop(row);
      return;
    }
    this.#painted.add(row);
    row.element.classList.add('changed');
    for (const [index, level] of this.#levels.entries()) {
      const ofLevel = runs.filter((run) => run.level === index);
      level.set(row, ofLevel.flatMap(rangesOf));
    }
    this.#writing.set(row, writing.flatMap(rangesOf));
  }

  drop(row: Row): void {
    if (!this.#painted.delete(row)) return;
    row.element.classList.remove('changed');
    for (const highlight of [...this.#levels, this.#writing]) highlight.remove(row);
  }
}
