import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import type { VersionedBytes } from '../../core/byteSource.ts';
import { addressWithOffset, hexWithDecimal } from '../../core/expressions/numbers.ts';
import type { LiveRate } from '../../core/live/liveRate.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import type { EditedSource } from '../../platform/editing/editedSource.ts';
import type { SharedMemoryLookout } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import type { WatchedSource } from '../../platform/watchedSource.ts';
import type { HostApi, ToolbarCommand } from '../../protocol/hostApi.ts';
import { connect, type Remote } from '../../protocol/rpc.ts';
import type { ViewApi } from '../../protocol/viewApi.ts';
import type { SourceStatus, ViewState } from '../../protocol/viewTypes.ts';
import { sentenceFor } from '../errors.ts';
import { mappedWords } from '../regions/mappedWords.ts';
import type { RegionPlaces } from '../regions/regionPlaces.ts';
import { onDidChangeAutoSave, onDidChangeLook, readLayout, readShowsAddresses, readTypography } from '../settings.ts';
import { carryOut } from './chosenActions.ts';
import { safeAddress, safeOffset } from './fromPage.ts';
import type { HexDocument } from './hexDocument.ts';
import { LiveView } from './liveView.ts';
import { PlaceShower, type Showing } from './placeShower.ts';
import { ShownPanel } from './shownPanel.ts';
import { TypedEdits } from './typedEdits.ts';
import { UsersInView } from './usersInView.ts';
import type { RememberedView } from './viewStates.ts';
import { statusOf } from './viewStatus.ts';
import { portOf } from './webviewPort.ts';

/** Buckets an overview may have: a strip is not taller than a screen. */
const mostBuckets = 4096;

const commandOf: Readonly<Record<ToolbarCommand, string>> = {
  goToOffset: 'memglass.goToOffset',
  layout: 'memglass.changeLayout',
  copyAs: 'memglass.copyAs',
  copyAsHex: 'memglass.copyAsHex',
  setWatchRate: 'memglass.setWatchRate',
  cut: 'memglass.cut',
  changeMode: 'memglass.edit.changeMode',
  applyEdits: 'memglass.applyEdits',
  discardAllEdits: 'memglass.discardAllEdits',
  compareWithOriginal: 'memglass.compareWithOriginal',
  unlock: 'memglass.edit.unlock',
  lock: 'memglass.edit.lock',
  showInMemoryMap: 'memglass.region.showInMemoryMap',
};

/** What a session asks of the editor it belongs to. */
export interface SessionOwner {
  readonly places: RegionPlaces;
  readonly sharedMemory: Pick<SharedMemoryLookout, 'look'>;
  /** Renders the view anew, from the document as it is now. Answers whether it shows bytes, and not why there are none. */
  render(): Promise<boolean>;
  /** Runs a command that speaks to the session, whichever tab VS Code takes for the active one. */
  runIn(session: ViewSession, command: string, ...args: readonly unknown[]): Thenable<unknown>;
}

/** One view of a document: serves it, watches the source while it shows, and knows where the user is in it. */
export class ViewSession implements vscode.Disposable {
  readonly document: HexDocument;
  readonly panel: vscode.WebviewPanel;
  readonly view: Remote<ViewApi>;
  readonly #owner: SessionOwner;
  readonly #pageSize: number;
  readonly #shown: ShownPanel;
  readonly #places: PlaceShower;
  readonly #edits = new TypedEdits(this, () => this.#shown.tell());
  readonly #disposables: vscode.Disposable[] = [];
  #state: ViewState | undefined;
  #live: LiveView | undefined;
  #users: UsersInView | undefined;
  readonly #liveRate: LiveRate | undefined;
  #showsBytes = false;
  #retrying: Promise<void> | undefined;
  #isNoteRead = false;
  /** The setting, which is asked for with each key that is pressed. */
  #showsAddresses: boolean;

