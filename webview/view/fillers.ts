import { element } from './element.ts';

/**
 * Draws, in the column of decoded text, what stands for bytes that have no character: one text for all rows that show,
 * over them. Neither highlights nor an `::after` for each row: a browser keeps an object for each highlighted run and
 * makes all of them anew in each frame that writes a text, and a generated text is a new box in each row that changes,
 * which was a quarter of the frame that a jump ends with. Said to nobody.
 */
export class Fillers {
  readonly element: HTMLElement;
  readonly #text = document.createTextNode('');
  readonly #lines = new Map<number, string>();
  #top = -1;

  constructor() {
    this.element = element('div', { class: 'fillers', 'aria-hidden': 'true' }, this.#text);
  }

  /** What is drawn in a row, by its ordinal. */
  set(ordinal: number, line: string): void {
    this.#lines.set(ordinal, line);
  }

  /** Draws them in `count` rows from `first` on, the first `top` pixels down, and forgets the others. */
  show(first: number, count: number, top: number): void {
    for (const ordinal of this.#lines.keys()) {
      if (ordinal < first || ordinal >= first + count) this.#lines.delete(ordinal);
    }
    const lines = Array.from({ length: count }, (_, index) => this.#lines.get(first + index) ?? '');
    const text = lines.join('\n');
    if (text !== this.#text.data) this.#text.data = text;
    if (top === this.#top) return;
    this.#top = top;
    this.element.style.top = `${top}px`;
  }
}
