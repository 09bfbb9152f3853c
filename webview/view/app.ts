import { type ByteRange, intersect } from '../../extension/core/byteRange.ts';
import type { Look } from '../../extension/core/live/look.ts';
import type { HostApi } from '../../extension/protocol/hostApi.ts';
import type { Remote } from '../../extension/protocol/rpc.ts';
import type { ViewApi } from '../../extension/protocol/viewApi.ts';
import type {
  BytesNear,
  EditedBytes,
  InitialView,
  OthersEdit,
  SourceStatus,
  Typography,
  ViewLayout,
  ViewMode,
  ViewState,
} from '../../extension/protocol/viewTypes.ts';
import { PageCache } from '../model/pageCache.ts';
import { Pointers } from '../model/pointers.ts';
import { moveTo, type Selection, within } from '../model/selection.ts';
import { ByteLookup } from './byteLookup.ts';
import { hoverWords } from './byteWords.ts';
import { Composing } from './composing.ts';
import { CursorSpeech } from './cursorSpeech.ts';
import { type EditedView, Editing } from './editing.ts';
import { EditPaint } from './editPaint.ts';
import { HexSurface } from './hexSurface.ts';
import { takeFocusFor } from './keyboardFocus.ts';
import { Navigation } from './navigation.ts';
import { NewsPaint } from './newsPaint.ts';
import { firstBytes, openingScene, type SavedView } from './opening.ts';
import { OverviewPoll } from './overviewPoll.ts';
import { PointerPoll } from './pointerPoll.ts';
import { Reading } from './reading.ts';
import { Stage } from './stage.ts';
import { StateKeeper } from './stateKeeper.ts';
import type { Scene, Surface } from './surface.ts';
import { TextSurface } from './textSurface.ts';
import { UntakenEdits } from './untakenEdits.ts';
import { doWhatIsAsked } from './userActions.ts';
import { ViewFrame } from './viewFrame.ts';
import { Watching } from './watching.ts';

/** What a webview may keep by itself, across being hidden and shown again. */
export interface StateStore {
  get(): SavedView | undefined;
  set(state: SavedView): void;
}

/** A view that is shown: puts its parts together, and answers the host. */
export class App implements ViewApi {
  readonly #host: Remote<HostApi>;
  readonly #cache = new PageCache();
  readonly #pointers = new Pointers();
  readonly #keeper: StateKeeper;
  readonly #overview: OverviewPoll;
  readonly #frame: ViewFrame;
  readonly #watching: Watching;
  readonly #reading: Reading;
  readonly #stage: Stage;
  readonly #navigation: Navigation;
  readonly #lookup: ByteLookup;
  readonly #speech: CursorSpeech;
  readonly #untaken: UntakenEdits;
  readonly #editing: Editing;
  readonly #composing: Composing;

