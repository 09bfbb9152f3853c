import * as vscode from 'vscode';
import type { ByteRange } from '../core/byteRange.ts';
import type { LiveRate } from '../core/liveRate.ts';
import { addressWithOffset, hexWithDecimal } from '../core/numbers.ts';
import { SourceError } from '../core/sourceError.ts';
import { type ProcessRegionRef, refToUri } from '../core/sourceRef.ts';
import type { EditedChange, EditedSource } from '../platform/editing/editedSource.ts';
import type { SharedMemoryLookout } from '../platform/sharedMemory/sharedMemoryLookout.ts';
import type { WatchedSource } from '../platform/watchedSource.ts';
import type { HostApi, ToolbarCommand } from '../protocol/hostApi.ts';
import { connect, type Remote } from '../protocol/rpc.ts';
import type { ViewApi } from '../protocol/viewApi.ts';
import type {
  Banner,
  BannerAction,
  EditingStatus,
  ProblemAction,
  SourceStatus,
  TypedEdit,
  ViewState,
} from '../protocol/viewTypes.ts';
import { bannerFor, noteFor } from './banner.ts';
import { conflictBanner } from './editing/conflictBanner.ts';
import { refusalWords } from './editing/refusalWords.ts';
import { resolveConflict } from './editing/resolveConflict.ts';
import { sentenceFor } from './errors.ts';
import type { HexDocument } from './hexDocument.ts';
import { LiveView } from './liveView.ts';
import type { RegionPlaces } from './regions/regionPlaces.ts';
import {
  isAutoSaved,
  onDidChangeAutoSave,
  onDidChangeLook,
  readLayout,
  readShowsAddresses,
  readTypography,
} from './settings.ts';
import { UsersInView } from './usersInView.ts';
import type { RememberedView } from './viewStates.ts';
import { portOf } from './webviewPort.ts';

/** Buckets an overview may have: a strip is not taller than a screen. */
const mostBuckets = 4096;

/** Bytes sent along with a place: a screen of it, and what stands above it in the view. */
const bytesNear = 8192;
const bytesBefore = 1024;
const nearAlignment = 4096;

const commandOf: Readonly<Record<ToolbarCommand, string>> = {
  goToOffset: 'memglass.goToOffset',
  layout: 'memglass.changeLayout',
  copyAs: 'memglass.copyAs',
  copyAsHex: 'memglass.copyAsHex',
  setLiveRate: 'memglass.setLiveRate',
  cut: 'memglass.cut',
};

/** What a session asks of the editor it belongs to. */
export interface SessionOwner {
  readonly places: RegionPlaces;
  readonly sharedMemory: Pick<SharedMemoryLookout, 'look'>;
  /** Renders the view anew, from the document as it is now. */
  render(): Promise<void>;
}

/** One view of a document: serves it, watches the source while it shows, and knows where the user is in it. */
export class ViewSession implements vscode.Disposable {
  readonly document: HexDocument;
  readonly panel: vscode.WebviewPanel;
  readonly view: Remote<ViewApi>;
  readonly #owner: SessionOwner;
  readonly #places: RegionPlaces;
  readonly #pageSize: number;
  readonly #disposables: vscode.Disposable[] = [];
  readonly #changed = new vscode.EventEmitter<void>();
  #state: ViewState | undefined;
  #hasFocus = false;
  #turn = 0;
  #stopWatching: (() => void) | undefined;
  #live: LiveView | undefined;
  #users: UsersInView | undefined;
  readonly #liveRate: LiveRate | undefined;
  #noteIsRead = false;
  /** The setting, which is asked for with each key that is pressed. */
  #showsAddresses: boolean;
  /** Edits that the view asked for and that are done, or refused. */
  #editsTaken = 0;

