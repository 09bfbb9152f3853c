import type { ByteRange } from '../../core/byteRange.ts';
import type { EditRefusal } from '../../core/editing/stagedSave.ts';
import type { LiveStores, RangeLocks, StoreOutcome } from '../../core/live/liveStores.ts';
import { SourceError } from '../../core/sourceError.ts';

/** A shared region as the part of its object: stores go there, or into the process's memory where we may not write to it. */
export class RegionStores implements LiveStores {
  readonly storesNumbersAsOne: boolean;
  readonly locks: RangeLocks | undefined;
  readonly #object: LiveStores;
  readonly #memory: LiveStores;
  readonly #start: number;
  readonly #size: number;

  /** The region begins at `start` of the object and has `size` bytes. */
  constructor(object: LiveStores, memory: LiveStores, start: number, size: number) {
    this.#object = object;
    this.storesNumbersAsOne = object.storesNumbersAsOne;
    this.#memory = memory;
    this.#start = start;
    this.#size = size;
    this.locks = object.locks && shifted(object.locks, start);
  }

  async refusal(): Promise<EditRefusal | undefined> {
    const ofObject = await this.#object.refusal();
    if (ofObject === undefined) return undefined;
    return (await this.#memory.refusal()) === undefined ? undefined : ofObject;
  }

  async store(offset: number, expected: Uint8Array | undefined, bytes: Uint8Array): Promise<StoreOutcome> {
    if (offset + bytes.length > this.#size) throw new SourceError('pastEnd', { stored: 0 });
    if ((await this.#object.refusal()) !== undefined) return await this.#memory.store(offset, expected, bytes);
    return await this.#object.store(this.#start + offset, expected, bytes);
  }
}

function shifted(locks: RangeLocks, start: number): RangeLocks {
  const inObject = ({ offset, length }: ByteRange) => ({ offset: start + offset, length });
  return {
    heldLock: async (range) => {
      const held = await locks.heldLock(inObject(range));
      if (held === undefined) return undefined;
      // It may begin before the region.
      const before = Math.max(0, start - held.offset);
      const length = held.length === undefined ? undefined : held.length - before;
      return { ...held, offset: held.offset + before - start, length };
    },
    lock: (range) => locks.lock(inObject(range)),
    unlock: (range) => locks.unlock(inObject(range)),
  };
}