  constructor(
    initial: InitialView,
    connectTo: (view: ViewApi) => Remote<HostApi>,
    store: StateStore,
    root: HTMLElement,
  ) {
    const host = connectTo(this);
    this.#host = host;
    const saved = store.get();
    this.#keeper = new StateKeeper(host, (kept) => {
      store.set({ ...kept, startedWith: initial.id, history: this.#navigation.history.save() });
    });
    this.#frame = new ViewFrame(initial.path, root, {
      onMode: (mode) => this.#chooseMode(mode),
      onCommand: (command) => host.notify('run', command),
      onLive: (action) => this.#watching.act(action),
      onRate: () => host.notify('run', 'setWatchRate'),
      onBanner: (action) => host.notify('chose', action),
      onRatio: (ratio) => this.#stage.scroll((surface) => surface.scrollToRatio(ratio)),
      onRows: (rows) => this.#stage.scroll((surface) => surface.scrollByRows(rows)),
      hoverWords: (spot) => hoverWords(this.#lookup.factsOf(spot.offset), devicePageSize),
      hoverMore: async (spot) => await this.#lookup.pointerWords(spot),
    });
    const { announcer, grid, strip } = this.#frame;
    const state = saved ?? initial.state;
    const scene = openingScene(initial, saved, grid);
    this.#cache.advance(initial.status.generation, { offset: 0, length: 0 });
    const first = firstBytes(initial, saved);
    if (first !== undefined) this.#cache.take(first.offset, first, first.bytes.length);
    const redraw = () => this.#stage.request();
    this.#watching = new Watching(host, this.#cache, announcer, redraw);
    this.#reading = new Reading(host, this.#cache, announcer, redraw, (loaded) => this.#loaded(loaded));
    const paint = { news: new NewsPaint(this.#watching.news), edits: new EditPaint(this.#cache) };
    const hex = new HexSurface(this.#cache, paint, this.#pointers, scene);
    const text = new TextSurface(this.#cache, paint, scene);
    const beginning = { scene, mode: state?.mode ?? 'hex', typography: initial.typography, hex, text };
    this.#stage = new Stage(this.#frame, this.#reading, beginning, {
      onSelection: (before) => this.#selectionChanged(before),
      onRows: (surface) => this.#drawAround(surface),
    });
    this.#navigation = new Navigation(this.#stage, this.#cache);
    if (saved !== undefined) this.#navigation.history.restore(saved.history);
    this.#lookup = new ByteLookup(host, this.#cache, this.#pointers, this.#stage);
    this.#untaken = new UntakenEdits(announcer, redraw);
    this.#editing = new Editing(host, this.#cache, this.#editedView(), this.#untaken);
    const caret = () => this.#stage.outlines.caret.place;
    this.#composing = new Composing(grid, caret, (text) => this.#editing.act({ kind: 'character', text }));
    root.append(this.#composing.element);
    this.#speech = new CursorSpeech(announcer, {
      selection: () => this.#stage.scene.selection,
      factsOf: (offset) => this.#lookup.factsOf(offset),
      takeTyped: () => this.#editing.takeWords(),
    });
    this.#overview = new OverviewPoll(
      () => host.request('overview', strip.buckets),
      (overview) => strip.show(overview),
    );
    doWhatIsAsked({
      host,
      frame: this.#frame,
      stage: this.#stage,
      navigation: this.#navigation,
      editing: this.#editing,
      watching: this.#watching,
    });
    takeFocusFor(this.grid);
    this.#stage.begin(state?.top ?? 0);
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
        if (this.#pointers.update(mapped)) this.#stage.bytesChanged();
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
    this.#watching.statusChanged(status, this.#stage.surface.visible);
    this.#editing.showSent();
    const isGrown = status.size !== this.#stage.scene.status.size;
    this.#settle(status);
    if (isGrown) this.#overview.soon();
  }

  edited(change: EditedBytes): void {
    this.#settle(this.#editing.edited(change));
  }

  othersEdited(edit: OthersEdit): void {
    this.#editing.othersEdited(edit);
  }

  toggleInsertMode(): void {
    this.#editing.toggleInsertMode();
  }

