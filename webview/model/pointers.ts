import type { MappedPages } from '../../extension/core/memoryMap/pointers.ts';
import { lastAtMost } from '../../extension/core/memoryMap/sortedSearch.ts';

/** Which values in a row point into memory that is mapped. */
export class Pointers {
  #mapped: MappedPages | undefined;
  #version = 0;

  /** Grows when the answers may be others. */
  get version(): number {
    return this.#version;
  }

  get width(): number {
    return this.#mapped?.width ?? 0;
  }

  /** Returns whether anything changed. */
  update(mapped: MappedPages | undefined): boolean {
    if (isSame(this.#mapped, mapped)) return false;
    this.#mapped = mapped;
    this.#version++;
    return true;
  }

  /**
   * The indexes in `cells` at which a pointer begins. `offset`: of the first cell; pointers lie at multiples of their
   * width. A pointer that goes on in the next row is in neither.
   */
  *in(cells: ArrayLike<number>, offset: number): Generator<number> {
    const { width } = this;
    if (width === 0) return;
    for (let at = (width - (offset % width)) % width; at + width <= cells.length; at += width) {
      if (this.isAt(cells, at)) yield at;
    }
  }

  /** Whether the bytes from `at` on are a pointer into what is mapped. Cells that are no bytes are none. */
  isAt(cells: ArrayLike<number>, at: number): boolean {
    const mapped = this.#mapped;
    if (mapped === undefined) return false;
    const page = pageAt(cells, at, mapped);
    if (page === undefined) return false;
    const index = lastAtMost(mapped.first, page);
    return index >= 0 && page < (mapped.end[index] ?? 0);
  }

  /** The address in hex digits. */
  addressAt(cells: ArrayLike<number>, at: number): string {
    let digits = '';
    for (let i = 0; i < this.width; i++) {
      const byte = cells[this.#mapped?.isLittleEndian === false ? at + i : at + this.width - 1 - i] ?? 0;
      digits += byte.toString(16).padStart(2, '0');
    }
    return digits;
  }
}

/** The number of the page that the value points into, exact: below 2^52. */
function pageAt(cells: ArrayLike<number>, at: number, { width, isLittleEndian }: MappedPages): number | undefined {
  let value = 0;
  // The lowest 12 bits are the place in the page.
  for (let i = 0; i < width; i++) {
    const place = isLittleEndian ? width - 1 - i : i;
    const cell = cells[at + place] ?? -1;
    if (cell < 0) return undefined;
    const isLow = i >= width - 2;
    if (!isLow) value = value * 256 + cell;
    else if (i === width - 2) value = value * 16 + (cell >> 4);
  }
  return value;
}

function isSame(one: MappedPages | undefined, other: MappedPages | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const isEqual = (a: Float64Array, b: Float64Array) =>
    a.length === b.length && a.every((value, at) => value === b[at]);
  return one.width === other.width && isEqual(one.first, other.first) && isEqual(one.end, other.end);
}
