import * as l10n from '@vscode/l10n';
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import {
  AddressStrip,
  type StripRun,
  type StripView,
  scrollView,
  zoomView,
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
  #strip: AddressStrip | undefined;
  #shares: ResidentShares | undefined;
  #view: StripView = { from: 0, to: 1 };
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

  get isZoomed(): boolean {
    return this.#strip !== undefined && this.#view.to - this.#view.from < this.#strip.length * 0.999;
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
    this.#setView({ from: 0, to: this.#strip?.length ?? 1 });
  }

  /** Twice as near (2), or half (1/2), about the cursor or else the middle. */
  zoom(factor: number): void {
    const extent = this.#cursor >= 0 ? this.#strip?.extent(this.#cursor) : undefined;
    const isInView = extent !== undefined && extent.from < this.#view.to && extent.to > this.#view.from;
    const { from, to } = isInView ? extent : this.#view;
    this.#zoomAbout(factor, (from + to) / 2);
  }

  draw(paint: KindPaint, isLit: (kind: RegionKind) => boolean): void {
    const context = cleared(this.#canvas, paint.ratio);
    const [space, strip, shares] = [this.#space, this.#strip, this.#shares];
    if (context === undefined || space === undefined || strip === undefined || shares === undefined) return;
    const isFocused = document.activeElement === this.#canvas;
    const cursor = this.#hovered >= 0 ? this.#hovered : isFocused ? this.#cursor : -1;
    const [view, selected, band] = [this.#view, this.#selected, this.#band];
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
    const before = this.#strip;
    const strip = new AddressStrip(space);
    const isWhole = before === undefined || !this.isZoomed;
    const { from, to } = this.#view;
    const place = (position: number) => strip.positionOf(before?.addressAt(position) ?? 0n);
    const [start, end] = isWhole ? [0, strip.length] : [place(from), place(to)];
    const cursor = this.#cursor >= 0 ? this.#space?.columns.starts[this.#cursor] : undefined;
    this.#space = space;
    this.#strip = strip;
    this.#view = end - start >= nearest ? { from: start, to: end } : { from: 0, to: Math.max(1, strip.length) };
    this.#cursor = cursor === undefined ? -1 : strip.rowAt(strip.positionOf(cursor));
    this.#hovered = -1;
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
      const span = Math.max(nearest, Math.abs(b - a));
      this.#setView({ from: Math.min(a, b), to: Math.min(a, b) + span });
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
    const { from, to } = this.#view;
    this.#setView(scrollView(this.#view, parts * (to - from), this.#strip?.length ?? 1));
  }

  #zoomAbout(factor: number, position: number): void {
    const { from, to } = this.#view;
    const most = (to - from) / nearest;
    this.#setView(zoomView(this.#view, Math.min(most, factor), position, this.#strip?.length ?? 1));
  }

  #setView(view: StripView): void {
    this.#view = view;
    this.#events.onChange();
  }

  /** The next region that is drawn apart from that of the cursor; those that share a pixel are passed together. */
  #neighbour(by: 1 | -1): number {
    const { from, to } = this.#view;
    const unit = (to - from) / Math.max(1, this.#canvas.width);
    const strip = this.#strip;
    const last = (this.#space?.count ?? 0) - 1;
    if (strip === undefined || this.#cursor < 0) return this.#firstShown();
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
    const extent = this.#strip?.extent(row);
    if (extent === undefined || (extent.from < this.#view.to && extent.to > this.#view.from)) return;
    const middle = (this.#view.from + this.#view.to) / 2;
    this.#setView(scrollView(this.#view, (extent.from + extent.to) / 2 - middle, this.#strip?.length ?? 1));
  }

  #hover(offsetX: number): void {
    this.#hovered = this.#band === undefined ? this.#rowAt(offsetX) : -1;
    this.#events.onLook(this.#wordsAt(offsetX));
    this.#events.onChange();
  }

  #positionAt(offsetX: number): number {
    const { from, to } = this.#view;
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
    const row = this.#strip?.rowAt(this.#positionAt(offsetX)) ?? -1;
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