  /** Takes the status in, and shows what the cache has. */
  #settle(status: SourceStatus): void {
    const { selection, inserts, contents } = this.#stage.scene;
    const size = status.shownSize + (inserts ? 1 : 0);
    this.#stage.change({ status, selection: within(selection, size), contents: contents + 1 });
  }

  async looked(look: Look): Promise<void> {
    this.#watching.looked(look);
    this.#editing.showSent();
    this.#stage.bytesChanged();
  }

  layoutChanged(layout: ViewLayout, typography: Typography): void {
    this.#stage.layoutChanged(layout, typography);
  }

  goTo(offset: number, near?: BytesNear, isArrival = false): void {
    this.#navigation.goTo(offset, near, isArrival);
  }

  preview(offset: number, near?: BytesNear): void {
    this.#navigation.preview(offset, near);
  }

  cancelPreview(): void {
    this.#navigation.cancelPreview();
  }

  select(offset: number, length: number): void {
    this.#navigation.select({ offset, length });
  }

  async shown(offset: number, length: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    // Of staged edits it may be behind what the host has.
    if (!this.#editing.isLive && !this.#cache.isFresh({ offset, length })) return undefined;
    const found = this.#cache.bytes({ offset, length });
    const isWhole = found?.holes.every((hole) => intersect(hole, { offset, length }) === undefined) === true;
    return isWhole ? found.bytes : undefined;
  }

  async settled(): Promise<void> {}

  wrote(offset: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.#watching.wrote(offset, bytes);
    this.#stage.bytesChanged();
  }

  notStored(offset: number, bytes: Uint8Array<ArrayBuffer>, shown: Uint8Array<ArrayBuffer>): void {
    this.#watching.notStored(offset, bytes, shown);
    this.#stage.bytesChanged();
  }

  hint(words: string): void {
    this.#frame.announcer.say(() => words);
    this.#frame.hint.show(words, this.#stage.outlines.caret.place);
  }

  setMode(mode: ViewMode): void {
    this.#stage.setMode(mode);
  }

  setEncoding(encoding: string): void {
    this.#stage.change({ encoding });
  }

  goBack(): void {
    this.#navigation.back();
  }

  goForward(): void {
    this.#navigation.forward();
  }

  focusGrid(): void {
    this.#frame.grid.focus({ preventScroll: true });
  }

  showHover(): void {
    const { cursor: offset, column } = this.#stage.scene.selection;
    this.#stage.scroll((surface) => surface.reveal(offset, 'nearest'));
    this.#stage.draw();
    const { place } = this.#stage.outlines.caret;
    if (place === undefined) return;
    void this.#frame.hover
      .show({ offset, column }, place)
      .then((lines) => this.#frame.announcer.say(() => lines.join('. ')));
  }

  // What its parts tell.

  #loaded(loaded: ByteRange): void {
    this.#editing.showSent();
    // What was fetched ahead is drawn when it comes to show.
    if (intersect(loaded, this.#stage.surface.visible) !== undefined) this.#stage.bytesChanged();
    this.#speech.loaded();
  }

  #selectionChanged(before: Selection): void {
    const { selection } = this.#stage.scene;
    const isMoved = selection.cursor !== before.cursor || selection.anchor !== before.anchor;
    if (isMoved || selection.column !== before.column) this.#editing.cursorMoved();
    if (isMoved) this.#speech.speak();
    this.#keep(true);
  }

  #drawAround(surface: Surface): void {
    const { scene, mode, gridHeight, outlines, hovered } = this.#stage;
    const { status, selection, inserts } = scene;
    this.#watching.drawn(surface.visible);
    const failure = this.#untaken.words ?? this.#reading.failure;
    this.#frame.show(scene, mode, surface, gridHeight, failure, this.#watching.asOf);
    const boxes = status.shownSize === 0 && !inserts ? [] : surface.boxes(selection.cursor);
    outlines.caret.show(this.#editing.caret(boxes), selection.column);
    outlines.waiting.show(this.#editing.waiting?.digit, boxes);
    this.#composing.isOffered = this.#editing.typesInto === 'text' && !this.#editing.isRefused;
    outlines.hover.show(hovered === undefined ? [] : surface.boxes(hovered.offset));
    this.#keep(false);
  }

  /** A place that is only looked at is not where the user is. */
  #keep(isUrgent: boolean): void {
    if (!this.#navigation.isPreviewing) this.#keeper.changed(this.#state, isUrgent);
  }

  get #state(): ViewState {
    const { scene, mode, surface } = this.#stage;
    const { selection, encoding, inserts } = scene;
    const { cursor, anchor, column } = selection;
    const { canGoBack, canGoForward } = this.#navigation.history;
    return { mode, top: surface.top, cursor, anchor, column, encoding, canGoBack, canGoForward, inserts };
  }

  /** The view as editing sees it. */
  #editedView(): EditedView {
    const stage = this.#stage;
    return {
      get scene() {
        return stage.scene;
      },
      get column() {
        return stage.mode === 'hex' ? stage.scene.selection.column : 'text';
      },
      change: (change: Partial<Scene>) => stage.change(change),
      speak: () => this.#speech.speak(),
      moveTo: (cursor: number) => {
        const { selection } = stage.scene;
        stage.change({ selection: moveTo(selection, cursor, false) });
        // Moving it says where it is.
        if (selection.cursor === cursor && selection.anchor === undefined) this.#speech.speak();
        stage.scroll((surface) => surface.reveal(cursor, 'nearest'));
      },
      hint: (words: string) => this.hint(words),
    };
  }

  #chooseMode(mode: ViewMode): void {
    this.setMode(mode);
    this.focusGrid();
  }
}

/** The page the hover counts in. The kernel's page may be larger; the status bar, which asks the host, says which. */
const devicePageSize = 4096;
