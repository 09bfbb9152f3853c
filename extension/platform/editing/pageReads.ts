import type { ByteSource } from '../../core/byteSource.ts';
import { readWhole } from './readWhole.ts';

/** Memory is touched by so many bytes at a time, whatever is read of them. */
const page = 4096;

/** Reads for one look at many edits: they have neighbours, and what was read of a page last is not read again. */
export class PageReads {
  readonly #source: Pick<ByteSource, 'read' | 'size'>;
  #offset = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(source: Pick<ByteSource, 'read' | 'size'>) {
    this.#source = source;
  }

  /** All of a range where it is held already; else undefined: it must be read. */
  held(offset: number, length: number): Uint8Array | undefined {
    const from = offset - this.#offset;
    return from >= 0 && from + length <= this.#bytes.length ? this.#bytes.subarray(from, from + length) : undefined;
  }

  /** Rejects with SourceError('incomplete') where a byte of it cannot be read. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const start = offset - (offset % page);
    const end = Math.min(Math.ceil((offset + length) / page) * page, await this.#source.size());
    const whole = await readWhole(this.#source, start, end - start).catch(() => undefined);
    // What cannot be read of the page beside it is no matter.
    if (whole === undefined || offset + length > end) return await readWhole(this.#source, offset, length);
    [this.#offset, this.#bytes] = [start, whole];
    return whole.subarray(offset - start, offset - start + length);
  }
}
