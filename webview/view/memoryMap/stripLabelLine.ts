import { formatSize } from '../../../extension/core/expressions/numbers.ts';
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { StripRun } from '../../../extension/core/memoryMap/addressStrip.ts';
import type { RegionKind } from '../../../extension/core/memoryMap/regionKind.ts';
import { type Labelled, labelCandidates, placeLabels } from '../../model/memoryMap/stripLabels.ts';
import { element } from '../element.ts';
import { kindLabel, shortName } from './pictureWords.ts';

/** CSS pixels between two labels. */
const space = 10;
/** Characters: a name that has not the room is cut down, but not to nothing that could be known again. */
const nameLengths = [24, 16, 10];

/** The line under the strip: names of what has room for one, and sizes of the wide gaps. */
export class StripLabelLine {
  readonly element = element('div', { class: 'picture-labels', 'aria-hidden': 'true' });
  readonly #shortLabels: Readonly<Record<RegionKind, string>>;

  /** `shortLabels`: for the places where the kinds' names do not fit. */
  constructor(shortLabels: Readonly<Record<RegionKind, string>>) {
    this.#shortLabels = shortLabels;
  }

  /** `runs`: of the strip above, in pixels of the screen, of which `ratio` are one of CSS; `context` measures. */
  draw(regions: AddressSpace, runs: readonly StripRun[], context: CanvasRenderingContext2D, ratio: number): void {
    const scaled = runs.map((run) => ({ ...run, x: run.x / ratio, width: run.width / ratio }));
    // Not its `font`, which is empty where figures are set to one width.
    const { fontSize, fontFamily } = getComputedStyle(this.element);
    context.font = `${fontSize} ${fontFamily}`;
    const placed = placeLabels(
      labelCandidates(regions, scaled),
      this.element.clientWidth,
      space,
      (label) => this.#texts(label, regions),
      // Letters are set to whole pixels in the page, and not on the canvas.
      (text) => Math.ceil(context.measureText(text).width) + 2,
    );
    this.element.replaceChildren(
      ...placed.map(({ x, text }) => {
        const label = element('span', {}, text);
        label.style.left = `${x}px`;
        return label;
      }),
    );
  }

  /** The longest first. */
  #texts(label: Labelled, regions: AddressSpace): readonly string[] {
    switch (label.of) {
      case 'gap':
        return [`⋯ ${formatSize(label.bytes)} ⋯`, formatSize(label.bytes)];
      case 'kind':
        return [kindLabel(label.kind), this.#shortLabels[label.kind]];
      case 'object': {
        const name = shortName(regions.objectOf(label.row).name);
        return nameLengths.map((length) => (name.length > length ? `${name.slice(0, length - 1)}…` : name));
      }
    }
  }
}
