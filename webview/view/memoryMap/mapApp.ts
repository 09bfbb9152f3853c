import type { FigurePart } from '../../../extension/core/memoryMap/figureParts.ts';
import type { ChosenColumns } from '../../../extension/core/memoryMap/mapColumns.ts';
import type { WireRows } from '../../../extension/core/memoryMap/regionWire.ts';
import { unpackFirst } from '../../../extension/protocol/firstRegions.ts';
import type { MapHostApi, MapViewApi } from '../../../extension/protocol/mapApi.ts';
import type {
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
import { type Arrived, Incoming } from '../../model/memoryMap/incoming.ts';
import { MapModel } from '../../model/memoryMap/mapModel.ts';
import { Announcer } from '../announcer.ts';
import { BannerLine } from '../banner.ts';
import { showTitlesOnFocus } from '../focusHints.ts';
import { FrameLoop } from '../frameLoop.ts';
import { takeFocusFor } from '../keyboardFocus.ts';
import { MapFooter } from './mapFooter.ts';
import { MapHeader } from './mapHeader.ts';
import { MapPicture } from './mapPicture.ts';
import { MapTable } from './mapTable.ts';
import { PlaceKeeper, type SavedMaps } from './placeKeeper.ts';
import { TableActions } from './tableActions.ts';

/** A memory map that is shown: what it knows, and what draws it. */
export class MapApp implements MapViewApi {
  readonly #initial: InitialMap;
  readonly #incoming = new Incoming();
  readonly #model: MapModel;
  readonly #header: MapHeader;
  readonly #banner: BannerLine<MapAction>;
  readonly #picture: MapPicture;
  readonly #table: MapTable;
  readonly #actions: TableActions;
  readonly #footer = new MapFooter();
  readonly #announcer = new Announcer();
  readonly #place: PlaceKeeper;
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

  constructor(
    initial: InitialMap,
    connectTo: (view: MapViewApi) => Remote<MapHostApi>,
    store: SavedMaps,
    root: HTMLElement,
  ) {
    const host = connectTo(this);
    [this.#initial, this.#status] = [initial, initial.status];
    this.#place = new PlaceKeeper(store, initial.id, () => ({
      model: this.#model,
      table: this.#table,
      picture: this.#picture,
    }));
    const { saved } = this.#place;
    // Shown again, this document is old news.
    const first = saved?.startedWith === initial.id ? undefined : initial.first;
    this.#model = new MapModel(first?.id ?? 0, unpackFirst(first));
    this.#total = first?.total ?? 0;
    if (saved !== undefined) {
      this.#model.setSort(saved.sort);
      this.#model.setFilter(saved.filter, saved.text);
      // It may be another window, whose host knows nothing of it.
      host.notify('filtered', saved.filter);
    }
    this.#actions = new TableActions({
      host,
      model: this.#model,
      table: () => this.#table,
      changed: () => this.#changed(),
      draw: () => this.#draw(),
    });
    this.#banner = new BannerLine((action) => host.notify('chose', action));
    this.#header = new MapHeader({
      onRefresh: () => host.notify('refresh'),
      onPause: () => host.notify('pauseOrResume'),
      onText: (text) => this.#actions.filter(this.#model.filter, text),
      onLeaveFilter: () => this.focusTable(),
      onFilterBy: () => this.#actions.run('filterBy'),
      onClearFilter: () => this.#actions.filter({}, this.#model.text),
      onCompare: () => this.#actions.run('compareWith'),
      onColumns: () => this.#actions.run('chooseColumns'),
      onPicture: () => this.#actions.run('togglePicture'),
      onAction: (action) => host.notify('chose', action),
    });
    this.#picture = new MapPicture(initial, host, {
      onRegion: (row) => this.#actions.show(row),
      onKinds: (kinds) => this.#actions.filter({ ...this.#model.filter, kinds: [...kinds] }, this.#model.text),
      onZoom: () => this.#place.keepSoon(),
    });
    this.#picture.zoom = saved?.zoom;
    this.#table = new MapTable(
      initial.columns,
      initial.typography,
      initial.words,
      {
        onKey: (action) => this.#actions.key(action),
        onOpen: () => this.#actions.open(),
        onToggleAtCursor: () => this.#actions.select('toggle', this.#model.selection.cursor),
        onPoint: (code, how) => this.#actions.select(how, code),
        onMenu: (code) => {
          if (!this.#model.selection.has(code)) this.#actions.select('only', code);
        },
        onFocus: (isFocused) => host.notify('focusChanged', isFocused),
        onCopy: () => this.#actions.run('copyText'),
        onSort: (column) => this.#actions.sortBy(column),
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
      this.#announcer.element,
      this.#table.hover.element,
      showTitlesOnFocus(root),
    );
    this.#table.attached();
    this.#draw();
    // All regions of most processes are in the document.
    if (first !== undefined && this.#model.space.count === this.#total) this.#comeBack();
    takeFocusFor(this.#table.grid);
    setInterval(() => this.#showAge(), 1000);
    void host.request('start').then((status) => this.statusChanged(status));
  }

  // What the host asks for.

  statusChanged(status: MapStatus): void {
    this.#status = status;
    this.#statusAt = performance.now();
    this.#changed();
  }

  layoutChanged(columns: ChosenColumns, typography: Typography): void {
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

  figures(id: number): void {
    this.#incoming.figures(id, this.#model);
  }

  figurePart(part: FigurePart): void {
    const arrived = this.#incoming.figurePart(part);
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
    this.#actions.filter(filter, this.#model.text);
  }

  focusFilter(): void {
    this.#header.focusFilter();
  }

  focusTable(): void {
    this.#table.grid.focus({ preventScroll: true });
  }

  showHover(): void {
    void this.#actions.explain().then((lines) => {
      if (lines.length > 0) this.#announcer.say(() => lines.filter((line) => line !== '').join('. '));
    });
  }

  async nextChange(step: 1 | -1): Promise<boolean> {
    return this.#actions.nextChange(step);
  }

  reveal(address: string): void {
    const row = this.#model.rowAt(BigInt(`0x${address}`));
    if (row < 0) return;
    this.#actions.show(row);
    this.focusTable();
  }

  async selection(): Promise<SelectedRegions> {
    const { space, id, order, selection } = this.#model;
    const shown = selection.shown(order);
    const [first = selection.cursor] = shown;
    const rows = shown.length > 0 ? shown : Uint32Array.of(selection.cursor);
    return {
      id,
      rows: rows.filter((code) => code < space.count),
      first: first < 0 ? undefined : this.#model.startOf(first).toString(16),
    };
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
    if (!this.#model.isToCompare) return;
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
    if (this.#place.comeBack(() => this.#draw())) this.#changed();
  }

  // What shows.

  #changed(): void {
    this.#contents++;
    this.#frames.request();
  }

  #draw(): void {
    const model = this.#model;
    this.#table.draw({ model, contents: this.#contents });
    if (this.#contents === this.#drawnContents) {
      this.#place.keepSoon();
      return;
    }
    this.#drawnContents = this.#contents;
    const isWhole = model.space.count === this.#total;
    const isMeasured = isWhole && model.figures.columns.count > 0;
    this.#header.show(this.#status, this.#total, isMeasured ? model.figures.total('rss') : undefined);
    this.#header.showFilter(model.text, model.filter, this.#initial.words);
    this.#banner.show(this.#status.banner);
    // The first ones alone add up to nothing that anybody asked for.
    if (isWhole) this.#footer.draw(model);
    this.#picture.draw(model, isWhole);
    this.#showAge();
    this.#place.keep();
  }

  #showAge(): void {
    const { age, isPaused, isOver, interval } = this.#status;
    this.#header.showAge(age + performance.now() - this.#statusAt, isPaused && !isOver && interval !== undefined);
  }
}
