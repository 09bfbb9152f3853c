import type { MapModel } from '../../model/memoryMap/mapModel.ts';
import { rowsInRanges, selectedRanges } from '../../model/memoryMap/selectedRanges.ts';
import type { MapPicture } from './mapPicture.ts';
import type { MapTable } from './mapTable.ts';
import type { SavedMap } from './savedMap.ts';

/** What a webview may keep by itself, across being hidden and shown again. */
export interface SavedMaps {
  get(): SavedMap | undefined;
  set(state: SavedMap): void;
}

/** Of more pieces than these, only the region at the cursor is kept: the state is written with each change. */
const mostRanges = 500;
const keepAfterMs = 250;

/** The parts of a map that have a place to come back to. */
interface PlacedParts {
  readonly model: MapModel;
  readonly table: MapTable;
  readonly picture: MapPicture;
}

/** Keeps where the user is in a map, across being hidden and shown again, and goes back there. */
export class PlaceKeeper {
  /** As it was when the map was last shown. */
  readonly saved: SavedMap | undefined;
  readonly #store: SavedMaps;
  readonly #id: string;
  readonly #parts: () => PlacedParts;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  /** Where to go as soon as all regions are there. */
  #toShow: SavedMap | undefined;
  /** Of many rows it takes a while, and it changes seldom. */
  #kept: { readonly rows: ReadonlySet<number>; readonly selected: SavedMap['selected'] } | undefined;

  /** `id`: of the host's document that is shown. */
  constructor(store: SavedMaps, id: string, parts: () => PlacedParts) {
    this.saved = store.get();
    this.#store = store;
    this.#id = id;
    this.#parts = parts;
    this.#toShow = this.saved;
    window.addEventListener('pagehide', () => this.keep());
  }

  /** Goes where the user was. `draw` has it drawn at once: what is scrolled must be there. Answers whether there is such a place. */
  comeBack(draw: () => void): boolean {
    if (this.#toShow === undefined) return false;
    const { cursor, top, pixels = 0, selected } = this.#toShow;
    this.#toShow = undefined;
    const { model, table } = this.#parts();
    const { space, selection, order } = model;
    const rowAt = (start: string | undefined) => (start === undefined ? -1 : model.rowAt(BigInt(`0x${start}`)));
    const row = rowAt(cursor);
    if (selected === 'all') selection.set(order, row);
    else if (selected !== undefined) selection.set(rowsInRanges(space, selected), row);
    else if (row >= 0) selection.only(row);
    const place = model.placeOf(rowAt(top));
    draw();
    if (place >= 0) table.scrollTo({ row: place, pixels });
    return true;
  }

  /** While it scrolls and zooms, not with each frame. */
  keepSoon(): void {
    this.#keeping ??= setTimeout(() => {
      this.#keeping = undefined;
      this.keep();
    }, keepAfterMs);
  }

  keep(): void {
    const started = { startedWith: this.#id };
    // What is not back yet is not written over.
    if (this.#toShow !== undefined) {
      this.#store.set({ ...this.#toShow, ...started });
      return;
    }
    const { model, table, picture } = this.#parts();
    const { sort, filter, text, order, selection, space } = model;
    const startOf = (code: number | undefined) => {
      if (code === undefined || code < 0 || model.isVanished(code)) return undefined;
      return (space.columns.starts[code] ?? 0n).toString(16);
    };
    const top = table.top === 0 ? undefined : startOf(order[table.top]);
    const { pixels } = table;
    const cursor = startOf(selection.cursor);
    const { zoom } = picture;
    const selected = this.#selected(model);
    this.#store.set({ ...started, sort, filter, text, top, pixels, cursor, selected, zoom });
  }

  #selected({ space, order, selection }: MapModel): SavedMap['selected'] {
    const { rows, size, cursor } = selection;
    if (size === 1 && selection.has(cursor)) return undefined;
    if (size > 1 && size === order.length) return 'all';
    if (this.#kept?.rows !== rows) this.#kept = { rows, selected: selectedRanges(space, rows, mostRanges) };
    return this.#kept.selected;
  }
}
