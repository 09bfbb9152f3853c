/**
 * /proc/<pid>/smaps: the regions with what of them is in memory. Which figures there are depends on the kernel, so
 * each is found by its key, and a key that is not known here passed over.
 *
 * The kernel walks the page tables for it (about 4 µs a region, and as long as the region is large). 65,530 regions are
 * some 60 MB of text, so the parser takes them in pieces, as they are read.
 */
import type { MemoryRegion } from '../core/memoryMap/memoryRegion.ts';
import { FigureLines, type RegionFacts } from './figureLines.ts';
import type { BadLine } from './lines.ts';
import { RegionLines } from './maps.ts';

export interface SmapsRegion extends RegionFacts {
  readonly region: MemoryRegion;
}

export interface SmapsListing {
  readonly regions: readonly SmapsRegion[];
  readonly bad: readonly BadLine[];
}

const NEWLINE = 0x0a;

/** Takes smaps in pieces of any size, wherever they are cut. Never throws. */
export class SmapsParser {
  #cut = new Uint8Array(0);
  #line = 0;
  #region: MemoryRegion | undefined;
  readonly #fields = new FigureLines();
  readonly #bad: BadLine[] = [];

  /** The regions that are complete now, in order. The bytes may be used for something else afterwards. */
  push(piece: Uint8Array): readonly SmapsRegion[] {
    const lastNewline = piece.lastIndexOf(NEWLINE);
    const rest = piece.subarray(lastNewline + 1);
    const bytes = this.#cut.length === 0 ? piece.subarray(0, lastNewline + 1) : join(this.#cut, piece, lastNewline + 1);
    if (lastNewline < 0) {
      this.#cut = join(this.#cut, piece, piece.length);
      return [];
    }
    this.#cut = rest.slice();
    const done: SmapsRegion[] = [];
    const heads = new RegionLines(bytes);
    for (let start = 0; start < bytes.length; ) {
      this.#line++;
      const next = this.#region === undefined ? -1 : this.#fields.takeExpected(bytes, start);
      if (next >= 0) {
        start = next;
        continue;
      }
      const end = bytes.indexOf(NEWLINE, start);
      this.#take(bytes, start, end, heads, done);
      start = end + 1;
    }
    return done;
  }

  /** What was still open, and every bad line. */
  end(): SmapsListing {
    const regions: SmapsRegion[] = [];
    this.#finish(regions);
    // See eachLine: without its newline a line was cut off.
    if (this.#cut.length > 0) this.#bad.push({ line: this.#line + 1, bytes: this.#cut });
    this.#cut = new Uint8Array(0);
    return { regions, bad: this.#bad };
  }

  #take(bytes: Uint8Array, start: number, end: number, heads: RegionLines, done: SmapsRegion[]): void {
    if (isKey(bytes[start])) {
      // The figures behind a bad head belong to nobody, and are not bad themselves.
      if (this.#region === undefined || this.#fields.take(bytes, start, end)) return;
    } else {
      this.#finish(done);
      this.#region = heads.read(start, end);
      if (this.#region !== undefined) return;
    }
    this.#bad.push({ line: this.#line, bytes: bytes.slice(start, end) });
  }

  #finish(done: SmapsRegion[]): void {
    if (this.#region !== undefined) done.push({ region: this.#region, ...this.#fields.done() });
    this.#region = undefined;
  }
}

/** Keys begin with a capital letter, heads with a small hex digit. */
function isKey(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}

function join(head: Uint8Array, piece: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(head.length + length);
  joined.set(head);
  joined.set(piece.subarray(0, length), head.length);
  return joined;
}
