/** Looks out for processes: which there are, and, while somebody watches, what changes; and into one of them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NativeAddon } from '../../../native/index.d.ts';
import { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import { type FigurePart, FigureReader } from '../../core/memoryMap/figureParts.ts';
import type { PageCounts } from '../../core/memoryMap/pageCounts.ts';
import type { RegionFigures } from '../../core/memoryMap/regionFigures.ts';
import type { ProcessRefusal, WantedAccess } from '../../core/processes/processRefusal.ts';
import { type ProcessSummary, processKey } from '../../core/processes/processSummary.ts';
import { SourceError } from '../../core/sourceError.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';
import { Looks } from '../looks.ts';
import { resultOf } from '../nativeTask.ts';
import { sameItems } from '../sameItems.ts';
import { inSlices } from '../slices.ts';
import { toSourceError } from '../sourceErrors.ts';
import { findMappers, type ObjectByte } from './mappers.ts';
import type { ProcessKey } from './process.ts';
import { processAnswer } from './processAnswer.ts';
import { processRows } from './processRows.ts';
import { whyRefused } from './refusal.ts';

/** What is the same as in the look before is the same object, and where all is, the same list. */
export interface ProcessLook {
  /** Kernel threads included, in the order of /proc. */
  readonly processes: readonly ProcessSummary[];
}

/** `refused`: it may not be looked into. */
export type MapsAnswer = 'no' | 'yes' | 'refused';

/** By what the addon answers; nothing for what has ended. */
const mapsAnswers: readonly (MapsAnswer | undefined)[] = ['no', 'yes', 'refused'];

/** Processes that are asked about at a time: some milliseconds. */
const processesOfSearch = 64;

/** `pages` pages from `start` on, a multiple of the page size, in `parts` parts. */
export interface PagesToCount {
  readonly start: bigint;
  readonly pages: number;
  readonly parts: number;
}

export class ProcessLookout {
  /** The user whose processes are our own. */
  readonly ownUid = process.geteuid?.() ?? 0;
  readonly #addon: NativeAddon;
  readonly #looks: Looks<ProcessLook>;

  constructor(addon: NativeAddon) {
    this.#addon = addon;
    this.#looks = new Looks((signal) => this.#lookAtAll(signal));
  }

  /** What the last look found, however long ago that was. */
  get latest(): ProcessLook | undefined {
    return this.#looks.latest;
  }

  /** A look that begins after this call. Rejects with the signal's reason where that comes first. */
  look(signal?: AbortSignal): Promise<ProcessLook> {
    return this.#looks.look(signal);
  }

  /**
   * Calls `listener` after each look, until the returned function is called: every two seconds while anybody listens,
   * or less often where a look costs more than that is worth.
   */
  watch(listener: (look: ProcessLook) => void): () => void {
    return this.#looks.watch(listener);
  }

  /** The process that has this number now. Rejects with SourceError('processGone') where there is none. */
  async find(pid: number): Promise<ProcessSummary> {
    const rows = await inSlices(processRows(await this.#addon.scanProcesses(Uint32Array.of(pid)).result));
    const [found] = rows;
    if (found === undefined) throw new SourceError('processGone', { id: pid });
    return found;
  }

  /**
   * The regions of a process, of one program and of one moment as far as the kernel gives that. Rejects with a
   * SourceError: `processGone`, `noTrace` (see `whyRefused`), `noAddressSpace`, `cancelled`.
   */
  async regions(key: ProcessKey, signal?: AbortSignal): Promise<AddressSpace> {
    const { pid, startTime } = key;
    const table = await processAnswer(key, this.#addon.readRegions(pid, startTime), signal);
    // With many regions each of the two takes half a frame.
    await nextTurn();
    return new AddressSpace(table);
  }

  /** What of each region is in memory. Read after the regions: those that changed meanwhile have no figures. */
  async figures(process: ProcessKey, space: AddressSpace, signal?: AbortSignal): Promise<RegionFigures> {
    const reader = new FigureReader(space.columns);
    await this.figureParts(process, (part) => reader.read(part), signal);
    return reader.figures();
  }

  /** The same as it comes, in parts. Rejects as `regions` does: then no part holds. */
  async figureParts(process: ProcessKey, hear: (part: FigurePart) => void, signal?: AbortSignal): Promise<void> {
    const { pid, startTime } = process;
    await processAnswer(process, this.#addon.readRegionFigures(pid, startTime, hear), signal);
  }

  /** Pages, counted in `parts` parts: see countPagemap in native/processes.d.ts. */
  async pageCounts(process: ProcessKey, span: PagesToCount, signal?: AbortSignal): Promise<PageCounts> {
    const { pid, startTime } = process;
    const task = this.#addon.countPagemap(pid, startTime, span.start, span.pages, span.parts);
    return await processAnswer(process, task, signal);
  }

  /** Bytes of a page of this machine. */
  get pageSize(): number {
    return this.#addon.pageSize;
  }

  /**
   * Which of some processes map a file whose path holds `text`, in any case of ASCII's letters; by processKey, those that
   * have ended left out. `progress` is told how many more were looked into. Rejects with the signal's reason.
   */
  async searchMaps(
    processes: readonly ProcessKey[],
    text: string,
    signal?: AbortSignal,
    progress: (looked: number) => void = () => {},
  ): Promise<ReadonlyMap<string, MapsAnswer>> {
    const found = new Map<string, MapsAnswer>();
    for (let start = 0; start < processes.length; start += processesOfSearch) {
      signal?.throwIfAborted();
      const some = processes.slice(start, start + processesOfSearch);
      const pids = Uint32Array.from(some, ({ pid }) => pid);
      const startTimes = Float64Array.from(some, ({ startTime }) => startTime);
      const task = this.#addon.searchMaps(pids, startTimes, encodeUtf8(text));
      const answers = await resultOf(task, signal).catch((failure: unknown) => {
        signal?.throwIfAborted();
        throw toSourceError(failure);
      });
      for (const [index, process] of some.entries()) {
        const answer = mapsAnswers[answers[index] ?? 3];
        if (answer !== undefined) found.set(processKey(process), answer);
      }
      progress(some.length);
    }
    return found;
  }

  /** Where a byte of an object is in all processes. Rejects with SourceError('cancelled'). */
  async mappers(byte: ObjectByte, isCancelled: () => boolean): ReturnType<typeof findMappers> {
    const { processes } = await this.look();
    return await findMappers(this.#addon, processes, byte, isCancelled);
  }

  /** Why the kernel does not let us in; undefined where nothing that we know of is in the way. */
  whyRefused(process: ProcessKey, wanted: WantedAccess): Promise<ProcessRefusal | undefined> {
    return whyRefused(process, wanted);
  }

  dispose(): void {
    this.#looks.dispose();
  }

  async #lookAtAll(signal: AbortSignal): Promise<ProcessLook> {
    signal.throwIfAborted();
    const table = await resultOf(this.#addon.scanProcesses(), signal);
    const rows = await inSlices(processRows(table), signal);
    const before = this.latest;
    const processes = await inSlices(sameItems(before?.processes ?? [], rows, processKey), signal);
    return before?.processes === processes ? before : { processes };
  }
}