  /** Fires when the state, the focus or the source's status changed. */
  readonly onDidChange = this.#changed.event;

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
    this.#places = owner.places;
    this.view = connect<ViewApi, HostApi>(portOf(panel.webview), this.#served());
    this.#disposables.push(
      this.#changed,
      onDidChangeLook(() => {
        this.#showsAddresses = readShowsAddresses(document.uri);
        this.view.notify('layoutChanged', readLayout(document.uri), readTypography(document.uri));
        if (this.watched !== undefined) this.view.notify('statusChanged', this.status);
        this.#changed.fire();
      }),
      panel.onDidChangeViewState(() => this.#visibilityChanged()),
      document.onDidChangeLock(() => {
        if (this.watched !== undefined) this.view.notify('statusChanged', this.status);
        this.#changed.fire();
      }),
    );
    this.#follow();
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
    return this.#hasFocus;
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
  get beginning(): Pick<SourceStatus, 'origin' | 'isMemory' | 'isUnlocked' | 'live'> {
    const isMemory = this.regionRef !== undefined;
    const { isUnlocked } = this.document;
    return { origin: this.origin?.toString(16), isMemory, isUnlocked, live: this.#live?.status };
  }

  get status(): SourceStatus {
    const edited = this.#source;
    const { size, shownSize, generation } = edited.state;
    const { sizeKind } = edited.source;
    return {
      size,
      shownSize,
      generation,
      sizeKind,
      banner: this.#banner(edited),
      users: this.#users?.words,
      editing: this.#editing,
      ...this.beginning,
    };
  }

  get #editing(): EditingStatus | undefined {
    const { edited, document } = this;
    if (edited?.source.saving === undefined) return undefined;
    const { refusal } = document;
    // What is not known yet is nothing to offer, and nothing to explain.
    if (refusal === undefined && !document.isEditable) return undefined;
    return {
      refusal: refusal === undefined ? undefined : refusalWords(refusal),
      count: edited.overlay.count,
      isAutoSaved: isAutoSaved(document.uri),
      taken: this.#editsTaken,
    };
  }

  #banner({ watched: { state, source }, conflict, overlay }: EditedSource): Banner | undefined {
    const isLive = this.#live !== undefined && this.#live.rate !== 'off';
    if (conflict !== undefined && !overlay.isEmpty) return conflictBanner(conflict);
    return bannerFor(state, source.ref, isLive) ?? (this.#noteIsRead ? undefined : noteFor(state));
  }

  /** Shows `offset`, for good or for the time being, and sends the bytes around it along: the view need not ask for them. */
  async show(offset: number, how: 'goTo' | 'preview' | 'arrive'): Promise<void> {
    const turn = ++this.#turn;
    const start = Math.max(0, Math.floor((offset - bytesBefore) / nearAlignment) * nearAlignment);
    const bytes = await this.#source.read(start, bytesNear).catch(() => undefined);
    // Typed on meanwhile: the latest place is the one to show.
    if (turn !== this.#turn) return;
    if (bytes !== undefined) this.#live?.served(start, bytes);
    const near = bytes === undefined ? undefined : { ...bytes, offset: start };
    if (how === 'preview') this.view.notify('preview', offset, near);
    else this.view.notify('goTo', offset, near, how === 'arrive');
  }

  /** Comes from another document. */
  async arrive(offset: number): Promise<void> {
    await this.show(offset, 'arrive');
    this.view.notify('focusGrid');
  }

  /** Ends what `show` previewed, going back to where the user was. */
  cancelPreview(): void {
    this.#turn++;
    this.view.notify('cancelPreview');
  }

  /** The document was opened after all: begins to watch its source. */
  opened(): void {
    this.#follow();
  }

  dispose(): void {
    this.#stopWatching?.();
    this.view.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  async #carryOut(action: BannerAction | ProblemAction): Promise<void> {
    switch (action) {
      case 'reopen':
        return await this.#source.watched.reopen();
      case 'keep':
        return this.#source.watched.keepOld();
      case 'dismiss':
        return this.#source.watched.acknowledgeLoss();
      case 'overwrite':
      case 'keepTheirs':
      case 'showConflict':
      case 'saveAs':
        return await resolveConflict(this, action);
      case 'dismissNote':
        this.#noteIsRead = true;
        this.view.notify('statusChanged', this.status);
        return;
      case 'followMove': {
        const { fate } = this.#source.watched.state;
        if (fate.kind !== 'moved') return;
        await vscode.commands.executeCommand('memglass.open', vscode.Uri.from(refToUri(fate.to)));
        return;
      }
      case 'retry':
        await this.document.retry();
        this.opened();
        return await this.#owner.render();
      case 'chooseFile':
        await vscode.commands.executeCommand('memglass.open', this.document.uri);
        return;
      case 'showSharedMemory':
        await vscode.commands.executeCommand('memglass.sharedMemory.focus');
        return;
      case 'showProcesses':
        await vscode.commands.executeCommand('memglass.processes.focus');
        return;
      case 'openOther':
        await vscode.commands.executeCommand('memglass.openFile');
    }
  }

  /** What the view may call, and nothing else of this session. Its numbers are checked like all that comes from outside. */
  #served(): HostApi {
    return {
      start: async () => {
        this.#live?.begin();
        // The first rows are there: now there is time for who else has it.
        this.#users?.begin();
        await this.document.findRefusal();
        this.#changed.fire();
        return this.status;
      },
      shows: ({ offset, length }) => this.#live?.show({ offset: safeOffset(offset), length: safeOffset(length) }),
      live: (action) => this.#live?.act(action),
      edit: (edit) => void this.#edit(edit),
      paste: (text) => void vscode.commands.executeCommand('memglass.paste', text),
      read: async (offset, length) => {
        const answer = await this.#source.read(safeOffset(offset), safeOffset(length));
        this.#live?.served(offset, answer);
        return answer;
      },
      overview: async (buckets) =>
        await this.#source.watched.overview(Math.min(mostBuckets, safeOffset(buckets)), this.#pageSize),
      mapped: async () => await this.#places.mapped(this.regionRef),
      describe: async (address) => await this.#places.describe(this.regionRef, safeAddress(address)),
      ping: async () => {},
      viewChanged: (state) => {
        this.#state = state;
        this.#changed.fire();
      },
      focusChanged: (inGrid) => {
        this.#hasFocus = inGrid;
        this.#changed.fire();
      },
      run: (command) => void vscode.commands.executeCommand(commandOf[command]),
      chose: (action) =>
        void this.#carryOut(action).catch((error: unknown) => vscode.window.showErrorMessage(sentenceFor(error))),
    };
  }

  get #source(): EditedSource {
    if (this.edited === undefined) throw new SourceError('gone');
    return this.edited;
  }

