import { type MapColumn, sortKeyOf } from '../../../extension/core/memoryMap/mapColumns.ts';
import type { RegionSortKey } from '../../../extension/core/memoryMap/regionOrder.ts';
import type { WireRows } from '../../../extension/core/memoryMap/regionWire.ts';
import { unpackFirst } from '../../../extension/protocol/firstRegions.ts';
import type { MapCommand, MapHostApi, MapViewApi } from '../../../extension/protocol/mapApi.ts';
import type {
  FiguresHead,
  InitialMap,
  LookHead,
  MapAction,
  MapFilter,
  MapStatus,
  SelectedRegions,
  SharedRegions,
} from '../../../extension/protocol/mapTypes.ts';
import type { Remote } from '../../../extension/protocol/rpc.ts';
import type { Typography } from '../../../extension/protocol/viewTypes.ts';
import type { KeyAction } from '../../model/keymap.ts';
import { type Arrived, Incoming } from '../../model/memoryMap/incoming.ts';
import { MapModel } from '../../model/memoryMap/mapModel.ts';
import { BannerLine } from '../banner.ts';
import { FrameLoop } from '../frameLoop.ts';
import { MapFooter } from './mapFooter.ts';
import { MapHeader } from './mapHeader.ts';
import { MapPicture } from './mapPicture.ts';
import { MapTable } from './mapTable.ts';
import type { SavedMap } from './savedMap.ts';

/** What a webview may keep by itself, across being hidden and shown again. */
export interface SavedMaps {
  get(): SavedMap | undefined;
  set(state: SavedMap): void;
}

/** A memory map that is shown: what it knows, and what draws it. */
export class MapApp implements MapViewApi {
  readonly #initial: InitialMap;
  readonly #host: Remote<MapHostApi>;
  readonly #store: SavedMaps;
  readonly #incoming = new Incoming();
  readonly #model: MapModel;
  readonly #header: MapHeader;
  readonly #banner: BannerLine<MapAction>;
  readonly #picture: MapPicture;
  readonly #table: MapTable;
  readonly #footer = new MapFooter();
  readonly #frames = new FrameLoop(() => this.#draw());
  #status: MapStatus;
  /** When the status was told, by the page's clock. */
  #statusAt = performance.now();
  /** Grows with each change of what shows. */
  #contents = 0;
  /** Those that the header and the footer were last drawn for. */
  #drawnContents = -1;
  /** How many regions there are: more than the first ones, until all are there. */
  #total: number;
  #comparing: ReturnType<typeof setTimeout> | undefined;
  /** Where to go as soon as all regions are there. */
  #toShow: { readonly cursor?: string | undefined; readonly top?: string | undefined } | undefined;

