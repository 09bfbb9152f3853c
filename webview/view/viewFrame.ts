import * as l10n from '@vscode/l10n';
import type { BannerAction, ViewMode } from '../../extension/protocol/viewTypes.ts';
import { Announcer } from './announcer.ts';
import { BannerLine } from './banner.ts';
import { element, standBehind } from './element.ts';
import { emptyState } from './emptyState.ts';
import { showTitlesOnFocus } from './focusHints.ts';
import { gridElement } from './grid.ts';
import { Header, type HeaderEvents } from './header.ts';
import { Hint } from './hint.ts';
import { Hover } from './hover.ts';
import { Scrollbar } from './scrollbar.ts';
import { ResidencyStrip } from './strip.ts';
import type { Scene, Spot, Surface } from './surface.ts';

export interface ViewFrameEvents extends HeaderEvents {
  onBanner(action: BannerAction): void;
  onRatio(ratio: number): void;
  onRows(rows: number): void;
  hoverWords(spot: Spot): readonly string[];
  /** What is said below them, once it is found. */
  hoverMore(spot: Spot): Promise<string | undefined>;
}

/** Everything around the bytes: the header line, the banner, the edge at the right, and what is said about them. */
export class ViewFrame {
  readonly grid: HTMLElement;
  readonly announcer = new Announcer();
  readonly hover: Hover<Spot>;
  readonly hint = new Hint();
  readonly strip: ResidencyStrip;
  readonly #header: Header;
  readonly #banner: BannerLine<BannerAction>;
  readonly #scrollbar: Scrollbar;
  readonly #empty: HTMLElement;
  readonly #main: HTMLElement;

  constructor(path: string, root: HTMLElement, events: ViewFrameEvents) {
    this.grid = gridElement(path);
    this.#header = new Header(path, events);
    this.#banner = new BannerLine((action) => events.onBanner(action));
    this.hover = new Hover<Spot>(
      (spot) => events.hoverWords(spot),
      (spot) => events.hoverMore(spot),
    );
    this.#scrollbar = new Scrollbar(events);
    this.strip = new ResidencyStrip((ratio) => events.onRatio(ratio));
    this.#empty = emptyState(l10n.t('This file is empty.'), []);
    this.#main = element('div', { class: 'main' }, this.grid, this.strip.element, this.#scrollbar.element);
    root.replaceChildren(
      this.#header.element,
      this.#banner.element,
      this.#main,
      this.announcer.element,
      this.hover.element,
      this.hint.element,
      showTitlesOnFocus(root),
    );
  }

  /**
   * Shows what is true of the source, and how far down `surface` is. `height`: of the grid, known to the caller, because
   * asking for it after rows were written costs a layout. `failure`: said in the banner's place. `asOf`: when what shows
   * was so, undefined where that is now.
   */
  show(
    { status, inserts }: Scene,
    mode: ViewMode,
    surface: Surface,
    height: number,
    failure: string | undefined,
    asOf: number | undefined,
  ): void {
    standBehind(this.#main, this.#empty, status.shownSize === 0 && !inserts);
    this.#header.show(status, mode, asOf);
    this.#banner.show(failure === undefined ? status.banner : { severity: 'error', text: failure, actions: [] });
    this.#scrollbar.show(surface.scroll, height);
  }
}
