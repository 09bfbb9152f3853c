import * as l10n from '@vscode/l10n';
import { formatCount, formatSize } from '../../../extension/core/expressions/numbers.ts';
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { MappingKind } from '../../../extension/core/memoryMap/memoryRegion.ts';
import { type PageSpan, type PageState, pageStates } from '../../../extension/core/memoryMap/pageCounts.ts';
import type { RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import type { PagesAnswer } from '../../../extension/protocol/mapTypes.ts';
import { partReached } from '../../model/memoryMap/pictureKeys.ts';
import { RegionPages } from '../../model/memoryMap/regionPages.ts';
import { element } from '../element.ts';
import { Hover } from '../hover.ts';
import { cleared, type KindPaint } from './kindPaint.ts';
import { paintPages } from './pagesPainter.ts';
import { pagesTitle, shareLines, shareMeanings, stateMeaning, stateName } from './pageWords.ts';
import { addressText } from './pictureWords.ts';

export interface PagesHost {
  /** Bytes of a page. */
  readonly pageSize: number;
  /** One at a time: asking again gives the earlier question up. */
  count(span: PageSpan): Promise<PagesAnswer>;
  /** Nobody waits for the answer any more. */
  giveUp(): void;
  /** Shows the bytes at an address of the process. */
  open(address: bigint): void;
}

/** Milliseconds that a selection stands until its pages are counted: a key held down passes by many. */
const quietFor = 100;

/** A region to be shown, as of a look at the process. */
interface Shown {
  readonly space: AddressSpace;
  readonly figures: RegionFigures;
  readonly row: number;
  readonly start: bigint;
  readonly end: bigint;
}

/** The pages of the selected region: what stands for each in the page tables, as a strip and in numbers. */
export class PagesStrip {
  readonly element: HTMLElement;
  readonly #host: PagesHost;
  readonly #onChange: () => void;
  readonly #title = element('span', { class: 'pages-title' });
  readonly #states: ReadonlyMap<PageState | 'absent', StateEntry>;
  readonly #dirty = element('span', { class: 'pages-dirty' });
  readonly #refusal = element('span', { class: 'pages-refusal', role: 'status' });
  readonly #canvas = element('canvas', {
    class: 'pages-strip',
    role: 'slider',
    tabindex: '0',
    'aria-orientation': 'horizontal',
    'aria-valuemin': '1',
  });
  readonly #hover = new Hover<number>((part) => this.#linesOf(part));
  #shown: Shown | undefined;
  #pages: RegionPages | undefined;
  #softDirtyTold = false;
  /** The part that the keys are at. */
  #cursor = 0;
  /** Grows with each region: answers for an earlier one are dropped. */
  #asked = 0;

  /** `onChange`: it must be drawn anew. */
  constructor(host: PagesHost, onChange: () => void) {
    this.#host = host;
    this.#onChange = onChange;
    this.#states = new Map(([...pageStates, 'absent'] as const).map((state) => [state, new StateEntry(state)]));
    const states = element('span', { class: 'pages-states' });
    states.append(...[...this.#states.values()].map((entry) => entry.element), this.#dirty, this.#refusal);
    const line = element('div', { class: 'pages-line' }, this.#title, states);
    this.element = element('div', { class: 'picture-pages', hidden: '' }, line, this.#canvas, this.#hover.element);
    this.#listen();
  }

  /** Nothing where no region, or more than one, is selected. The same region again is counted anew. */
  show(space: AddressSpace, figures: RegionFigures, row: number | undefined): void {
    this.#asked++;
    this.element.hidden = row === undefined;
    const isSame =
      row !== undefined &&
      this.#shown?.start === space.columns.starts[row] &&
      this.#shown?.end === space.columns.ends[row];
    if (!isSame) [this.#pages, this.#cursor] = [undefined, 0];
    if (!isSame) this.#hover.hide();
    if (row === undefined) {
      if (this.#shown !== undefined) this.#host.giveUp();
      this.#shown = undefined;
      return;
    }
    const { start, end } = space.region(row);
    this.#shown = { space, figures, row, start, end };
    this.#title.textContent = pagesTitle(space, row);
    this.#softDirtyTold = tellsSoftDirty(space, figures);
    const { mapping } = space.objectOf(row);
    for (const entry of this.#states.values()) entry.name(mapping);
    void this.#count(
      new RegionPages(start, Math.max(1, Number((end - start) / BigInt(this.#host.pageSize))), this.#host.pageSize),
    );
    this.#tell();
  }

  draw(paint: KindPaint): void {
    if (this.element.hidden) return;
    for (const entry of this.#states.values()) entry.draw(paint);
    const context = cleared(this.#canvas);
    const pages = this.#pages;
    if (context === undefined) return;
    if (pages === undefined)
      paint.dots(context, { x: 0, y: 0, width: this.#canvas.width, height: this.#canvas.height });
    else paintPages(context, paint, pages, document.activeElement === this.#canvas ? this.#cursor : undefined);
  }

  /** What is there already stays until the new counts are complete. */
  async #count(pages: RegionPages): Promise<void> {
    const asked = this.#asked;
    this.#refusal.textContent = '';
    await new Promise((resolve) => setTimeout(resolve, quietFor));
    if (asked !== this.#asked) return;
    for (let span = pages.next(); span !== undefined; span = pages.next()) {
      const answer = await this.#host.count(span).catch((error: unknown) => ({ refused: String(error) }));
      if (asked !== this.#asked) return;
      if ('refused' in answer) {
        this.#refusal.textContent = answer.refused;
        break;
      }
      pages.add(answer.counts);
      if (this.#pages === undefined || this.#pages === pages || pages.isDone) this.#pages = pages;
      this.#tell();
      this.#onChange();
    }
    this.#onChange();
  }

  #tell(): void {
    const pages = this.#pages;
    for (const [state, entry] of this.#states) {
      const count = state === 'absent' ? pages?.absent : pages?.total(state);
      entry.show(count ?? 0, this.#host.pageSize);
    }
    this.#dirty.textContent = pages === undefined || !pages.isDone ? '' : this.#dirtyWords(pages);
    const counts = [...this.#states.values()].flatMap(({ words }) => (words === '' ? [] : [words]));
    const said = pages === undefined ? l10n.t('not counted yet') : counts.join(', ');
    this.#canvas.setAttribute('aria-label', `${this.#title.textContent}: ${said}`);
    this.#tellCursor();
  }

  #listen(): void {
    const canvas = this.#canvas;
    const partAt = (offsetX: number) => {
      const parts = this.#pages?.parts ?? 0;
      return Math.max(0, Math.min(parts - 1, Math.floor((offsetX / Math.max(1, canvas.clientWidth)) * parts)));
    };
    canvas.addEventListener('pointermove', ({ offsetX, clientX, clientY }) =>
      this.#hover.over(partAt(offsetX), clientX, clientY),
    );
    canvas.addEventListener('pointerleave', () => this.#hover.hide());
    canvas.addEventListener('dblclick', ({ offsetX }) => this.#open(partAt(offsetX)));
    canvas.addEventListener('keydown', (event) => {
      const { key, ctrlKey: ctrl, shiftKey: shift, altKey: alt, metaKey: meta } = event;
      const to = partReached({ key, ctrl, shift, alt, meta }, this.#cursor, this.#pages?.parts ?? 0);
      if (to !== undefined) this.#moveTo(to);
      else if (key === 'Enter') this.#open(this.#cursor);
      else if (key === 'Escape') this.#hover.hide();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    canvas.addEventListener('focus', () => {
      if (canvas.matches(':focus-visible')) this.#moveTo(this.#cursor);
    });
    canvas.addEventListener('blur', () => {
      this.#hover.hide();
      this.#onChange();
    });
  }

  #moveTo(part: number): void {
    this.#cursor = part;
    this.#tellCursor();
    const { left, top, bottom, width } = this.#canvas.getBoundingClientRect();
    const at = left + (part / Math.max(1, this.#pages?.parts ?? 1)) * width;
    void this.#hover.show(part, { left: at, top, bottom });
    this.#onChange();
  }

  #tellCursor(): void {
    const parts = this.#pages?.parts ?? 1;
    this.#cursor = Math.min(this.#cursor, parts - 1);
    this.#canvas.setAttribute('aria-valuemax', String(parts));
    this.#canvas.setAttribute('aria-valuenow', String(this.#cursor + 1));
    this.#canvas.setAttribute('aria-valuetext', this.#linesOf(this.#cursor).join('. '));
  }

  #open(part: number): void {
    const [pages, shown] = [this.#pages, this.#shown];
    if (pages !== undefined && shown !== undefined) {
      this.#host.open(shown.start + BigInt(pages.firstPage(part)) * BigInt(this.#host.pageSize));
    }
  }

  #dirtyWords(pages: RegionPages): string {
    const softDirty = pages.total('softDirty');
    if (softDirty > 0 || this.#softDirtyTold) return l10n.t('{0} soft-dirty', formatCount(softDirty));
    const shown = this.#shown;
    if (shown === undefined) return '';
    const dirty = shown.figures.at('privateDirty', shown.row) + shown.figures.at('sharedDirty', shown.row);
    if (Number.isNaN(dirty)) return '';
    return dirty === 0 ? l10n.t('none dirty') : l10n.t('{0} dirty; the kernel does not tell which', formatSize(dirty));
  }

  /** What is known of a part of the pages, and what that means. */
  #linesOf(part: number): readonly string[] {
    const [pages, shown] = [this.#pages, this.#shown];
    if (pages === undefined || shown === undefined) return [];
    const [page, end] = [pages.firstPage(part), pages.firstPage(part + 1)];
    const place = addressText(shown.start + BigInt(page) * BigInt(this.#host.pageSize));
    const first =
      end - page === 1 ? l10n.t('Page {0} at {1}', page, place) : l10n.t('{0} pages from {1}', end - page, place);
    const shares = pages.shares(part, part + 1);
    if (shares === undefined) return [first];
    const { mapping } = shown.space.objectOf(shown.row);
    return [first, ...shareLines(shares, end - page, mapping), '', ...shareMeanings(shares)];
  }
}

/** Where the kernel keeps the marks, new regions bear one (`sd`); a few of them always are new. */
function tellsSoftDirty({ count }: AddressSpace, figures: RegionFigures): boolean {
  const isMarked = figures.hasFlag('sd');
  for (let row = 0; row < count; row++) if (isMarked(row)) return true;
  return false;
}

/** A swatch, a name and a number; hidden where there is no such page. */
class StateEntry {
  readonly element = element('span', { class: 'pages-state', hidden: '' });
  readonly #state: PageState | 'absent';
  readonly #swatch = element('canvas', { class: 'picture-swatch', 'aria-hidden': 'true' });
  readonly #text = document.createTextNode('');
  #name = '';
  words = '';

  constructor(state: PageState | 'absent') {
    this.#state = state;
    this.element.append(this.#swatch, this.#text);
  }

  name(mapping: MappingKind): void {
    this.#name = stateName(this.#state, mapping);
    this.element.title = stateMeaning(this.#state);
  }

  show(count: number, pageSize: number): void {
    this.element.hidden = count === 0;
    this.words = count === 0 ? '' : `${formatCount(count)} ${this.#name} (${formatSize(count * pageSize)})`;
    this.#text.data = this.words;
  }

  draw(paint: KindPaint): void {
    const context = cleared(this.#swatch);
    if (context === undefined) return;
    const { width, height } = this.#swatch;
    if (this.#state !== 'absent') paint.page(context, this.#state, { x: 0, y: 0, width, height });
    else {
      context.fillStyle = paint.dim;
      context.fillRect(0, height - Math.round(paint.ratio), width, Math.round(paint.ratio));
    }
  }
}
