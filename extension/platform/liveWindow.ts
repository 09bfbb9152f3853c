import { changedRuns } from '../core/byteChanges.ts';
import { type ByteRange, clampRange, endOf, intersect, isSameRange } from '../core/byteRange.ts';
import type { ByteSource, ChangeWait, VersionedBytes } from '../core/byteSource.ts';
import { Beat, type LiveRate } from '../core/live/liveRate.ts';
import { hasChanged, type Look, lookOf, type Seen, type Told } from '../core/live/look.ts';

/**
 * How long at most a source waits for a change by itself: what its bytes do not show (what was never written, a size that
 * grew) is only seen by a look of ours.
 */
const waitsAtMostMs = 1000;

/** What a view was given is remembered so far, answers and bytes of each: a screen, and what was fetched around it. */
const mostGiven = 8;
const largestGiven = 16 * 1024;
/** And so long, milliseconds: what became other since then is a change that the user would have seen. */
const givenForMs = 1000;

/** What a live window looks at: an EditedSource, as far as it is needed. */
export interface Looked {
  readonly source: ByteSource;
  /** Whether what is read is more than the source: edits stand over it. */
  readonly hasEdits: boolean;
  readonly state: { readonly size: number; readonly generation: number };
  read(offset: number, length: number): Promise<VersionedBytes>;
  onDidChange(listener: () => void): () => void;
}

interface Given extends Seen {
  readonly generation: number;
  readonly at: number;
}

/**
 * The bytes that one view shows, read again and again and compared with what the view was told: stores through a mapping
 * leave no other trace. Only what changed is sent, never before the view has taken in what was sent last, so that no
 * queue can grow; and while nothing changes nothing is sent, and where the source can wait for a change by itself
 * nothing runs here. It keeps the bytes of the window, and for a while what the view was given around it.
 */
export class LiveWindow {
  readonly #looked: Looked;
  readonly #send: (look: Look) => Promise<void>;
  readonly #clock: () => number;
  #window: ByteRange = { offset: 0, length: 0 };
  #told: (Told & { readonly source: ByteSource }) | undefined;
  /** Undefined while it does not run. */
  #rate: number | undefined;
  /** While it runs there is one of these: the timer of the next look, or a source that waits for a change. */
  #timer: NodeJS.Timeout | undefined;
  #wait: { readonly change: ChangeWait; readonly unlisten: () => void } | undefined;
  #lookedAt: number | undefined;
  /** What the view was given of late by other ways, latest first. */
  #given: Given[] = [];
  #wasPaused = false;
  #looking: Promise<void> | undefined;
  /** Whether a look was due while one was under way: it follows at once. */
  #isDue = false;
  /** Counts the views that were served: what is under way for an earlier one is dropped. */
  #turn = 0;

  /** `send` resolves once the view has taken the look in. `clock`: milliseconds, steady. */
  constructor(looked: Looked, send: (look: Look) => Promise<void>, clock = () => performance.now()) {
    this.#looked = looked;
    this.#send = send;
    this.#clock = clock;
  }

