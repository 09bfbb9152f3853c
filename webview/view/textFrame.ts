import * as l10n from '@vscode/l10n';
import { addressDigits, addressText, placeOf } from '../model/addresses.ts';
import { columnGap } from '../model/hexColumns.ts';
import { leftMargin } from '../model/hexGeometry.ts';
import { AddressColumn, addressTitle } from './addressColumn.ts';
import { element } from './element.ts';
import type { Scene } from './surface.ts';

/** Columns of a row at least, and those left blank at its right. */
const fewestColumns = 8;
const rightColumns = 2;

/** What stands around the rows of text: the header of its columns, and where the columns are. */
export class TextFrame {
  readonly element: HTMLElement;
  readonly viewport: HTMLElement;
  readonly clip: HTMLElement;
  readonly addresses: AddressColumn;
  /** In it the widths of characters are measured. */
  readonly probe = element('div', { class: 'width-probe', 'aria-hidden': 'true' });
  readonly #addressTitle = element('span', { class: 'cell cell-address' });
  #columns = 80;
  #digits = 8;

  constructor(rows: HTMLElement) {
    const header = element(
      'div',
      { class: 'column-header', 'aria-hidden': 'true' },
      this.#addressTitle,
      element('span', { class: 'cell cell-text' }, l10n.t('Text')),
    );
    this.clip = element('div', { class: 'clip' }, rows);
    this.viewport = element('div', { class: 'viewport' }, header, this.clip);
    this.element = element('div', { class: 'surface surface-text' }, this.viewport, this.probe);
    this.addresses = new AddressColumn(this.viewport);
  }

  /** Columns that a row of text has. */
  get columns(): number {
    return this.#columns;
  }

  /** Digits of an address. */
  get digits(): number {
    return this.#digits;
  }

  /** Lays the columns out for the scene. */
  arrange(scene: Scene): void {
    const { metrics, width, status, layout } = scene;
    const left = textLeft(scene);
    this.#digits = addressDigits(placeOf(status.shownSize, status), layout);
    this.#addressTitle.textContent = addressTitle(status);
    const fitting = Math.floor((width - left) / metrics.characterWidth) - rightColumns;
    // No number where nothing is laid out, because the view is hidden.
    this.#columns = Number.isFinite(fitting) ? Math.max(fewestColumns, fitting) : fewestColumns;
    const { style } = this.element;
    style.setProperty('--address-left', `${leftMargin}px`);
    style.setProperty('--text-left', `${left}px`);
    style.setProperty('--row-height', `${metrics.rowHeight}px`);
    // A view too narrow for the fewest columns scrolls sideways.
    const rowWidth = left + (this.#columns + rightColumns) * metrics.characterWidth;
    style.setProperty('--row-width', rowWidth > width ? `${rowWidth}px` : '100%');
    this.addresses.arrange(left - (columnGap - 1) * metrics.characterWidth, width);
  }
}

/** Where the text begins, pixels. */
export function textLeft({ status, layout, metrics }: Scene): number {
  const width = addressText(0, layout, addressDigits(placeOf(status.shownSize, status), layout)).length;
  return leftMargin + (width + columnGap) * metrics.characterWidth;
}
