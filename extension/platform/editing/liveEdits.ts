import { outsideOf } from '../../core/byteChanges.ts';
import type { ByteRange } from '../../core/byteRange.ts';
import type { DocumentEdits, EditStep, WantedEdit } from '../../core/editing/documentEdits.ts';
import type { EditRefusal } from '../../core/editing/stagedSave.ts';
import type { LiveStores } from '../../core/live/liveStores.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { WatchedSource } from '../watchedSource.ts';
import { RefusedEdits } from './refusedEdits.ts';

/** The most that one edit stores: so much is kept to be undone. Bytes. */
const largestLiveEdit = 16 * 2 ** 20;

/** As of staged typing: a run of it is one step for at most this long. */
const longestStepMs = 600;

/** How often bytes that keep changing are looked at to be kept for undo, before they are gone over unseen. */
const mostTries = 4;

/** Bytes that were not stored because others stand there than were expected. */
export interface LiveDifference {
  readonly kind: 'edit' | 'undo' | 'redo';
  readonly offset: number;
  /** What was to be stored. */
  readonly bytes: Uint8Array;
  /** What was found in its place, from the first byte on. */
  readonly now: Uint8Array;
}

/** Bytes that are in the source now by somebody's edit. */
export interface LiveStore {
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether nobody can have read a part of it. */
  readonly isAtomic: boolean;
  /** Who asked for the edit; undefined for an undo. */
  readonly origin?: unknown;
}

/** Bytes in one place, and what was there before. */
interface Run {
  readonly offset: number;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Whether `after` was stored last, and not `before`. */
  readonly isDone: boolean;
}

interface Step {
  runs: readonly Run[];
}

interface Progress {
  readonly stored: number;
  readonly isAtomic?: boolean;
  /** What stands there, from the first byte on that was not stored. */
  readonly now?: Uint8Array;
  readonly error?: unknown;
}

/**
 * Edits that are stored at once, each against what was shown, one after the other in the order they were asked for. What
 * others have changed meanwhile is never gone over unasked, by an undo neither.
 */
export class LiveEdits implements DocumentEdits {
  /** All that is edited is in the source. */
  readonly hasEdits = false;
  readonly #watched: WatchedSource;
  readonly #ask: (difference: LiveDifference) => Promise<boolean>;
  readonly #clock: () => number;
  readonly #listeners = new Set<(store: LiveStore) => void>();
  /** Edits that met other bytes than the user was shown. */
  readonly unwritten: RefusedEdits;
  #queue: Promise<unknown> = Promise.resolve();
  /** What typing goes on with. */
  #typed: Step | undefined;
  #typedSince = 0;
  #done = 0;

  /** `ask`: whether an undo or a redo shall go over other bytes than it expected. `clock`: milliseconds, steady. */
  constructor(
    watched: WatchedSource,
    ask: (difference: LiveDifference) => Promise<boolean>,
    clock = () => performance.now(),
  ) {
    this.#watched = watched;
    this.#ask = ask;
    this.#clock = clock;
    this.unwritten = new RefusedEdits(() => watched.source);
    let { source } = watched;
    watched.onDidChange(() => {
      if (watched.source === source) return;
      ({ source } = watched);
      void this.#inOrder(() => this.unwritten.lookAgain());
    });
  }

  /** The same, until it is decided what becomes of them. */
  get refused(): readonly LiveDifference[] {
    return this.unwritten.all;
  }

  /** Whether there is a step that is not undone. */
  get canUndo(): boolean {
    return this.#done > 0;
  }