  constructor(
    document: HexDocument,
    panel: vscode.WebviewPanel,
    state: RememberedView | undefined,
    pageSize: number,
    owner: SessionOwner,
  ) {
    this.#pageSize = pageSize;
    this.document = document;
    this.#showsAddresses = readShowsAddresses(document.uri);
    this.panel = panel;
    this.#state = state;
    this.#liveRate = state?.liveRate;
    this.#owner = owner;
    this.#shown = new ShownPanel(panel, {
      watch: () => this.watched?.watch(),
      onHidden: () => {
        this.#live?.end();
        this.#users?.end();
        // Whoever waits for the page that showed would wait for ever, and the undos of the document with them.
        this.view.abandon();
      },
    });
    this.view = connect<ViewApi, HostApi>(portOf(panel.webview), this.#served());
    this.#places = new PlaceShower(this.view, {
      read: async (offset, length) => await this.#source.read(offset, length),
      onServed: (offset, bytes) => this.#live?.served(offset, bytes),
    });
    this.#disposables.push(
      this.#shown,
      this.#edits,
      onDidChangeLook(() => {
        this.#showsAddresses = readShowsAddresses(document.uri);
        this.view.notify('layoutChanged', readLayout(document.uri), readTypography(document.uri));
        this.#tellStatus();
      }),
      document.access.onDidChange(() => this.#tellStatus()),
    );
    this.#follow();
  }

  /** Fires when the state, the focus or the source's status changed. */
  get onDidChange(): vscode.Event<void> {
    return this.#shown.onDidChange;
  }

  /** Where the user is; undefined until the view said so. */
  get state(): ViewState | undefined {
    return this.#state;
  }

  /** The same with what only the host knows; undefined until the view said where the user is. */
  get remembered(): RememberedView | undefined {
    return this.#state && { ...this.#state, liveRate: this.#live === undefined ? this.#liveRate : this.#live.choice };
  }

  /** How the view is kept live; undefined where the source could not be opened. */
  get live(): LiveView | undefined {
    return this.#live;
  }

  get hasFocus(): boolean {
    return this.#shown.hasFocus;
  }

  /** The source; undefined where it could not be opened. */
  get watched(): WatchedSource | undefined {
    return this.document.opened.ok ? this.document.opened.watched : undefined;
  }

  /** What the view shows: the source with the staged edits; undefined where it could not be opened. */
  get edited(): EditedSource | undefined {
    return this.document.opened.ok ? this.document.opened.edited : undefined;
  }

  /** The selected bytes, or the one under the cursor; undefined where there is none. */
  get selection(): ByteRange | undefined {
    const size = this.edited?.state.size ?? 0;
    if (this.#state === undefined || size === 0) return undefined;
    const { cursor, anchor = cursor } = this.#state;
    const offset = Math.min(cursor, anchor);
    const end = Math.min(size, Math.max(cursor, anchor) + 1);
    return end > offset ? { offset, length: end - offset } : undefined;
  }

  /** The region of a process that it shows; undefined for anything else. */
  get regionRef(): ProcessRegionRef | undefined {
    const { opened } = this.document;
    return opened.ok && opened.ref.kind === 'processRegion' ? opened.ref : undefined;
  }

  /** The address of offset 0; undefined where offsets are shown. */
  get origin(): bigint | undefined {
    const origin = this.watched?.source.details?.origin;
    return this.#showsAddresses ? origin : undefined;
  }

  /** An offset as the user is shown it: itself, or the address that it stands for. */
  place(offset: number): number | bigint {
    const { origin } = this;
    return origin === undefined ? offset : origin + BigInt(offset);
  }

  /** The same in words: `0x1F (31)`, or `0x7F2A10D00010 (+0x10)`. */
  placeText(offset: number): string {
    const place = this.place(offset);
    return typeof place === 'bigint' ? addressWithOffset(place, offset) : hexWithDecimal(place);
  }

  /** What a view's document says of it beyond the source. */
  get beginning(): Pick<SourceStatus, 'origin' | 'isMemory' | 'region' | 'live'> {
    const { regionRef } = this;
    const isMemory = regionRef !== undefined;
    const { mapped } = this.watched?.state ?? {};
    const region = mapped && mappedWords(mapped, regionRef?.name.length !== 0);
    return { origin: this.origin?.toString(16), isMemory, region, live: this.#live?.status };
  }

  get status(): SourceStatus {
    return statusOf(this, this.#source, {
      users: this.#users?.words,
      edits: this.#edits,
      isNoteRead: this.#isNoteRead,
    });
  }

  /** Shows `offset`, for good or for the time being, and sends the bytes around it along: the view need not ask for them. */
  async show(offset: number, how: Showing): Promise<void> {
    await this.#places.show(offset, how);
  }

  /**
   * What is selected and where the cursor is, is known then: a command, an undo or another view may just have moved it.
   * Rejects with SourceError('cancelled') where the view does not show any more.
   */
  async settled(): Promise<void> {
    this.#edits.tellNow();
    await this.view.request('settled').catch(() => {
      throw new SourceError('cancelled');
    });
  }

  /** Comes from another document. */
  async arrive(offset: number): Promise<void> {
    await this.show(offset, 'arrive');
    this.view.notify('focusGrid');
  }

  /** Ends what `show` previewed, going back to where the user was. */
  cancelPreview(): void {
    this.#places.cancelPreview();
  }

  dispose(): void {
    this.view.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  /** What the view may call, and nothing else of this session. Its numbers are checked like all that comes from outside. */
  #served(): HostApi {
    return {
      start: async () => {
        this.#live?.begin();
        this.#edits.begin();
        // The first rows are there: now there is time for who else has it.
        this.#users?.begin();
        await this.document.access.findRefusal();
        this.#shown.tell();
        return this.status;
      },
      shows: ({ offset, length }) => this.#live?.show({ offset: safeOffset(offset), length: safeOffset(length) }),
      live: (action) => this.#live?.act(action),
      edit: (edit) => void this.#edits.take(edit),
      paste: (text) => void this.#owner.runIn(this, 'memglass.paste', text),
      read: async (offset, length) => {
        const answer = await this.#source.read(safeOffset(offset), safeOffset(length));
        this.#live?.served(offset, answer);
        return answer;
      },
      overview: async (buckets) =>
        await this.#source.watched.overview(Math.min(mostBuckets, safeOffset(buckets)), this.#pageSize),
      mapped: async () => await this.#owner.places.mapped(this.regionRef),
      describe: async (address) => await this.#owner.places.describe(this.regionRef, safeAddress(address)),
      ping: async () => {},
      viewChanged: (state) => {
        this.#state = state;
        this.#shown.tell();
      },
      focusChanged: (inGrid) => this.#shown.setFocus(inGrid),
      run: (command) => void this.#owner.runIn(this, commandOf[command]),
      chose: (action) => {
        const own = { readNote: () => this.#readNote(), retry: async () => await this.#retry() };
        void carryOut(this, action, own).catch((error: unknown) => vscode.window.showErrorMessage(sentenceFor(error)));
      },
    };
  }

  get #source(): EditedSource {
    if (this.edited === undefined) throw new SourceError('gone');
    return this.edited;
  }

  #readNote(): void {
    this.#isNoteRead = true;
    this.view.notify('statusChanged', this.status);
  }

  /** Renders the view. */
  async render(): Promise<void> {
    this.#showsBytes = await this.#owner.render();
  }

  /** Once, however many clicks ask for it meanwhile. */
  async #retry(): Promise<void> {
    this.#retrying ??= this.#tryAgain().finally(() => {
      this.#retrying = undefined;
    });
    await this.#retrying;
  }

  async #tryAgain(): Promise<void> {
    await this.document.retry();
    if (this.#live === undefined) this.#follow();
    // Of several clicks the first one has shown it.
    if (!this.#showsBytes) await this.render();
  }

  /** Begins to follow the source, once it is open. */
  #follow(): void {
    const { watched, edited } = this;
    if (watched === undefined || edited === undefined) return;
    const tell = () => this.#tellStatus();
    const window = edited.live((look) => this.view.request('looked', look));
    const live = new LiveView(watched, window, this.document.uri, this.#liveRate);
    this.#live = live;
    const users = new UsersInView(this.#owner.sharedMemory, watched.source, tell);
    this.#users = users;
    let { source, isOver } = watched;
    const changed = () => {
      // Opened anew, gone, or there again: whether it may be edited is another question.
      if (watched.source !== source || watched.isOver !== isOver) void this.document.access.findRefusal().then(tell);
      ({ source, isOver } = watched);
      tell();
    };
    const served = (offset: number, bytes: VersionedBytes) => live.served(offset, bytes);
    this.#disposables.push(
      { dispose: watched.onDidChange(changed) },
      {
        dispose: edited.onDidEdit((change) => this.#edits.tell(edited, change, served)),
      },
      {
        dispose:
          this.document.live?.onDidStore((store) => {
            this.#edits.tellStored(store, served);
            this.#shown.tell();
          }) ?? (() => {}),
      },
      { dispose: this.document.live?.unwritten.onDidEdit(tell) ?? (() => {}) },
      live,
      live.onDidChange(tell),
      users,
      onDidChangeAutoSave(tell),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#lookAtWaiting();
        tell();
      }),
      // Also where what is unsaved in another editor was saved, or given up.
      vscode.window.tabGroups.onDidChangeTabs(() => this.#lookAtWaiting()),
    );
    this.#shown.follow();
  }

  /** A save that was cut off, and that waited until the file may be written, can perhaps be completed. */
  #lookAtWaiting(): void {
    const { cutOff } = this.document;
    if (cutOff?.save !== undefined && cutOff.relation === 'waiting') void cutOff.look().catch(() => {});
  }

  #tellStatus(): void {
    if (this.watched !== undefined) this.view.notify('statusChanged', this.status);
    this.#shown.tell();
  }
}
