/**
 * The addon's contract for processes: which there are, and what is in their address spaces. What index.d.ts says of
 * failures, wrong arguments and threads holds here too, and of columns what sharedMemory.d.ts says.
 *
 * A pid never travels without its start time, for numbers are given again. All calls about one process fail with
 *
 * - ESRCH: the process has ended (a zombie too);
 * - ESTALE: the number is another process's now;
 * - ENOTSUP: a kernel thread, which has no address space;
 * - EACCES, EPERM: it may not be looked into;
 * - ENOSYS: the kernel is built without that file;
 * - ECANCELED.
 *
 * exec(2) keeps pid and start time: an answer is of one program from the first row to the last, but two answers may be
 * of two programs. A process that is stuck in the kernel with its memory locked holds a call up (and nothing else), and
 * a canceled call ends with the step it is at.
 */
import type { NativeFile } from './index.d.ts';
import type { NameColumn } from './sharedMemory.d.ts';

/** A call on a thread of its own. */
export interface NativeTask<Result> {
  readonly result: Promise<Result>;
  /** Has `result` rejected with ECANCELED, unless it is settled; also where all was found already. Idempotent. */
  cancel(): void;
}

/** /proc/PID/stat, status, cmdline and exe. One that ends meanwhile is left out. Name i of a NameColumn is row i's. */
export interface ProcessTable {
  readonly count: number;
  readonly pids: Uint32Array<ArrayBuffer>;
  /** Clock ticks since boot, whole numbers. */
  readonly startTimes: Float64Array<ArrayBuffer>;
  /** 0 where the parent is outside of our pid namespace. */
  readonly parents: Uint32Array<ArrayBuffer>;
  /** Effective user ids. */
  readonly uids: Uint32Array<ArrayBuffer>;
  /** The letter of ps(1) as a character code: R running, S sleeping, D in the kernel, Z zombie, T stopped, … */
  readonly states: Uint8Array<ArrayBuffer>;
  /** 1 for a thread of the kernel, which has no address space. */
  readonly kernelThreads: Uint8Array<ArrayBuffer>;
  readonly threads: Uint32Array<ArrayBuffer>;
  /** What of it is in memory. Bytes, and since Linux 6.2 inexact by some dozens of pages per processor. */
  readonly residents: Float64Array<ArrayBuffer>;
  /** Up to 15 bytes of anything. */
  readonly names: NameColumn;
  /** The arguments, each ended by a NUL, 4,096 bytes at most. Empty for kernel threads and zombies. */
  readonly commands: NameColumn;
  /** The path of the executable as its link has it, ` (deleted)` included; empty where `executableErrors` says why. */
  readonly executables: NameColumn;
  /** The errno that refused the link: 13 EACCES where the process may not be looked into, 2 ENOENT for a zombie. */
  readonly executableErrors: Uint32Array<ArrayBuffer>;
}

/** The regions of an address space in the order of their addresses; none overlaps the next. */
export interface RegionTable {
  readonly count: number;
  /** Addresses; `ends` is exclusive. */
  readonly starts: BigUint64Array<ArrayBuffer>;
  readonly ends: BigUint64Array<ArrayBuffer>;
  /** Bytes into the file or object. */
  readonly offsets: BigUint64Array<ArrayBuffer>;
  readonly devs: BigUint64Array<ArrayBuffer>;
  readonly inos: BigUint64Array<ArrayBuffer>;
  /** 1 read, 2 write, 4 execute, 8 shared (without it the mapping is private: what is written stays its own). */
  readonly rights: Uint8Array<ArrayBuffer>;
  /** Indexes into `names`. */
  readonly nameIndexes: Uint32Array<ArrayBuffer>;
  /**
   * 1 where the name holds `\012` and is from the text of maps (before Linux 6.11, and where it is longer than PATH_MAX):
   * then each of them is a newline or those four characters. All other names are raw.
   */
  readonly maybeNewline: Uint8Array<ArrayBuffer>;
  /** Each name once. */
  readonly names: NameColumn;
}

/**
 * What of each region is in memory, by /proc/PID/smaps, in the order of the addresses: some of the rows. It is read
 * later than the regions: rows are joined by their addresses.
 */
export interface FigurePart {
  /**
   * Which row its first one is. Where it is not the next one, what was told of this row and of those after it does not
   * hold any more: it was of another program, or its region has changed meanwhile.
   */
  readonly first: number;
  readonly count: number;
  readonly isLast: boolean;
  /**
   * For each row what it does not have in common with the row before it, or in the part's first row with one of zeros,
   * as varints of seven bits, low ones first. First a mask of what follows:
   *
   * - 1: pages of 4 KiB from the end of the row before to its start (which is there otherwise);
   * - 2: its pages of 4 KiB;
   * - 4: VmFlags, as an index into `flagSets`;
   * - 8, 16 and so on: Rss, Pss, Pss_Dirty, Shared_Clean, Shared_Dirty, Private_Clean, Private_Dirty, Referenced,
   *   Anonymous, LazyFree, those of huge pages (AnonHugePages, ShmemPmdMapped and FilePmdMapped), Shared_Hugetlb,
   *   Private_Hugetlb, Swap, SwapPss, Locked, KernelPageSize; KiB, and 0 where this kernel has no such line.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Two-letter codes set apart by a blank: those of all parts so far. */
  readonly flagSets: NameColumn;
}

