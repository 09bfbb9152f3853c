import type { TextWidths } from '../../extension/core/text/clusters.ts';
import { element } from './element.ts';

/** Texts whose width is kept: the letters of a script in use, and some thousand words. */
const mostKept = 20_000;

/** Pixels by which a width may miss whole columns and be meant as them: layouts round to 1/64 of a pixel. */
const tolerance = 1 / 32;

/**
 * Characters that fonts draw in one width, so many that a page of a text would have hundreds to measure: ideographs and
 * Hangul syllables. Each counts as the widest of some, common and rare, which different fonts may draw.
 */
const uniform = [
  { first: '\u3400', last: '\u9fff', samples: ['一', '中', '龍', '鿋', '㐀'] },
  { first: '\uac00', last: '\ud7a3', samples: ['가', '한', '뷁', '힣'] },
] as const;

const ascii = Array.from({ length: 0x7f }, (_, code) => (code < 0x20 ? '' : String.fromCharCode(code)));

/**
 * The widths of texts in the fonts that draw them here, the fallbacks too. Measured in the document and not on a canvas,
 * which takes ten times as long to find a fallback font; all at once, for one layout of a few elements.
 */
export class MeasuredWidths implements TextWidths {
  readonly #probe: HTMLElement;
  readonly #characterWidth: number;
  readonly #known = new Map<string, number>();
  #ascii: readonly number[] | undefined;

  /**
   * `probe`: an element with the typography of the rows, in the document by the time a width is asked for.
   * `characterWidth`: pixels of a column.
   */
  constructor(probe: HTMLElement, characterWidth: number) {
    this.#probe = probe;
    this.#characterWidth = characterWidth;
  }

  get ascii(): readonly number[] {
    this.#ascii ??= this.#measure(ascii);
    return this.#ascii;
  }

  of(clusters: readonly string[]): readonly number[] {
    if (this.#known.size > mostKept) this.#known.clear();
    const unknown = new Set<string>();
    for (const cluster of clusters) {
      const samples: readonly string[] = samplesFor(cluster) ?? [cluster];
      for (const text of samples) if (!this.#known.has(text)) unknown.add(text);
    }
    if (unknown.size > 0) {
      const texts = [...unknown];
      const widths = this.#measure(texts);
      for (const [index, text] of texts.entries()) this.#known.set(text, widths[index] ?? 1);
    }
    const widthOf = (text: string) => this.#known.get(text) ?? 1;
    return clusters.map((cluster) => {
      const samples = samplesFor(cluster);
      return samples === undefined ? widthOf(cluster) : Math.max(...samples.map(widthOf));
    });
  }

  /** In columns. */
  #measure(texts: readonly string[]): number[] {
    const spans = texts.map((text) => element('span', {}, text));
    this.#probe.replaceChildren(...spans);
    const widths = spans.map((span) => {
      const columns = span.getBoundingClientRect().width / this.#characterWidth;
      // Where nothing is laid out, because the view is hidden.
      if (!Number.isFinite(columns)) return 1;
      const whole = Math.round(columns);
      return Math.abs(columns - whole) * this.#characterWidth < tolerance ? whole : columns;
    });
    this.#probe.replaceChildren();
    return widths;
  }
}

function samplesFor(cluster: string): readonly string[] | undefined {
  if (cluster.length !== 1 || cluster < '\u3400') return undefined;
  return uniform.find(({ first, last }) => cluster >= first && cluster <= last)?.samples;
}
