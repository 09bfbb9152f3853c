import { type ByteRange, intersect, outside } from '../core/byteRange.ts';
import type {
  ByteSource,
  MappedThere,
  SourceFate,
  SourceNote,
  SourceOverview,
  SourceProbe,
  VersionedBytes,
} from '../core/byteSource.ts';
import { largestRead } from '../core/limits.ts';
import { SourceError } from '../core/sourceError.ts';
import { refKey } from '../core/sourceRef.ts';

/** How often a source that somebody looks at is asked for its size, times and path: a change shows within a blink. */
const probeEveryMs = 250;

/** How long a source keeps what reading holds after the last look: a tab that is only passed by takes nothing anew. */
const restAfterMs = 500;

export interface StoredBytes {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface WatchedState {
  readonly size: number;
  /** `size`, or the size before the source shrank, until the loss is acknowledged. */
  readonly shownSize: number;
  readonly generation: number;
  readonly fate: SourceFate;
  readonly note?: SourceNote | undefined;
  readonly mapped?: MappedThere | undefined;
}

/**
 * A source as a document has it: open, looked after while somebody watches, and told apart from what its path names
 * now. Growth moves the end; a loss is kept visible as past the end until it is acknowledged; another file at the path
 * is reported and never switched to by itself.
 */
export class WatchedSource {
  readonly #open: () => Promise<ByteSource>;
  readonly #listeners = new Set<() => void>();
  #source: ByteSource;
  #state: WatchedState;
  #version: string;
  /** The fate the user chose to live with: not reported again. */
  #acceptedFate = 'same';
  #isOver = false;
  /** Of each read that is under way, what was stored since it began. */
  readonly #storedDuring = new Set<StoredBytes[]>();
  #watchers = 0;
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;
  #restTimer: NodeJS.Timeout | undefined;
  readonly #ended = new AbortController();
  #disposed = false;

  /** Opens through `open`, which `reopen` calls again. Rejects with a SourceError. */
  static async open(open: () => Promise<ByteSource>): Promise<WatchedSource> {
    const source = await open();
    try {
      const { version, ...probe } = await source.probe();
      const watched = new WatchedSource(open, source, { ...probe, shownSize: probe.size, generation: 1 }, version);
      // It may be hidden again before anybody watches.
      watched.#restSoon();
      return watched;
    } catch (error) {
      source.dispose();
      throw error;
    }
  }

  private constructor(open: () => Promise<ByteSource>, source: ByteSource, state: WatchedState, version: string) {
    this.#open = open;
    this.#source = source;
    this.#state = state;
    this.#version = version;
  }

  get source(): ByteSource {
    return this.#source;
  }

  get state(): WatchedState {
    return this.#state;
  }

