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
  readChosenMapColumns,
  readShowsPicture,
  readTypography,
} from '../settings.ts';
import { safeAddress } from '../views/fromPage.ts';
import { ShownPanel } from '../views/shownPanel.ts';
import { portOf } from '../views/webviewPort.ts';
import type { MapDocument } from './mapDocument.ts';
import { MapFeed, regionsId } from './mapFeed.ts';
import type { MapLook } from './mapWatch.ts';
import { ageText, bannerOf } from './mapWords.ts';
import { PageCounter } from './pageCounter.ts';

const commandOf: Readonly<Record<MapCommand, string>> = {
  openRegion: 'memglass.map.openRegion',
  chooseColumns: 'memglass.map.columns',
  filterBy: 'memglass.map.filterBy',
  compareWith: 'memglass.map.compareWith',
  copyText: 'memglass.map.copy',
  togglePicture: 'memglass.map.togglePicture',
};

/** What is selected in a map. */
export interface SelectedOfLook {
  readonly look: MapLook;
  /** Those that are mapped. */
  readonly rows: Uint32Array<ArrayBuffer>;
  /** Where the first one begins, or began. */
  readonly start: bigint;
}

/** What a session asks of the editor it belongs to. */
export interface SessionOwner {
  /** Renders the view anew, from the document as it is now. */
  render(): Promise<void>;
  /** Runs a command that speaks to the session, whichever tab VS Code takes for the active one. */
  runIn(session: MapSession, command: string): Thenable<unknown>;
}

/** One view of a memory map: tells it what the process maps, and follows the process while the view shows. */
export class MapSession implements vscode.Disposable {
  readonly document: MapDocument;
  readonly panel: vscode.WebviewPanel;
  readonly view: Remote<MapViewApi>;
  readonly #owner: SessionOwner;
  readonly #pages: PageCounter;
  readonly #shown: ShownPanel;
  readonly #disposables: vscode.Disposable[] = [];
  #filter: MapFilter = {};
  /** Undefined where the URI names no process. */
  readonly #feed: MapFeed | undefined;

  constructor(document: MapDocument, panel: vscode.WebviewPanel, owner: SessionOwner) {
    this.document = document;
    this.panel = panel;
    this.#owner = owner;
    this.#pages = new PageCounter(document.watch);
    this.view = connect<MapViewApi, MapHostApi>(portOf(panel.webview), this.#served());
    this.#feed = document.watch && new MapFeed(this.view, document.watch);
    this.#shown = new ShownPanel(panel, {
      watch: () => document.watch?.watch(),
      onHidden: () => {
        // Its page had what was brought, and was asked what is not answered yet.
        this.brought(undefined);
        this.view.abandon();
      },
    });
    const tellLayout = () => {
      this.view.notify('layoutChanged', readChosenMapColumns(), readTypography(document.uri));
      this.view.notify('pictureShown', readShowsPicture());
      this.#tell();
    };
    this.#disposables.push(
      this.#shown,
      onDidChangeLook(tellLayout),
      onDidChangeMapSettings(tellLayout),
      ...(document.watch === undefined
        ? []
        : [document.watch.onDidChange(() => this.#tell()), document.watch.onDidHear(() => void this.#feed?.send())]),
    );
    this.#shown.follow();
  }

  /** Fires when the focus or the filter changed. */
  get onDidChange(): vscode.Event<void> {
    return this.#shown.onDidChange;
  }

  get hasFocus(): boolean {
    return this.#shown.hasFocus;
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
    this.#shown.tell();
  }

  /** Selects the region of an address, as soon as the view has it. */
  reveal(address: bigint): void {
    this.#feed?.reveal(address);
  }

  setFilter(filter: MapFilter): void {
    this.#filter = filter;
    this.view.notify('setFilter', filter);
    this.#shown.tell();
  }

  /** Opens the region of an address in the hex view, beside the map: a tab that is only previewed would give its place. */
  async open(address: bigint): Promise<void> {
    const { watch } = this.document;
    if (watch === undefined) return;
    if (!this.panel.active) this.panel.reveal();
    await vscode.commands.executeCommand('workbench.action.keepEditor');
    const place = { ...watch.process, address: `0x${address.toString(16)}` };
    await vscode.commands.executeCommand(openRegionCommand, place);
  }

  /** The selected regions, or the one at the cursor, with the look that they are of; undefined where none is selected. */
  async selected(): Promise<SelectedOfLook | undefined> {
    const { id, rows, first } = await this.view.request('selection');
    const { look, looks = [] } = this.document.watch ?? {};
    const found = [look, ...looks.toReversed()].find((each) => each !== undefined && regionsId(each.space) === id);
    if (found === undefined || first === undefined) return undefined;
    return { look: found, rows, start: safeAddress(first) };
  }

  /** Ends looking now and then, or goes on with it. */
  pauseOrResume(): void {
    const { watch } = this.document;
    // Why there is nothing to look at shows.
    if (watch?.fate.kind !== 'lives') return;
    if (watch.interval !== undefined) watch.pauseOrResume();
    else {
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          'There is nothing to pause: this map is refreshed only when you ask for it, by F5. The setting “memglass.memoryMap.refresh” has it done by itself.',
        ),
      );
    }
  }

  dispose(): void {
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
      pauseOrResume: () => this.pauseOrResume(),
      open: (start) => void this.open(safeAddress(start)),
      filtered: (filter) => {
        this.#filter = filter;
        this.#shown.tell();
      },
      countPages: (span) => this.#pages.count(span),
      giveUpPages: () => this.#pages.giveUp(),
      focusChanged: (inTable) => this.#shown.setFocus(inTable),
      run: (command) => void this.#owner.runIn(this, commandOf[command]),
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
}
