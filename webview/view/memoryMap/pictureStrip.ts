import * as l10n from '@vscode/l10n';
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import {
  AddressStrip,
  type StripRun,
  scrollView,
  wholeStrip,
  type ZoomedStrip,
  zoomStrip,
  zoomTo,
} from '../../../extension/core/memoryMap/addressStrip.ts';
import type { RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import type { RegionKind } from '../../../extension/core/memoryMap/regionKind.ts';
import { formatSize } from '../../../extension/core/numbers.ts';
import { type PictureAction, pictureAction } from '../../model/memoryMap/pictureKeys.ts';
import { ResidentShares } from '../../model/memoryMap/residentShares.ts';
import { type Labelled, labelCandidates, placeLabels } from '../../model/memoryMap/stripLabels.ts';
import { element } from '../element.ts';
import { cleared, type KindPaint } from './kindPaint.ts';
import { addressText, kindLabel, regionWords, separator, shortName } from './pictureWords.ts';
import { paintStrip } from './stripPainter.ts';

export interface StripEvents {
  onRegion(row: number): void;
  /** What the pointer or the cursor is at, in words; undefined when it is at nothing. */
  onLook(words: string | undefined): void;
  /** It must be drawn anew. */
  onChange(): void;
}

/** Units of the strip: nearer than this there is nothing to be seen. A page is one. */
const nearest = 2;
/** CSS pixels that the pointer moves until it draws a band. */
const dragFrom = 4;
/** Per pixel of the wheel. */
const wheelZoom = 0.0025;
/** CSS pixels between two labels. */
const labelSpace = 10;
/** Characters: a name that has not the room is cut down, but not to nothing that could be known again. */
const labelLengths = [24, 16, 10];

/** The address space as a strip: zoomed by drag, wheel and keys, with what has room for it named below. */
export class PictureStrip {
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #labels = element('div', { class: 'picture-labels', 'aria-hidden': 'true' });
  readonly #from = element('span', { class: 'picture-address' });
  readonly #to = element('span', { class: 'picture-address' });
  readonly #shortLabels: Readonly<Record<RegionKind, string>>;
  readonly #events: StripEvents;
  #space: AddressSpace | undefined;
  #figures: RegionFigures | undefined;
  #zoomed: ZoomedStrip | undefined;
  #shares: ResidentShares | undefined;
  #runs: readonly StripRun[] = [];
  #selected: readonly number[] = [];
  #cursor = -1;
  #hovered = -1;
  #pressed: number | undefined;
  #band: readonly [from: number, to: number] | undefined;

  /** `shortLabels`: for the places where the kinds' names do not fit. */
  constructor(shortLabels: Readonly<Record<RegionKind, string>>, events: StripEvents) {
    this.#shortLabels = shortLabels;
    this.#events = events;
    this.#canvas = element('canvas', {
      class: 'picture-strip',
      role: 'slider',
      tabindex: '0',
      'aria-label': l10n.t('Address space'),
      'aria-orientation': 'horizontal',
      'aria-valuemin': '1',
    });
    const ends = element('div', { class: 'picture-ends', 'aria-hidden': 'true' }, this.#from, this.#to);
    this.element = element('div', { class: 'picture-space' }, ends, this.#canvas, this.#labels);
    this.#listen();
  }

  /** Of the region under the pointer, or else where the keys are; undefined where neither is. */
  get words(): string | undefined {
    if (this.#hovered >= 0) return this.#words(this.#hovered);
    return document.activeElement === this.#canvas && this.#cursor >= 0 ? this.#words(this.#cursor) : undefined;
  }

  /** The part that shows stays what it is, by its addresses. */
  show(space: AddressSpace, figures: RegionFigures): void {
    if (space !== this.#space) this.#take(space);
    this.#figures = figures;
    this.#shares = new ResidentShares(space, figures);
    this.#tellCursor();
  }

  /** Ascending rows. One that is alone comes into view. */
  select(rows: readonly number[]): void {
    this.#selected = rows;
    const [row] = rows;
    if (row === undefined || rows.length > 1) return;
    this.#cursor = row;
    this.#reveal(row);
    this.#tellCursor();
  }

  showAll(): void {
    if (this.#zoomed !== undefined) this.#set(wholeStrip(this.#zoomed.strip));
  }

  /** Twice as near (2), or half (1/2), about the cursor or else the middle. */
  zoom(factor: number): void {
    if (this.#zoomed === undefined) return;
    const { strip, view } = this.#zoomed;
    const extent = this.#cursor >= 0 ? strip.extent(this.#cursor) : view;
    const isInView = extent.from < view.to && extent.to > view.from;
    const { from, to } = isInView ? extent : view;
    this.#zoomAbout(factor, (from + to) / 2);
  }

  draw(paint: KindPaint, isLit: (kind: RegionKind) => boolean): void {
    const context = cleared(this.#canvas, paint.ratio);
    const [space, zoomed, shares] = [this.#space, this.#zoomed, this.#shares];
    if (context === undefined || space === undefined || zoomed === undefined || shares === undefined) return;
    const { strip, view } = zoomed;
    const isFocused = document.activeElement === this.#canvas;
    const cursor = this.#hovered >= 0 ? this.#hovered : isFocused ? this.#cursor : -1;
    const [selected, band] = [this.#selected, this.#band];
    this.#runs = paintStrip(context, paint, { space, strip, shares, view, isLit, selected, cursor, band });
    this.#from.textContent = space.count === 0 ? '' : addressText(strip.addressAt(view.from));
    // The page that the last pixel shows, and the first address behind it.
    this.#to.textContent = space.count === 0 ? '' : addressText(strip.addressAt(view.to) + 0x1000n);
    this.#drawLabels(context, paint, space);
  }

  #drawLabels(context: CanvasRenderingContext2D, paint: KindPaint, space: AddressSpace): void {
    const scaled = this.#runs.map((run) => ({ ...run, x: run.x / paint.ratio, width: run.width / paint.ratio }));
    // Not its `font`, which is empty where figures are set to one width.
    const { fontSize, fontFamily } = getComputedStyle(this.#labels);
    context.font = `${fontSize} ${fontFamily}`;
    const placed = placeLabels(
      labelCandidates(space, scaled),
      this.#canvas.clientWidth,
      labelSpace,
      (label) => this.#labelTexts(label, space),
      // Letters are set to whole pixels in the page, and not on the canvas.
      (text) => Math.ceil(context.measureText(text).width) + 2,
    );
    this.#labels.replaceChildren(
      ...placed.map(({ x, text }) => {
        const label = element('span', {}, text);
        label.style.left = `${x}px`;
        return label;
      }),
    );
  }

  /** The longest first. */
  #labelTexts(label: Labelled, space: AddressSpace): readonly string[] {
    switch (label.of) {
      case 'gap':
        return [`⋯ ${formatSize(label.bytes)} ⋯`, formatSize(label.bytes)];
      case 'kind':
        return [kindLabel(label.kind), this.#shortLabels[label.kind]];
      case 'object': {
        const name = shortName(space.objectOf(label.row).name);
        return labelLengths.map((length) => (name.length > length ? `${name.slice(0, length - 1)}…` : name));
      }
    }
  }

  #take(space: AddressSpace): void {
    const before = this.#zoomed;
    const strip = AddressStrip.of(space);
    const starts = this.#space?.columns.starts;
    // By the addresses, for rows come and go.
    const rowNow = (row: number) => {
      const start = row < 0 ? undefined : starts?.[row];
      return start === undefined ? -1 : strip.rowAt(strip.positionOf(start));
    };
    [this.#cursor, this.#hovered] = [rowNow(this.#cursor), rowNow(this.#hovered)];
    this.#space = space;
    this.#zoomed = before === undefined ? wholeStrip(strip) : sameView(before, strip);
    this.#selected = [];
    this.#canvas.setAttribute('aria-valuemax', String(Math.max(1, space.count)));
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      this.#pressed = event.offsetX;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', ({ offsetX }) => {
      if (this.#pressed !== undefined && Math.abs(offsetX - this.#pressed) >= dragFrom) {
        this.#band = [this.#pressed, Math.min(canvas.clientWidth, Math.max(0, offsetX))];
      }
      this.#hover(offsetX);
    });
    canvas.addEventListener('pointerup', ({ offsetX }) => this.#release(offsetX));
    canvas.addEventListener('pointercancel', () => this.#drop());
    canvas.addEventListener('pointerleave', () => {
      this.#hovered = -1;
      this.#events.onLook(undefined);
      this.#events.onChange();
    });
    canvas.addEventListener('dblclick', () => this.showAll());
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener('keydown', (event) => {
      const { key, ctrlKey: ctrl, shiftKey: shift, altKey: alt, metaKey: meta } = event;
      const action = pictureAction({ key, ctrl, shift, alt, meta });
      if (action === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      this.#act(action);
    });
    canvas.addEventListener('focus', () => {
      if (this.#cursor < 0) this.#setCursor(this.#firstShown());
      else this.#setCursor(this.#cursor);
    });
    canvas.addEventListener('blur', () => {
      this.#events.onLook(undefined);
      this.#events.onChange();
    });
  }

  #release(offsetX: number): void {
    const band = this.#band;
    const isClick = this.#pressed !== undefined && band === undefined;
    this.#drop();
    if (band !== undefined) {
      const [a, b] = band.map((x) => this.#positionAt(x)) as [number, number];
      if (this.#zoomed !== undefined) this.#set(zoomTo(this.#zoomed.strip, Math.min(a, b), Math.max(a, b), nearest));
    } else if (isClick) {
      const row = this.#rowAt(offsetX);
      if (row < 0) return;
      this.#cursor = row;
      this.#events.onRegion(row);
    }
  }

  #drop(): void {
    this.#pressed = undefined;
    this.#band = undefined;
    this.#events.onChange();
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
    const [x, y] = [event.deltaX * lines, event.deltaY * lines];
    const sideways = event.shiftKey && x === 0 ? y : x;
    if (Math.abs(sideways) > Math.abs(y) || event.shiftKey)
      this.#scroll(sideways / Math.max(1, this.#canvas.clientWidth));
    else this.#zoomAbout(Math.exp(-y * wheelZoom), this.#positionAt(event.offsetX));
  }

  #act(action: PictureAction): void {
    switch (action.kind) {
      case 'step':
        this.#setCursor(this.#neighbour(action.by));
        break;
      case 'edge':
        this.#setCursor(action.to === 'first' ? 0 : (this.#space?.count ?? 0) - 1);
        break;
      case 'zoom':
        this.zoom(action.factor);
        break;
      case 'scroll':
        this.#scroll(action.by);
        break;
      case 'all':
        this.showAll();
        break;
      case 'choose':
        if (this.#cursor >= 0) this.#events.onRegion(this.#cursor);
        break;
    }
  }

  #scroll(parts: number): void {
    if (this.#zoomed === undefined) return;
    const { strip, view } = this.#zoomed;
    this.#set({ strip, view: scrollView(view, parts * (view.to - view.from), strip.length) });
  }

  #zoomAbout(factor: number, position: number): void {
    if (this.#zoomed === undefined) return;
    const { from, to } = this.#zoomed.view;
    this.#set(zoomStrip(this.#zoomed, Math.min((to - from) / nearest, factor), position));
  }

  #set(zoomed: ZoomedStrip): void {
    this.#zoomed = zoomed;
    this.#events.onChange();
  }

  /** The next region that is drawn apart from that of the cursor; those that share a pixel are passed together. */
  #neighbour(by: 1 | -1): number {
    const last = (this.#space?.count ?? 0) - 1;
    if (this.#zoomed === undefined || this.#cursor < 0) return this.#firstShown();
    const { strip, view } = this.#zoomed;
    const unit = (view.to - view.from) / Math.max(1, this.#canvas.width);
    const here = strip.extent(this.#cursor).from;
    let row = Math.min(last, Math.max(0, this.#cursor + by));
    while (row > 0 && row < last && Math.abs(strip.extent(row).from - here) < unit) row += by;
    return row;
  }

  #firstShown(): number {
    return this.#runs.find(({ kind }) => kind !== undefined)?.firstRow ?? -1;
  }

  #setCursor(row: number): void {
    if (row < 0) return;
    this.#cursor = row;
    this.#reveal(row);
    this.#tellCursor();
    this.#events.onLook(this.#words(row));
    this.#events.onChange();
  }

  #reveal(row: number): void {
    if (this.#zoomed === undefined) return;
    const { strip, view } = this.#zoomed;
    const { from, to } = strip.extent(row);
    if (from < view.to && to > view.from) return;
    this.#set({ strip, view: scrollView(view, (from + to - view.from - view.to) / 2, strip.length) });
  }

  #hover(offsetX: number): void {
    this.#hovered = this.#band === undefined ? this.#rowAt(offsetX) : -1;
    this.#events.onLook(this.#wordsAt(offsetX));
    this.#events.onChange();
  }

  #positionAt(offsetX: number): number {
    const { from, to } = this.#zoomed?.view ?? { from: 0, to: 0 };
    return from + ((offsetX + 0.5) / Math.max(1, this.#canvas.clientWidth)) * (to - from);
  }

  #runAt(offsetX: number): StripRun | undefined {
    const x = ((offsetX + 0.5) * this.#canvas.width) / Math.max(1, this.#canvas.clientWidth);
    return this.#runs.find((run) => x >= run.x && x < run.x + run.width);
  }

  /** The region under the pointer, or the first of those that share the pixel; -1 for none. */
  #rowAt(offsetX: number): number {
    const run = this.#runAt(offsetX);
    if (run === undefined || run.kind === undefined) return -1;
    const row = this.#zoomed?.strip.rowAt(this.#positionAt(offsetX)) ?? -1;
    return row >= run.firstRow && row <= run.lastRow ? row : run.firstRow;
  }

  #wordsAt(offsetX: number): string | undefined {
    const run = this.#runAt(offsetX);
    if (run === undefined) return undefined;
    const row = this.#rowAt(offsetX);
    if (row >= 0) {
      const others = run.lastRow - run.firstRow;
      const more = others === 0 ? [] : [l10n.t('{0} more here: zoom in', others)];
      return [this.#words(row), ...more].join(separator);
    }
    const gap = (this.#space?.columns.starts[run.lastRow] ?? 0n) - (this.#space?.columns.ends[run.firstRow] ?? 0n);
    return l10n.t('{0} not mapped', formatSize(gap));
  }

  #words(row: number): string {
    if (this.#space === undefined || this.#figures === undefined || row >= this.#space.count) return '';
    return regionWords(this.#space, this.#figures, row);
  }

  #tellCursor(): void {
    if (this.#cursor < 0) return;
    this.#canvas.setAttribute('aria-valuenow', String(this.#cursor + 1));
    this.#canvas.setAttribute('aria-valuetext', this.#words(this.#cursor));
  }
}

/** The part of another strip that shows the same addresses; all of it where all of the first one shows. */
function sameView({ strip, view }: ZoomedStrip, other: AddressStrip): ZoomedStrip {
  if (view.to - view.from >= strip.wholeLength) return wholeStrip(other);
  const place = (position: number) => other.positionOf(strip.addressAt(position));
  return zoomTo(other, place(view.from), place(view.to), nearest);
}