  /** Calls `listener` after each store, until the returned function is called. */
  onDidStore(listener: (store: LiveStore) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async refusal(): Promise<EditRefusal | undefined> {
    const { stores } = this.#watched.source;
    return stores === undefined ? 'notSupported' : await stores.refusal();
  }

  /**
   * Where it goes on from what was typed before, it is a part of that step. Rejects with SourceError('changedSince') where
   * nothing was stored because other bytes stand there: they are in `refused` then, where somebody is to decide on them.
   */
  async edit(edit: WantedEdit): Promise<EditStep> {
    const { offset, length, bytes, shown, isTyping = false, isUnattended = false, origin } = edit;
    return await this.#inOrder(async () => {
      if (bytes.length !== length) throw new SourceError('sizeIsFixed');
      if (length > largestLiveEdit) throw new SourceError('tooMuchAtOnce', { path: '16 MiB' });
      if (length === 0 || offset + length > this.#watched.state.size) throw new SourceError('pastEnd');
      const before = Uint8Array.from(shown ?? (await this.#read(offset, length)));
      const { stored, now, error } = await this.#store(offset, before, bytes, origin);
      const problem = now === undefined ? error : new SourceError('changedSince');
      this.#noteWritten({ offset, length: stored });
      if (now !== undefined && !isUnattended) {
        this.unwritten.all = [
          ...this.unwritten.all,
          { kind: 'edit', offset: offset + stored, bytes: bytes.slice(stored), now },
        ];
      }
      if (stored === 0 && problem !== undefined) throw problem;
      const run = { offset, before: before.slice(0, stored), after: bytes.slice(0, stored), isDone: true };
      return { ...this.#take(run, isTyping), problem };
    });
  }

  /** Stores over whatever is there. */
  async overwrite({ offset, bytes, origin }: Pick<WantedEdit, 'offset' | 'bytes' | 'origin'>): Promise<EditStep> {
    return await this.#inOrder(async () => {
      const { before, error } = await this.#overwrite(offset, bytes, origin);
      this.#noteWritten({ offset, length: before.length });
      if (before.length === 0 && error !== undefined) throw error;
      const run = { offset, before, after: bytes.slice(0, before.length), isDone: true };
      return { ...this.#take(run, false), problem: error };
    });
  }

  /**
   * Stores what was refused, or those of it that are `meant`, over whatever is there now. What cannot be stored stays
   * refused. No step where nothing was.
   */
  async writeAnyway(meant: readonly LiveDifference[] = this.refused): Promise<EditStep> {
    return await this.#inOrder(async () => {
      const runs: Run[] = [];
      let problem: unknown;
      for (const one of meant) {
        const at = this.refused.indexOf(one);
        if (at < 0) continue;
        const { offset, bytes } = one;
        const { before, error } = await this.#overwrite(offset, bytes);
        const { length } = before;
        if (length > 0) runs.push({ offset, before, after: bytes.slice(0, length), isDone: true });
        const left = { ...one, offset: offset + length, bytes: bytes.slice(length), now: one.now.slice(length) };
        this.unwritten.all = this.refused.toSpliced(at, 1, ...(length < bytes.length ? [left] : []));
        problem = error;
        if (problem !== undefined) break;
      }
      if (runs.length === 0 && problem !== undefined) throw problem;
      if (runs.length === 0) return { ...this.#stepBack({ runs }), isStep: false };
      this.#typed = undefined;
      return { ...this.#begin({ runs }), problem };
    });
  }

  /** Gives up what was refused, and has everybody read what is there. */
  lookAgain(): void {
    this.unwritten.all = [];
    this.#watched.touched();
  }

  async discard(_range: ByteRange): Promise<undefined> {
    return undefined;
  }

  async revert(): Promise<void> {
    this.lookAgain();
  }

  get #stores(): LiveStores {
    const { stores } = this.#watched.source;
    if (stores === undefined) throw new SourceError('notForThis');
    return stores;
  }

  /** What was refused there is not wanted any more: it would go over what its user has written since. */
  #noteWritten(written: ByteRange): void {
    if (written.length === 0) return;
    this.unwritten.all = this.unwritten.all.flatMap((one) =>
      outsideOf({ offset: one.offset, length: one.bytes.length }, written).map(({ offset, length }) => {
        const from = offset - one.offset;
        return { ...one, offset, bytes: one.bytes.slice(from, from + length), now: one.now.slice(from) };
      }),
    );
  }

  /** The run as a step, or as a part of the one that typing began. */
  #take(run: Run, isTyping: boolean): EditStep {
    const last = this.#typed?.runs.at(-1);
    const goesOn =
      isTyping &&
      last?.isDone === true &&
      last.offset + last.after.length === run.offset &&
      this.#clock() - this.#typedSince <= longestStepMs;
    if (goesOn && this.#typed !== undefined) {
      const before = joined(last.before, run.before);
      const after = joined(last.after, run.after);
      this.#typed.runs = [...this.#typed.runs.slice(0, -1), { ...last, before, after }];
      return { ...this.#stepBack(this.#typed), isStep: false };
    }
    const step: Step = { runs: [run] };
    this.#typed = isTyping ? step : undefined;
    this.#typedSince = this.#clock();
    return this.#begin(step);
  }

  #begin(step: Step): EditStep {
    this.#done += 1;
    return { ...this.#stepBack(step), isStep: true };
  }

