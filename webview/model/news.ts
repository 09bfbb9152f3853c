import { type ByteRange, endOf, intersect } from '../../extension/core/byteRange.ts';
import { pageSize } from './pageCache.ts';

/** How news looks by its age: levels 0 … 4 fade, the last one is only underlined. */
export const newsLevels = 6;

/** Milliseconds that fading takes, and that a change is news. */
const fadeMs = 2000;
const newsMs = 10_000;

/** Changes within this many milliseconds age together: each age that differs costs a drawing of its own. */
const stampMs = 100;

/** Bytes of the same age, side by side. */
export interface NewsRun extends ByteRange {
  /** 0 … newsLevels - 1. */
  readonly level: number;
}

/** Which bytes changed not long ago, and when. Times are milliseconds on one steady clock of the caller's. */
export class News {
  /** By page: for each byte when it changed; 0 where it did not. */
  readonly #pages = new Map<number, { readonly stamps: Uint32Array; latest: number }>();
  /** All times at which something changed. */
  readonly #stamps = new Set<number>();
  /** What is being written at this moment, ascending. */
  writing: readonly ByteRange[] = [];
  /** Whether the watching is paused: then nothing stops being news. */
  isHeld = false;
  /** Whether nothing may move: then nothing fades, and news is only underlined. */
  isCalm = false;

  get isEmpty(): boolean {
    return this.#stamps.size === 0 && this.writing.length === 0;
  }

  mark(range: ByteRange, now: number): void {
    const stamp = Math.floor(now / stampMs) * stampMs + 1;
    this.#stamps.add(stamp);
    for (let at = range.offset; at < endOf(range); ) {
      const index = Math.floor(at / pageSize);
      const start = index * pageSize;
      const end = Math.min(endOf(range), start + pageSize);
      const page = this.#pages.get(index) ?? { stamps: new Uint32Array(pageSize), latest: 0 };
      page.stamps.fill(stamp, at - start, end - start);
      page.latest = stamp;
      this.#pages.set(index, page);
      at = end;
    }
  }

  clear(): void {
    this.#pages.clear();
    this.#stamps.clear();
    this.writing = [];
  }

  /** The news in `range`, ascending. */
  runs(range: ByteRange, now: number): NewsRun[] {
    const runs: NewsRun[] = [];
    for (const [index, { stamps }] of this.#pages) {
      const start = index * pageSize;
      const part = intersect(range, { offset: start, length: pageSize });
      if (part === undefined) continue;
      for (let at = part.offset; at < endOf(part); at++) {
        const level = this.#level(stamps[at - start] ?? 0, now);
        if (level === undefined) continue;
        const last = runs.at(-1);
        if (last !== undefined && last.level === level && endOf(last) === at) {
          runs[runs.length - 1] = { offset: last.offset, length: last.length + 1, level };
        } else runs.push({ offset: at, length: 1, level });
      }
    }
    return runs.sort((a, b) => a.offset - b.offset);
  }

  /** Milliseconds from `now` until some news looks different; undefined where none ever will. Forgets what is no news. */
  untilNext(now: number): number | undefined {
    let next: number | undefined;
    for (const stamp of this.#stamps) {
      const age = now - stamp;
      const boundary = this.#boundaries().find((at) => at > age);
      if (boundary !== undefined) next = Math.min(next ?? boundary - age, boundary - age);
      else if (!this.isHeld) this.#stamps.delete(stamp);
    }
    for (const [index, { latest }] of this.#pages) if (!this.#stamps.has(latest)) this.#pages.delete(index);
    return next;
  }

  #level(stamp: number, now: number): number | undefined {
    if (stamp === 0) return undefined;
    const age = Math.max(0, now - stamp);
    if (age >= newsMs && !this.isHeld) return undefined;
    return this.isCalm ? newsLevels - 1 : Math.min(newsLevels - 1, Math.floor((age / fadeMs) * (newsLevels - 1)));
  }

  /** The ages at which news looks different, ascending. */
  #boundaries(): number[] {
    const fading = this.isCalm
      ? []
      : Array.from({ length: newsLevels - 1 }, (_, level) => ((level + 1) * fadeMs) / (newsLevels - 1));
    return this.isHeld ? fading : [...fading, newsMs];
  }
}
