import type { ByteRange } from '../../extension/core/byteRange.ts';
import type { BytesNear } from '../../extension/protocol/viewTypes.ts';
import { History } from '../model/history.ts';
import type { Move } from '../model/keymap.ts';
import type { PageCache } from '../model/pageCache.ts';
import { moveTo, type Selection, select, within } from '../model/selection.ts';
import type { Stage } from './stage.ts';

/** How the cursor goes through a view: by keys, to a place that is named, back and forward, or only to look. */
export class Navigation {
  readonly history = new History();
  readonly #stage: Stage;
  readonly #cache: PageCache;
  #beforePreview: { selection: Selection; restore: () => void } | undefined;

  constructor(stage: Stage, cache: PageCache) {
    this.#stage = stage;
    this.#cache = cache;
  }

  /** Whether a place shows for the time being only. */
  get isPreviewing(): boolean {
    return this.#beforePreview !== undefined;
  }

  /** `near`: bytes around the place, which need not be asked for then. `isArrival`: from another document, with no way back. */
  goTo(offset: number, near?: BytesNear, isArrival = false): void {
    this.#take(near);
    this.#endPreview();
    const { cursor } = this.#stage.scene.selection;
    if (isArrival) this.history.clear();
    else if (offset !== cursor) this.history.left(cursor);
    this.#jump({ offset, length: 0 });
    this.#stage.draw();
  }

  preview(offset: number, near?: BytesNear): void {
    this.#take(near);
    const stage = this.#stage;
    this.#beforePreview ??= { selection: stage.scene.selection, restore: stage.surface.keepPlace() };
    stage.staysThere = false;
    stage.change({ selection: moveTo(this.#beforePreview.selection, offset, false) });
    stage.scroll((surface) => surface.reveal(offset, 'jump'));
    // The bytes are here: what is written before the frame begins is not waited for in it.
    stage.draw();
  }

  cancelPreview(): void {
    const before = this.#beforePreview;
    // Back first: ending tells the host where the user is, and who closes the tab now comes back to that place.
    if (before !== undefined) this.#stage.scroll(() => before.restore());
    this.#endPreview();
  }

  select(range: ByteRange): void {
    this.#endPreview();
    this.history.left(this.#stage.scene.selection.cursor);
    this.#jump(range);
  }

  back(): void {
    this.#travel(this.history.back(this.#stage.scene.selection.cursor));
  }

  forward(): void {
    this.#travel(this.history.forward(this.#stage.scene.selection.cursor));
  }

  move(move: Move, extend: boolean): void {
    const { selection } = this.#stage.scene;
    const target = this.#stage.surface.target(selection.cursor, move);
    const isFar = move === 'start' || move === 'end';
    if (isFar && !extend && target !== selection.cursor) this.history.left(selection.cursor);
    this.#stage.change({ selection: moveTo(selection, target, extend) });
    this.#stage.scroll((surface) => {
      // A page turns the view as well as the cursor.
      if (move === 'pageUp') surface.scrollByRows(-surface.pageRows);
      if (move === 'pageDown') surface.scrollByRows(surface.pageRows);
      surface.reveal(target, 'nearest');
    });
  }

  #take(near: BytesNear | undefined): void {
    if (near === undefined) return;
    this.#cache.take(near.offset, near, near.bytes.length);
    this.#stage.bytesChanged();
  }

  #jump(range: ByteRange): void {
    const { selection, status } = this.#stage.scene;
    this.#stage.change({ selection: within(select(selection, range), status.shownSize) });
    this.#stage.scroll((surface) => surface.reveal(range.offset, 'jump'));
  }

  #travel(place: number | undefined): void {
    if (place !== undefined) this.#jump({ offset: place, length: 0 });
  }

  #endPreview(): void {
    const before = this.#beforePreview;
    this.#beforePreview = undefined;
    this.#stage.staysThere = true;
    if (before !== undefined) this.#stage.change({ selection: before.selection });
  }
}