  /** What was typed; the view shows it already. */
  async #edit({ offset, length, bytes, shown }: TypedEdit): Promise<void> {
    try {
      const range = { offset: safeOffset(offset), length: safeOffset(length) };
      const edit = { ...range, bytes, shown, isTyping: true, origin: this };
      await this.document.edit(edit, bytes.length === 0 ? vscode.l10n.t('Delete') : vscode.l10n.t('Type'));
    } catch (error) {
      void vscode.window.showErrorMessage(sentenceFor(error));
      this.#editsTaken++;
      this.edited?.refresh();
    }
  }

  #follow(): void {
    const { watched, edited } = this;
    if (watched === undefined || edited === undefined) return;
    const tell = () => {
      this.view.notify('statusChanged', this.status);
      this.#changed.fire();
    };
    const window = edited.live((look) => this.view.request('looked', look));
    const live = new LiveView(watched, window, this.document.uri, this.#liveRate);
    this.#live = live;
    const users = new UsersInView(this.#owner.sharedMemory, watched.source, tell);
    this.#users = users;
    let { source } = watched;
    const changed = () => {
      // Opened anew: whether it may be edited is another question.
      if (watched.source !== source) void this.document.findRefusal().then(tell);
      source = watched.source;
      tell();
    };
    this.#disposables.push(
      { dispose: watched.onDidChange(changed) },
      { dispose: edited.onDidEdit((change) => this.#tellEdit(change)) },
      live,
      live.onDidChange(tell),
      users,
      onDidChangeAutoSave(tell),
      vscode.workspace.onDidGrantWorkspaceTrust(tell),
    );
    this.#visibilityChanged();
  }

  /** Bytes that were put over others travel with the news; after anything else the view reads what it shows. */
  #tellEdit({ view, origin }: EditedChange): void {
    if (origin === this) this.#editsTaken++;
    const edited = this.#source;
    const bytes = view?.grown === 0 ? edited.putIn(view) : undefined;
    const { status } = this;
    if (view === undefined || bytes === undefined) this.view.notify('statusChanged', status);
    else {
      const { offset } = view;
      const { generation } = status;
      this.#live?.served(offset, { generation, bytes: bytes.slice(), holes: [] });
      this.view.notify('edited', { status, offset, bytes, edits: edited.editedRanges(view) });
    }
    this.#changed.fire();
  }

  /** Silent while hidden: only what somebody looks at is asked about. */
  #visibilityChanged(): void {
    if (!this.panel.visible) {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
      this.#live?.end();
      this.#users?.end();
      this.#hasFocus = false;
    } else {
      this.#stopWatching ??= this.watched?.watch();
    }
    this.#changed.fire();
  }
}

function safeAddress(digits: string): bigint {
  if (!/^[0-9a-f]{1,16}$/.test(digits)) throw new RangeError('not an address');
  return BigInt(`0x${digits}`);
}

/** Numbers come from a page: they are checked like anything that comes from outside. */
function safeOffset(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an offset: ${value}`);
  return value;
}
