import { element } from './element.ts';

/** A screen reader is told at most this often, milliseconds: what a key held down passes by is not worth words. */
const quietFor = 150;

/** One polite live region: says where the cursor is as it moves. */
export class Announcer {
  readonly element = element('div', { class: 'screen-reader-only', role: 'status', 'aria-live': 'polite' });
  #next: (() => string) | undefined;
  #isQuiet = false;

  /** `words` is asked for only if it comes to be said. */
  say(words: () => string): void {
    this.#next = words;
    if (this.#isQuiet) return;
    this.#speak();
  }

  #speak(): void {
    const words = this.#next;
    if (words === undefined) return;
    this.#next = undefined;
    this.element.textContent = words();
    this.#isQuiet = true;
    setTimeout(() => {
      this.#isQuiet = false;
      this.#speak();
    }, quietFor);
  }
}
