import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import type { RegionKind } from '../../../extension/core/memoryMap/regionKind.ts';
import type { MapHostApi } from '../../../extension/protocol/mapApi.ts';
import type { InitialMap } from '../../../extension/protocol/mapTypes.ts';
import type { Remote } from '../../../extension/protocol/rpc.ts';
import { manyRegions } from '../../model/memoryMap/manyRegions.ts';
import type { MapModel } from '../../model/memoryMap/mapModel.ts';
import type { SelectedRange } from '../../model/memoryMap/selectedRanges.ts';
import { MemoryPicture, type PictureEvents } from './picture.ts';

/** Milliseconds that very many regions wait: for their figures, and then until the table has been drawn with these. */
const patience = 150;

/** Keeps the picture at what the table shows, and gives it no more to do than there is news. */
export class MapPicture {
  readonly #picture: MemoryPicture;
  #isShown = true;
  #space: AddressSpace | undefined;
  #figures: RegionFigures | undefined;
  #selected: readonly number[] = [];
  #kinds: readonly RegionKind[] = [];
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor({ words, pageSize, showsPicture }: InitialMap, host: Remote<MapHostApi>, events: PictureEvents) {
    this.#picture = new MemoryPicture(words.kinds, events, {
      pageSize,
      count: (span) => host.request('countPages', span),
      giveUp: () => host.notify('giveUpPages'),
      open: (address) => host.notify('open', address.toString(16)),
    });
    this.isShown = showsPicture;
  }

  /** Above the table. */
  get element(): HTMLElement {
    return this.#picture.element;
  }

  /** Of the selected region, below the table. */
  get pages(): HTMLElement {
    return this.#picture.pages;
  }

  /** What of the address space shows; undefined for all of it. */
  get zoom(): SelectedRange | undefined {
    return this.#picture.zoom;
  }

  /** Before the first `draw`: what shows at first. */
  set zoom(zoom: SelectedRange | undefined) {
    this.#picture.zoom = zoom;
  }

  /** While it does not show, nothing is done for it: draw it when it shows again. */
  set isShown(isShown: boolean) {
    this.#isShown = isShown;
    this.#picture.isHidden = !isShown;
  }

  /** After the table: the picture is drawn in a task of its own. Only of all regions, which the first ones are not. */
  draw(model: MapModel, isWhole: boolean): void {
    if (!isWhole || !this.#isShown) return;
    clearTimeout(this.#waiting);
    const isMuch = this.#isNews(model) && model.space.count > manyRegions;
    this.#waiting = setTimeout(() => this.#draw(model), isMuch ? patience : 0);
  }

  /** Whether the picture is of other regions, or of other figures. */
  #isNews({ space, figures }: MapModel): boolean {
    return space !== this.#space || figures !== this.#figures;
  }

  #draw(model: MapModel): void {
    const { space, figures, filter } = model;
    if (this.#isNews(model)) {
      this.#picture.show(space, figures);
      [this.#space, this.#figures, this.#selected] = [space, figures, []];
    }
    const selected = selectedRows(model);
    if (!isSame(selected, this.#selected)) {
      this.#selected = selected;
      this.#picture.select(selected);
    }
    const { kinds = [] } = filter;
    if (isSame(kinds, this.#kinds)) return;
    this.#kinds = kinds;
    this.#picture.filter(new Set(kinds));
  }
}

/** Ascending; those that have vanished are not in the picture. */
function selectedRows({ selection, order, space }: MapModel): readonly number[] {
  if (selection.size === 0) return [];
  return [
    ...selection
      .shown(order)
      .filter((row) => row < space.count)
      .sort(),
  ];
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
