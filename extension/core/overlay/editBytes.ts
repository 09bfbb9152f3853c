import { SourceError } from '../sourceError.ts';

const blockBits = 14;
const blockLength = 1 << blockBits;

/** What staged edits may hold in memory, the original bytes counted: the extension host is shared by all extensions. */
export const largestEditBytes = 2 ** 28;

/**
 * The bytes that edits put in, and those that were there before, one after the other and never moved. A position names
 * both: bytes that overwrite others stand where, in the second row, those others stand.
 */
export class EditBytes {
  readonly #put: (Uint8Array | undefined)[] = [];
  readonly #originals: (Uint8Array | undefined)[] = [];
  #length = 0;

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

function* blockParts(
  at: number,
  length: number,
): Generator<{ block: number; from: number; done: number; part: number }> {
  for (let done = 0; done < length; ) {
    const from = (at + done) & (blockLength - 1);
    const part = Math.min(length - done, blockLength - from);
    yield { block: (at + done) >>> blockBits, from, done, part };
    done += part;
  }
}

function write(blocks: (Uint8Array | undefined)[], at: number, bytes: Uint8Array): void {
  for (const { block, from, done, part } of blockParts(at, bytes.length)) {
    blocks[block] ??= new Uint8Array(blockLength);
    blocks[block].set(bytes.subarray(done, done + part), from);
  }
}

function read(blocks: readonly (Uint8Array | undefined)[], at: number, into: Uint8Array): void {
  for (const { block, from, done, part } of blockParts(at, into.length)) {
    const stored = blocks[block];
    if (stored === undefined) into.fill(0, done, done + part);
    else into.set(stored.subarray(from, from + part), done);
  }
}
