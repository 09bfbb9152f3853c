import * as l10n from '@vscode/l10n';
import { placeOf } from '../model/addresses.ts';
import { type HexGeometry, headerText, hexGeometry, leftMargin } from '../model/hexGeometry.ts';
import type { Run } from '../model/hexRow.ts';
import { AddressColumn, addressTitle } from './addressColumn.ts';
import { element } from './element.ts';
import { rangeOf } from './highlights.ts';
import type { Scene } from './surface.ts';

/** Names of a row's cells, from left to right. */
export const hexCells = ['address', 'hex', 'text'] as const;

/** What stands around the rows of the hex grid: the header of its columns, and where the columns are. */
export class HexFrame {
  readonly element: HTMLElement;
  readonly viewport: HTMLElement;
  readonly clip: HTMLElement;
  readonly addresses: AddressColumn;
  readonly #header = hexCells.map((name) => element('span', { class: `cell cell-${name}` }));

  constructor(rows: HTMLElement) {
    const header = element('div', { class: 'column-header', 'aria-hidden': 'true' }, ...this.#header);
    this.clip = element('div', { class: 'clip' }, rows);
    this.viewport = element('div', { class: 'viewport' }, header, this.clip);
    this.element = element('div', { class: 'surface surface-hex' }, this.viewport);
    this.addresses = new AddressColumn(this.viewport);
  }

  /** Lays the columns out for the scene. */
  arrange(scene: Scene): HexGeometry {
    const geometry = geometryOf(scene);
    const { style } = this.element;
    style.setProperty('--address-left', `${leftMargin}px`);
    style.setProperty('--hex-left', `${geometry.hexLeft}px`);
    style.setProperty('--text-left', `${geometry.textLeft}px`);
    style.setProperty('--row-height', `${scene.metrics.rowHeight}px`);
    style.setProperty('--row-width', `${geometry.rowWidth}px`);
    this.addresses.arrange(geometry.addressWidth, scene.width);
    const words = [addressTitle(scene.status), headerText(geometry, scene.layout.upperCase), l10n.t('Decoded')];
    this.#header.forEach((cell, index) => {
      cell.textContent = words[index] ?? '';
    });
    return geometry;
  }
}

export function geometryOf({ layout, status, metrics, width }: Scene): HexGeometry {
  return hexGeometry(layout, placeOf(status.shownSize, status), { width, characterWidth: metrics.characterWidth });
}

/** The runs as far as the text goes: blanks at a row's end are not in it. */
export function rangesOf(text: Text, runs: readonly Run[]): StaticRange[] {
  return runs
    .filter((run) => run.start < text.length)
    .map((run) => rangeOf(text, run.start, Math.min(run.end, text.length)));
}
