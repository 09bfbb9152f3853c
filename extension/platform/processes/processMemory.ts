import type { NativeAddon, NativeFile, ReadOutcome } from '../../../native/index.d.ts';
import { pagemapEntryBytes } from '../../core/memoryMap/regionReading.ts';
import { openOfProcess } from './process.ts';

/**
 * The memory of a process and what stands in its page tables. Both descriptors are bound to the address space, not to
 * the pid: they never show another process, nor the program that follows by exec(2).
 */
export class ProcessMemory {
  readonly #memory: NativeFile;
  readonly #pagemap: NativeFile | undefined;
  readonly #pageSize: number;

  /** Rejects with a SourceError: `processGone`, `noTrace`. */
  static async open(addon: NativeAddon, pid: number): Promise<ProcessMemory> {
    const memory = await openOfProcess(addon, pid, 'mem');
    // A kernel may be built without it.
    const pagemap = await openOfProcess(addon, pid, 'pagemap').catch(() => undefined);
    return new ProcessMemory(memory, pagemap, addon.pageSize);
  }

  private constructor(memory: NativeFile, pagemap: NativeFile | undefined, pageSize: number) {
    this.#memory = memory;
    this.#pagemap = pagemap;
    this.#pageSize = pageSize;
  }

  /** Answers less than was asked only where the address space has ended. */
  read(address: bigint, into: Uint8Array): Promise<ReadOutcome> {
    return this.#memory.read(Number(address), into);
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
