import type { MappedPages } from '../../extension/core/memoryMap/pointers.ts';

/** How often the host is asked what is mapped, milliseconds: what changes is told of by colours alone. */
const everyMs = 3000;

/** Asks what is mapped, now and then, as long as the page lives and is looked at. */
export class PointerPoll {
  readonly #ask: () => Promise<MappedPages | undefined>;
  readonly #take: (mapped: MappedPages | undefined) => void;

  constructor(ask: () => Promise<MappedPages | undefined>, take: (mapped: MappedPages | undefined) => void) {
    this.#ask = ask;
    this.#take = take;
  }

  start(): void {
    void this.#look();
  }

  async #look(): Promise<void> {
    // What cannot be asked any more stays as it was: so do the bytes.
    const mapped = document.hidden ? undefined : await this.#ask().catch(() => undefined);
    if (mapped !== undefined) this.#take(mapped);
    setTimeout(() => void this.#look(), everyMs);
  }
}
