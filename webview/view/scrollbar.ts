import * as l10n from '@vscode/l10n';
import { dragFineness, ratioAt, type Thumb, thumbAt } from '../model/thumb.ts';
import { element } from './element.ts';

export interface ScrollbarEvents {
  onRatio(ratio: number): void;
  /** A fine drag asks for rows rather than for a place. */
  onRows(rows: number): void;
}

/** The vertical scrollbar. Dragged plainly it goes anywhere at once; pulled aside, or with Shift, it goes finely. */
export class Scrollbar {
  readonly element: HTMLElement;
  readonly #thumbElement = element('div', { class: 'scrollbar-thumb' });
  readonly #events: ScrollbarEvents;
  #thumb: Thumb = { top: 0, height: 0 };
  #ratio = 0;
  /** `ratio`: undefined after moving by rows, whose ratio is known only once they are drawn. */
  #drag: { lastY: number; ratio: number | undefined; rowsLeft: number } | undefined;

  constructor(events: ScrollbarEvents, label = l10n.t('Position in the file')) {
    this.#events = events;
    this.element = element(
      'div',
      {
        class: 'scrollbar',
        role: 'scrollbar',
        'aria-orientation': 'vertical',
        'aria-valuemin': '0',
        'aria-valuemax': '100',
        'aria-controls': 'grid',
        'aria-label': label,
      },
      this.#thumbElement,
    );
    this.element.addEventListener('pointerdown', (event) => this.#start(event));
    this.element.addEventListener('pointermove', (event) => this.#move(event));
    for (const end of ['pointerup', 'pointercancel'] as const) {
      this.element.addEventListener(end, () => this.#end());
    }
  }

  show(scroll: { readonly ratio: number; readonly shown: number }, track: number): void {
    this.#ratio = scroll.ratio;
    this.#thumb = thumbAt(scroll.ratio, scroll.shown, track);
    this.#thumbElement.style.height = `${this.#thumb.height}px`;
    this.#thumbElement.style.transform = `translateY(${this.#thumb.top}px)`;
    this.element.classList.toggle('scrollbar-idle', scroll.shown >= 1);
    this.element.setAttribute('aria-valuenow', String(Math.round(scroll.ratio * 100)));
  }

  get #track(): number {
    return this.element.clientHeight;
  }

  #start(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const y = event.clientY - this.element.getBoundingClientRect().top;
    const isOnThumb = y >= this.#thumb.top && y < this.#thumb.top + this.#thumb.height;
    // Beside the thumb: VS Code's own scrollbars jump there, with the thumb's middle under the pointer.
    if (!isOnThumb) {
      this.#ratio = ratioAt(y - this.#thumb.height / 2, this.#thumb, this.#track);
      this.#events.onRatio(this.#ratio);
    }
    this.#drag = { lastY: event.clientY, ratio: this.#ratio, rowsLeft: 0 };
    this.element.setPointerCapture(event.pointerId);
    this.element.classList.add('scrollbar-dragged');
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag === undefined) return;
    const moved = event.clientY - drag.lastY;
    drag.lastY = event.clientY;
    const box = this.element.getBoundingClientRect();
    const aside = Math.max(0, box.left - event.clientX, event.clientX - box.right);
    if (event.shiftKey) {
      // The finest there is: a pixel of the hand is a row.
      drag.rowsLeft += moved;
      const rows = Math.trunc(drag.rowsLeft);
      drag.rowsLeft -= rows;
      if (rows !== 0) this.#events.onRows(rows);
      drag.ratio = undefined;
      return;
    }
    // Aside is no way: it only makes what follows finer.
    if (moved === 0) return;
    const room = Math.max(1, this.#track - this.#thumb.height);
    drag.ratio = Math.min(1, Math.max(0, (drag.ratio ?? this.#ratio) + (moved * dragFineness(aside)) / room));
    this.#events.onRatio(drag.ratio);
  }

  #end(): void {
    this.#drag = undefined;
    this.element.classList.remove('scrollbar-dragged');
  }
}
