import { element } from './element.ts';

/** As long as VS Code's own hovers wait by default, milliseconds. */
const waitMs = 400;

/** The words about what is under the pointer, shown when the pointer rests. */
export class Hover<Spot> {
  readonly element = element('div', { class: 'hover', role: 'tooltip', hidden: '' });
  readonly #words: (spot: Spot) => readonly string[];
  readonly #more: (spot: Spot) => Promise<string | undefined>;
  #shown: Spot | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `more` is asked for once the words show, and comes below them. */
  constructor(
    words: (spot: Spot) => readonly string[],
    more: (spot: Spot) => Promise<string | undefined> = async () => undefined,
  ) {
    this.#words = words;
    this.#more = more;
  }

  /** The pointer is over `spot`; undefined where it is over nothing. */
  over(spot: Spot | undefined, clientX: number, clientY: number): void {
    this.hide();
    if (spot !== undefined) this.#timer = setTimeout(() => this.#show(spot, clientX, clientY), waitMs);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.element.hidden = true;
    this.#shown = undefined;
  }

  #show(spot: Spot, clientX: number, clientY: number): void {
    const words = this.#words(spot);
    if (words.length === 0) return;
    this.element.replaceChildren(...words.map((line) => element('div', {}, line)));
    this.element.hidden = false;
    this.#shown = spot;
    this.#place(clientX, clientY);
    void this.#more(spot).then((line) => {
      if (line === undefined || this.#shown !== spot) return;
      this.element.append(element('div', {}, line));
      this.#place(clientX, clientY);
    });
  }

  #place(clientX: number, clientY: number): void {
    const { width, height } = this.element.getBoundingClientRect();
    const left = Math.max(0, Math.min(clientX + 12, window.innerWidth - width - 4));
    const below = clientY + 20;
    const top = below + height > window.innerHeight ? clientY - height - 8 : below;
    this.element.style.transform = `translate(${left}px, ${Math.max(0, top)}px)`;
  }
}
