/** How far back movement counts, milliseconds: the length of a turn of the wheel. */
const memoryMs = 250;

/** How fast a view is scrolled, from its last few movements. */
export class ScrollSpeed {
  #moves: { readonly at: number; readonly bytes: number }[] = [];

  /** The view moved by `bytes` (negative: up) at the time `now`, milliseconds of any one clock. */
  moved(bytes: number, now: number): void {
    this.#moves = [...this.#moves.filter(({ at }) => now - at < memoryMs), { at: now, bytes }];
  }

  /** Bytes a second, negative upwards. */
  at(now: number): number {
    const recent = this.#moves.filter(({ at }) => now - at < memoryMs);
    return (recent.reduce((sum, { bytes }) => sum + bytes, 0) * 1000) / memoryMs;
  }
}
