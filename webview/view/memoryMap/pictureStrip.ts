import * as l10n from '@vscode/l10n';
import { formatSize } from '../../../extension/core/expressions/numbers.ts';
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { StripRun } from '../../../extension/core/memoryMap/addressStrip.ts';
import type { RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import type { RegionKind } from '../../../extension/core/memoryMap/regionKind.ts';
import { type PictureAction, pictureAction } from '../../model/memoryMap/pictureKeys.ts';
import { ResidentShares } from '../../model/memoryMap/residentShares.ts';
import type { SelectedRange } from '../../model/memoryMap/selectedRanges.ts';
import { StripCamera } from '../../model/memoryMap/stripCamera.ts';
import { element } from '../element.ts';
import { cleared, type KindPaint } from './kindPaint.ts';
import { addressText, regionWords, separator } from './pictureWords.ts';
import { StripLabelLine } from './stripLabelLine.ts';
import { paintStrip } from './stripPainter.ts';

export interface StripEvents {
  onRegion(row: number): void;
  /** What the pointer or the cursor is at, in words; undefined when it is at nothing. */
  onLook(words: string | undefined): void;
  /** It must be drawn anew. */
  onChange(): void;
}

/** CSS pixels that the pointer moves until it draws a band. */
const dragFrom = 4;
/** Per pixel of the wheel. */
const wheelZoom = 0.0025;
/** The address space as a strip: zoomed by drag, wheel and keys, with what has room for it named below. */
export class PictureStrip {
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #labels: StripLabelLine;
  readonly #from = element('span', { class: 'picture-address' });
  readonly #to = element('span', { class: 'picture-address' });
  readonly #events: StripEvents;
  #camera: StripCamera | undefined;
  #figures: RegionFigures | undefined;
  #shares: ResidentShares | undefined;
  #runs: readonly StripRun[] = [];
  #selected: readonly number[] = [];
  #toZoom: SelectedRange | undefined;
  #pressed: number | undefined;
  #band: readonly [from: number, to: number] | undefined;

  constructor(shortLabels: Readonly<Record<RegionKind, string>>, events: StripEvents) {
    this.#labels = new StripLabelLine(shortLabels);
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
    this.element = element('div', { class: 'picture-space' }, ends, this.#canvas, this.#labels.element);
    this.#listen();
  }

  /** Of the region under the pointer, or else where the keys are; undefined where neither is. */
  get words(): string | undefined {
    const { hovered = -1, cursor = -1 } = this.#camera ?? {};
    if (hovered >= 0) return this.#words(hovered);
    return this.#hasFocus && cursor >= 0 ? this.#words(cursor) : undefined;
  }

  get #hasFocus(): boolean {
    return document.activeElement === this.#canvas;
  }

  /** Undefined where all shows. */
  get zoomed(): SelectedRange | undefined {
    if (this.#camera === undefined) return this.#toZoom;
    const [start, end] = this.#camera.range ?? [];
    return start === undefined || end === undefined ? undefined : [start.toString(16), end.toString(16)];
  }

  /** What is to show once there is a space. */
  set zoomed(zoom: SelectedRange | undefined) {
    this.#toZoom = zoom;
  }

  /** The part that shows stays what it is, by its addresses. */
  show(space: AddressSpace, figures: RegionFigures): void {
    if (space !== this.#camera?.space) {
      this.#camera = this.#camera?.over(space) ?? this.#firstCamera(space);
      this.#selected = [];
      this.#canvas.setAttribute('aria-valuemax', String(Math.max(1, space.count)));
    }
    this.#figures = figures;
    this.#shares = new ResidentShares(space, figures);
    this.#tellCursor();
  }

  /** Ascending rows. One that is alone comes into view. */
  select(rows: readonly number[]): void {
    this.#selected = rows;
    const [row] = rows;
    if (this.#camera === undefined || row === undefined || rows.length > 1) return;
    this.#camera.cursor = row;
    this.#camera.reveal(row);
    this.#tellCursor();
  }

  showAll(): void {
    this.#move((camera) => camera.showAll());
  }

  /** Twice as near (2), or half (1/2), about the cursor or else the middle. */
  zoom(factor: number): void {
    this.#move((camera) => camera.zoom(factor));
  }

  draw(paint: KindPaint, isLit: (kind: RegionKind) => boolean): void {
    const context = cleared(this.#canvas);
    const [camera, shares] = [this.#camera, this.#shares];
    if (context === undefined || camera === undefined || shares === undefined) return;
    const { space, zoomed, hovered } = camera;
    const { strip, view } = zoomed;
    const cursor = hovered >= 0 ? hovered : this.#hasFocus ? camera.cursor : -1;
    const [selected, band] = [this.#selected, this.#band];
    this.#runs = paintStrip(context, paint, { space, strip, shares, view, isLit, selected, cursor, band });
    this.#from.textContent = space.count === 0 ? '' : addressText(strip.addressAt(view.from));
    // The page that the last pixel shows, and the first address behind it.
    this.#to.textContent = space.count === 0 ? '' : addressText(strip.addressAt(view.to) + 0x1000n);
    this.#labels.draw(space, this.#runs, context, paint.ratio);
  }

  #firstCamera(space: AddressSpace): StripCamera {
    const camera = StripCamera.of(space);
    const [start, end] = this.#toZoom ?? [];
    if (start !== undefined && end !== undefined) camera.showRange(BigInt(`0x${start}`), BigInt(`0x${end}`));
    return camera;
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
      if (this.#camera !== undefined) this.#camera.hovered = -1;
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
      const cursor = this.#camera?.cursor ?? -1;
      this.#setCursor(cursor < 0 ? this.#firstShown() : cursor);
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
      this.#move((camera) => camera.zoomTo(a, b));
    } else if (isClick) {
      const row = this.#rowAt(offsetX);
      if (this.#camera === undefined || row < 0) return;
      this.#camera.cursor = row;
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
      this.#move((camera) => camera.scroll(sideways / Math.max(1, this.#canvas.clientWidth)));
    else this.#move((camera) => camera.zoomAbout(Math.exp(-y * wheelZoom), this.#positionAt(event.offsetX)));
  }

  #act(action: PictureAction): void {
    const camera = this.#camera;
    if (camera === undefined) return;
    switch (action.kind) {
      case 'step':
        this.#setCursor(camera.cursor < 0 ? this.#firstShown() : camera.neighbour(action.by, this.#canvas.width));
        break;
      case 'edge':
        this.#setCursor(action.to === 'first' ? 0 : camera.space.count - 1);
        break;
      case 'zoom':
        this.zoom(action.factor);
        break;
      case 'scroll':
        this.#move(() => camera.scroll(action.by));
        break;
      case 'all':
        this.showAll();
        break;
      case 'choose':
        if (camera.cursor >= 0) this.#events.onRegion(camera.cursor);
        break;
    }
  }

  #move(how: (camera: StripCamera) => void): void {
    if (this.#camera === undefined) return;
    how(this.#camera);
    this.#events.onChange();
  }

  #firstShown(): number {
    return this.#runs.find(({ kind }) => kind !== undefined)?.firstRow ?? -1;
  }

  #setCursor(row: number): void {
    if (row < 0) return;
    this.#move((camera) => {
      camera.cursor = row;
      camera.reveal(row);
    });
    this.#tellCursor();
    this.#events.onLook(this.#words(row));
  }

  #hover(offsetX: number): void {
    this.#move((camera) => {
      camera.hovered = this.#band === undefined ? this.#rowAt(offsetX) : -1;
    });
    this.#events.onLook(this.#wordsAt(offsetX));
  }

  #positionAt(offsetX: number): number {
    const { from, to } = this.#camera?.zoomed.view ?? { from: 0, to: 0 };
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
    const row = this.#camera?.zoomed.strip.rowAt(this.#positionAt(offsetX)) ?? -1;
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
    const { starts, ends } = this.#camera?.space.columns ?? {};
    return l10n.t('{0} not mapped', formatSize((starts?.[run.lastRow] ?? 0n) - (ends?.[run.firstRow] ?? 0n)));
  }

  #words(row: number): string {
    const space = this.#camera?.space;
    if (space === undefined || this.#figures === undefined || row >= space.count) return '';
    return regionWords(space, this.#figures, row);
  }

  #tellCursor(): void {
    const cursor = this.#camera?.cursor ?? -1;
    if (cursor < 0) return;
    this.#canvas.setAttribute('aria-valuenow', String(cursor + 1));
    this.#canvas.setAttribute('aria-valuetext', this.#words(cursor));
  }
}
