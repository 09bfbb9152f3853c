/** Looks in a second while a view is live. 60 is what a screen shows. */
export type LiveRate = 'off' | 1 | 2 | 4 | 10 | 30 | 60;

export const liveRates: readonly LiveRate[] = ['off', 1, 2, 4, 10, 30, 60];

/** Whether `value`, which somebody may have typed, is a rate. */
export function isLiveRate(value: unknown): value is LiveRate {
  return liveRates.some((rate) => rate === value);
}

/**
 * Keeps a beat: the time from one call to the next is not counted from when the last one happened to be made, so that
 * what is late once does not make all others late. Beats that were missed are left out.
 */
export class Beat {
  readonly #interval: number;
  #due: number;

  /** `now` and `interval` in milliseconds. The first beat is at `now`. */
  constructor(interval: number, now: number) {
    this.#interval = interval;
    this.#due = now;
  }

  /** Milliseconds from `now` until the next beat. */
  wait(now: number): number {
    const missed = Math.max(0, Math.floor((now - this.#due) / this.#interval));
    this.#due += (missed + 1) * this.#interval;
    return this.#due - now;
  }
}
