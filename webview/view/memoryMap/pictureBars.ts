import * as l10n from '@vscode/l10n';
import { type BarMeasure, barMeasures, type KindBar, kindBars } from '../../../extension/core/memoryMap/kindBars.ts';
import type { RegionKind } from '../../../extension/core/memoryMap/regionKind.ts';
import type { KindSums } from '../../../extension/core/memoryMap/regionSums.ts';
import { element } from '../element.ts';
import { type Box, cleared, type KindPaint } from './kindPaint.ts';
import { figureText, measureLabel, measureMeaning } from './pictureWords.ts';

export interface KindEvents {
  /** The pointer or the focus is on a kind; undefined when it has left. */
  onLook(kind: RegionKind | undefined): void;
  onKind(kind: RegionKind): void;
}

/** The totals as stacked bars, one of each measure. A picture: its figures are told by the legend, too. */
export class PictureBars {
  readonly element = element('div', { class: 'picture-bars' });
  readonly #bars: readonly MeasureBar[];

  constructor(events: KindEvents) {
    this.#bars = barMeasures.map((measure) => new MeasureBar(measure, events));
    this.element.append(...this.#bars.flatMap((bar) => bar.cells));
  }

  show(sums: KindSums): void {
    kindBars(sums).forEach((bar, index) => {
      this.#bars[index]?.show(bar, figureText(sums.all, bar.measure));
    });
  }

  /** `isLit`: which kinds are not dimmed. */
  draw(paint: KindPaint, isLit: (kind: RegionKind) => boolean): void {
    for (const bar of this.#bars) bar.draw(paint, isLit);
  }
}

class MeasureBar {
  readonly cells: readonly HTMLElement[];
  readonly #canvas: HTMLCanvasElement;
  readonly #total = element('span', { class: 'picture-total' });
  #bar: KindBar | undefined;

  constructor(measure: BarMeasure, { onLook, onKind }: KindEvents) {
    const label = element('span', { class: 'picture-measure', title: measureMeaning(measure) }, measureLabel(measure));
    this.#canvas = element('canvas', { class: 'picture-bar', 'aria-hidden': 'true' });
    this.#canvas.addEventListener('pointermove', (event) => onLook(this.#kindAt(event)));
    this.#canvas.addEventListener('pointerleave', () => onLook(undefined));
    this.#canvas.addEventListener('click', (event) => {
      const kind = this.#kindAt(event);
      if (kind !== undefined) onKind(kind);
    });
    this.cells = [label, this.#canvas, this.#total];
  }

  show(bar: KindBar, total: string): void {
    this.#bar = bar;
    this.#total.textContent = total;
    this.#canvas.title = bar.isToScale ? '' : l10n.t('Cut short: far longer than the bars below it');
  }

  draw(paint: KindPaint, isLit: (kind: RegionKind) => boolean): void {
    const context = cleared(this.#canvas);
    const bar = this.#bar;
    if (context === undefined || bar === undefined) return;
    const { width, height } = this.#canvas;
    if (bar.bytes === undefined) {
      paint.dots(context, { x: 0, y: 0, width, height });
      return;
    }
    for (const { kind, from, to } of bar.parts) {
      const x = Math.round(from * width);
      // What there is of a kind is seen, however little.
      const box = { x, y: 0, width: Math.max(1, Math.round(to * width) - x), height };
      context.globalAlpha = isLit(kind) ? 1 : 0.25;
      paint.full(context, kind, box);
      context.globalAlpha = 1;
      // Kinds that differ in colour only a little are told apart by the line between them.
      context.clearRect(x + box.width - Math.min(1, box.width - 1), 0, Math.min(1, box.width - 1), height);
    }
    if (!bar.isToScale) drawCut(context, paint, { x: 0, y: 0, width, height });
  }

  #kindAt({ offsetX }: MouseEvent): RegionKind | undefined {
    const share = offsetX / Math.max(1, this.#canvas.clientWidth);
    return this.#bar?.parts.find(({ from, to }) => share >= from && share < to)?.kind;
  }
}

/** The two slanted lines of a cut axis. */
function drawCut(context: CanvasRenderingContext2D, paint: KindPaint, { width, height }: Box): void {
  const gap = 4 * paint.ratio;
  context.save();
  context.globalCompositeOperation = 'destination-out';
  context.lineWidth = 3 * paint.ratio;
  context.beginPath();
  for (const at of [width - 8 * gap, width - 6 * gap]) {
    context.moveTo(at - gap, height + gap);
    context.lineTo(at + gap, -gap);
  }
  context.stroke();
  context.restore();
}
