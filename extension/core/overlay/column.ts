/** Entries of a block. Small beside 100,000 entries, large beside what a typed array costs by itself. */
const blockBits = 12;
const blockLength = 1 << blockBits;

type Block = Float64Array | Uint32Array;

/** A growing list of numbers, in blocks: growing copies nothing, and at most one block is not in use. */
export class Column {
  readonly #make: (length: number) => Block;
  readonly #blocks: Block[] = [];
  #length = 0;

  private constructor(make: (length: number) => Block) {
    this.#make = make;
  }

  /** Of offsets and lengths: any safe integer. */
  static ofOffsets(): Column {
    return new Column((length) => new Float64Array(length));
  }

  /** Of indexes and counts: 32 bits. */
  static ofIndexes(): Column {
    return new Column((length) => new Uint32Array(length));
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes allocated. */
  get memory(): number {
    return this.#blocks.reduce((sum, block) => sum + block.byteLength, 0);
  }

  get(index: number): number {
    return (this.#blocks[index >>> blockBits] as Block)[index & (blockLength - 1)] as number;
  }

  set(index: number, value: number): void {
    (this.#blocks[index >>> blockBits] as Block)[index & (blockLength - 1)] = value;
  }

  push(value: number): void {
    if (this.#length >>> blockBits === this.#blocks.length) this.#blocks.push(this.#make(blockLength));
    this.#length += 1;
    this.set(this.#length - 1, value);
  }

  /** Drops the entries from `length` on. */
  truncate(length: number): void {
    this.#length = length;
    this.#blocks.length = Math.ceil(length / blockLength);
  }
}
