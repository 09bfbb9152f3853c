import * as l10n from '@vscode/l10n';
import { formatCount, formatSize } from '../../../extension/core/expressions/numbers.ts';
import type { MapAction, MapFilter, MapStatus, MapWords } from '../../../extension/protocol/mapTypes.ts';
import { element, iconButton } from '../element.ts';
import { undoByKeys } from '../inputUndo.ts';

export interface MapHeaderEvents {
  onRefresh(): void;
  onPause(): void;
  onText(text: string): void;
  /** Escape, Enter or the arrow down in the filter. */
  onLeaveFilter(): void;
  onFilterBy(): void;
  onClearFilter(): void;
  onCompare(): void;
  onColumns(): void;
  onPicture(): void;
  onAction(action: MapAction): void;
}

/** The line over the table: which process, how much, how fresh, and the filter. */
export class MapHeader {
  readonly element: HTMLElement;
  readonly #title = element('bdi', { class: 'header-name' });
  readonly #facts = element('span', { class: 'header-facts' });
  readonly #age = element('span', { class: 'header-facts map-age' });
  readonly #compared: HTMLButtonElement;
  readonly #chips: HTMLButtonElement;
  readonly #pause: HTMLButtonElement;
  readonly #refresh: HTMLButtonElement;
  readonly #filter: HTMLInputElement;
  #shownAge = '';

  constructor(events: MapHeaderEvents) {
    this.#filter = element('input', {
      class: 'map-filter',
      type: 'text',
      placeholder: l10n.t('Filter by name or address'),
      'aria-label': l10n.t('Filter by name or address'),
      spellcheck: 'false',
    });
    this.#filter.addEventListener('input', () => events.onText(this.#filter.value));
    this.#filter.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.#filter.value !== '') {
        this.#filter.value = '';
        events.onText('');
      } else if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') events.onLeaveFilter();
      else return;
      event.preventDefault();
    });
    undoByKeys(this.#filter);
    this.#refresh = iconButton('refresh', l10n.t('Refresh (F5)'), () => events.onRefresh());
    this.#pause = iconButton('debug-pause', l10n.t('Pause'), () => events.onPause());
    this.#compared = element('button', { class: 'map-chip', type: 'button', hidden: '' });
    this.#compared.addEventListener('click', () => events.onAction('endComparison'));
    this.#chips = element('button', { class: 'map-chip', type: 'button', hidden: '' });
    this.#chips.addEventListener('click', () => events.onClearFilter());
    this.element = element(
      'header',
      { class: 'header map-header' },
      element('span', { class: 'header-path' }, this.#title),
      this.#facts,
      this.#age,
      this.#refresh,
      this.#pause,
      this.#compared,
      element('span', { class: 'header-space' }),
      this.#chips,
      this.#filter,
      iconButton('filter', l10n.t('Filter by Kind and Rights…'), () => events.onFilterBy()),
      iconButton('diff', l10n.t('Compare with…'), () => events.onCompare()),
      iconButton('graph', l10n.t('Show or Hide the Picture'), () => events.onPicture()),
      iconButton('settings-gear', l10n.t('Choose Columns…'), () => events.onColumns()),
    );
  }

  /** `resident`: bytes; undefined until it is known. */
  show(status: MapStatus, regions: number, resident: number | undefined): void {
    this.#title.textContent = status.title;
    this.#title.title = status.title;
    const count = regions === 1 ? l10n.t('1 region') : l10n.t('{0} regions', formatCount(regions));
    this.#facts.textContent = resident === undefined ? count : `${count} · ${l10n.t('RSS {0}', formatSize(resident))}`;
    const isAuto = status.interval !== undefined && !status.isOver;
    this.#pause.hidden = !isAuto;
    const name = status.isPaused ? l10n.t('Resume (Space)') : l10n.t('Pause (Space)');
    this.#pause.setAttribute('aria-label', name);
    this.#pause.title = name;
    this.#pause.firstElementChild?.setAttribute(
      'class',
      `codicon codicon-debug-${status.isPaused ? 'continue' : 'pause'}`,
    );
    this.#refresh.disabled = status.isOver;
    this.#compared.hidden = status.comparedWith === undefined;
    this.#compared.textContent = l10n.t('compared with {0}', status.comparedWith ?? '');
    this.#compared.append(cross());
    this.#compared.title = l10n.t('End the comparison');
  }

  /** `age`: milliseconds. */
  showAge(age: number, isPaused: boolean): void {
    const seconds = Math.floor(age / 1000);
    const when = seconds < 120 ? l10n.t('{0} s ago', seconds) : l10n.t('{0} min ago', Math.floor(seconds / 60));
    const text = isPaused ? l10n.t('paused, {0}', when) : l10n.t('refreshed {0}', when);
    if (text === this.#shownAge) return;
    this.#shownAge = text;
    this.#age.textContent = text;
  }

  showFilter(text: string, filter: MapFilter, words: MapWords): void {
    if (this.#filter.value !== text) this.#filter.value = text;
    const parts = [
      ...(filter.kinds ?? []).map((kind) => words.kinds[kind]),
      ...(filter.mappings ?? []).map((mapping) => words.mappings[mapping]),
      ...(filter.rights ? [filter.rights] : []),
    ];
    this.#chips.hidden = parts.length === 0;
    this.#chips.textContent = parts.join(' · ');
    this.#chips.append(cross());
    this.#chips.title = l10n.t('Show all kinds and rights');
  }

  focusFilter(): void {
    this.#filter.focus();
    this.#filter.select();
  }
}

function cross(): HTMLElement {
  return element('span', { class: 'codicon codicon-close', 'aria-hidden': 'true' });
}
