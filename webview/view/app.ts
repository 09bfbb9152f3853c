import * as l10n from '@vscode/l10n';
import { type ByteRange, intersect } from '../../extension/core/byteRange.ts';
import type { Look } from '../../extension/core/look.ts';
import type { HostApi } from '../../extension/protocol/hostApi.ts';
import type { Remote } from '../../extension/protocol/rpc.ts';
import type { ViewApi } from '../../extension/protocol/viewApi.ts';
import type {
  BytesNear,
  EditedBytes,
  InitialView,
  SourceStatus,
  Typography,
  ViewLayout,
  ViewMode,
  ViewState,
} from '../../extension/protocol/viewTypes.ts';
import { placeOf } from '../model/addresses.ts';
import { cellState } from '../model/hexRow.ts';
import { History } from '../model/history.ts';
import type { KeyAction, Move } from '../model/keymap.ts';
import { PageCache } from '../model/pageCache.ts';
import { PageLoader } from '../model/pageLoader.ts';
import { Pointers } from '../model/pointers.ts';
import { moveTo, type Selection, select, selectedRange, within } from '../model/selection.ts';
import { type ByteFacts, hoverWords, spokenWords } from './byteWords.ts';
import { ByteOutline } from './caret.ts';
import { Editing } from './editing.ts';
import { EditPaint } from './editPaint.ts';
import { FrameLoop } from './frameLoop.ts';
import { listenToGrid } from './gridInput.ts';
import { HexSurface } from './hexSurface.ts';
import { measure } from './metrics.ts';
import { NewsPaint } from './newsPaint.ts';
import { firstBytes, openingScene, rowsHeight, type SavedView } from './opening.ts';
import { OverviewPoll } from './overviewPoll.ts';
import { PointerPoll } from './pointerPoll.ts';
import { StateKeeper } from './stateKeeper.ts';
import type { Scene, Spot, Surface } from './surface.ts';
import { TextSurface } from './textSurface.ts';
import { ViewFrame } from './viewFrame.ts';
import { Watching } from './watching.ts';

/** What a webview may keep by itself, across being hidden and shown again. */
export interface StateStore {
  get(): SavedView | undefined;
  set(state: SavedView): void;
}

/** A view that is shown: its state, and what draws it. */
export class App implements ViewApi {
  readonly #host: Remote<HostApi>;
  readonly #cache = new PageCache();
  readonly #loader: PageLoader;
  readonly #frames = new FrameLoop(() => this.#draw());
  readonly #history = new History();
  readonly #keeper: StateKeeper;
  readonly #overview: OverviewPoll;
  readonly #frame: ViewFrame;
  readonly #watching: Watching;
  readonly #pointers = new Pointers();
  readonly #editing: Editing;
  readonly #surfaces: Readonly<Record<ViewMode, Surface>>;
  readonly #carets: Readonly<Record<ViewMode, { caret: ByteOutline; hover: ByteOutline }>>;
  #scene: Scene;
  #mode: ViewMode;
  #gridHeight = 0;
  #typography: Typography;
  #hovered: Spot | undefined;
  /** Whether it was said of the cursor's byte that it is being read. */
  #isCursorAwaited = false;
  /** Whether the last read failed: said in the banner's place until one succeeds. */
  #isFailing = false;
  #beforePreview: { selection: Selection; restore: () => void } | undefined;

