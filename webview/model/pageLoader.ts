import { type ByteRange, clampRange, endOf } from '../../extension/core/byteRange.ts';
import type { VersionedBytes } from '../../extension/core/byteSource.ts';
import { type PageCache, pageSize } from './pageCache.ts';

/** Pages of one request: answers over 16 KiB stutter on their way. */
const pagesPerRequest = 4;

/** Requests under way at once for what shows: also while those for what showed before are still on their way. */
const mostUnderWay = 4;

/** Beyond this many none is begun for what lies ahead: answers come in bunches, and the urgent one waits for its bunch. */
const mostWithAhead = 2;

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
  readonly #onLoaded: (loaded: ByteRange) => void;
  readonly #onFailed: (error: unknown) => void;
  readonly #underWay = new Set<number>();
  #requests = 0;
  #wanted: Wanted | undefined;
  #size = 0;
  #isWaiting = false;

  constructor(cache: PageCache, read: Read, onLoaded: (loaded: ByteRange) => void, onFailed: (error: unknown) => void) {
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

  /** The next run of neighbouring pages to ask for. Nothing ahead while something that shows is not here yet. */
  #nextPages(): number[] {
    const { visible, ahead } = this.#wanted ?? { visible: { offset: 0, length: 0 }, ahead: [] };
    const urgent = clampRange(visible, this.#size);
    const run = this.#missingRun(urgent);
    if (run.length > 0 || this.#cache.missing(urgent).length > 0 || this.#requests >= mostWithAhead) return run;
    for (const range of ahead) {
      const next = this.#missingRun(clampRange(inWholeRequests(range), this.#size));
      if (next.length > 0) return next;
    }
    return [];
  }

  /** The first pages of `range` that are neither here nor on their way, as many as one request takes. */
  #missingRun(range: ByteRange): number[] {
    const run: number[] = [];
    for (const offset of this.#cache.missing(range)) {
      if (this.#underWay.has(offset)) continue;
      const last = run.at(-1);
      if (run.length === pagesPerRequest || (last !== undefined && offset !== last + pageSize)) break;
      run.push(offset);
    }
    return run;
  }

  async #load(offset: number, length: number): Promise<void> {
    const pages = Array.from({ length: length / pageSize }, (_, i) => offset + i * pageSize);
    for (const page of pages) this.#underWay.add(page);
    this.#requests++;
    try {
      const answer = await this.#read(offset, length);
      this.#cache.take(offset, answer, length);
      this.#onLoaded({ offset, length });
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

/** The range out to the bounds of whole requests, so that scrolling asks now and then for much and not always for little. */
function inWholeRequests(range: ByteRange): ByteRange {
  const step = pagesPerRequest * pageSize;
  const offset = Math.floor(range.offset / step) * step;
  return { offset, length: Math.ceil(endOf(range) / step) * step - offset };
}
