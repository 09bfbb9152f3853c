import { type MapColumn, sortKeyOf } from '../../../extension/core/memoryMap/mapColumns.ts';
import type { RegionSortKey } from '../../../extension/core/memoryMap/regionOrder.ts';
import type { MapCommand, MapHostApi } from '../../../extension/protocol/mapApi.ts';
import type { MapFilter } from '../../../extension/protocol/mapTypes.ts';
import type { Remote } from '../../../extension/protocol/rpc.ts';
import type { KeyAction } from '../../model/keymap.ts';
import type { MapModel } from '../../model/memoryMap/mapModel.ts';
import type { MapTable } from './mapTable.ts';

/** The parts of a map that something is done with. */
export interface MapParts {
  readonly host: Remote<MapHostApi>;
  readonly model: MapModel;
  /** Made after its actions. */
  readonly table: () => MapTable;
  /** What shows is to be drawn anew. */
  readonly changed: () => void;
  /** Draws at once: what is to be revealed must have its row. */
  readonly draw: () => void;
}

/** What the user does with the regions: goes through them, selects, sorts, filters and opens them. */
export class TableActions {
  readonly #parts: MapParts;

  constructor(parts: MapParts) {
    this.#parts = parts;
  }

  key(action: KeyAction): void {
    const { host, model, changed } = this.#parts;
    const table = this.#parts.table();
    const { selection, order } = model;
    switch (action.kind) {
      case 'move': {
        if (action.move === 'left' || action.move === 'right') {
          table.sideways(action.move === 'left' ? -1 : 1);
          return;
        }
        const from = model.placeOf(selection.cursor);
        const isStep = action.move !== 'end' && action.move !== 'rowEnd';
        // Without a cursor the first step goes to the first row that shows.
        const to = order[from < 0 && isStep ? table.top : table.target(from, action.move)];
        if (to !== undefined) this.select(action.extend ? 'extend' : 'only', to);
        return;
      }
      case 'scroll':
        table.scrollByRows(action.rows);
        return;
      case 'selectAll':
        selection.all(order);
        changed();
        return;
      case 'clearSelection':
        selection.clear();
        changed();
        return;
      case 'live':
        host.notify(action.action === 'step' ? 'refresh' : 'pauseOrResume');
        return;
      case 'column':
        return;
    }
  }

  select(how: 'only' | 'extend' | 'toggle', code: number): void {
    const { model, changed } = this.#parts;
    const { selection, order } = model;
    if (code < 0) return;
    if (how === 'extend') selection.extendTo(code, order);
    else selection[how](code);
    this.#parts.table().reveal(model.placeOf(code), 'nearest');
    changed();
  }

  goTo(code: number, how: 'nearest' | 'jump'): void {
    const { model, changed, draw } = this.#parts;
    model.selection.only(code);
    draw();
    this.#parts.table().reveal(model.placeOf(code), how);
    changed();
  }

  /** The next region that changed, or the one before. Answers whether there is one. */
  nextChange(step: 1 | -1): boolean {
    const { model } = this.#parts;
    const from = model.placeOf(model.selection.cursor);
    const at = model.nextChange(from < 0 && step < 0 ? 0 : from, step);
    if (at !== undefined) this.goTo(model.order[at] ?? 0, 'jump');
    return at !== undefined;
  }

  show(row: number): void {
    // What the filter keeps out cannot be shown.
    if (this.#parts.model.placeOf(row) < 0) this.filter({}, '');
    this.goTo(row, 'jump');
  }

  open(): void {
    const { host, model } = this.#parts;
    const { cursor } = model.selection;
    // Who has none is told so there, and so is who opens what is not mapped any more.
    if (cursor < 0) this.run('openRegion');
    else host.notify('open', model.startOf(cursor).toString(16));
  }

  /** All that is known of the region at the cursor, or without one of the first that shows; answers it as lines. */
  async explain(): Promise<readonly string[]> {
    const { model, draw } = this.#parts;
    const table = this.#parts.table();
    const code = model.selection.cursor < 0 ? model.order[table.top] : model.selection.cursor;
    if (code === undefined) return [];
    table.reveal(model.placeOf(code), 'nearest');
    draw();
    return await table.explain(code);
  }

  run(command: MapCommand): void {
    this.#parts.host.notify('run', command);
  }

  filter(filter: MapFilter, text: string): void {
    const { host, model } = this.#parts;
    model.setFilter(filter, text);
    host.notify('filtered', filter);
    this.#fromTheTop();
  }

  sortBy(column: MapColumn): void {
    const key = sortKeyOf(column);
    if (key === undefined) return;
    const { model } = this.#parts;
    const descending = key === model.sort.key ? !model.sort.descending : mostFirst(key);
    model.setSort({ key, descending });
    this.#fromTheTop();
  }

  #fromTheTop(): void {
    this.#parts.table().scrollTo({ row: 0, pixels: 0 });
    this.#parts.changed();
  }
}

/** Of figures people want the most, of names and places the first. */
function mostFirst(key: RegionSortKey): boolean {
  return !['address', 'rights', 'kind', 'mapping', 'offset', 'device', 'inode', 'name'].includes(key);
}
