import * as vscode from 'vscode';
import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import type { FigurePart } from '../../core/memoryMap/figureParts.ts';
import { type KeptLook, keepLooks } from '../../core/memoryMap/keptLooks.ts';
import { type MapRef, mapTitle } from '../../core/memoryMap/mapUri.ts';
import { isOtherProgram } from '../../core/memoryMap/otherProgram.ts';
import type { PageCounts } from '../../core/memoryMap/pageCounts.ts';
import { sameRegions } from '../../core/memoryMap/sameRegions.ts';
import type { ProcessRefusal } from '../../core/processes/processRefusal.ts';
import type { ProcessSummary } from '../../core/processes/processSummary.ts';
import { SourceError } from '../../core/sourceError.ts';
import { printableName } from '../../core/text/printableName.ts';
import type { Platform } from '../../platform/platform.ts';
import type { PagesToCount } from '../../platform/processes/processLookout.ts';
import { onDidChangeMapSettings, readMapInterval } from '../settings.ts';
import { SharedUsers } from './sharedUsers.ts';

/** A look at the process. Where nothing was mapped or unmapped since the one before, the space is the same object. */
export interface MapLook extends KeptLook {
  readonly space: AddressSpace;
  /** In the parts in which they came. None for a moment: they are read after the regions. */
  readonly figures: readonly FigurePart[];
}

/**
 * - `lives`; `ended`: with the last look there was;
 * - `becameOther`: exec(2) has put another program in its place, and the looks are of the one before;
 * - `refused`: it may not be looked into, or not any more.
 */
export type MapFate =
  | { readonly kind: 'lives' | 'ended' | 'becameOther' }
  | { readonly kind: 'refused'; readonly error: unknown; readonly refusal: ProcessRefusal | undefined };

/** Figures that are being read, and the regions they will be beside. Parts are added; then they are those of the look. */
export type ArrivingFigures = Pick<MapLook, 'space' | 'figures'>;

/** So many times what a look cost is waited before the next: smaps holds the process up while it is read. */
const rest = 25;
/** Milliseconds that new regions wait for their figures, where there are others to look at: a view draws once for both. */
const patience = 16;
/**
 * Milliseconds that the first figures wait at most for a page to begin. Reading those of very many regions keeps a
 * processor busy for as long as a page takes to load, and what everybody waits for is the page.
 */
const longestBeginning = 400;
const limits = { looks: 24, bytes: 64 * 2 ** 20 };
/** Of a region, with its figures as they came. */
const bytesOfRegion = 90;

