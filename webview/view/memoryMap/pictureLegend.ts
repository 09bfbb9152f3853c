import * as l10n from '@vscode/l10n';
import { barMeasures } from '../../../extension/core/memoryMap/kindBars.ts';
import { type RegionKind, regionKinds } from '../../../extension/core/memoryMap/regionKind.ts';
import type { KindSums, RegionSums } from '../../../extension/core/memoryMap/regionSums.ts';
import { element } from '../element.ts';
import { cleared, type KindPaint } from './kindPaint.ts';
import type { KindEvents } from './pictureBars.ts';
import { figureText, kindLabel, kindWords, measureLabel, measureMeaning } from './pictureWords.ts';

/**
 * What the colours and patterns stand for, with all figures of each kind: a table where there is room for one, else a
 * few words in a row. Each kind is a button that has the table below show it alone.
 */
export class PictureLegend {
  readonly element = element('div', {
    class: 'picture-legend',
    role: 'group',
    'aria-label': l10n.t('Kinds of memory'),
  });
  readonly #entries: ReadonlyMap<RegionKind, Entry>;

  constructor(events: KindEvents) {
    this.#entries = new Map(regionKinds.map((kind) => [kind, new Entry(kind, kindLabel(kind), events)]));
    const heads = barMeasures.map((measure) =>
      element('span', { class: 'picture-figure', 'data-measure': measure }, measureLabel(measure)),
    );
    const head = element('div', { class: 'picture-legend-head', 'aria-hidden': 'true' }, element('span'), ...heads);
    this.element.append(head, ...[...this.#entries.values()].map((entry) => entry.element));
  }

  /** Kinds without regions are left out. */
  show({ byKind }: KindSums): void {
    for (const [kind, entry] of this.#entries) {
      const sums = byKind.get(kind);
      entry.element.hidden = sums === undefined || sums.regions === 0;
      if (sums !== undefined) entry.show(sums);
    }
  }

  choose(kinds: ReadonlySet<RegionKind>): void {
    for (const [kind, entry] of this.#entries) entry.element.setAttribute('aria-pressed', String(kinds.has(kind)));
  }

  draw(paint: KindPaint, isLit: (kind: RegionKind) => boolean): void {
    for (const [kind, entry] of this.#entries) {
      entry.element.classList.toggle('picture-dimmed', !isLit(kind));
      entry.draw(paint);
    }
  }
}

/** Said with each kind: nothing else that the keyboard comes to names the measures. */
const meanings = barMeasures.map((measure) => `${measureLabel(measure)}: ${measureMeaning(measure)}`);

class Entry {
  readonly element: HTMLButtonElement;
  readonly #kind: RegionKind;
  readonly #label: string;
  readonly #swatch = element('canvas', { class: 'picture-swatch', 'aria-hidden': 'true' });
  readonly #figures = barMeasures.map((measure) => ({
    measure,
    element: element('span', { class: 'picture-figure', 'data-measure': measure }),
  }));

  constructor(kind: RegionKind, label: string, { onLook, onKind }: KindEvents) {
    this.#kind = kind;
    this.#label = label;
    this.element = element(
      'button',
      { class: 'picture-kind', type: 'button', 'data-kind': kind, 'aria-pressed': 'false', hidden: '' },
      element('span', { class: 'picture-kind-name' }, this.#swatch, label),
      ...this.#figures.map((figure) => figure.element),
    );
    for (const name of ['pointerenter', 'focus']) this.element.addEventListener(name, () => onLook(kind));
    for (const name of ['pointerleave', 'blur']) this.element.addEventListener(name, () => onLook(undefined));
    this.element.addEventListener('click', () => onKind(kind));
  }

  show(sums: RegionSums): void {
    const words = kindWords(this.#label, sums);
    this.element.title = [words, ...meanings].join('\n');
    this.element.setAttribute('aria-label', words);
    this.element.classList.toggle('picture-unmeasured', sums.measured === 0);
    for (const figure of this.#figures) figure.element.textContent = figureText(sums, figure.measure);
  }

  draw(paint: KindPaint): void {
    const context = cleared(this.#swatch);
    const { width, height } = this.#swatch;
    if (context !== undefined) paint.full(context, this.#kind, { x: 0, y: 0, width, height });
  }
}
