import * as l10n from '@vscode/l10n';
import type { SourceOverview } from '../../extension/core/byteSource.ts';
import { bucketAt } from '../model/strip.ts';
import { element } from './element.ts';

/** Width of the strip, CSS pixels: two lanes of six and a gap. */
const width = 14;
const lane = 6;

/**
 * The shape of the source at a glance, beside the scrollbar: left what part is in the page cache, right what part is
 * data on disk. A full bar is all, a narrow one some, a dotted one "the kernel does not tell": never colour alone.
 */
export class ResidencyStrip {
  readonly element: HTMLCanvasElement;
  readonly #onRatio: (ratio: number) => void;
  #overview: SourceOverview | undefined;

  constructor(onRatio: (ratio: number) => void) {
    this.#onRatio = onRatio;
    this.element = element('canvas', { class: 'strip', role: 'img', 'aria-label': l10n.t('Residency') });
    this.element.addEventListener('pointerdown', (event) => {
      if (event.button === 0) this.#onRatio(this.#ratioOf(event));
    });
    this.element.addEventListener('pointermove', (event) => {
      this.element.title = this.#words(this.#ratioOf(event));
    });
  }

  /** Buckets worth asking for: one per pixel row, bounded by what an overview may have. */
  get buckets(): number {
    return Math.min(1024, Math.max(1, Math.round(this.element.clientHeight)));
  }

  show(overview: SourceOverview | undefined): void {
    const isSame = isEqual(overview, this.#overview);
    this.#overview = overview;
    // It is asked for all the time, and nearly always the same: drawing costs more than comparing.
    if (isSame) return;
    this.element.setAttribute('aria-label', this.#summary());
    this.draw();
  }

  draw(): void {
    const height = this.element.clientHeight;
    const scale = window.devicePixelRatio;
    this.element.width = Math.round(width * scale);
    this.element.height = Math.round(height * scale);
    const context = this.element.getContext('2d');
    const overview = this.#overview;
    if (context === null || overview === undefined || height === 0) return;
    const style = getComputedStyle(this.element);
    const resident = style.getPropertyValue('--strip-resident');
    const data = style.getPropertyValue('--strip-data');
    const unknown = style.getPropertyValue('--strip-unknown');
    context.scale(scale, scale);
    for (let y = 0; y < height; y++) {
      const bucket = bucketAt(overview, y / height);
      this.#bar(context, 0, y, bucket.resident, resident, unknown);
      this.#bar(context, lane + 1, y, bucket.allocated, data, unknown);
    }
  }

  #bar(
    context: CanvasRenderingContext2D,
    left: number,
    y: number,
    part: number | undefined,
    colour: string,
    unknown: string,
  ): void {
    if (part === undefined) {
      context.fillStyle = unknown;
      if (y % 4 === 0) context.fillRect(left + lane / 2 - 0.5, y, 1, 1);
      return;
    }
    if (part === 0) return;
    context.fillStyle = colour;
    // Some is never drawn as none: a mark that can be seen, three pixels high and half a lane wide.
    const next = part === 1 ? 1 : 3;
    context.fillRect(left, y, Math.max(lane / 2, part * lane), next);
  }

  #ratioOf(event: PointerEvent): number {
    return Math.min(1, Math.max(0, event.offsetY / Math.max(1, this.element.clientHeight)));
  }

  #words(ratio: number): string {
    const overview = this.#overview;
    if (overview === undefined) return l10n.t('Residency is not known yet');
    const { resident, allocated } = bucketAt(overview, ratio);
    return [this.#residentWords(resident), this.#allocatedWords(allocated)].join('\n');
  }

  #residentWords(part: number | undefined): string {
    if (part !== undefined && this.#isMemory) {
      return l10n.t('Left: {0}% here is in the page tables of the process', Math.round(part * 100));
    }
    if (part !== undefined) {
      return this.#overview?.residency.sampled === true
        ? l10n.t('Left: about {0}% here is in the page cache', Math.round(part * 100))
        : l10n.t('Left: {0}% here is in the page cache', Math.round(part * 100));
    }
    return this.#overview?.residency.method === 'refused'
      ? l10n.t(
          'Left: not known. The kernel tells what is cached only to the file’s owner and to those who may write it',
        )
      : l10n.t('Left: not known. This kind of file has no page cache that can be asked about');
  }

  /** Whether it is memory of a process, of which its page tables tell. */
  get #isMemory(): boolean {
    return this.#overview?.residency.method === 'pagemap';
  }

  #allocatedWords(part: number | undefined): string {
    if (this.#isMemory) {
      if (part === undefined) return l10n.t('Right: not known. It has a file behind it, which may hold the rest');
      if (part === 0) return l10n.t('Right: never touched here (reads as zeros)');
      return l10n.t('Right: {0}% here was touched', Math.max(1, Math.round(part * 100)));
    }
    if (part === undefined) return l10n.t('Right: not known. This file system does not tell holes from data');
    if (part === 0) return l10n.t('Right: a hole on disk here (reads as zeros)');
    return l10n.t('Right: {0}% here is data on disk', Math.max(1, Math.round(part * 100)));
  }

  #summary(): string {
    const overview = this.#overview;
    if (overview === undefined) return l10n.t('Residency is not known yet');
    if (this.#isMemory) {
      const present = l10n.t(
        '{0}% of the region is in the page tables of the process',
        Math.round(mean(overview.residency.buckets) * 100),
      );
      const touched =
        overview.allocation === undefined
          ? this.#allocatedWords(undefined)
          : l10n.t('{0}% was touched', Math.round(mean(overview.allocation) * 100));
      return `${present}. ${touched}`;
    }
    const isKnown = overview.residency.method === 'cachestat' || overview.residency.method === 'mincore';
    const cached = isKnown
      ? l10n.t('{0}% of the file is in the page cache', Math.round(mean(overview.residency.buckets) * 100))
      : this.#residentWords(undefined);
    const data =
      overview.allocation === undefined
        ? this.#allocatedWords(undefined)
        : l10n.t('{0}% is data on disk', Math.round(mean(overview.allocation) * 100));
    return `${cached}. ${data}`;
  }
}

function isEqual(one: SourceOverview | undefined, other: SourceOverview | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const [a, b] = [one.residency, other.residency];
  return (
    a.method === b.method &&
    a.sampled === b.sampled &&
    isSameBytes(a.buckets, b.buckets) &&
    isSameBytes(one.allocation, other.allocation)
  );
}

function isSameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function mean(buckets: Uint8Array): number {
  return buckets.reduce((sum, bucket) => sum + bucket, 0) / 255 / Math.max(1, buckets.length);
}