  /** Milliseconds since the last look; undefined before the first. */
  get age(): number | undefined {
    if (this.#wait !== undefined) return this.#wait.change.age();
    return this.#lookedAt === undefined ? undefined : this.#clock() - this.#lookedAt;
  }

  /** The view shows these bytes from now on. They are looked at once, unless it was given them within a beat. */
  show(window: ByteRange): void {
    this.#window = window;
    if (this.#rate === undefined) return;
    this.#endWait();
    const age = this.#takeGiven();
    // What has changed since is told with the next beat.
    if (age === undefined || age >= 1000 / this.#rate) void this.#lookNow();
  }

  /** Looks at this rate from now on. */
  run(rate: Exclude<LiveRate, 'off'>): void {
    this.#stop();
    this.#rate = rate;
    this.#keepBeat();
    void this.#lookNow();
  }

  /** Looks no more until `run` or `step`, which then tell what changed since. */
  pause(): void {
    this.#stop();
    this.#isDue = false;
    this.#wasPaused = true;
  }

  /** One look; resolves once the view has taken it in. */
  step(): Promise<void> {
    this.#wasPaused = true;
    return this.#lookNow();
  }

  /** Nobody sees the view, or it begins anew and has what it is told from now on. Looks no more until `run`. */
  reset(): void {
    this.#stop();
    this.#turn++;
    this.#looking = undefined;
    this.#isDue = false;
    this.#wasPaused = false;
    this.#lookedAt = undefined;
    this.#told = undefined;
    this.#given = [];
    this.#window = { offset: 0, length: 0 };
  }

  /** The view was given these bytes by other ways: what it has is what later looks are compared with. */
  served(offset: number, answer: VersionedBytes): void {
    const told = this.#told;
    const given = seenOf(offset, answer);
    this.#remember({ ...given, generation: answer.generation, at: this.#clock() });
    const part = told && intersect(told, given);
    if (told === undefined || part === undefined) return;
    const from = part.offset - given.offset;
    told.bytes.set(given.bytes.subarray(from, from + part.length), part.offset - told.offset);
    // It waits for another change than this.
    this.#endWait();
  }

  #remember(given: Given): void {
    // The view has the bytes given last.
    const others = this.#given.filter((one) => intersect(one, given) === undefined);
    const isKept = this.#rate !== undefined && given.length <= largestGiven;
    this.#given = isKept ? [given, ...others.slice(0, mostGiven - 1)] : others;
  }

  /** Has for told what the view was given of late of all of its window: how long ago, milliseconds; undefined if not so. */
  #takeGiven(): number | undefined {
    const { source, state } = this.#looked;
    const window = clampRange(this.#window, state.size);
    const given = this.#given.find((one) => one.offset <= window.offset && endOf(window) <= endOf(one));
    if (given === undefined || this.#wasPaused || window.length === 0) return undefined;
    const age = this.#clock() - given.at;
    if (given.generation !== state.generation || age >= givenForMs) return undefined;
    const bytes = given.bytes.slice(window.offset - given.offset, endOf(window) - given.offset);
    const within = <R extends ByteRange>(range: R): R[] => {
      const part = intersect(range, window);
      return part === undefined ? [] : [{ ...range, ...part }];
    };
    const [holes, unwritten] = [given.holes.flatMap(within), given.unwritten.flatMap(within)];
    this.#told = { ...window, bytes, holes, unwritten, writing: [], source };
    this.#lookedAt = given.at;
    return age;
  }

  /** Looks as soon as what was sent last is taken in. `first`: what was read just now, by others. */
  #lookNow(first?: Seen): Promise<void> {
    if (this.#looking === undefined) this.#looking = this.#lookWhileDue(this.#turn, first);
    else this.#isDue = true;
    return this.#looking;
  }

  async #lookWhileDue(turn: number, first?: Seen): Promise<void> {
    let isQuiet = false;
    do {
      this.#isDue = false;
      try {
        isQuiet = await this.#look(turn, first);
      } catch {
        isQuiet = false;
        // What could not be read the view says itself. What could not be sent it may not have: all of it goes again.
        if (turn === this.#turn) this.#told = undefined;
      }
      first = undefined;
    } while (this.#isDue && turn === this.#turn);
    if (turn !== this.#turn) return;
    this.#looking = undefined;
    if (isQuiet) this.#waitForChange();
  }

  /** Whether there was nothing to tell, so that the next change is what the view waits for. */
  async #look(turn: number, first: Seen | undefined): Promise<boolean> {
    const { source, state } = this.#looked;
    const asked = this.#window;
    const window = clampRange(asked, state.size);
    if (window.length === 0) return false;
    const isAfterPause = this.#wasPaused;
    const isLate = () => turn !== this.#turn || asked !== this.#window || source !== this.#looked.source;
    const isRead = first !== undefined && isSameRange(first, window);
    let now = isRead ? first : await this.#read(window);
    if (isLate()) return false;
    const told = this.#told?.source === source ? this.#told : undefined;
    if (told !== undefined && !isAfterPause && isTheSame(told, now)) {
      this.#lookedAt = this.#clock();
      return true;
    }
    if (isOver(told, now)) return false;
    let writing: ByteRange[] = [];
    if (hasChanged(told, now)) {
      const again = await this.#read(window);
      if (isLate() || isOver(told, again)) return false;
      if (again.length === now.length) {
        writing = changedRuns(now.bytes, again.bytes).map((run) => ({ ...run, offset: run.offset + now.offset }));
      }
      now = again;
    }
    const look = lookOf(told, now, writing, isAfterPause);
    if (isAfterPause && this.#rate !== undefined) this.#wasPaused = false;
    this.#told = { ...now, writing, source };
    this.#lookedAt = this.#clock();
    if (look === undefined) return true;
    // What it tells may be later than what was given.
    this.#given = [];
    await this.#send(look);
    return false;
  }

  async #read(window: ByteRange): Promise<Seen> {
    return seenOf(window.offset, await this.#looked.read(window.offset, window.length));
  }

  #keepBeat(): void {
    if (this.#rate === undefined) return;
    const beat = new Beat(1000 / this.#rate, this.#clock());
    const next = () => {
      this.#timer = setTimeout(() => {
        next();
        void this.#lookNow();
      }, beat.wait(this.#clock()));
    };
    next();
  }

  /** Instead of the beat, where the source can and the view has nothing that may be other without another byte. */
  #waitForChange(): void {
    const told = this.#told;
    const { source } = this.#looked;
    if (this.#rate === undefined || told?.source !== source || told.holes.length + told.writing.length > 0) return;
    // The source would hold its own bytes against edited ones, and take each edit for a store of another process.
    if (this.#looked.hasEdits) return;
    const bytes = told.bytes.slice();
    const change = source.waitForChange?.(told.offset, bytes, this.#rate, waitsAtMostMs);
    if (change === undefined) return;
    this.#stopTimer();
    const goOn = (first?: Seen) => {
      if (this.#wait?.change !== change) return;
      this.#endWait();
      void this.#lookNow(first);
    };
    this.#wait = { change, unlisten: this.#looked.onDidChange(goOn) };
    change.ended.then(
      (hasChanged) => goOn(hasChanged ? { ...told, bytes } : undefined),
      () => goOn(),
    );
  }

  /** Keeps the beat again. */
  #endWait(): void {
    const wait = this.#wait;
    if (wait === undefined) return;
    this.#wait = undefined;
    this.#lookedAt = this.#clock() - wait.change.age();
    wait.unlisten();
    wait.change.stop();
    this.#keepBeat();
  }

  #stop(): void {
    this.#rate = undefined;
    this.#endWait();
    this.#stopTimer();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Whether there is plainly nothing to tell, which is so nearly always: at once, without a list of what differs. */
function isTheSame(told: Told, now: Seen): boolean {
  const isPlain = (seen: Seen) => seen.holes.length === 0 && seen.unwritten.length === 0;
  return (
    told.offset === now.offset &&
    isPlain(told) &&
    isPlain(now) &&
    told.writing.length === 0 &&
    Buffer.compare(told.bytes, now.bytes) === 0
  );
}

/** Whether nothing can be read any more of what was there: then the bytes told last are all that is left, and stay. */
function isOver(told: Told | undefined, now: Seen): boolean {
  const isOnlyHole = ({ holes, length }: Seen) => holes.reduce((sum, hole) => sum + hole.length, 0) >= length;
  if (told === undefined || isOnlyHole(told)) return false;
  return isOnlyHole(now) || now.holes.some((hole) => hole.reason === 'gone');
}

/** Bytes in holes mean nothing: as zeros they are the same at each look. */
function seenOf(offset: number, { bytes, holes, unwritten = [] }: VersionedBytes): Seen {
  const seen = { offset, length: bytes.length, bytes, holes, unwritten };
  for (const hole of holes) {
    const part = intersect(hole, seen);
    if (part !== undefined) bytes.fill(0, part.offset - offset, part.offset - offset + part.length);
  }
  return seen;
}
