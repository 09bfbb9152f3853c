import { element } from './element.ts';

/** As long as VS Code's own hovers wait by default, milliseconds. */
const waitMs = 400;

/** So many lines stand in two columns. */
const manyLines = 14;

/** What a hover stands beside, on the screen. */
type Edges = Pick<DOMRect, 'left' | 'top' | 'bottom'>;

/** The words about what is under the pointer, shown when it rests, or about what has the keyboard. An empty line parts them. */
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

  get isShown(): boolean {
    return !this.element.hidden;
  }

  /** The pointer is over `spot`; undefined where it is over nothing. */
  over(spot: Spot | undefined, clientX: number, clientY: number): void {
    const pointer = { left: clientX + 12, top: clientY - 4, bottom: clientY + 16 };
    this.hide();
    if (spot !== undefined) this.#timer = setTimeout(() => void this.show(spot, pointer), waitMs);
  }

  /** The keyboard has come to `spot`. */
  beside(spot: Spot, box: Edges): void {
    this.hide();
    this.#timer = setTimeout(() => void this.show(spot, box), waitMs);
  }

  /** At once: somebody asked for it. Resolves to all that is said, once it is known. */
  async show(spot: Spot, box: Edges): Promise<readonly string[]> {
    this.hide();
    const words = this.#words(spot);
    if (words.length === 0) return [];
    this.element.replaceChildren(...partsOf(words));
    this.element.classList.toggle('hover-long', words.length > manyLines);
    this.element.hidden = false;
    this.#shown = spot;
    this.#place(box);
    const line = await this.#more(spot);
    if (line === undefined || this.#shown !== spot) return words;
    this.element.append(element('div', {}, line));
    this.#place(box);
    return [...words, line];
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.element.hidden = true;
    this.#shown = undefined;
  }

  #place({ left, top, bottom }: Edges): void {
    const { width, height } = this.element.getBoundingClientRect();
    const x = Math.max(0, Math.min(left, window.innerWidth - width - 4));
    const below = bottom + 4;
    const y = below + height > window.innerHeight ? top - height - 4 : below;
    this.element.style.transform = `translate(${x}px, ${Math.max(0, y)}px)`;
  }
}

/** Lines that follow each other are one part. */
function partsOf(lines: readonly string[]): readonly HTMLElement[] {
  const parts = [element('div', { class: 'hover-part' })];
  for (const line of lines) {
    if (line === '') parts.push(element('div', { class: 'hover-part' }));
    else parts.at(-1)?.append(element('div', {}, line));
  }
  return parts;
}
