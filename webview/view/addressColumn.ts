import * as l10n from '@vscode/l10n';
import type { SourceStatus } from '../../extension/protocol/viewTypes.ts';
import type { Box } from './surface.ts';

/** Of the view's width, the share that addresses may hold fast. In a narrower view they scroll away with the rest. */
const mostOfView = 1 / 2;

/** What stands over it. */
export function addressTitle({ origin }: Pick<SourceStatus, 'origin'>): string {
  return origin === undefined ? l10n.t('Offset') : l10n.t('Address');
}

/** The column of addresses, which stays at the left edge while the rest of a row scrolls sideways under it. */
export class AddressColumn {
  readonly #viewport: HTMLElement;
  #width = 0;
  #scrolled = 0;

  constructor(viewport: HTMLElement) {
    this.#viewport = viewport;
    viewport.addEventListener('scroll', () => this.scrollTo(viewport.scrollLeft));
  }

  /** Pixels at the left edge of the view under which nothing else is seen. */
  get width(): number {
    return this.#width;
  }

  /** `width`: of the addresses and the blank behind them, in a view of `viewWidth`, pixels. */
  arrange(width: number, viewWidth: number): void {
    const isFixed = width <= viewWidth * mostOfView;
    this.#width = isFixed ? width : 0;
    this.#viewport.style.setProperty('--address-width', `${width}px`);
    this.#viewport.classList.toggle('addresses-fixed', isFixed);
  }

  /** Scrolls sideways, pixels. */
  scrollTo(left: number): void {
    if (left !== this.#viewport.scrollLeft) this.#viewport.scrollLeft = left;
    this.#scrolled = this.#viewport.scrollLeft;
    this.#viewport.style.setProperty('--scrolled', `${this.#scrolled}px`);
    this.#viewport.classList.toggle('scrolled', this.#scrolled > 0);
  }

  /** Whether the addresses are seen at `x`, pixels from the left edge of the rows, and not what lies under them. */
  covers(x: number): boolean {
    return x < this.#scrolled + this.#width;
  }

  /** What of a box in the rows is not under the addresses. */
  uncovered(box: Box): Box | undefined {
    if (this.#scrolled === 0) return box;
    const left = Math.max(box.left, this.#scrolled + this.#width);
    const width = box.left + box.width - left;
    return width > 0 ? { ...box, left, width } : undefined;
  }
}
