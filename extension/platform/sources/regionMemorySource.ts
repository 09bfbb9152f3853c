import type { ByteRange } from '../../core/byteRange.ts';
import type {
  ByteSource,
  ChangeWait,
  ReadResult,
  SizeKind,
  SourceAbilities,
  SourceDetails,
  SourceFate,
  SourceOverview,
  SourceProbe,
} from '../../core/byteSource.ts';
import type { LiveStores } from '../../core/live/liveStores.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { findProcess } from '../processes/process.ts';
import type { ProcessMemory } from '../processes/processMemory.ts';
import { toSourceError } from '../sourceErrors.ts';
import { MemoryStores } from '../storing/memoryStores.ts';
import type { Machine } from './machine.ts';
import { MemoryReader } from './memoryReader.ts';
import type { RegionWatch } from './regionWatch.ts';
import { sourceWait } from './sourceWait.ts';

const LARGEST_OFFSET = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * A range of a process's memory. What is in its page tables is read from there, what is not from the file behind it, or
 * known to be zeros: so looking adds nothing to the process, but where nothing else leads to the bytes.
 */
export class RegionMemorySource implements ByteSource {
  readonly ref: ProcessRegionRef;
  readonly can: SourceAbilities = { write: false, resize: false, flush: false, watch: true, watchBytes: true };
  readonly sizeKind: SizeKind;
  readonly details: SourceDetails;
  readonly stores: LiveStores;
  readonly #memory: ProcessMemory;
  readonly #reader: MemoryReader;
  readonly #watch: RegionWatch;
  readonly #size: number;
  #disposed = false;

  /** Takes over `memory`. */
  constructor(
    machine: Machine,
    memory: ProcessMemory,
    ref: ProcessRegionRef,
    watch: RegionWatch,
    details: SourceDetails,
  ) {
    this.ref = ref;
    this.details = details;
    this.#memory = memory;
    this.#reader = new MemoryReader(machine, memory, ref);
    this.#watch = watch;
    const size = ref.end - ref.start;
    this.sizeKind = size > LARGEST_OFFSET ? 'clamped' : 'exact';
    this.#size = this.sizeKind === 'clamped' ? Number.MAX_SAFE_INTEGER : Number(size);
    this.stores = new MemoryStores(machine, ref, this.#size, {
      open: async () => memory,
      fate: async () => {
        this.#refuseIfDisposed();
        return await this.#fate();
      },
      // What the user is told of by its fate: memory is shown, whatever is mapped there.
      mapped: () => watch.seen,
    });
  }

  async size(): Promise<number> {
    return this.#size;
  }

  async read(offset: number, into: Uint8Array): Promise<ReadResult> {
    this.#refuseIfDisposed();
    const length = Math.max(0, Math.min(into.length, this.#size - offset));
    if (length === 0) return { length, holes: [] };
    try {
      const { holes, unwritten } = await this.#reader.read(offset, into.subarray(0, length));
      return { length, holes, unwritten };
    } catch (failure) {
      throw toSourceError(failure);
    }
  }

  waitForChange(offset: number, bytes: Uint8Array, rate: number, atMostMs: number): ChangeWait {
    return sourceWait(this.#memory.waitForChange(this.ref.start + BigInt(offset), bytes, rate, atMostMs));
  }

  async probe(): Promise<SourceProbe> {
    this.#refuseIfDisposed();
    const fate = await this.#fate();
    const note = this.details.sharing === 'shared' ? ({ note: 'lookingMayAllocate' } as const) : {};
    const version = fate.kind === 'replaced' ? 'replaced' : 'same';
    return { size: this.#size, version, fate, mapped: this.#watch.mapped, ...note };
  }

  async overview(offset: number, length: number, buckets: number): Promise<SourceOverview> {
    this.#refuseIfDisposed();
    const shares = await this.#reader.presence({ offset, length }, buckets).catch(() => undefined);
    if (shares !== undefined) {
      const { present, touched } = shares;
      return { residency: { method: 'pagemap', sampled: false, buckets: present }, allocation: touched };
    }
    const residency = { method: 'unsupported', sampled: false, buckets: new Uint8Array(buckets) } as const;
    return { residency, allocation: undefined };
  }

  data(): AsyncIterable<ByteRange> {
    return this.#reader.data();
  }

  dispose(): void {
    this.#disposed = true;
    this.#memory.close();
    this.#reader.close();
  }

  async #fate(): Promise<SourceFate> {
    const isOver = this.#reader.hasEnded || (await this.#memory.isOver().catch(() => false));
    if (!isOver) return await this.#watch.fate();
    return { kind: 'gone', why: (await findProcess(this.ref)) === undefined ? 'exited' : 'exec' };
  }

  #refuseIfDisposed(): void {
    if (this.#disposed) throw new SourceError('gone');
  }
}