  #stepBack(step: Step): Omit<EditStep, 'isStep'> {
    const go = (kind: 'undo' | 'redo') => this.#inOrder(() => this.#turn(step, kind));
    const ranges = () => step.runs.map(({ offset, after }) => ({ offset, length: after.length }));
    const turns = { isDone: () => isDone(step), undo: () => go('undo'), redo: () => go('redo') };
    return { mayLookSaved: false, ranges, ...turns };
  }

  /** What of a step is not so yet is put back, or done again; what the user leaves stays to be turned later. */
  async #turn(step: Step, kind: 'undo' | 'redo'): Promise<void> {
    this.#typed = undefined;
    const wasDone = isDone(step);
    // The last first, which may lie over others.
    const runs = kind === 'undo' ? step.runs.toReversed() : [...step.runs];
    try {
      for (let at = 0; at < runs.length; ) {
        const { turned, error } = await this.#turnRun(runs[at] as Run, kind);
        runs.splice(at, 1, ...turned);
        if (error !== undefined) throw error;
        at += turned.length;
      }
    } finally {
      step.runs = kind === 'undo' ? runs.reverse() : runs;
      this.#done += Number(isDone(step)) - Number(wasDone);
    }
  }

  async #turnRun(run: Run, kind: 'undo' | 'redo'): Promise<{ turned: Run[]; error?: unknown }> {
    const isDone = kind === 'redo';
    if (run.isDone === isDone) return { turned: [run] };
    const [from, to] = isDone ? [run.before, run.after] : [run.after, run.before];
    const { stored, now, error } = await this.#store(run.offset, from, to);
    if (stored === to.length) return { turned: [{ ...run, isDone }] };
    const first = stored === 0 ? [] : [{ ...part(run, 0, stored), isDone }];
    const left = part(run, stored, to.length);
    if (now === undefined) return { turned: [...first, left], error };
    const bytes = to.slice(stored);
    if (!(await this.#ask({ kind, offset: left.offset, bytes, now }))) return { turned: [...first, left] };
    const over = await this.#overwrite(left.offset, bytes);
    const { length } = over.before;
    const turned = { ...part(left, 0, length), isDone, ...(isDone ? { before: over.before } : {}) };
    const rest = length < bytes.length ? [part(left, length, bytes.length)] : [];
    return { turned: [...first, ...(length > 0 ? [turned] : []), ...rest], error: over.error };
  }

  /** Answers what was there, of as much as could be stored. Never rejects. */
  async #overwrite(
    offset: number,
    bytes: Uint8Array,
    origin?: unknown,
  ): Promise<{ readonly before: Uint8Array; readonly error?: unknown }> {
    const before = new Uint8Array(bytes.length);
    let at = 0;
    try {
      for (let tries = 0; at < bytes.length; tries++) {
        before.set(await this.#read(offset + at, bytes.length - at), at);
        const expected = tries < mostTries ? before.slice(at) : undefined;
        const { stored, error } = await this.#store(offset + at, expected, bytes.slice(at), origin);
        at += stored;
        if (error !== undefined) throw error;
      }
      return { before };
    } catch (error) {
      return { before: before.slice(0, at), error };
    }
  }

  /** As far as it goes. Never rejects. */
  async #store(
    offset: number,
    expected: Uint8Array | undefined,
    bytes: Uint8Array,
    origin?: unknown,
  ): Promise<Progress> {
    const progress: Progress = await this.#stores.store(offset, expected, bytes).then(
      (outcome) => (outcome.kind === 'differs' ? outcome : { stored: bytes.length, isAtomic: outcome.isAtomic }),
      (error: unknown) => ({ stored: error instanceof SourceError ? (error.detail.stored ?? 0) : 0, error }),
    );
    const { stored, isAtomic = false } = progress;
    if (stored > 0) {
      this.#watched.stored({ offset, bytes: bytes.slice(0, stored) });
      this.#tell({ offset, bytes: bytes.slice(0, stored), isAtomic, origin });
    }
    return progress;
  }

  /** All of a range as it is now. */
  async #read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    const { holes, length: answered } = await this.#watched.source.read(offset, bytes);
    const [hole] = holes;
    if (hole !== undefined) throw new SourceError('incomplete', { hole });
    if (answered < length) throw new SourceError('pastEnd');
    return bytes;
  }

  #tell(store: LiveStore): void {
    for (const listener of [...this.#listeners]) listener(store);
  }

  #inOrder<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act);
    this.#queue = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }
}

function isDone({ runs }: Step): boolean {
  return runs.some((run) => run.isDone);
}

function part({ offset, before, after, isDone }: Run, start: number, end: number): Run {
  return { offset: offset + start, before: before.slice(start, end), after: after.slice(start, end), isDone };
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  return Uint8Array.from([...one, ...other]);
}