  constructor(
    initial: InitialView,
    connectTo: (view: ViewApi) => Remote<HostApi>,
    store: StateStore,
    root: HTMLElement,
  ) {
    const host = connectTo(this);
    this.#host = host;
    const saved = store.get();
    this.#typography = initial.typography;
    if (saved !== undefined) this.#history.restore(saved.history);
    this.#keeper = new StateKeeper(host, (kept) => {
      store.set({ ...kept, startedWith: initial.id, history: this.#history.save() });
    });
    this.#frame = new ViewFrame(initial.path, root, {
      onMode: (mode) => this.#chooseMode(mode),
      onCommand: (command) => host.notify('run', command),
      onLive: (action) => this.#watching.act(action),
      onRate: () => host.notify('run', 'setLiveRate'),
      onBanner: (action) => host.notify('chose', action),
      onRatio: (ratio) => this.#scroll((surface) => surface.scrollToRatio(ratio)),
      onRows: (rows) => this.#scroll((surface) => surface.scrollByRows(rows)),
      hoverWords: (spot) => hoverWords(this.#factsOf(spot.offset), devicePageSize),
      hoverMore: async (spot) => await this.#pointerWords(spot),
    });
    const { grid, strip } = this.#frame;
    const state = saved ?? initial.state;
    this.#mode = state?.mode ?? 'hex';
    this.#scene = openingScene(initial, saved, grid);
    this.#cache.advance(initial.status.generation, { offset: 0, length: 0 });
    const first = firstBytes(initial, saved);
    if (first !== undefined) this.#cache.take(first.offset, first, first.bytes.length);
    this.#gridHeight = grid.clientHeight;
    this.#watching = new Watching(host, this.#cache, this.#frame.announcer, () => this.#frames.request());
    this.#editing = new Editing(host, this.#cache, this.#editedView());
    const paint = { news: new NewsPaint(this.#watching.news), edits: new EditPaint(this.#cache) };
    const hex = new HexSurface(this.#cache, paint, this.#pointers, this.#scene);
    const text = new TextSurface(this.#cache, paint, this.#scene);
    this.#surfaces = { hex, text };
    this.#carets = { hex: outlines(hex.rowsContainer), text: outlines(text.rowsContainer) };
    this.#loader = new PageLoader(
      this.#cache,
      (offset, length) => host.request('read', offset, length),
      (loaded) => this.#loaded(loaded),
      () => this.#failedToLoad(),
    );
    this.#overview = new OverviewPoll(
      () => host.request('overview', strip.buckets),
      (overview) => strip.show(overview),
    );
    this.#listen();
    this.#showSurface();
    this.#surface.scrollTo(state?.top ?? 0);
    this.#draw();
    void this.#start();
  }

  async #start(): Promise<void> {
    const status = await this.#host.request('start');
    this.statusChanged(status);
    this.#overview.start();
    if (status.isMemory !== true) return;
    const poll = new PointerPoll(
      () => this.#host.request('mapped'),
      (mapped) => {
        if (this.#pointers.update(mapped)) this.#setScene({ contents: this.#scene.contents + 1 });
      },
    );
    poll.start();
  }

  /** Where keys, the wheel and the pointer go. */
  get grid(): HTMLElement {
    return this.#frame.grid;
  }

  // What the host asks for.

  statusChanged(told: SourceStatus): void {
    const status = this.#editing.settle(told);
    this.#watching.statusChanged(status, this.#surface.visible);
    this.#editing.showSent();
    const isGrown = status.size !== this.#scene.status.size;
    this.#settle(status);
    if (isGrown) this.#overview.soon();
  }

  edited(change: EditedBytes): void {
    this.#settle(this.#editing.edited(change));
  }

  toggleInsertMode(): void {
    this.#editing.toggleInsertMode();
  }

  /** Takes the status in, and shows what the cache has. */
  #settle(status: SourceStatus): void {
    const selection = within(this.#scene.selection, status.shownSize + (this.#scene.inserts ? 1 : 0));
    this.#setScene({ status, selection, contents: this.#scene.contents + 1 });
  }

  async looked(look: Look): Promise<void> {
    this.#watching.looked(look);
    this.#setScene({ contents: this.#scene.contents + 1 });
  }

  layoutChanged(layout: ViewLayout, typography: Typography): void {
    this.#typography = typography;
    this.#setScene({ layout, metrics: measure(this.#frame.grid, typography) });
  }

  goTo(offset: number, near?: BytesNear, isArrival = false): void {
    this.#take(near);
    this.#endPreview();
    if (isArrival) this.#history.clear();
    else if (offset !== this.#scene.selection.cursor) this.#history.left(this.#scene.selection.cursor);
    this.#jump({ offset, length: 0 });
    this.#draw();
  }

  preview(offset: number, near?: BytesNear): void {
    this.#take(near);
    this.#beforePreview ??= { selection: this.#scene.selection, restore: this.#surface.keepPlace() };
    this.#setScene({ selection: moveTo(this.#beforePreview.selection, offset, false) });
    this.#scroll((surface) => surface.reveal(offset, 'jump'));
    // The bytes are here: what is written before the frame begins is not waited for in it.
    this.#draw();
  }

  #take(near: BytesNear | undefined): void {
    if (near === undefined) return;
    this.#cache.take(near.offset, near, near.bytes.length);
    this.#setScene({ contents: this.#scene.contents + 1 });
  }

  cancelPreview(): void {
    const before = this.#beforePreview;
    // Back first: ending tells the host where the user is, and who closes the tab now comes back to that place.
    if (before !== undefined) this.#scroll(() => before.restore());
    this.#endPreview();
  }

  select(offset: number, length: number): void {
    this.#endPreview();
    this.#history.left(this.#scene.selection.cursor);
    this.#jump({ offset, length });
  }

  async shown(offset: number, length: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const found = this.#cache.bytes({ offset, length });
    const isWhole = found?.holes.every((hole) => intersect(hole, { offset, length }) === undefined) === true;
    return isWhole ? found.bytes : undefined;
  }

  wrote(offset: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.#watching.wrote(offset, bytes);
    this.#setScene({ contents: this.#scene.contents + 1 });
  }

  setMode(mode: ViewMode): void {
    if (mode === this.#mode) return;
    const { selection } = this.#scene;
    const { top } = this.#surface;
    const rowsAbove = this.#surface.rowsAbove(selection.cursor);
    this.#mode = mode;
    this.#setScene({ selection: { ...selection, column: mode } });
    this.#showSurface();
    // What the user looks at stays where it is: the cursor if it shows, else the first row.
    if (rowsAbove === undefined) this.#surface.scrollTo(top);
    else this.#surface.scrollTo(selection.cursor, rowsAbove);
  }

  setEncoding(encoding: string): void {
    this.#setScene({ encoding });
  }

  goBack(): void {
    this.#travel(this.#history.back(this.#scene.selection.cursor));
  }

  goForward(): void {
    this.#travel(this.#history.forward(this.#scene.selection.cursor));
  }

  focusGrid(): void {
    this.#frame.grid.focus({ preventScroll: true });
  }

  // What the loader tells.

  #loaded(loaded: ByteRange): void {
    if (this.#isFailing) this.#frames.request();
    this.#isFailing = false;
    this.#editing.showSent();
    // What was fetched ahead is drawn when it comes to show.
    if (intersect(loaded, this.#surface.visible) !== undefined) this.#setScene({ contents: this.#scene.contents + 1 });
    const { cursor } = this.#scene.selection;
    if (this.#isCursorAwaited && this.#factsOf(cursor).cell !== cellState.pending) this.#speakCursor();
  }

  #failedToLoad(): void {
    if (!this.#isFailing) this.#frame.announcer.say(cannotRead);
    this.#isFailing = true;
    this.#frames.request();
  }

  // What the user does.

  #listen(): void {
    const place = {
      column: () => (this.#mode === 'hex' ? this.#scene.selection.column : undefined),
      typing: () => {
        const { typesInto: column, isRefused } = this.#editing;
        return column === undefined ? undefined : { column, isRefused };
      },
    };
    listenToGrid(this.#frame.grid, place, {
      onKey: (action) => this.#act(action),
      onPoint: (spot, extend) => {
        const selection = moveTo({ ...this.#scene.selection, column: spot.column }, spot.offset, extend);
        this.#frame.hover.hide();
        this.#setScene({ selection });
      },
      onWheel: (pixels) => this.#scroll((surface) => surface.scrollByPixels(pixels)),
      onSideways: (pixels) => {
        this.#surface.viewport.scrollLeft += pixels;
      },
      onHover: (spot, x, y) => {
        this.#hovered = spot;
        this.#frame.hover.over(spot, x, y);
        this.#frames.request();
      },
      onFocus: (isFocused) => this.#host.notify('focusChanged', isFocused),
      onCopy: () => this.#host.notify('run', 'copyAsHex'),
      onCut: () => this.#host.notify('run', 'cut'),
      onPaste: (text) => this.#host.notify('paste', text),
      spotAt: (x, y) => this.#surface.spotAt(x, y),
      scrollByRows: (rows) => this.#scroll((surface) => surface.scrollByRows(rows)),
    });
    const resized = new ResizeObserver(() => this.#measureHeight());
    for (const { clip, viewport } of Object.values(this.#surfaces)) {
      resized.observe(clip);
      viewport.addEventListener('scroll', () => this.#frames.request());
    }
    // The theme and the editor's font come as style and class of the document.
    const look = new MutationObserver(() => {
      this.#setScene({ metrics: measure(this.#frame.grid, this.#typography) });
      this.#frame.strip.draw();
    });
    look.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
    look.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    // Only with the focus that VS Code gives the view: taking it would take it from the terminal.
    const takeFocus = () => {
      if (document.hasFocus() && document.activeElement === document.body) this.focusGrid();
    };
    window.addEventListener('focus', takeFocus);
    takeFocus();
  }

  /** The view as editing sees it. */
  #editedView() {
    const app = this;
    return {
      get scene() {
        return app.#scene;
      },
      get column() {
        return app.#mode === 'hex' ? app.#scene.selection.column : 'text';
      },
      change: (change: Partial<Scene>) => app.#setScene(change),
      speak: () => app.#speakCursor(),
      moveTo: (cursor: number) => {
        const { selection } = app.#scene;
        app.#setScene({ selection: moveTo(selection, cursor, false) });
        // Moving it says where it is.
        if (selection.cursor === cursor && selection.anchor === undefined) app.#speakCursor();
        app.#scroll((surface) => surface.reveal(cursor, 'nearest'));
      },
      hint: (words: string) => {
        app.#frame.announcer.say(() => words);
        app.#frame.hint.show(words, app.#carets[app.#mode].caret.place);
      },
    };
  }

  #act(action: KeyAction): void {
    const { selection, status } = this.#scene;
    this.#frame.hint.hide();
    switch (action.kind) {
      case 'move':
        if (status.shownSize > 0 || this.#scene.inserts) this.#move(action.move, action.extend);
        break;
      case 'scroll':
        this.#scroll((surface) => surface.scrollByRows(action.rows));
        break;
      case 'selectAll':
        // The cursor at the end, the view where it is: nothing is read, whatever the size.
        if (status.size > 0) this.#setScene({ selection: { ...selection, anchor: 0, cursor: status.size - 1 } });
        break;
      case 'clearSelection':
        this.#setScene({ selection: { ...selection, anchor: undefined } });
        break;
      case 'live':
        this.#watching.act(action.action);
        break;
      case 'column':
        this.#setScene({ selection: { ...selection, column: action.to === 'next' ? 'text' : 'hex' } });
        break;
      case 'erase':
      case 'digit':
      case 'character':
        this.#editing.act(action);
    }
  }

  #move(move: Move, extend: boolean): void {
    const { selection } = this.#scene;
    const target = this.#surface.target(selection.cursor, move);
    const isFar = move === 'start' || move === 'end';
    if (isFar && !extend && target !== selection.cursor) this.#history.left(selection.cursor);
    this.#setScene({ selection: moveTo(selection, target, extend) });
    this.#scroll((surface) => {
      // A page turns the view as well as the cursor.
      if (move === 'pageUp') surface.scrollByRows(-surface.pageRows);
      if (move === 'pageDown') surface.scrollByRows(surface.pageRows);
      surface.reveal(target, 'nearest');
    });
  }

  #chooseMode(mode: ViewMode): void {
    this.setMode(mode);
    this.focusGrid();
  }

  #jump(range: ByteRange): void {
    const selection = select(this.#scene.selection, range);
    this.#setScene({ selection: within(selection, this.#scene.status.shownSize) });
    this.#scroll((surface) => surface.reveal(range.offset, 'jump'));
  }

  #travel(place: number | undefined): void {
    if (place !== undefined) this.#jump({ offset: place, length: 0 });
  }

  #endPreview(): void {
    const before = this.#beforePreview;
    this.#beforePreview = undefined;
    if (before !== undefined) this.#setScene({ selection: before.selection });
  }

  #scroll(move: (surface: Surface) => void): void {
    move(this.#surface);
    this.#frame.hover.hide();
    // Not with the frame, which comes up to 16 ms later: then the bytes are often here when it does.
    this.#load();
    this.#frames.request();
  }

  #load(): void {
    const surface = this.#surface;
    this.#loader.want({ visible: surface.visible, ahead: surface.ahead() }, this.#scene.status.size);
  }

  #setScene(change: Partial<Scene>): void {
    const before = this.#scene;
    this.#scene = { ...before, ...change };
    if (this.#scene.selection !== before.selection) this.#selectionChanged(before.selection);
    this.#frames.request();
  }

  #selectionChanged(before: Selection): void {
    const { selection } = this.#scene;
    const isMoved = selection.cursor !== before.cursor || selection.anchor !== before.anchor;
    if (isMoved || selection.column !== before.column) this.#editing.cursorMoved();
    if (isMoved) this.#speakCursor();
    if (this.#beforePreview === undefined) this.#keeper.changed(this.#state, true);
  }

  #speakCursor(): void {
    this.#frame.announcer.say(() => {
      const { selection } = this.#scene;
      const facts = this.#factsOf(selection.cursor);
      this.#isCursorAwaited = facts.cell === cellState.pending;
      const words = spokenWords(facts, selectedRange(selection)?.length ?? 0);
      const typed = this.#editing.takeWords();
      return typed === '' ? words : `${typed}. ${words}`;
    });
  }

  // Drawing.

  get #surface(): Surface {
    return this.#surfaces[this.#mode];
  }

  get #state(): ViewState {
    const { selection, encoding, inserts } = this.#scene;
    const { cursor, anchor, column } = selection;
    const { canGoBack, canGoForward } = this.#history;
    const { top } = this.#surface;
    return { mode: this.#mode, top, cursor, anchor, column, encoding, canGoBack, canGoForward, inserts };
  }

  /** Shows the surface of the mode, and tells it all that happened while it was hidden. */
  #showSurface(): void {
    // Only the one that shows is in the document: what is not there costs nothing.
    this.#frame.grid.replaceChildren(this.#surface.element);
    this.#setScene({ height: rowsHeight(this.#gridHeight, this.#scene.metrics.rowHeight) });
    this.#surface.draw(this.#scene);
  }

  #measureHeight(): void {
    const { clientWidth: width, clientHeight } = this.#frame.grid;
    const height = this.#surface.clip.clientHeight;
    this.#gridHeight = clientHeight;
    if (width !== this.#scene.width || height !== this.#scene.height) this.#setScene({ width, height });
  }

  #draw(): void {
    const { status, selection, inserts } = this.#scene;
    const surface = this.#surface;
    surface.draw(this.#scene);
    this.#watching.drawn(surface.visible);
    const failure = this.#isFailing ? cannotRead() : undefined;
    this.#frame.show(this.#scene, this.#mode, surface, this.#gridHeight, failure, this.#watching.asOf);
    const { caret, hover } = this.#carets[this.#mode];
    const boxes = status.shownSize === 0 && !inserts ? [] : surface.boxes(selection.cursor);
    caret.show(this.#editing.caret(boxes), selection.column);
    hover.show(this.#hovered === undefined ? [] : surface.boxes(this.#hovered.offset));
    this.#load();
    if (this.#beforePreview === undefined) this.#keeper.changed(this.#state, false);
  }

  /** Where the value under the pointer leads, where it is a pointer. */
  async #pointerWords({ offset }: Spot): Promise<string | undefined> {
    const { width } = this.#pointers;
    if (width === 0) return undefined;
    const first = offset - (offset % width);
    const cells = new Int16Array(width);
    const { size, shownSize } = this.#scene.status;
    this.#cache.cells(first, cells, size, shownSize);
    if (!this.#pointers.isAt(cells, 0)) return undefined;
    return await this.#host.request('describe', this.#pointers.addressAt(cells, 0)).catch(() => undefined);
  }

  #factsOf(offset: number): ByteFacts {
    const { status } = this.#scene;
    const cell = new Int16Array(1);
    this.#cache.cells(offset, cell, status.size, status.shownSize);
    const place = placeOf(offset, status);
    return { offset, place, cell: cell[0] ?? 0, hole: this.#cache.holeAt(offset), isPastEnd: offset >= status.size };
  }
}

/** The page the hover counts in. The kernel's page may be larger; the status bar, which asks the host, says which. */
const devicePageSize = 4096;

function cannotRead(): string {
  return l10n.t('The file cannot be read at the moment');
}

function outlines(container: HTMLElement) {
  return { caret: new ByteOutline(container, 'caret'), hover: new ByteOutline(container, 'hovered') };
}
