import type { ByteRange } from '../../extension/core/byteRange.ts';
import type { PageCache } from '../model/pageCache.ts';
import { Highlights } from './highlights.ts';
import type { Row } from './rowPool.ts';

/** Paints which bytes of the rows are edited and not saved. One for all surfaces: names of highlights are the page's. */
export class EditPaint {
  readonly #cache: PageCache;
  readonly #edited = new Highlights<Row>('memglass-edited');
  readonly #painted = new Set<Row>();

  constructor(cache: PageCache) {
    this.#cache = cache;
  }

  /** As NewsPaint.paint. Neighbouring bytes are one run: a browser keeps an object for each. */
  paint(row: Row, bytes: ByteRange, rangesOf: (part: ByteRange) => StaticRange[]): void {
    const runs = this.#cache.edits(bytes);
    if (runs.length === 0) {
      this.drop(row);
      return;
    }
    this.#painted.add(row);
    row.element.classList.add('edited');
    this.#edited.set(row, runs.flatMap(rangesOf));
  }

  drop(row: Row): void {
    if (!this.#painted.delete(row)) return;
    row.element.classList.remove('edited');
    this.#edited.remove(row);
  }
}