  constructor(
    initial: InitialMap,
    connectTo: (view: MapViewApi) => Remote<MapHostApi>,
    store: SavedMaps,
    root: HTMLElement,
  ) {
    const host = connectTo(this);
    const saved = store.get();
    [this.#initial, this.#host, this.#store, this.#status] = [initial, host, store, initial.status];
    // Shown again, this document is old news.
    const first = saved?.startedWith === initial.id ? undefined : initial.first;
    this.#model = new MapModel(first?.id ?? 0, unpackFirst(first));
    this.#total = first?.total ?? 0;
    if (saved !== undefined) {
      this.#model.setSort(saved.sort);
      this.#model.setFilter(saved.filter, saved.text);
      this.#toShow = saved;
    }
    this.#banner = new BannerLine((action) => host.notify('chose', action));
    this.#header = new MapHeader({
      onRefresh: () => host.notify('refresh'),
      onPause: () => host.notify('pauseOrResume'),
      onText: (text) => this.#filter(this.#model.filter, text),
      onLeaveFilter: () => this.focusTable(),
      onFilterBy: () => this.#run('filterBy'),
      onClearFilter: () => this.#filter({}, this.#model.text),
      onCompare: () => this.#run('compareWith'),
      onColumns: () => this.#run('chooseColumns'),
      onPicture: () => this.#run('togglePicture'),
      onAction: (action) => host.notify('chose', action),
    });
    this.#picture = new MapPicture(initial, host, {
      onRegion: (row) => this.#show(row),
      onKinds: (kinds) => this.#filter({ ...this.#model.filter, kinds: [...kinds] }, this.#model.text),
    });
    this.#table = new MapTable(
      initial.columns,
      initial.typography,
      initial.words,
      {
        onKey: (action) => this.#key(action),
        onOpen: () => this.#open(),
        onToggleAtCursor: () => this.#select('toggle', this.#model.selection.cursor),
        onPoint: (code, how) => this.#select(how, code),
        onMenu: (code) => {
          if (!this.#model.selection.has(code)) this.#select('only', code);
        },
        onFocus: (isFocused) => host.notify('focusChanged', isFocused),
        onCopy: () => this.#run('copyText'),
        onSort: (column) => this.#sortBy(column),
      },
      () => this.#frames.request(),
    );
    root.replaceChildren(
      this.#header.element,
      this.#banner.element,
      this.#picture.element,
      this.#table.element,
      this.#picture.pages,
      this.#footer.element,
      this.#table.hover.element,
    );
    this.#table.attached();
    this.#draw();
    // All regions of most processes are in the document.
    if (first !== undefined && this.#model.space.count === this.#total) this.#comeBack();
    setInterval(() => this.#showAge(), 1000);
    window.addEventListener('pagehide', () => this.#keep());
    void host.request('start').then((status) => this.statusChanged(status));
  }

  // What the host asks for.

  statusChanged(status: MapStatus): void {
    this.#status = status;
    this.#statusAt = performance.now();
    this.#changed();
  }

  layoutChanged(columns: readonly MapColumn[], typography: Typography): void {
    this.#table.layout(columns, typography);
    this.#changed();
  }

  pictureShown(isShown: boolean): void {
    this.#picture.isShown = isShown;
    this.#changed();
  }

  regions(head: LookHead): void {
    this.#arrived(this.#incoming.regions(head));
  }

  regionRows(part: WireRows): void {
    this.#arrived(this.#incoming.regionRows(part));
  }

  figures(head: FiguresHead): void {
    this.#incoming.figures(head, this.#model);
  }

  figureRows(part: WireRows): void {
    const arrived = this.#incoming.figureRows(part);
    if (arrived === undefined || arrived.id !== this.#model.id) return;
    this.#keepPlace(() => this.#model.setFigures(arrived.figures));
    this.#changed();
  }

  noBase(): void {
    this.#model.setBase(undefined);
    this.#compareSoon();
  }

  sharedWith(regions: readonly SharedRegions[]): void {
    this.#model.setShared(regions);
    this.#changed();
  }

  setFilter(filter: MapFilter): void {
    this.#filter(filter, this.#model.text);
  }

  focusFilter(): void {
    this.#header.focusFilter();
  }

  focusTable(): void {
    this.#table.grid.focus({ preventScroll: true });
  }

  nextChange(step: 1 | -1): void {
    const from = this.#model.placeOf(this.#model.selection.cursor);
    const at = this.#model.nextChange(from < 0 && step < 0 ? 0 : from, step);
    if (at !== undefined) this.#goTo(this.#model.order[at] ?? 0, 'jump');
  }

  reveal(address: string): void {
    const row = this.#model.rowAt(BigInt(`0x${address}`));
    if (row < 0) return;
    this.#show(row);
    this.focusTable();
  }

  async selection(): Promise<SelectedRegions> {
    const { space, id, order, selection } = this.#model;
    const shown = selection.shown(order);
    const rows = shown.length > 0 ? shown : Uint32Array.of(selection.cursor);
    return { id, rows: rows.filter((code) => code < space.count) };
  }

  // What arrives.

  #arrived(arrived: Arrived | undefined): void {
    if (arrived === undefined) return;
    if (arrived.role === 'base') this.#model.setBase(arrived.space);
    else {
      this.#total = arrived.space.count;
      this.#keepPlace(() => this.#model.setRegions(arrived.id, arrived.space));
      this.#comeBack();
    }
    this.#compareSoon();
    this.#changed();
  }

  /** In a task of its own: with many regions it takes as long as all else. */
  #compareSoon(): void {
    this.#comparing ??= setTimeout(() => {
      this.#comparing = undefined;
      this.#keepPlace(() => this.#model.compare());
      this.#changed();
    });
  }

  /** What the user looks at stays where it is, whatever comes in above it. */
  #keepPlace(change: () => void): void {
    const model = this.#model;
    const top = model.order[this.#table.top];
    const before = top === undefined ? undefined : model.region(top);
    change();
    if (before === undefined || this.#table.top === 0) return;
    const address = before.space.columns.starts[before.row] ?? 0n;
    const isSame = before.space === model.space;
    const row = isSame ? before.row : model.rowAt(address);
    const place = model.placeOf(row);
    if (place >= 0) this.#table.scrollTo({ row: place, pixels: this.#table.pixels });
  }

  /** Where the user was when this was last shown. */
  #comeBack(): void {
    if (this.#toShow === undefined) return;
    const { cursor, top } = this.#toShow;
    this.#toShow = undefined;
    const rowAt = (start: string | undefined) => (start === undefined ? -1 : this.#model.rowAt(BigInt(`0x${start}`)));
    const row = rowAt(cursor);
    if (row >= 0) this.#model.selection.only(row);
    const place = this.#model.placeOf(rowAt(top));
    this.#draw();
    if (place >= 0) this.#table.scrollTo({ row: place, pixels: 0 });
  }

  // What the user does.

  #key(action: KeyAction): void {
    const model = this.#model;
    const { selection, order } = model;
    switch (action.kind) {
      case 'move': {
        if (action.move === 'left' || action.move === 'right') {
          this.#table.sideways(action.move === 'left' ? -1 : 1);
          return;
        }
        const from = model.placeOf(selection.cursor);
        const isStep = action.move !== 'end' && action.move !== 'rowEnd';
        // Without a cursor the first step goes to the first row that shows.
        const to = order[from < 0 && isStep ? this.#table.top : this.#table.target(from, action.move)];
        if (to !== undefined) this.#select(action.extend ? 'extend' : 'only', to);
        return;
      }
      case 'scroll':
        this.#table.scrollByRows(action.rows);
        return;
      case 'selectAll':
        selection.all(order);
        this.#changed();
        return;
      case 'clearSelection':
        selection.clear();
        this.#changed();
        return;
      case 'live':
        this.#host.notify(action.action === 'step' ? 'refresh' : 'pauseOrResume');
        return;
      case 'column':
        return;
    }
  }

  #select(how: 'only' | 'extend' | 'toggle', code: number): void {
    const { selection, order } = this.#model;
    if (code < 0) return;
    if (how === 'extend') selection.extendTo(code, order);
    else selection[how](code);
    this.#table.reveal(this.#model.placeOf(code), 'nearest');
    this.#changed();
  }

  #goTo(code: number, how: 'nearest' | 'jump'): void {
    this.#model.selection.only(code);
    this.#draw();
    this.#table.reveal(this.#model.placeOf(code), how);
    this.#changed();
  }

  #show(row: number): void {
    // What the filter keeps out cannot be shown.
    if (this.#model.placeOf(row) < 0) this.#filter({}, '');
    this.#goTo(row, 'jump');
  }

  #open(): void {
    const { selection } = this.#model;
    if (selection.cursor < 0 || this.#model.isVanished(selection.cursor)) return;
    const { space, row } = this.#model.region(selection.cursor);
    this.#host.notify('open', (space.columns.starts[row] ?? 0n).toString(16));
  }

  #run(command: MapCommand): void {
    this.#host.notify('run', command);
  }

  #filter(filter: MapFilter, text: string): void {
    this.#model.setFilter(filter, text);
    this.#host.notify('filtered', filter);
    this.#table.scrollTo({ row: 0, pixels: 0 });
    this.#changed();
  }

  #sortBy(column: MapColumn): void {
    const key = sortKeyOf(column);
    if (key === undefined) return;
    const { sort } = this.#model;
    const descending = key === sort.key ? !sort.descending : mostFirst(key);
    this.#model.setSort({ key, descending });
    this.#table.scrollTo({ row: 0, pixels: 0 });
    this.#changed();
  }

  // What shows.

  #changed(): void {
    this.#contents++;
    this.#frames.request();
  }

  #draw(): void {
    const model = this.#model;
    this.#table.draw({ model, contents: this.#contents });
    if (this.#contents === this.#drawnContents) return;
    this.#drawnContents = this.#contents;
    const isWhole = model.space.count === this.#total;
    const isMeasured = isWhole && model.figures.columns.count > 0;
    this.#header.show(this.#status, this.#total, isMeasured ? model.figures.total('rss') : undefined);
    this.#header.showFilter(model.text, model.filter, this.#initial.words);
    this.#banner.show(this.#status.banner);
    const isSelection = model.selection.size > 1;
    // The first ones alone add up to nothing that anybody asked for.
    if (isWhole) this.#footer.show(model.sums(isSelection ? 'selected' : 'shown'), isSelection, model.changes);
    this.#picture.draw(model, isWhole);
    this.#showAge();
    this.#keep();
  }

  #showAge(): void {
    const { age, isPaused, isOver, interval } = this.#status;
    this.#header.showAge(age + performance.now() - this.#statusAt, isPaused && !isOver && interval !== undefined);
  }

  #keep(): void {
    const { sort, filter, text, order, selection, space } = this.#model;
    const startOf = (code: number | undefined) => {
      if (code === undefined || code < 0 || this.#model.isVanished(code)) return undefined;
      return (space.columns.starts[code] ?? 0n).toString(16);
    };
    const top = this.#table.top === 0 ? undefined : startOf(order[this.#table.top]);
    const cursor = startOf(selection.cursor);
    this.#store.set({ startedWith: this.#initial.id, sort, filter, text, top, cursor });
  }
}

/** Of figures people want the most, of names and places the first. */
function mostFirst(key: RegionSortKey): boolean {
  return !['address', 'rights', 'kind', 'mapping', 'offset', 'device', 'inode', 'name'].includes(key);
}
