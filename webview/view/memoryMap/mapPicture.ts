import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import type { RegionFigures } from '../../../extension/core/memoryMap/regionFigures.ts';
import type { RegionKind } from '../../../extension/core/memoryMap/regionKind.ts';
import type { MapHostApi } from '../../../extension/protocol/mapApi.ts';
import type { InitialMap } from '../../../extension/protocol/mapTypes.ts';
import type { Remote } from '../../../extension/protocol/rpc.ts';
import type { MapModel } from '../../model/memoryMap/mapModel.ts';
import { MemoryPicture, type PictureEvents } from './picture.ts';

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

  /** While it does not show, nothing is done for it: draw it when it shows again. */
  set isShown(isShown: boolean) {
    this.#isShown = isShown;
    this.#picture.isHidden = !isShown;
  }

  /** After the table: the picture is drawn in a task of its own. Only of all regions, which the first ones are not. */
  draw(model: MapModel, isWhole: boolean): void {
    if (!isWhole || !this.#isShown) return;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#draw(model));
  }

  #draw(model: MapModel): void {
    const { space, figures, filter } = model;
    if (space !== this.#space || figures !== this.#figures) {
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
