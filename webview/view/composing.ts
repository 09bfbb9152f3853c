import { element } from './element.ts';

/** The part of EditContext (W3C, in all of VS Code's browsers but Firefox and Safari) that is needed here. */
interface TextInput extends EventTarget {
  readonly text: string;
  updateText(from: number, to: number, text: string): void;
  updateSelection(from: number, to: number): void;
  updateControlBounds(bounds: DOMRect): void;
  updateSelectionBounds(bounds: DOMRect): void;
  updateCharacterBounds(from: number, bounds: readonly DOMRect[]): void;
}

declare global {
  interface Window {
    readonly EditContext?: new () => TextInput;
  }
  interface HTMLElement {
    editContext?: TextInput | null;
  }
}

/**
 * Text that comes otherwise than a key at a time: from an input method, a dead key, a list of emoji. It shows at the cursor
 * while it is composed, and is typed once, as a whole, when it is done. The grid keeps the keyboard and its role; a browser
 * that has no EditContext types by keys alone.
 */
export class Composing {
  readonly element = element('div', { class: 'composing', hidden: '', 'aria-hidden': 'true' });
  readonly #grid: HTMLElement;
  readonly #input: TextInput | undefined;
  readonly #caret: () => DOMRect | undefined;
  readonly #type: (text: string) => void;
  #isComposing = false;

  /** `caret`: where the cursor is on the screen. */
  constructor(grid: HTMLElement, caret: () => DOMRect | undefined, type: (text: string) => void) {
    this.#grid = grid;
    this.#caret = caret;
    this.#type = type;
    this.#input = window.EditContext === undefined ? undefined : new window.EditContext();
    this.#input?.addEventListener('compositionstart', () => {
      this.#isComposing = true;
      this.#place();
    });
    this.#input?.addEventListener('textupdate', () => {
      if (this.#isComposing) this.#show();
      else this.#done();
    });
    this.#input?.addEventListener('characterboundsupdate', () => this.#place());
    this.#input?.addEventListener('compositionend', () => this.#done());
  }

  /** Whether text is taken: hex digits are keys, and an input method would make words of them. */
  set isOffered(isOffered: boolean) {
    const wanted = isOffered ? this.#input : undefined;
    if (this.#input === undefined || (this.#grid.editContext ?? undefined) === wanted) return;
    if (!isOffered) this.#clear();
    this.#grid.editContext = wanted ?? null;
  }

  #show(): void {
    const at = this.#caret();
    this.element.textContent = this.#input?.text ?? '';
    this.element.hidden = this.element.textContent === '' || at === undefined;
    if (at !== undefined) this.element.style.transform = `translate(${at.left}px, ${at.top}px)`;
    this.#place();
  }

  /** Says where the list of an input method goes. */
  #place(): void {
    const at = this.#caret();
    if (this.#input === undefined || at === undefined) return;
    const shown = this.element.hidden ? at : this.element.getBoundingClientRect();
    this.#input.updateControlBounds(this.#grid.getBoundingClientRect());
    this.#input.updateSelectionBounds(shown);
    this.#input.updateCharacterBounds(
      0,
      Array.from(this.#input.text, () => shown),
    );
  }

  #done(): void {
    const text = this.#input?.text ?? '';
    this.#clear();
    if (text !== '') this.#type(text);
  }

  #clear(): void {
    this.#isComposing = false;
    this.element.hidden = true;
    this.#input?.updateText(0, this.#input.text.length, '');
    this.#input?.updateSelection(0, 0);
  }
}
