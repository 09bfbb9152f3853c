import { changedRuns, outsideOf } from '../../extension/core/byteChanges.ts';
import { type ByteRange, endOf, intersect, joinedRanges } from '../../extension/core/byteRange.ts';
import type { Hole, VersionedBytes } from '../../extension/core/byteSource.ts';
import { cellState } from './hexRow.ts';

/** Bytes of a page: small answers travel fastest, and a screen is one or two of these. */
export const pageSize = 4096;

/** Bytes kept at most: some thousand screens, and nothing beside the rest of a webview. */
const capacity = 8 * 2 ** 20;

interface Page {
  /** Shorter than a page only where the source ended. */
  bytes: Uint8Array<ArrayBuffer>;
  /** How many of them the source has; those beyond it had. */
  known: number;
  holes: readonly Hole[];
  /** What nobody ever wrote to. */
  unwritten: readonly ByteRange[];
  /** What is edited and not saved. */
  edits: readonly ByteRange[];
  /** When it was read, milliseconds since the epoch. */
  readonly readAt: number;
  /** Whether the source has changed since. Still drawn until the fresh page is here, where it is being looked at. */
  isStale: boolean;
}

/** The only cache there is: pages of the source as the view last saw them, bounded, least recently used first out. */
export class PageCache {
  /** In order of use: a Map keeps the order of insertion. */
  readonly #pages = new Map<number, Page>();
  #generation = 0;
  /** Whether bytes that were shown stay when the source no longer has them. */
  keepsLost = false;

  get generation(): number {
    return this.#generation;
  }

  /** Bytes held. */
  get size(): number {
    let total = 0;
    for (const page of this.#pages.values()) total += page.bytes.length;
    return total;
  }

  /**
   * The source changed: what shows in `visible` stays until it is read anew, the rest is dropped. `isPatched`: what shows
   * is told of by patches and need not be read.
   */
  advance(generation: number, visible: ByteRange, isPatched = false): void {
    if (generation <= this.#generation) return;
    this.#generation = generation;
    for (const page of this.#keepOnly(visible)) page.isStale ||= !isPatched;
  }

  /** What is here is as of this generation: what made it another one is patched in. */
  follow(generation: number): void {
    this.#generation = Math.max(this.#generation, generation);
  }

  /** Drops what does not show; what does must be read anew if `isOld`. */
  retain(visible: ByteRange, isOld: boolean): void {
    for (const page of this.#keepOnly(visible)) page.isStale ||= isOld;
  }

  /** The source has `size` bytes now: pages that ended where it ended before lack some of them. */
  grow(size: number): void {
    for (const [index, page] of this.#pages) {
      if (page.known < Math.min(pageSize, size - index * pageSize)) page.isStale = true;
    }
  }

  /** Takes an answer whose offset is a multiple of `pageSize`. Answers of an earlier generation are dropped. */
  take(offset: number, answer: VersionedBytes, asked: number, now = Date.now()): void {
    if (answer.generation < this.#generation) return;
    for (let start = 0; start < asked; start += pageSize) {
      const page = { offset: offset + start, length: pageSize };
      const holes = answer.holes.filter((hole) => intersect(hole, page) !== undefined);
      const unwritten = (answer.unwritten ?? []).filter((range) => intersect(range, page) !== undefined);
      const edits = (answer.edits ?? []).filter((range) => intersect(range, page) !== undefined);
      const index = page.offset / pageSize;
      const fresh = answer.bytes.slice(start, start + pageSize);
      const bytes = this.#withLost(fresh, this.#pages.get(index)?.bytes);
      this.#pages.delete(index);
      this.#pages.set(index, { bytes, known: fresh.length, holes, unwritten, edits, readAt: now, isStale: false });
    }
    while (this.#pages.size * pageSize > capacity) {
      const [oldest] = this.#pages.keys();
      if (oldest === undefined) return;
      this.#pages.delete(oldest);
    }
  }

  /** Puts bytes into the pages that are here. Returns the runs that differ from what was there, ascending. */
  patch(offset: number, bytes: Uint8Array): ByteRange[] {
    const changed: ByteRange[] = [];
    for (let done = 0; done < bytes.length; ) {
      const at = offset + done;
      const index = Math.floor(at / pageSize);
      const within = at - index * pageSize;
      const part = bytes.subarray(done, done + pageSize - within);
      done += part.length;
      const page = this.#pages.get(index);
      // Bytes that would leave a gap come with the page when it is read.
      if (page === undefined || page.known < within) continue;
      const end = within + part.length;
      if (end > page.bytes.length) page.bytes = extended(page.bytes, end);
      page.known = Math.max(page.known, end);
      const before = page.bytes.subarray(within, end);
      changed.push(...changedRuns(before, part).map((run) => ({ offset: at + run.offset, length: run.length })));
      before.set(part);
    }
    return changed;
  }

  /** Tells anew which parts of `range` are holes and which were never written; undefined where they are as they were. */
  describe(range: ByteRange, holes: readonly Hole[] | undefined, unwritten: readonly ByteRange[] | undefined): void {
    this.#describeEach(range, (page, told) => {
      if (holes !== undefined) page.holes = replacedWithin(page.holes, holes, told);
      if (unwritten !== undefined) page.unwritten = replacedWithin(page.unwritten, unwritten, told);
    });
  }

  #describeEach(range: ByteRange, describe: (page: Page, told: ByteRange) => void): void {
    const last = Math.floor((endOf(range) - 1) / pageSize);
    for (let index = Math.floor(range.offset / pageSize); index <= last; index++) {
      const page = this.#pages.get(index);
      const told = intersect(range, { offset: index * pageSize, length: pageSize });
      if (page !== undefined && told !== undefined) describe(page, told);
    }
  }

  /** Tells anew what is edited in `range`. */
  markEdits(range: ByteRange, edits: readonly ByteRange[]): void {
    this.#describeEach(range, (page, told) => {
      page.edits = replacedWithin(page.edits, edits, told);
    });
  }

