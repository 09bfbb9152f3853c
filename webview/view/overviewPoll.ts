import type { SourceOverview } from '../../extension/core/byteSource.ts';

/** The first look comes after the first paint, so that it holds nothing up. */
const firstAfterMs = 300;

/** What is cached changes as it is read: a fresh look this often while the view is shown. */
const everyMs = 2000;

/** A look at a large file takes long; at most a twentieth of the time is spent on it. */
const restFactor = 20;

/** Asks for the residency of the source now and then, never twice at once. */
export class OverviewPoll {
  readonly #ask: () => Promise<SourceOverview>;
  readonly #show: (overview: SourceOverview) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;

  constructor(ask: () => Promise<SourceOverview>, show: (overview: SourceOverview) => void) {
    this.#ask = ask;
    this.#show = show;
  }

  start(): void {
    this.#schedule(firstAfterMs);
  }

  /** Something changed: look again before the time. */
  soon(): void {
    if (this.#timer !== undefined) this.#schedule(firstAfterMs);
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), delay);
  }

  async #look(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const started = performance.now();
    try {
      this.#show(await this.#ask());
    } catch {
      // The grid says what is wrong with the source; the strip keeps what it knew.
    } finally {
      this.#isAsking = false;
      this.#schedule(Math.max(everyMs, (performance.now() - started) * restFactor));
    }
  }
}