  /** Whether nothing can be read any more, for good: also when the user was told and knows. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Is aborted once it is disposed: nobody waits for what is asked of it any more. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Calls `listener` after each change of `state`, until the returned function is called. */
  onDidChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps the state fresh until the returned function is called. */
  watch(): () => void {
    let watching = true;
    this.#watchers++;
    clearTimeout(this.#restTimer);
    this.#schedule(0);
    return () => {
      if (!watching) return;
      watching = false;
      if (--this.#watchers > 0) return;
      this.#unschedule();
      this.#restSoon();
    };
  }

  /** Reads at most `largestRead` bytes. The reply says under which generation. */
  async read(offset: number, length: number): Promise<VersionedBytes> {
    const generation = this.#state.generation;
    const bytes = new Uint8Array(Math.min(length, largestRead));
    const stored: StoredBytes[] = [];
    this.#storedDuring.add(stored);
    const answer = await this.#used(this.#source.read(offset, bytes)).finally(() => this.#storedDuring.delete(stored));
    const { length: answered, holes, unwritten } = answer;
    const isShort = answered < bytes.length;
    if (isShort && offset + answered < this.#state.size) this.#schedule(0);
    const read = { generation, bytes: isShort ? bytes.slice(0, answered) : bytes, holes, unwritten };
    return stored.reduce((older, newer) => withStored(offset, older, newer), read as VersionedBytes);
  }

  /** These bytes are in the source by now: reads that are under way may have been before, and answer with them. */
  stored(bytes: StoredBytes): void {
    for (const stored of this.#storedDuring) stored.push(bytes);
  }

  /** The whole source in at most `most` buckets; a bucket is never less than `smallest` bytes. */
  overview(most: number, smallest: number): Promise<SourceOverview> {
    const { size } = this.#state;
    const buckets = Math.max(1, Math.min(most, Math.ceil(size / smallest)));
    return this.overviewOf({ offset: 0, length: size }, buckets);
  }

  /** A part of the source in so many buckets. */
  overviewOf({ offset, length }: ByteRange, buckets: number): Promise<SourceOverview> {
    return this.#used(this.#source.overview(offset, length, buckets));
  }

  /** What is shown is read anew: it was changed by ourselves. */
  touched(): void {
    this.#change({ ...this.#state, generation: this.#state.generation + 1 });
  }

  /** Lets go of a lost range: rows end at the end again. */
  acknowledgeLoss(): void {
    if (this.#state.shownSize === this.#state.size) return;
    this.#change({ ...this.#state, shownSize: this.#state.size });
  }

  /** Goes on looking at what is open although the path names something else; not mentioned again. */
  keepOld(): void {
    this.#acceptedFate = fateKey(this.#state.fate);
    this.#change({ ...this.#state, fate: { kind: 'same' } });
  }

  /** Opens the path anew and lets go of the old file. Rejects with a SourceError; then the old one stays. */
  async reopen(): Promise<void> {
    const source = await this.#open();
    let probe: Awaited<ReturnType<ByteSource['probe']>>;
    try {
      probe = await source.probe();
      if (this.#disposed) throw new SourceError('gone');
    } catch (error) {
      source.dispose();
      throw error;
    }
    this.#source.dispose();
    this.#source = source;
    this.#version = probe.version;
    this.#acceptedFate = 'same';
    this.#isOver = false;
    const { version: _, ...state } = probe;
    this.#change({ ...state, shownSize: probe.size, generation: this.#state.generation + 1 });
  }

  dispose(): void {
    this.#disposed = true;
    this.#ended.abort();
    this.#unschedule();
    clearTimeout(this.#restTimer);
    this.#listeners.clear();
    this.#source.dispose();
  }

  #schedule(delay: number): void {
    if (this.#disposed || this.#watchers === 0 || !this.#source.can.watch) return;
    this.#unschedule();
    this.#timer = setTimeout(() => void this.#probe(), delay);
  }

  #unschedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** After a look that nobody's watching keeps up, the source rests again. */
  async #used<Answer>(look: Promise<Answer>): Promise<Answer> {
    try {
      return await look;
    } finally {
      if (this.#watchers === 0) this.#restSoon();
    }
  }

  #restSoon(): void {
    clearTimeout(this.#restTimer);
    if (this.#disposed || this.#source.rest === undefined) return;
    this.#restTimer = setTimeout(() => this.#source.rest?.(), restAfterMs);
  }

  /** Has `state` be as the source is now. Never rejects. */
  async look(): Promise<void> {
    await this.#probe();
  }

  async #probe(): Promise<void> {
    const source = this.#source;
    // Probes may overlap: only the last one asked tells how things are.
    const turn = ++this.#turn;
    const isLast = () => turn === this.#turn && source === this.#source && !this.#disposed;
    try {
      const probe = await source.probe();
      if (isLast()) this.#compare(probe);
    } catch (error) {
      if (isLast()) this.#compareFate({ kind: 'unknown', errno: errnoOf(error) });
    }
    this.#schedule(probeEveryMs);
  }

  #compare(probe: SourceProbe): void {
    const { size, shownSize, generation } = this.#state;
    if (probe.version !== this.#version || probe.size !== size) {
      this.#version = probe.version;
      this.#change({
        ...this.#state,
        size: probe.size,
        // What is lost stays visible; what grows past the loss ends it.
        shownSize: Math.max(probe.size, shownSize),
        generation: generation + 1,
      });
    }
    const { note, mapped } = probe;
    if (note !== this.#state.note || mapped !== this.#state.mapped) this.#change({ ...this.#state, note, mapped });
    this.#compareFate(probe.fate);
  }

  #compareFate(fate: SourceFate): void {
    this.#isOver = fate.kind === 'gone';
    if (fate.kind === 'same') this.#acceptedFate = 'same';
    // What the user lives with is as good as the same; and what was told and is over must be taken back.
    const told: SourceFate = fateKey(fate) === this.#acceptedFate ? { kind: 'same' } : fate;
    if (fateKey(told) === fateKey(this.#state.fate)) return;
    this.#change({ ...this.#state, fate: told });
  }

  #change(state: WatchedState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** An answer with what was stored since. What cannot be read stays so. */
function withStored(offset: number, answer: VersionedBytes, stored: StoredBytes): VersionedBytes {
  const range = { offset: stored.offset, length: stored.bytes.length };
  const part = intersect(range, { offset, length: answer.bytes.length });
  if (part === undefined) return answer;
  const from = part.offset - stored.offset;
  answer.bytes.set(stored.bytes.subarray(from, from + part.length), part.offset - offset);
  return { ...answer, unwritten: answer.unwritten?.flatMap((one) => outside(one, part)) };
}

function fateKey(fate: SourceFate): string {
  if (fate.kind === 'moved') return `moved ${refKey(fate.to)}`;
  if (fate.kind === 'gone') return `gone ${fate.why}`;
  return fate.kind === 'unknown' ? `unknown ${fate.errno}` : fate.kind;
}

function errnoOf(error: unknown): string {
  return error instanceof SourceError ? (error.detail.errno ?? error.code) : String(error);
}
