/** Bytes of the source on either side of a place. */
export interface Surrounding {
  /** Those that end there. */
  readonly before: Uint8Array;
  /** Those that begin there: none where the source ended. */
  readonly after: Uint8Array;
}

/** As one, in the order of the source. */
export function bytesAround({ before, after }: Surrounding): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(before.length + after.length);
  bytes.set(before);
  bytes.set(after, before.length);
  return bytes;
}

/** Bytes that are kept on each side, where there are so many. */
export const surroundingBytes = 16;

/** The counts of both sides, the first one more so that 0 is for none, and the bytes. */
const recordBytes = 2 + 2 * surroundingBytes;

const blockBits = 8;
const blockLength = 1 << blockBits;

/**
 * What stood around the places where bytes were inserted, by the number of the change: an insertion hides no byte that
 * could tell later whether its place is still what it was. Changes of other kinds take no memory, where they are many.
 */
export class Surroundings {
  readonly #blocks: (Uint8Array | undefined)[] = [];

  /** Bytes allocated. */
  get memory(): number {
    return this.#blocks.reduce((sum, block) => sum + (block?.length ?? 0), 0);
  }

  /** Undefined where it was not noted. */
  of(id: number): Surrounding | undefined {
    const record = this.#record(id);
    const [before = 0, after = 0] = record ?? [];
    if (record === undefined || before === 0) return undefined;
    const middle = 2 + before - 1;
    return { before: record.slice(2, middle), after: record.slice(middle, middle + after) };
  }

  note(id: number, { before, after }: Surrounding): void {
    const block = this.#blocks[id >>> blockBits] ?? new Uint8Array(blockLength * recordBytes);
    this.#blocks[id >>> blockBits] = block;
    const at = (id & (blockLength - 1)) * recordBytes;
    block[at] = before.length + 1;
    block[at + 1] = after.length;
    block.set(before, at + 2);
    block.set(after, at + 2 + before.length);
  }

  /** Drops what is noted of the changes from number `count` on. */
  truncate(count: number): void {
    this.#blocks.length = Math.min(this.#blocks.length, Math.ceil(count / blockLength));
    this.#blocks[count >>> blockBits]?.fill(0, (count & (blockLength - 1)) * recordBytes);
  }

  #record(id: number): Uint8Array | undefined {
    const at = (id & (blockLength - 1)) * recordBytes;
    return this.#blocks[id >>> blockBits]?.subarray(at, at + recordBytes);
  }
}
