import { type ByteRange, clampRange } from '../../extension/core/byteRange.ts';
import type { VersionedBytes } from '../../extension/core/byteSource.ts';
import { type PageCache, pageSize } from './pageCache.ts';

/** Pages of one request: answers over 16 KiB stutter on their way. */
const pagesPerRequest = 4;

/** Requests under way at once: enough to hide the way there and back, few enough that what is urgent waits for none. */
const mostUnderWay = 3;

/** How soon a page that could not be had is asked for again, milliseconds. */
const retryAfterMs = 500;

/** Wanted bytes: what shows first, then what is likely to show next. */
export interface Wanted {
  readonly visible: ByteRange;
  /** Ranges worth having, most likely first. */
  readonly ahead: readonly ByteRange[];
}

type Read = (offset: number, length: number) => Promise<VersionedBytes>;

/** Brings pages into the cache: urgent ones first, never the same one twice at once, never more than a few requests. */
export class PageLoader {
  readonly #cache: PageCache;
  readonly #read: Read;
  readonly #onLoaded: () => void;
  readonly #onFailed: (error: unknown) => void;
  readonly #underWay = new Set<number>();
  #requests = 0;
  #wanted: Wanted | undefined;
  #size = 0;
  #isWaiting = false;

  constructor(cache: PageCache, read: Read, onLoaded: () => void, onFailed: (error: unknown) => void) {
    this.#cache = cache;
    this.#read = read;
    this.#onLoaded = onLoaded;
    this.#onFailed = onFailed;
  }

  /** Wants these bytes of a source of `size` bytes from now on, and no others. */
  want(wanted: Wanted, size: number): void {
    this.#wanted = wanted;
    this.#size = size;
    this.#next();
  }

  #next(): void {
    while (this.#requests < mostUnderWay && !this.#isWaiting) {
      const pages = this.#nextPages();
      const [first] = pages;
      if (first === undefined) return;
      void this.#load(first, pages.length * pageSize);
    }
  }

  /** The next run of neighbouring pages to ask for; what shows is asked for by itself, so that it travels light. */
  #nextPages(): number[] {
    const { visible, ahead } = this.#wanted ?? { visible: { offset: 0, length: 0 }, ahead: [] };
    for (const range of [visible, ...ahead]) {
      const run: number[] = [];
      for (const offset of this.#cache.missing(clampRange(range, this.#size))) {
        if (this.#underWay.has(offset)) continue;
        const last = run.at(-1);
        if (run.length === pagesPerRequest || (last !== undefined && offset !== last + pageSize)) break;
        run.push(offset);
      }
      if (run.length > 0) return run;
    }
    return [];
  }

  async #load(offset: number, length: number): Promise<void> {
    const pages = Array.from({ length: length / pageSize }, (_, i) => offset + i * pageSize);
    for (const page of pages) this.#underWay.add(page);
    this.#requests++;
    try {
      const answer = await this.#read(offset, length);
      this.#cache.take(offset, answer, length);
      this.#onLoaded();
    } catch (error) {
      this.#onFailed(error);
      this.#isWaiting = true;
      setTimeout(() => {
        this.#isWaiting = false;
        this.#next();
      }, retryAfterMs);
    } finally {
      this.#requests--;
      for (const page of pages) this.#underWay.delete(page);
      this.#next();
    }
  }
}
