import * as vscode from 'vscode';
import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import type { MapCommand, MapHostApi, MapViewApi } from '../../protocol/mapApi.ts';
import type { MapAction, MapFilter, MapStatus } from '../../protocol/mapTypes.ts';
import { connect, type Remote } from '../../protocol/rpc.ts';
import { sentenceFor } from '../errors.ts';
import { openRegionCommand } from '../processes/items.ts';
import {
  onDidChangeLook,
  onDidChangeMapSettings,
  readMapColumns,
  readShowsPicture,
  readTypography,
} from '../settings.ts';
import { portOf } from '../webviewPort.ts';
import type { MapDocument } from './mapDocument.ts';
import { MapFeed, regionsId } from './mapFeed.ts';
import type { MapLook } from './mapWatch.ts';
import { ageText, bannerOf } from './mapWords.ts';
import { PageCounter } from './pageCounter.ts';

const commandOf: Readonly<Record<MapCommand, string>> = {
  chooseColumns: 'memglass.map.columns',
  filterBy: 'memglass.map.filterBy',
  compareWith: 'memglass.map.compareWith',
  copyText: 'memglass.map.copy',
  togglePicture: 'memglass.map.togglePicture',
};

/** What a session asks of the editor it belongs to. */
export interface SessionOwner {
  /** Renders the view anew, from the document as it is now. */
  render(): Promise<void>;
}

/** One view of a memory map: tells it what the process maps, and follows the process while the view shows. */
export class MapSession implements vscode.Disposable {
  readonly document: MapDocument;
  readonly panel: vscode.WebviewPanel;
  readonly view: Remote<MapViewApi>;
  readonly #owner: SessionOwner;
  readonly #pages: PageCounter;
  readonly #disposables: vscode.Disposable[] = [];
  readonly #changed = new vscode.EventEmitter<void>();
  #hasFocus = false;
  #filter: MapFilter = {};
  #stopWatching: (() => void) | undefined;
  /** Undefined where the URI names no process. */
  readonly #feed: MapFeed | undefined;

  /** Fires when the focus or the filter changed. */
  readonly onDidChange = this.#changed.event;

  constructor(document: MapDocument, panel: vscode.WebviewPanel, owner: SessionOwner) {
    this.document = document;
    this.panel = panel;
    this.#owner = owner;
    this.#pages = new PageCounter(document.watch);
    this.view = connect<MapViewApi, MapHostApi>(portOf(panel.webview), this.#served());
    this.#feed = document.watch && new MapFeed(this.view, document.watch);
    const tellLayout = () => {
      this.view.notify('layoutChanged', readMapColumns(), readTypography(document.uri));
      this.view.notify('pictureShown', readShowsPicture());
      this.#tell();
    };
    this.#disposables.push(
      this.#changed,
      onDidChangeLook(tellLayout),
      onDidChangeMapSettings(tellLayout),
      document.watch?.onDidChange(() => this.#tell()) ?? { dispose: () => {} },
      panel.onDidChangeViewState(() => this.#visibilityChanged()),
    );
    this.#visibilityChanged();
  }

  get hasFocus(): boolean {
    return this.#hasFocus;
  }

  /** What the view filters by beside text. */
  get filter(): MapFilter {
    return this.#filter;
  }

  get comparedWith(): MapLook | undefined {
    return this.#feed?.comparedWith;
  }

  get status(): MapStatus {
    const { watch, title } = this.document;
    const common = { title, comparedWith: this.comparedWith && ageText(Date.now() - this.comparedWith.at) };
    if (watch === undefined) {
      return { ...common, age: 0, interval: undefined, isPaused: false, isOver: true };
    }
    return {
      ...common,
      age: Date.now() - (watch.look?.at ?? Date.now()),
      interval: watch.interval,
      isPaused: watch.isPaused,
      isOver: watch.fate.kind !== 'lives',
      banner: watch.look === undefined ? undefined : bannerOf(watch.fate, title),
    };
  }

  /** What the document of the view brings along counts as sent. */
  brought(space: AddressSpace | undefined): void {
    this.#feed?.begins(space);
  }

  /** Marks what changed since a look; undefined goes back to the look before the present one. */
  compareWith(look: MapLook | undefined): void {
    this.#feed?.compareWith(look);
    this.#tell();
    this.#changed.fire();
  }

  /** Selects the region of an address, as soon as the view has it. */
  reveal(address: bigint): void {
    this.#feed?.reveal(address);
  }

  setFilter(filter: MapFilter): void {
    this.#filter = filter;
    this.view.notify('setFilter', filter);
    this.#changed.fire();
  }

  /** Opens the region of an address in the hex view. */
  open(address: bigint): void {
    const { watch } = this.document;
    if (watch !== undefined)
      void vscode.commands.executeCommand(openRegionCommand, {
        ...watch.process,
        address: `0x${address.toString(16)}`,
      });
  }

  /** The selected regions, or the one at the cursor, with the look that they are of; undefined where there is none. */
  async selected(): Promise<{ readonly look: MapLook; readonly rows: Uint32Array<ArrayBuffer> } | undefined> {
    const { id, rows } = await this.view.request('selection');
    const { look, looks = [] } = this.document.watch ?? {};
    const found = [look, ...looks.toReversed()].find((each) => each !== undefined && regionsId(each.space) === id);
    return found === undefined ? undefined : { look: found, rows };
  }

  dispose(): void {
    this.#stopWatching?.();
    this.#pages.giveUp();
    this.view.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  /** What the view may call, and nothing else of this session. */
  #served(): MapHostApi {
    const { document } = this;
    return {
      start: async () => {
        this.#feed?.start();
        return this.status;
      },
      ping: async () => {},
      refresh: () => void document.watch?.refresh(),
      pauseOrResume: () => document.watch?.pauseOrResume(),
      open: (start) => {
        if (/^[0-9a-f]{1,16}$/.test(start)) this.open(BigInt(`0x${start}`));
      },
      filtered: (filter) => {
        this.#filter = filter;
        this.#changed.fire();
      },
      countPages: (span) => this.#pages.count(span),
      giveUpPages: () => this.#pages.giveUp(),
      focusChanged: (inTable) => {
        this.#hasFocus = inTable;
        this.#changed.fire();
      },
      run: (command) => void vscode.commands.executeCommand(commandOf[command]),
      chose: (action) =>
        void this.#carryOut(action).catch((error: unknown) => vscode.window.showErrorMessage(sentenceFor(error))),
    };
  }

  async #carryOut(action: MapAction): Promise<void> {
    const { watch } = this.document;
    switch (action) {
      case 'retry':
        await watch?.refresh();
        if (this.#feed?.isStarted !== true) await this.#owner.render();
        return;
      case 'showNewProgram':
        this.#feed?.compareWith(undefined);
        await watch?.startOver();
        return;
      case 'endComparison':
        return this.compareWith(undefined);
      case 'chooseProcess':
        await vscode.commands.executeCommand('memglass.openMemoryMap');
    }
  }

  #tell(): void {
    this.view.notify('statusChanged', this.status);
    void this.#feed?.send();
  }

  /** Silent while hidden: only a process that somebody looks at is asked about. */
  #visibilityChanged(): void {
    if (this.panel.visible) this.#stopWatching ??= this.document.watch?.watch();
    else {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
      this.#hasFocus = false;
      // Its page is gone, and with it what it had.
      this.brought(undefined);
    }
    this.#changed.fire();
  }
}