  /** What is edited in `range`, as far as it is here, ascending; neighbours are one, however they were told. */
  edits(range: ByteRange): readonly ByteRange[] {
    const found: ByteRange[] = [];
    const last = Math.floor((endOf(range) - 1) / pageSize);
    for (let index = Math.floor(range.offset / pageSize); index <= last; index++) {
      const page = { offset: index * pageSize, length: pageSize };
      for (const edit of this.#pages.get(index)?.edits ?? []) {
        // One that goes on from page to page is told by each.
        const inPage = intersect(edit, page);
        const part = inPage && intersect(inPage, range);
        if (part !== undefined) found.push(part);
      }
    }
    return joinedRanges(found);
  }

  /** Whether all of `range` is here and as it was told last. */
  isFresh(range: ByteRange): boolean {
    return this.missing(range).length === 0;
  }

  /** When the oldest of what is here of `range` was read, milliseconds since the epoch; undefined where nothing is. */
  readAt(range: ByteRange): number | undefined {
    let oldest: number | undefined;
    const last = Math.floor((endOf(range) - 1) / pageSize);
    for (let index = Math.floor(range.offset / pageSize); index <= last; index++) {
      const page = this.#pages.get(index);
      if (page !== undefined) oldest = Math.min(oldest ?? page.readAt, page.readAt);
    }
    return oldest;
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
        else if (where >= size) cell = (this.keepsLost ? page?.bytes[within + i] : undefined) ?? cellState.hole;
        else if (page !== undefined) cell = page.bytes[within + i] ?? cellState.hole;
        if (cell === cellState.pending) isComplete = false;
        into[done + i] = cell;
      }
      const present = { offset: at, length: Math.min(count, Math.max(0, size - at)) };
      for (const range of page?.unwritten ?? []) {
        const part = intersect(range, present);
        if (part !== undefined) into.fill(cellState.unwritten, part.offset - offset, endOf(part) - offset);
      }
      for (const hole of page?.holes ?? []) {
        const part = intersect(hole, present);
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
  bytes(range: ByteRange): { bytes: Uint8Array<ArrayBuffer>; holes: readonly Hole[] } | undefined {
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

  /** The pages that show, after dropping the others. */
  #keepOnly(visible: ByteRange): IterableIterator<Page> {
    for (const index of this.#pages.keys()) {
      if (intersect({ offset: index * pageSize, length: pageSize }, visible) === undefined) this.#pages.delete(index);
    }
    return this.#pages.values();
  }

  /** What was read, and after it what was shown before and is there no more. */
  #withLost(fresh: Uint8Array<ArrayBuffer>, before: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
    if (!this.keepsLost || before === undefined || before.length <= fresh.length) return fresh;
    const bytes = new Uint8Array(before);
    bytes.set(fresh);
    return bytes;
  }

  #touch(index: number, page: Page): void {
    this.#pages.delete(index);
    this.#pages.set(index, page);
  }
}

function extended(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}

/** `old` outside of `range` and `fresh` inside of it; what lies across its bounds is cut there. */
function replacedWithin<R extends ByteRange>(old: readonly R[], fresh: readonly R[], range: ByteRange): R[] {
  const kept = old.flatMap((one) => outsideOf(one, range).map((part) => ({ ...one, ...part })));
  const told = fresh.flatMap((one) => {
    const part = intersect(one, range);
    return part === undefined ? [] : [{ ...one, ...part }];
  });
  return [...kept, ...told].sort((a, b) => a.offset - b.offset);
}
