import type {
  ChangeWait,
  MappedColumns,
  NativeAddon,
  NativeFile,
  NativeMemory,
  ReadOutcome,
} from '../../../native/index.d.ts';
import { pagemapEntryBytes } from '../../core/memoryMap/regionReading.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';
import { openOfProcess, type ProcessKey } from './process.ts';
import { toProcessError } from './processErrors.ts';

/**
 * The memory of a process and what stands in its page tables. Both descriptors are bound to the address space, not to
 * the pid: they never show another process, nor the program that follows by exec(2), and nothing is ever written into one.
 */
export class ProcessMemory {
  readonly #pid: number;
  readonly #memory: NativeMemory;
  readonly #pagemap: NativeFile | undefined;
  readonly #pageSize: number;

  /** Rejects with a SourceError: `processGone`, `noTrace`. */
  static async open(addon: NativeAddon, { pid, startTime }: ProcessKey): Promise<ProcessMemory> {
    // A kernel may be built without it. It comes first: where exec(2) comes between, its end tells.
    const pagemap = await openOfProcess(addon, pid, 'pagemap').catch(() => undefined);
    try {
      return new ProcessMemory(pid, await addon.openMemory(pid, startTime), pagemap, addon.pageSize);
    } catch (failure) {
      pagemap?.close();
      throw toProcessError(failure, pid);
    }
  }

  private constructor(pid: number, memory: NativeMemory, pagemap: NativeFile | undefined, pageSize: number) {
    this.#pid = pid;
    this.#memory = memory;
    this.#pagemap = pagemap;
    this.#pageSize = pageSize;
  }

  /** Answers less than was asked only where the address space has ended. */
  read(address: bigint, into: Uint8Array): Promise<ReadOutcome> {
    return this.#memory.read(Number(address), into);
  }

  get isWritable(): boolean {
    return this.#memory.isWritable;
  }

  /** As a NativeMemory does, whose failures it rejects with. */
  write(
    address: bigint,
    expected: Uint8Array | undefined,
    bytes: Uint8Array,
    mapped: MappedColumns,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#memory.write(address, expected, bytes, mapped);
  }

  /** As of a source, and without touching pages that are not in the page tables: those count as zeros. */
  waitForChange(address: bigint, bytes: Uint8Array, rate: number, atMostMs: number): ChangeWait {
    // The pid's pagemap may be another program's by now: then the memory, which has ended, has the wait end.
    const pagemap = this.#pagemap && encodeUtf8(`/proc/${this.#pid}/pagemap`);
    return this.#memory.waitForChange(Number(address), bytes, rate, atMostMs, pagemap);
  }

  /** The entries of so many pages from the one of `address` on; fewer where they are not known. */
  async entries(address: bigint, pages: number): Promise<Uint8Array> {
    const entries = new Uint8Array(pages * pagemapEntryBytes);
    const offset = Number(address / BigInt(this.#pageSize)) * pagemapEntryBytes;
    const answer = await this.#pagemap?.read(offset, entries);
    const [fault] = answer?.faults ?? [];
    return entries.subarray(0, fault === undefined ? (answer?.length ?? 0) : fault.offset - offset);
  }

  /** Whether the address space has ended: its process has, or runs another program. */
  async isOver(): Promise<boolean> {
    if (this.#pagemap === undefined) return false;
    const { length } = await this.#pagemap.read(0, new Uint8Array(pagemapEntryBytes));
    return length === 0;
  }

  close(): void {
    this.#memory.close();
    this.#pagemap?.close();
  }
}
