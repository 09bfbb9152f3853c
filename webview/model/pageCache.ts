import { type ByteRange, endOf, intersect } from '../../extension/core/byteRange.ts';
import type { Hole, VersionedBytes } from '../../extension/core/byteSource.ts';
import { cellState } from './hexRow.ts';

/** Bytes of a page: small answers travel fastest, and a screen is one or two of these. */
export const pageSize = 4096;

/** Bytes kept at most: some thousand screens, and nothing beside the rest of a webview. */
const capacity = 8 * 2 ** 20;

interface Page {
  /** Shorter than a page only where the source ended. */
  readonly bytes: Uint8Array;
  readonly holes: readonly Hole[];
  /** Whether the source has changed since. Still drawn until the fresh page is here, where it is being looked at. */
  isStale: boolean;
}

/** The only cache there is: pages of the source as the view last saw them, bounded, least recently used first out. */
export class PageCache {
  /** In order of use: a Map keeps the order of insertion. */
  readonly #pages = new Map<number, Page>();
  #generation = 0;

  get generation(): number {
    return this.#generation;
  }

  /** Bytes held. */
  get size(): number {
    let total = 0;
    for (const page of this.#pages.values()) total += page.bytes.length;
    return total;
  }

  /** The source changed: what shows in `visible` stays until it is read anew, the rest is dropped. */
  advance(generation: number, visible: ByteRange): void {
    if (generation <= this.#generation) return;
    this.#generation = generation;
    for (const [index, page] of this.#pages) {
      if (intersect({ offset: index * pageSize, length: pageSize }, visible) === undefined) this.#pages.delete(index);
      else page.isStale = true;
    }
  }

  /** Takes an answer whose offset is a multiple of `pageSize`. Answers of an earlier generation are dropped. */
  take(offset: number, answer: VersionedBytes, asked: number): void {
    if (answer.generation < this.#generation) return;
    for (let start = 0; start < asked; start += pageSize) {
      const page = { offset: offset + start, length: pageSize };
      const holes = answer.holes.filter((hole) => intersect(hole, page) !== undefined);
      const bytes = answer.bytes.slice(start, start + pageSize);
      this.#pages.delete(page.offset / pageSize);
      this.#pages.set(page.offset / pageSize, { bytes, holes, isStale: false });
    }
    while (this.#pages.size * pageSize > capacity) {
      const [oldest] = this.#pages.keys();
      if (oldest === undefined) return;
      this.#pages.delete(oldest);
    }
  }

  /** The first byte of each page of `range` that must be read, in order. */
  missing(range: ByteRange): number[] {
    if (range.length <= 0) return [];
    const offsets: number[] = [];
    const last = Math.floor((endOf(range) - 1) / pageSize);
    for (let index = Math.floor(range.offset / pageSize); index <= last; index++) {
      const page = this.#pages.get(index);
      if (page === undefined || page.isStale) offsets.push(index * pageSize);
    }
    return offsets;
  }

  /**
   * Fills `into` with the cells from `offset` on. `size`: bytes the source has; from there to `shownSize` cells are
   * holes, beyond it outside. Returns whether nothing was pending.
   */
  cells(offset: number, into: Int16Array, size: number, shownSize: number): boolean {
    let isComplete = true;
    for (let done = 0; done < into.length; ) {
      const at = offset + done;
      const index = Math.floor(at / pageSize);
      const within = at - index * pageSize;
      const count = Math.min(into.length - done, pageSize - within);
      const page = this.#pages.get(index);
      if (page !== undefined) this.#touch(index, page);
      for (let i = 0; i < count; i++) {
        const where = at + i;
        let cell: number = cellState.pending;
        if (where >= shownSize) cell = cellState.outside;
        else if (where >= size) cell = cellState.hole;
        else if (page !== undefined) cell = page.bytes[within + i] ?? cellState.hole;
        if (cell === cellState.pending) isComplete = false;
        into[done + i] = cell;
      }
      for (const hole of page?.holes ?? []) {
        const part = intersect(hole, { offset: at, length: Math.min(count, Math.max(0, size - at)) });
        if (part !== undefined) into.fill(cellState.hole, part.offset - offset, endOf(part) - offset);
      }
      done += count;
    }
    return isComplete;
  }

  /** Whether page number `index` is cached, stale or not. */
  has(index: number): boolean {
    return this.#pages.has(index);
  }

  /** The hole at `offset`, where what is cached knows of one. */
  holeAt(offset: number): Hole | undefined {
    const page = this.#pages.get(Math.floor(offset / pageSize));
    return page?.holes.find((hole) => offset >= hole.offset && offset < endOf(hole));
  }

  /** The bytes of `range` in one piece, with the holes in it; undefined while a page of it is missing. */
  bytes(range: ByteRange): { bytes: Uint8Array; holes: readonly Hole[] } | undefined {
    const bytes = new Uint8Array(range.length);
    const holes: Hole[] = [];
    for (let done = 0; done < range.length; ) {
      const at = range.offset + done;
      const index = Math.floor(at / pageSize);
      const page = this.#pages.get(index);
      if (page === undefined) return undefined;
      this.#touch(index, page);
      const within = at - index * pageSize;
      const part = page.bytes.subarray(within, within + range.length - done);
      bytes.set(part, done);
      holes.push(...page.holes);
      const count = Math.min(range.length - done, pageSize - within);
      // A page that ends early ends the source: the rest of the range is past its end.
      if (part.length < count) {
        holes.push({ offset: at + part.length, length: count - part.length, reason: 'pastEnd' });
      }
      done += count;
    }
    return { bytes, holes };
  }

  #touch(index: number, page: Page): void {
    this.#pages.delete(index);
    this.#pages.set(index, page);
  }
}
