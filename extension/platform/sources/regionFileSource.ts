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
import { ProcessMemory } from '../processes/processMemory.ts';
import { dataRanges } from '../sharedMemory/dataRanges.ts';
import { MemoryStores } from '../storing/memoryStores.ts';
import { RegionStores } from '../storing/regionStores.ts';
import type { FileSource } from './fileSource.ts';
import type { Machine } from './machine.ts';
import type { RegionWatch } from './regionWatch.ts';

/** A shared region of a process, as the part of the object that it maps. It stays when the process ends. */
export class RegionFileSource implements ByteSource {
  readonly ref: ProcessRegionRef;
  readonly can: SourceAbilities;
  readonly sizeKind: SizeKind = 'exact';
  readonly details: SourceDetails;
  readonly stores: LiveStores;
  readonly #file: FileSource;
  readonly #start: number;
  readonly #size: number;
  readonly #watch: RegionWatch;
  readonly #machine: Machine;
  /** Opened once something is stored where the object itself may not be written to. */
  #memory: Promise<ProcessMemory> | undefined;

  /** Takes over `file`; the region begins at `start` in it. */
  constructor(
    machine: Machine,
    file: FileSource,
    ref: ProcessRegionRef,
    start: number,
    watch: RegionWatch,
    details: SourceDetails,
  ) {
    this.ref = ref;
    this.details = details;
    this.can = { ...file.can, watchBytes: true };
    this.#file = file;
    this.#start = start;
    this.#size = Number(ref.end - ref.start);
    this.#watch = watch;
    this.#machine = machine;
    const memory = new MemoryStores(machine, ref, this.#size, {
      open: () => this.#openMemory(),
      fate: () => watch.fate(),
      // The object is shown: nothing else may be stored into.
      mapped: () => watch.opened.columns,
    });
    this.stores = new RegionStores(file.stores, memory, start, this.#size);
  }

  async size(): Promise<number> {
    return this.#size;
  }

  async read(offset: number, into: Uint8Array): Promise<ReadResult> {
    const length = Math.max(0, Math.min(into.length, this.#size - offset));
    const answer = await this.#file.read(this.#start + Math.min(offset, this.#size), into.subarray(0, length));
    const inRegion = <Range extends ByteRange>(range: Range): Range => ({
      ...range,
      offset: range.offset - this.#start,
    });
    const holes = answer.holes.map(inRegion);
    // The process has more mapped than the object holds: it would get SIGBUS there.
    const rest = { offset: offset + answer.length, length: length - answer.length };
    if (rest.length > 0) holes.push({ ...rest, reason: 'pastEnd' });
    return { length, holes, unwritten: answer.unwritten?.map(inRegion) };
  }

  waitForChange(offset: number, bytes: Uint8Array, rate: number, atMostMs: number): ChangeWait {
    return this.#file.waitForChange(this.#start + offset, bytes, rate, atMostMs);
  }

  async probe(): Promise<SourceProbe> {
    const { version, modifiedAt } = await this.#file.probe();
    const fate = fateOfHeld(await this.#watch.fate());
    return { size: this.#size, version, modifiedAt, fate, mapped: this.#watch.mapped };
  }

  overview(offset: number, length: number, buckets: number): Promise<SourceOverview> {
    return this.#file.overview(this.#start + offset, length, buckets);
  }

  data(): AsyncIterable<ByteRange> {
    return dataRanges(this.#size, (offset, length, into) => this.#file.allocation(this.#start + offset, length, into));
  }

  dispose(): void {
    this.#file.dispose();
    void this.#memory?.then((memory) => memory.close()).catch(() => {});
    this.#memory = Promise.reject(new SourceError('gone'));
    this.#memory.catch(() => {});
  }

  async #openMemory(): Promise<ProcessMemory> {
    this.#memory ??= ProcessMemory.open(this.#machine.addon, this.ref);
    try {
      return await this.#memory;
    } catch (error) {
      this.#memory = undefined;
      throw error;
    }
  }
}

/** Whatever the process does, the object is held here: what it has let go of is still to be seen. */
function fateOfHeld(fate: SourceFate): SourceFate {
  return fate.kind === 'gone' || fate.kind === 'replaced' ? { kind: 'released' } : fate;
}
