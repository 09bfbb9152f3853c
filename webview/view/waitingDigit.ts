import type { Column } from '../../extension/protocol/viewTypes.ts';
import { element } from './element.ts';
import type { Box } from './surface.ts';

/** The first digit of a byte, over the byte as it still is: nothing is stored before the second. */
export class WaitingDigit {
  readonly #element = element('div', { class: 'waiting-digit', 'aria-hidden': 'true', hidden: '' });

  /** Over the rows of `container`. */
  constructor(container: HTMLElement) {
    container.append(this.#element);
  }

  /** `boxes`: of the byte under the cursor. */
  show(digit: number | undefined, boxes: readonly { readonly column: Column; readonly box: Box }[]): void {
    const box = boxes.find(({ column }) => column === 'hex')?.box;
    this.#element.hidden = digit === undefined || box === undefined;
    if (digit === undefined || box === undefined) return;
    this.#element.textContent = `${digit.toString(16).toUpperCase()}_`;
    this.#element.style.transform = `translate(${box.left}px, ${box.top}px)`;
    this.#element.style.width = `${box.width}px`;
    this.#element.style.height = `${box.height}px`;
    this.#element.style.lineHeight = `${box.height}px`;
  }
}
