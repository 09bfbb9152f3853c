import { changedRuns } from '../core/byteChanges.ts';
import { type ByteRange, clampRange, intersect } from '../core/byteRange.ts';
import type { ByteSource, VersionedBytes } from '../core/byteSource.ts';
import { Beat, type LiveRate } from '../core/liveRate.ts';
import { hasChanged, type Look, lookOf, type Seen, type Told } from '../core/look.ts';

/** What a live window looks at: a WatchedSource, as far as it is needed. */
export interface Looked {
  readonly source: ByteSource;
  readonly state: { readonly size: number };
  read(offset: number, length: number): Promise<VersionedBytes>;
}

/**
 * The bytes that one view shows, read again and again and compared with what the view was told: stores through a mapping
 * leave no other trace. Only what changed is sent, never before the view has taken in what was sent last, so that no
 * queue can grow; and while nothing changes nothing is sent. It keeps the bytes of the window and no others.
 */
export class LiveWindow {
  readonly #looked: Looked;
  readonly #send: (look: Look) => Promise<void>;
  readonly #clock: () => number;
  #window: ByteRange = { offset: 0, length: 0 };
  #told: (Told & { readonly source: ByteSource }) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lookedAt: number | undefined;
  #isRunning = false;
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
    return this.#lookedAt === undefined ? undefined : this.#clock() - this.#lookedAt;
  }

  /** The view shows these bytes from now on. */
  show(window: ByteRange): void {
    this.#window = window;
    if (this.#isRunning) void this.#lookNow();
  }

  /** Looks at this rate from now on. */
  run(rate: Exclude<LiveRate, 'off'>): void {
    this.#stopTimer();
    this.#isRunning = true;
    const beat = new Beat(1000 / rate, this.#clock());
    const next = () => {
      this.#timer = setTimeout(() => {
        next();
        void this.#lookNow();
      }, beat.wait(this.#clock()));
    };
    next();
    void this.#lookNow();
  }

  /** Looks no more until `run` or `step`, which then tell what changed since. */
  pause(): void {
    this.#stopTimer();
    this.#isRunning = false;
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
    this.#stopTimer();
    this.#turn++;
    this.#isRunning = false;
    this.#looking = undefined;
    this.#isDue = false;
    this.#wasPaused = false;
    this.#lookedAt = undefined;
    this.#told = undefined;
    this.#window = { offset: 0, length: 0 };
  }

  /** The view was given these bytes by other ways: what it has is what later looks are compared with. */
  served(offset: number, answer: VersionedBytes): void {
    const told = this.#told;
    const given = seenOf(offset, answer);
    const part = told && intersect(told, given);
    if (told === undefined || part === undefined) return;
    const from = part.offset - given.offset;
    told.bytes.set(given.bytes.subarray(from, from + part.length), part.offset - told.offset);
  }

  /** Looks as soon as what was sent last is taken in. */
  #lookNow(): Promise<void> {
    if (this.#looking === undefined) this.#looking = this.#lookWhileDue(this.#turn);
    else this.#isDue = true;
    return this.#looking;
  }

  async #lookWhileDue(turn: number): Promise<void> {
    do {
      this.#isDue = false;
      try {
        await this.#look(turn);
      } catch {
        // What could not be read the view says itself. What could not be sent it may not have: all of it goes again.
        if (turn === this.#turn) this.#told = undefined;
      }
    } while (this.#isDue && turn === this.#turn);
    if (turn === this.#turn) this.#looking = undefined;
  }

  async #look(turn: number): Promise<void> {
    const { source, state } = this.#looked;
    const asked = this.#window;
    const window = clampRange(asked, state.size);
    if (window.length === 0) return;
    const isAfterPause = this.#wasPaused;
    const isLate = () => turn !== this.#turn || asked !== this.#window || source !== this.#looked.source;
    let now = await this.#read(window);
    if (isLate()) return;
    const told = this.#told?.source === source ? this.#told : undefined;
    if (told !== undefined && !isAfterPause && isTheSame(told, now)) {
      this.#lookedAt = this.#clock();
      return;
    }
    if (isOver(told, now)) return;
    let writing: ByteRange[] = [];
    if (hasChanged(told, now)) {
      const again = await this.#read(window);
      if (isLate() || isOver(told, again)) return;
      if (again.length === now.length) {
        writing = changedRuns(now.bytes, again.bytes).map((run) => ({ ...run, offset: run.offset + now.offset }));
      }
      now = again;
    }
    const look = lookOf(told, now, writing, isAfterPause);
    if (isAfterPause && this.#isRunning) this.#wasPaused = false;
    this.#told = { ...now, writing, source };
    this.#lookedAt = this.#clock();
    if (look !== undefined) await this.#send(look);
  }

  async #read(window: ByteRange): Promise<Seen> {
    return seenOf(window.offset, await this.#looked.read(window.offset, window.length));
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