/** Looks at a process for the views of one document: when they ask, and now and then while one of them shows. */
export class MapWatch implements vscode.Disposable {
  readonly process: MapRef;
  /** Settles once there is a look, or it is known why not. Never rejects. */
  readonly ready: Promise<void>;
  readonly #platform: Platform;
  readonly #users: SharedUsers;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #heard = new vscode.EventEmitter<void>();
  readonly #settings: vscode.Disposable;
  readonly #stop = new AbortController();
  #setBegun: () => void = () => {};
  readonly #begun = new Promise<void>((done) => {
    this.#setBegun = done;
  });
  #looks: readonly MapLook[] = [];
  #latest: MapLook | undefined;
  #previous: MapLook | undefined;
  #arriving: ArrivingFigures | undefined;
  #fate: MapFate = { kind: 'lives' };
  #summary: ProcessSummary | undefined;
  #executable: string | undefined;
  #running: Promise<void> | undefined;
  #watchers = 0;
  #isPaused = false;
  #timer: number | undefined;
  #cost = 0;

  /** Fires after each step of a look: with the regions, with the figures, with who else maps them. */
  readonly onDidChange = this.#changed.event;
  /** Fires while figures are being read, for each part of them: see `arriving`. */
  readonly onDidHear = this.#heard.event;

  constructor(process: MapRef, platform: Platform) {
    this.process = process;
    this.#platform = platform;
    this.#users = new SharedUsers(process, platform.sharedMemory);
    this.#settings = onDidChangeMapSettings(() => this.#plan());
    this.ready = this.refresh();
  }

  get look(): MapLook | undefined {
    return this.#latest;
  }

  /** The last look before that found other regions; undefined until there is one. */
  get previous(): MapLook | undefined {
    return this.#previous;
  }

  /** Undefined while no figures are being read. */
  get arriving(): ArrivingFigures | undefined {
    return this.#arriving;
  }

  /** Those kept, from the oldest to the latest. */
  get looks(): readonly MapLook[] {
    return this.#looks;
  }

  get fate(): MapFate {
    return this.#fate;
  }

  /** `node (4121)`; undefined where the process was never seen. */
  get title(): string | undefined {
    return this.#summary && mapTitle(this.#summary);
  }

  get users(): SharedUsers {
    return this.#users;
  }

  /** Seconds; undefined where only the user refreshes. */
  get interval(): number | undefined {
    return readMapInterval();
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pauseOrResume(): void {
    this.#isPaused = !this.#isPaused;
    this.#plan();
    this.#changed.fire();
  }

  /** Looks again, once for all who ask meanwhile. Never rejects: what happened is in `fate`. */
  refresh(): Promise<void> {
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined;
      this.#plan();
      this.#changed.fire();
    });
    return this.#running;
  }

  /** What stands in the page tables for so many pages. Rejects with a SourceError. */
  countPages(span: PagesToCount, signal: AbortSignal): Promise<PageCounts> {
    return this.#platform.processes.pageCounts(this.process, span, signal);
  }

  /** Begins anew, with what the process is now. */
  async startOver(): Promise<void> {
    await this.#running;
    [this.#latest, this.#previous, this.#summary, this.#executable] = [undefined, undefined, undefined, undefined];
    this.#looks = [];
    this.#fate = { kind: 'lives' };
    await this.refresh();
  }

  /** Keeps looking until the returned function is called. */
  watch(): () => void {
    this.#watchers++;
    this.#plan();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#watchers--;
      this.#plan();
    };
  }

  /** A page is there that shows the regions: now there is time for their figures. */
  begin(): void {
    this.#setBegun();
  }

  dispose(): void {
    this.begin();
    this.#stop.abort();
    clearTimeout(this.#timer);
    this.#watchers = 0;
    this.#settings.dispose();
    this.#changed.dispose();
    this.#heard.dispose();
  }

  /** When to look next: as often as the setting says, or as seldom as what a look costs asks for. */
  #plan(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { interval } = this;
    const isIdle = this.#watchers === 0 || this.#isPaused || interval === undefined || this.#running !== undefined;
    if (isIdle || this.#fate.kind !== 'lives' || this.#stop.signal.aborted) return;
    const due = (this.#latest?.at ?? 0) + Math.max(interval * 1000, rest * this.#cost);
    this.#timer = setTimeout(() => void this.refresh(), Math.max(0, due - Date.now()));
  }

  async #look(): Promise<void> {
    const { processes } = this.#platform;
    const { signal } = this.#stop;
    const start = Date.now();
    try {
      const [read, summary] = await Promise.all([processes.regions(this.process, signal), this.#find()]);
      const before = this.#latest;
      const executable = summary.executable && printableName(summary.executable);
      const program = { space: read, executable };
      if (before !== undefined && isOtherProgram({ space: before.space, executable: this.#executable }, program)) {
        this.#fate = { kind: 'becameOther' };
        return;
      }
      [this.#summary, this.#executable] = [summary, executable];
      this.#fate = { kind: 'lives' };
      const isSame = before !== undefined && sameRegions(before.space.columns, read.columns);
      const space = isSame ? before.space : read;
      const at = Date.now();
      const bytes = bytesOfRegion * space.count;
      const tell = (figures: MapLook['figures']) => {
        this.#latest = { at, bytes, space, figures };
        this.#changed.fire();
      };
      let waited = 0;
      if (before === undefined) {
        tell([]);
        const from = Date.now();
        await isFulfilledIn(this.#begun, longestBeginning);
        waited = Date.now() - from;
      }
      // On their way while the regions are told.
      const figures: FigurePart[] = [];
      this.#arriving = { space, figures };
      const hear = (part: FigurePart) => {
        figures.push(part);
        this.#heard.fire();
      };
      const reading = processes.figureParts(this.process, hear, signal);
      if (before !== undefined) {
        const isSoon = await isFulfilledIn(reading, patience);
        if (!isSame) this.#previous = before;
        // Those of the look before stand in for a moment.
        if (!isSoon) tell(before.figures);
      }
      await reading;
      this.#latest = { at, bytes, space, figures };
      this.#arriving = undefined;
      this.#looks = keepLooks([...this.#looks, this.#latest], limits);
      this.#cost = Date.now() - start - waited;
      this.#changed.fire();
      // Who else maps it is not worth a failure.
      await this.#users.look(space, signal).catch(() => {});
    } catch (error) {
      this.#arriving = undefined;
      if (!signal.aborted) this.#fate = await this.#fateOf(error);
    }
  }

  async #find(): Promise<ProcessSummary> {
    const summary = await this.#platform.processes.find(this.process.pid);
    if (summary.startTime !== this.process.startTime) throw new SourceError('processGone', { id: this.process.pid });
    return summary;
  }

  async #fateOf(error: unknown): Promise<MapFate> {
    const code = error instanceof SourceError ? error.code : undefined;
    if (code === 'processGone' && this.#latest !== undefined) return { kind: 'ended' };
    const isRefusal = code === 'processGone' || code === 'noTrace' || code === 'noAddressSpace';
    const refusal = isRefusal
      ? await this.#platform.processes.whyRefused(this.process, 'look').catch(() => undefined)
      : undefined;
    // What the rules say is the better answer; a process that is gone may still be one that has ended without a word.
    return { kind: 'refused', error, refusal: refusal ?? (code === 'processGone' ? { kind: 'gone' } : undefined) };
  }
}

/** Whether a promise is fulfilled within so many milliseconds; false at once where it rejects. */
async function isFulfilledIn(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: number | undefined;
  const late = new Promise<boolean>((done) => {
    timer = setTimeout(() => done(false), milliseconds);
  });
  const fulfilled = promise.then(
    () => true,
    () => false,
  );
  return await Promise.race([fulfilled, late]).finally(() => clearTimeout(timer));
}
