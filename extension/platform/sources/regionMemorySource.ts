import type { NativeFile } from '../../../native/index.d.ts';
import type {
  ByteSource,
  Hole,
  HoleReason,
  ReadResult,
  SizeKind,
  SourceAbilities,
  SourceDetails,
  SourceOverview,
  SourceProbe,
} from '../../core/byteSource.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { toSourceError } from '../sourceErrors.ts';
import type { RegionWatch } from './regionWatch.ts';

const LARGEST_OFFSET = BigInt(Number.MAX_SAFE_INTEGER);

const reasonOfErrno: Readonly<Record<string, HoleReason>> = {
  // What is not mapped, is not there behind the end of a file, or may not be read by anybody but the process.
  EIO: 'unmapped',
  EACCES: 'noPermission',
  EPERM: 'noPermission',
  ESRCH: 'gone',
};

/**
 * A range of a process's memory, by pread(2) of /proc/<pid>/mem: what is shared is the same bytes that the process sees,
 * and a page of it that nobody touched gets memory by being read. The descriptor is bound to the memory, not to the pid:
 * it never shows another process.
 */
export class RegionMemorySource implements ByteSource {
  readonly ref: ProcessRegionRef;
  readonly can: SourceAbilities = { write: false, resize: false, flush: false, watch: true, watchBytes: true };
  readonly sizeKind: SizeKind;
  readonly details: SourceDetails;
  readonly #memory: NativeFile;
  readonly #watch: RegionWatch;
  readonly #size: number;
  #hasEnded = false;
  #disposed = false;

  /** Takes over `memory`. */
  constructor(memory: NativeFile, ref: ProcessRegionRef, watch: RegionWatch, details: SourceDetails) {
    this.ref = ref;
    this.details = details;
    this.#memory = memory;
    this.#watch = watch;
    const size = ref.end - ref.start;
    this.sizeKind = size > LARGEST_OFFSET ? 'clamped' : 'exact';
    this.#size = this.sizeKind === 'clamped' ? Number.MAX_SAFE_INTEGER : Number(size);
  }

  async size(): Promise<number> {
    return this.#size;
  }

  async read(offset: number, into: Uint8Array): Promise<ReadResult> {
    this.#refuseIfDisposed();
    const length = Math.max(0, Math.min(into.length, this.#size - offset));
    if (length === 0) return { length, holes: [] };
    const address = this.ref.start + BigInt(offset);
    // [vsyscall], above all that pread(2) can be asked for.
    if (address + BigInt(length) > LARGEST_OFFSET)
      return { length, holes: [{ offset, length, reason: 'noPermission' }] };
    try {
      const outcome = await this.#memory.read(Number(address), into.subarray(0, length));
      const holes = outcome.faults.map((fault): Hole => {
        const reason = reasonOfErrno[fault.code] ?? 'ioError';
        return { offset: fault.offset - Number(address) + offset, length: fault.length, reason, errno: fault.code };
      });
      // It reads as empty once the process has ended, or runs another program: that has a memory of its own.
      const rest = { offset: offset + outcome.length, length: length - outcome.length };
      if (rest.length > 0) {
        this.#hasEnded = true;
        holes.push({ ...rest, reason: 'gone' });
      }
      return { length, holes };
    } catch (failure) {
      throw toSourceError(failure);
    }
  }

  async probe(): Promise<SourceProbe> {
    this.#refuseIfDisposed();
    const fate = this.#hasEnded ? ({ kind: 'gone', why: 'exited' } as const) : await this.#watch.fate();
    const note = this.details.sharing === 'shared' ? ({ note: 'lookingMayAllocate' } as const) : {};
    return { size: this.#size, version: fate.kind === 'replaced' ? 'replaced' : 'same', fate, ...note };
  }

  async overview(_offset: number, _length: number, buckets: number): Promise<SourceOverview> {
    this.#refuseIfDisposed();
    const residency = { method: 'unsupported', sampled: false, buckets: new Uint8Array(buckets) } as const;
    return { residency, allocation: undefined };
  }

  dispose(): void {
    this.#disposed = true;
    this.#memory.close();
  }

  #refuseIfDisposed(): void {
    if (this.#disposed) throw new SourceError('gone');
  }
}
