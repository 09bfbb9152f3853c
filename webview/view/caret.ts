import type { Column } from '../../extension/protocol/viewTypes.ts';
import { element } from './element.ts';
import type { Box } from './surface.ts';

/** Outlines around one byte, one in each column: the caret, or what the pointer is over. */
export class ByteOutline {
  readonly #outlines: Readonly<Record<Column, HTMLElement>>;

  constructor(container: HTMLElement, className: string) {
    this.#outlines = {
      hex: element('div', { class: `outline ${className}`, 'aria-hidden': 'true' }),
      text: element('div', { class: `outline ${className}`, 'aria-hidden': 'true' }),
    };
    container.append(this.#outlines.hex, this.#outlines.text);
  }

  /** Where the active one is on the screen; undefined where it does not show. */
  get place(): DOMRect | undefined {
    const active = Object.values(this.#outlines).find((outline) => outline.classList.contains('outline-active'));
    return active === undefined || active.hidden ? undefined : active.getBoundingClientRect();
  }

  /** `active`: the column that has the keyboard; its outline is full and the other's hollow. */
  show(boxes: readonly { readonly column: Column; readonly box: Box }[], active?: Column): void {
    for (const column of ['hex', 'text'] as const) {
      const outline = this.#outlines[column];
      const box = boxes.find((candidate) => candidate.column === column)?.box;
      outline.hidden = box === undefined;
      outline.classList.toggle('outline-active', column === active);
      if (box === undefined) continue;
      outline.style.transform = `translate(${box.left}px, ${box.top}px)`;
      outline.style.width = `${box.width}px`;
      outline.style.height = `${box.height}px`;
    }
  }
}
