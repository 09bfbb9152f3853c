import { patrol, type Rounds } from './patrol.ts';

/** A look that somebody waits for. */
interface Turn<Look> {
  readonly promise: Promise<Look>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Looks at something that costs time to look at: one runs at a time, all who ask before it begins get the same one, and
 * while anybody watches it is taken again and again (see patrol).
 */
export class Looks<Look> {
  readonly #take: (signal: AbortSignal) => Promise<Look>;
  readonly #rounds: Omit<Rounds, 'all'>;
  readonly #listeners = new Set<(look: Look) => void>();
  #latest: Look | undefined;
  /** The look that has not begun yet, for all who ask before it does. */
  #next: Turn<Look> | undefined;
  /** Ends with the look that runs: there is never more than one. */
  #running: Promise<unknown> = Promise.resolve();
  #patrol: AbortController | undefined;

  /** `rounds`: what else a patrol looks at, by way of `alone`; nothing if left out. */
  constructor(take: (signal: AbortSignal) => Promise<Look>, rounds?: Omit<Rounds, 'all'>) {
    this.#take = take;
    this.#rounds = rounds ?? { names: async () => {}, listen: () => {} };
  }

  /** What the last look found, however long ago that was. */
  get latest(): Look | undefined {
    return this.#latest;
  }

  /**
   * A look that begins after this call. Rejects with the signal's reason where that comes first; the look goes on for
   * the others, and ends where there are none.
   */
  look(signal?: AbortSignal): Promise<Look> {
    this.#next ??= this.#newTurn();
    return this.#wait(this.#next, signal);
  }

  /** Calls `listener` after each look, until the returned function is called; and keeps looking meanwhile. */
  watch(listener: (look: Look) => void): () => void {
    // Its own, so that the same function may watch twice.
    const own = (look: Look) => listener(look);
    this.#listeners.add(own);
    if (this.#patrol === undefined) {
      this.#patrol = new AbortController();
      void patrol({ ...this.#rounds, all: (signal) => this.look(signal) }, this.#patrol.signal);
    }
    return () => {
      if (this.#listeners.delete(own) && this.#listeners.size === 0) this.#stopPatrol();
    };
  }

  /** Runs after what runs now. What it finds counts as a look. */
  alone(run: () => Promise<Look | undefined>): Promise<Look | undefined> {
    return this.#afterAll(async () => {
      const look = await run();
      if (look !== undefined) this.#found(look);
      return look;
    });
  }

  dispose(): void {
    this.#listeners.clear();
    this.#stopPatrol();
    this.#next?.stop.abort();
  }

  #stopPatrol(): void {
    this.#patrol?.abort();
    this.#patrol = undefined;
  }

  #found(look: Look): void {
    this.#latest = look;
    for (const listener of [...this.#listeners]) listener(look);
  }

  #newTurn(): Turn<Look> {
    const stop = new AbortController();
    const promise = this.#afterAll(async () => {
      // Whoever asks from now on wants a later look.
      this.#next = undefined;
      const look = await this.#take(stop.signal);
      this.#found(look);
      return look;
    });
    return { promise, stop, waiting: 0 };
  }

  #wait(turn: Turn<Look>, signal: AbortSignal | undefined): Promise<Look> {
    turn.waiting++;
    if (signal === undefined) return turn.promise;
    return new Promise((resolve, reject) => {
      const leave = () => {
        reject(signal.reason);
        if (--turn.waiting > 0) return;
        if (this.#next === turn) this.#next = undefined;
        turn.stop.abort();
      };
      turn.promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
    });
  }

  #afterAll<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#running.then(run);
    this.#running = result.catch(() => {});
    return result;
  }
}
