import * as l10n from '@vscode/l10n';
import { formatCount, formatSize } from '../../../extension/core/expressions/numbers.ts';
import { manyRegions } from '../../model/memoryMap/manyRegions.ts';
import type { MapModel } from '../../model/memoryMap/mapModel.ts';
import { element } from '../element.ts';

/** The line under the table: what the selected regions add up to, or all that show where no more than one is. */
export class MapFooter {
  readonly element = element('footer', { class: 'map-footer', role: 'status', 'aria-live': 'polite' });

  #later: ReturnType<typeof setTimeout> | undefined;

  /** To add up very many regions waits until the table has been drawn. */
  draw(model: MapModel): void {
    if (model.isSummed || model.space.count <= manyRegions) {
      this.#show(model);
      return;
    }
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.#show(model);
    });
  }

  #show({ sums, sumsSelected, changes }: MapModel): void {
    const { regions, measured } = sums;
    const count = sumsSelected
      ? l10n.t('{0} selected', formatCount(regions))
      : regions === 1
        ? l10n.t('1 region')
        : l10n.t('{0} regions', formatCount(regions));
    const figures = [
      l10n.t('Rss {0}', formatSize(sums.resident)),
      l10n.t('Pss {0}', formatSize(sums.proportional)),
      l10n.t('private dirty {0}', formatSize(sums.privateDirty)),
      l10n.t('swap {0}', formatSize(sums.swapped)),
    ];
    const news = changes === 1 ? l10n.t('1 change (F8)') : l10n.t('{0} changes (F8)', formatCount(changes));
    const parts = [
      `${count}: ${formatSize(sums.size)}`,
      l10n.t('committed {0}', formatSize(sums.committed)),
      ...(measured === 0 ? [] : figures),
      ...(changes === 0 ? [] : [news]),
    ];
    const text = parts.join(' · ');
    if (this.element.textContent === text) return;
    this.element.textContent = text;
    this.element.title = text;
  }
}
