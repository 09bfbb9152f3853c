import { element } from './element.ts';

/** How long a hint stays, milliseconds: a sentence is read by then. */
const staysMs = 4000;

/** A sentence beside the cursor that says why a key did nothing, as VS Code's own editor has it. */
export class Hint {
  readonly element = element('div', { class: 'hint', hidden: '', 'aria-hidden': 'true' });
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `at`: of the caret on the screen. */
  show(words: string, at: DOMRect | undefined): void {
    this.element.textContent = words;
    this.element.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), staysMs);
    const { width, height } = this.element.getBoundingClientRect();
    const { left = 0, top = 0, bottom = 0 } = at ?? {};
    const below = bottom + 4;
    const y = below + height > window.innerHeight ? top - height - 4 : below;
    const x = Math.max(0, Math.min(left, window.innerWidth - width - 4));
    this.element.style.transform = `translate(${x}px, ${Math.max(0, y)}px)`;
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.element.hidden = true;
  }
}
