import * as l10n from '@vscode/l10n';
import { formatCount, formatSize } from '../../../extension/core/expressions/numbers.ts';
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import type { RegionKind } from '../../../extension/core/memoryMap/regionKind.ts';
import { type KindSums, sumKinds } from '../../../extension/core/memoryMap/regionSums.ts';
import { manyRegions } from '../../model/memoryMap/manyRegions.ts';
import type { SelectedRange } from '../../model/memoryMap/selectedRanges.ts';
import { element, iconButton } from '../element.ts';
import { FrameLoop } from '../frameLoop.ts';
import { fitToScreen, KindPaint } from './kindPaint.ts';
import { type PagesHost, PagesStrip } from './pagesStrip.ts';
import { PictureBars } from './pictureBars.ts';
import { PictureLegend } from './pictureLegend.ts';
import { PictureStrip } from './pictureStrip.ts';
import { kindLabel, kindWords } from './pictureWords.ts';

export interface PictureEvents {
  /** A region was chosen in the strip. */
  onRegion(row: number): void;
  /** A kind was chosen in the bars or the legend: it alone, or all again where it was it alone. */
  onKinds(kinds: ReadonlySet<RegionKind>): void;
  /** Another part of the address space shows, maybe. */
  onZoom(): void;
}

/** The Memory Map's picture: the totals by kind as bars, and the address space as a strip. */
export class MemoryPicture {
  readonly element: HTMLElement;
  /** Of the one region that is selected; stands below the table, which must not move under the pointer. */
  readonly pages: HTMLElement;
  readonly #events: PictureEvents;
  readonly #bars: PictureBars;
  readonly #legend: PictureLegend;
  readonly #strip: PictureStrip;
  readonly #pages: PagesStrip;
  readonly #words = element('span', { class: 'picture-words' });
  readonly #summary = element('p', { class: 'screen-reader-only', id: 'picture-summary' });
  readonly #frames = new FrameLoop(() => this.#draw());
  #paint: KindPaint | undefined;
  #sums: KindSums | undefined;
  #kinds: ReadonlySet<RegionKind> = new Set();
  #looked: RegionKind | undefined;
  #shown: { readonly space: AddressSpace; readonly figures: RegionFigures } | undefined;
  #selected: readonly number[] = [];
  /** Set while the strip does not know yet what the bars show. */
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(shortLabels: Readonly<Record<RegionKind, string>>, events: PictureEvents, pagesHost: PagesHost) {
    this.#events = events;
    const kindEvents = {
      onLook: (kind: RegionKind | undefined) => this.#look(kind),
      onKind: (kind: RegionKind) => this.#choose(kind),
    };
    this.#bars = new PictureBars(kindEvents);
    this.#legend = new PictureLegend(kindEvents);
    this.#strip = new PictureStrip(shortLabels, {
      onRegion: (row) => this.#events.onRegion(row),
      onLook: (words) => this.#say(words),
      onChange: () => {
        this.#frames.request();
        events.onZoom();
      },
    });
    this.#pages = new PagesStrip(pagesHost, () => this.#frames.request());
    this.pages = this.#pages.element;
    const zoom = element(
      'span',
      { class: 'picture-zoom' },
      iconButton('zoom-in', l10n.t('Zoom In (+)'), () => this.#strip.zoom(2)),
      iconButton('zoom-out', l10n.t('Zoom Out (-)'), () => this.#strip.zoom(1 / 2)),
      iconButton('screen-normal', l10n.t('Show the Whole Address Space (Home)'), () => this.#strip.showAll()),
    );
    this.element = element(
      'section',
      { class: 'picture', 'aria-label': l10n.t('Picture of the address space'), 'aria-describedby': 'picture-summary' },
      element('div', { class: 'picture-totals' }, this.#bars.element, this.#legend.element),
      this.#strip.element,
      element('div', { class: 'picture-line' }, this.#words, zoom),
      this.#summary,
    );
    this.#watchLook();
  }

  /** What there is: at first with no figures, and again when they come. The selection is to be given anew. */
  show(space: AddressSpace, figures: RegionFigures): void {
    this.#selected = [];
    this.#shown = { space, figures };
    this.#sums = sumKinds(space, figures);
    this.#bars.show(this.#sums);
    this.#legend.show(this.#sums);
    clearTimeout(this.#later);
    const showStrip = () => {
      this.#later = undefined;
      this.#strip.show(space, figures);
      this.#strip.select(this.#selected);
      this.#sayAgain();
      this.#frames.request();
    };
    // Of very many regions, sums and strip are a frame each.
    if (space.count > manyRegions) this.#later = setTimeout(showStrip);
    else showStrip();
    const kinds = [...this.#sums.byKind].filter(([, { regions }]) => regions > 0);
    this.#summary.textContent = [
      kindWords(l10n.t('All'), this.#sums.all),
      ...kinds.map(([kind, sums]) => kindWords(kindLabel(kind), sums)),
    ].join('. ');
    this.#sayAgain();
    this.#frames.request();
  }

  /** What of the address space shows, by its addresses; undefined for all of it. */
  get zoom(): SelectedRange | undefined {
    return this.#strip.zoomed;
  }

  set zoom(zoom: SelectedRange | undefined) {
    this.#strip.zoomed = zoom;
  }

  /** The rows that are selected in the table, ascending. */
  select(rows: readonly number[]): void {
    this.#selected = rows;
    this.#showPages();
    if (this.#later !== undefined) return;
    this.#strip.select(rows);
    this.#frames.request();
  }

  /** Whether it shows, and the pages with it. */
  set isHidden(isHidden: boolean) {
    this.element.hidden = isHidden;
    this.#showPages();
    this.#frames.request();
  }

  /** The kinds that the table shows; none stands for all. */
  filter(kinds: ReadonlySet<RegionKind>): void {
    this.#kinds = kinds;
    this.#legend.choose(kinds);
    this.#frames.request();
  }

  #showPages(): void {
    const [row, ...others] = this.element.hidden ? [] : this.#selected;
    if (this.#shown === undefined) return;
    this.#pages.show(this.#shown.space, this.#shown.figures, others.length === 0 ? row : undefined);
    this.#frames.request();
  }

  #choose(kind: RegionKind): void {
    const isAlone = this.#kinds.size === 1 && this.#kinds.has(kind);
    this.#events.onKinds(isAlone ? new Set() : new Set([kind]));
  }

  #look(kind: RegionKind | undefined): void {
    if (kind === this.#looked) return;
    this.#looked = kind;
    this.#sayAgain();
    this.#frames.request();
  }

  /** Of what the pointer or the keys are at, with the figures of now. */
  #sayAgain(): void {
    const kind = this.#looked;
    const sums = kind === undefined ? undefined : this.#sums?.byKind.get(kind);
    const isKind = kind !== undefined && sums !== undefined;
    this.#say(isKind ? kindWords(kindLabel(kind), sums) : this.#strip.words);
  }

  /** Without anything to say of a part: what there is in all. */
  #say(words: string | undefined): void {
    const text = words ?? (this.#sums === undefined ? '' : overall(this.#sums));
    if (this.#words.textContent === text) return;
    this.#words.textContent = text;
    this.#words.title = text;
  }

  #draw(): void {
    if (this.element.clientWidth === 0) return;
    if (this.#paint?.ratio !== window.devicePixelRatio) this.#paint = undefined;
    this.#paint ??= new KindPaint(this.element);
    const isLit = (kind: RegionKind) =>
      this.#looked === undefined ? this.#kinds.size === 0 || this.#kinds.has(kind) : kind === this.#looked;
    const canvases = [this.element, this.pages].flatMap((part) => [...part.querySelectorAll('canvas')]);
    fitToScreen(canvases, this.#paint.ratio);
    this.#bars.draw(this.#paint, isLit);
    this.#legend.draw(this.#paint, isLit);
    this.#strip.draw(this.#paint, isLit);
    this.#pages.draw(this.#paint);
  }

  /** Theme, contrast, size and resolution. */
  #watchLook(): void {
    const anew = () => {
      this.#paint = undefined;
      this.#frames.request();
    };
    const theme = new MutationObserver(anew);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
    theme.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    matchMedia('(forced-colors: active)').addEventListener('change', anew);
    const resized = new ResizeObserver(() => this.#frames.request());
    for (const part of [this.element, this.pages]) resized.observe(part);
  }
}

function overall({ all }: KindSums): string {
  const reserved = all.size - all.committed;
  const regions = all.regions === 1 ? l10n.t('1 region') : l10n.t('{0} regions', formatCount(all.regions));
  const committed = l10n.t('{0}, {1} committed', regions, formatSize(all.committed));
  return reserved > 0n ? l10n.t('{0} and {1} more reserved', committed, formatSize(reserved)) : committed;
}