/**
 * Pages of a range, a number for each of its parts. A page is one of the first five, or nothing stands for it in the
 * page tables: then nobody has touched it through this mapping yet, whatever the page cache holds.
 */
export interface PageCounts {
  /** Present, and the process's own: in a private file mapping a copy of the file's page. */
  readonly anonymous: Float64Array<ArrayBuffer>;
  /** Present, of a file or of shared memory. */
  readonly file: Float64Array<ArrayBuffer>;
  /** The page of zeros, which takes no memory: read, and never written to (Linux 6.7; before it, anonymous). */
  readonly zero: Float64Array<ArrayBuffer>;
  readonly swapped: Float64Array<ArrayBuffer>;
  /** Linux 6.14; before it, nothing. */
  readonly guard: Float64Array<ArrayBuffer>;
  /** Of all these: this process alone has the page. */
  readonly exclusive: Float64Array<ArrayBuffer>;
  /** Of all these: written to since the marks were cleared last; never where the kernel is built without them. */
  readonly softDirty: Float64Array<ArrayBuffer>;
  /** Of all these: part of a huge page (Linux 6.7). */
  readonly huge: Float64Array<ArrayBuffer>;
}

/**
 * The memory of a process: of the address space that it had when this was opened, never that of a program which follows
 * by exec(2). It is read and written through one descriptor, which keeps no page of it.
 */
export interface NativeMemory extends Pick<NativeFile, 'read' | 'waitForChange' | 'close'> {
  /** False where it could be opened for reading alone: /proc is mounted so, or a policy has it so. */
  readonly isWritable: boolean;
  /**
   * Stores `bytes` (8 MiB at most) at `address` if `expected`, as many, stands there now, or whatever does where it is
   * undefined. Resolves to undefined, or to what does stand there, and then nothing is written. A store goes where the
   * process itself may not write: pages of code and what is read-only get a copy that is the process's own (FOLL_FORCE),
   * unless the kernel is set up not to (proc_mem.force_override).
   *
   * `mapped` is a look at the regions of these addresses, more of them too: they must be so still. What is mapped there is
   * looked at again right before and right after, by PROCMAP_QUERY since Linux 6.11 and by all of the text before. What
   * the process replaces by its like in these microseconds cannot be told from it: other anonymous memory of the same
   * rights, with the same bytes in that place.
   *
   * A failure says how much was `written`.
   *
   * - ESRCH: the address space has ended, with the process or by exec(2);
   * - ESTALE: something else is mapped there than was; with some `written`, since then: those are in what was there, in
   *   what is, or a part in each;
   * - EIO: the kernel writes nothing there;
   * - EACCES: it is not writable.
   */
  write(
    address: bigint,
    expected: Uint8Array | undefined,
    bytes: Uint8Array,
    mapped?: MappedColumns,
  ): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** As of a RegionTable. */
export type MappedColumns = Readonly<
  Record<'starts' | 'ends' | 'offsets' | 'devs' | 'inos', BigUint64Array> & Record<'rights', Uint8Array>
>;

export interface NativeProcesses {
  /** Of all processes that /proc lists, or of those of `pids` that there are, in that order. */
  scanProcesses(pids?: Uint32Array): NativeTask<ProcessTable>;
  readRegions(pid: number, startTime: number): NativeTask<RegionTable>;
  /** Those of them that have a byte in [start, end): some microseconds since Linux 6.11, all of the text before. */
  readRegionsIn(pid: number, startTime: number, start: bigint, end: bigint): NativeTask<RegionTable>;
  /**
   * The kernel walks the page tables for it: some 2 µs a region, and more where much is in memory. So `hear`, which may
   * not throw, is called with a part at a time, while the kernel is at the next one: once at least, and for the last
   * time before `result` resolves. What it was told before a failure is to be thrown away.
   */
  readRegionFigures(pid: number, startTime: number, hear: (part: FigurePart) => void): NativeTask<undefined>;
  /**
   * Which of these processes map a file whose path, as maps has it, holds `text`, in any case of ASCII's letters. A byte
   * per process: 0 no, 1 yes, 2 it may not be looked into, 3 it has ended. None of them has the call rejected.
   */
  searchMaps(pids: Uint32Array, startTimes: Float64Array, text: Uint8Array): NativeTask<Uint8Array<ArrayBuffer>>;
  /** Opens the memory of the address space that the process has now. */
  openMemory(pid: number, startTime: number): Promise<NativeMemory>;
  /**
   * What stands in the page tables for `pages` pages from the address `start` on, a multiple of `pageSize`, counted in
   * `parts` parts of the range (1 … 4,096) that differ by a page at most: part i begins at page ⌈i · pages / parts⌉.
   * Nothing is touched by it, so that a reservation of terabytes stays one. Before Linux 6.7 it costs 8 bytes of reading
   * for each page, and since then only for those that there are.
   */
  countPagemap(pid: number, startTime: number, start: bigint, pages: number, parts: number): NativeTask<PageCounts>;
}
