import { SourceError } from '../sourceError.ts';

const blockBits = 14;
const blockLength = 1 << blockBits;

/** What staged edits may hold in memory, the original bytes counted: the extension host is shared by all extensions. */
export const largestEditBytes = 2 ** 28;

/**
 * The same with all that undoing and redoing beyond saves adds: those bytes are staged anew each time. The places of
 * changes end at twice as much (changeTable.ts).
 */
export const largestHistoryBytes = 2 ** 29;

/**
 * The bytes that edits put in, and those that were there before, one after the other and never moved. A position names
 * both: bytes that overwrite others stand where, in the second row, those others stand.
 */
export class EditBytes {
  readonly #put: (Uint8Array | undefined)[] = [];
  readonly #originals: (Uint8Array | undefined)[] = [];
  readonly #most: number;
  #length = 0;

  constructor(most = largestHistoryBytes) {
    this.#most = most;
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes allocated. */
  get memory(): number {
    const allocated = (blocks: readonly (Uint8Array | undefined)[]) => blocks.filter((block) => block).length;
    return (allocated(this.#put) + allocated(this.#originals)) * blockLength;
  }

  /** Throws SourceError('editsTooLarge') where `length` bytes more would be too many. */
  expect(length: number): void {
    if (this.#length + length > largestEditBytes) throw new SourceError('editsTooLarge');
  }

  /** Whether an undo or a redo may add `length` bytes. */
  hasRoom(length: number): boolean {
    return this.#length + length <= this.#most;
  }

  /** Makes room for `length` bytes in each row and answers its position. What is never set takes hardly any memory. */
  reserve(length: number): number {
    const at = this.#length;
    this.#length += length;
    return at;
  }

  setPut(at: number, bytes: Uint8Array): void {
    write(this.#put, at, bytes);
  }

  setOriginals(at: number, bytes: Uint8Array): void {
    write(this.#originals, at, bytes);
  }

  readPut(at: number, into: Uint8Array): void {
    read(this.#put, at, into);
  }

  readOriginals(at: number, into: Uint8Array): void {
    read(this.#originals, at, into);
  }

  /** Drops what stands from `length` on. */
  truncate(length: number): void {
    this.#length = length;
    const kept = Math.ceil(length / blockLength);
    for (const blocks of [this.#put, this.#originals]) blocks.length = Math.min(blocks.length, kept);
  }
}

/** Calls `take` for each block that a part of [at, at + length) is in: of 100,000 edits nearly all are in one. */
function eachBlock(
  at: number,
  length: number,
  take: (block: number, from: number, done: number, part: number) => void,
): void {
  for (let done = 0; done < length; ) {
    const from = (at + done) & (blockLength - 1);
    const part = Math.min(length - done, blockLength - from);
    take((at + done) >>> blockBits, from, done, part);
    done += part;
  }
}

function write(blocks: (Uint8Array | undefined)[], at: number, bytes: Uint8Array): void {
  eachBlock(at, bytes.length, (number, from, done, part) => {
    const block = blocks[number] ?? new Uint8Array(blockLength);
    blocks[number] = block;
    if (part === 1) block[from] = bytes[done] as number;
    else block.set(bytes.subarray(done, done + part), from);
  });
}

function read(blocks: readonly (Uint8Array | undefined)[], at: number, into: Uint8Array): void {
  eachBlock(at, into.length, (number, from, done, part) => {
    const block = blocks[number];
    if (block === undefined) into.fill(0, done, done + part);
    else if (part === 1) into[done] = block[from] as number;
    else into.set(block.subarray(from, from + part), done);
  });
}
