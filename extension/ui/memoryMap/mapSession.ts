import * as vscode from 'vscode';
import type { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import type { NameBytes } from '../../core/memoryMap/regionColumns.ts';
import type { RegionFigures } from '../../core/memoryMap/regionFigures.ts';
import { wireFigures, wireRegions } from '../../core/memoryMap/regionWire.ts';
import type { MapCommand, MapHostApi, MapViewApi } from '../../protocol/mapApi.ts';
import type { MapAction, MapFilter, MapStatus, SharedRegions } from '../../protocol/mapTypes.ts';
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
import type { MapLook } from './mapWatch.ts';
import { ageText, bannerOf } from './mapWords.ts';
import { PageCounter } from './pageCounter.ts';

/** Rows of a message: some tens of kilobytes, and some milliseconds of either side's time. */
const rowsOfPart = 8192;

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
  #comparedWith: MapLook | undefined;
  #stopWatching: (() => void) | undefined;
  /** What the view has. */
  #sent: Sent = {};
  #isSending = false;
  #isStarted = false;
  #toReveal: string | undefined;

  /** Fires when the focus or the filter changed. */
  readonly onDidChange = this.#changed.event;

  constructor(document: MapDocument, panel: vscode.WebviewPanel, owner: SessionOwner) {
    this.document = document;
    this.panel = panel;
    this.#owner = owner;
    this.#pages = new PageCounter(document.watch);
    this.view = connect<MapViewApi, MapHostApi>(portOf(panel.webview), this.#served());
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
    return this.#comparedWith;
  }

  get status(): MapStatus {
    const { watch, title } = this.document;
    const common = { title, comparedWith: this.#comparedWith && ageText(Date.now() - this.#comparedWith.at) };
    if (watch === undefined) {
      return { ...common, age: 0, interval: undefined, isPaused: false, isOver: true, isLooking: false };
    }
    return {
      ...common,
      age: Date.now() - (watch.look?.at ?? Date.now()),
      interval: watch.interval,
      isPaused: watch.isPaused,
      isOver: watch.fate.kind !== 'lives',
      isLooking: watch.isLooking,
      banner: watch.look === undefined ? undefined : bannerOf(watch.fate, title),
    };
  }

  /** What the document of the view brings along counts as sent. */
  brought(space: AddressSpace | undefined): void {
    this.#isStarted = false;
    this.#sent = { whole: space };
  }

  /** Marks what changed since a look; undefined goes back to the look before the present one. */
  compareWith(look: MapLook | undefined): void {
    this.#comparedWith = look;
    this.#tell();
    this.#changed.fire();
  }

  /** Selects the region of an address, as soon as the view has it. */
  reveal(address: bigint): void {
    this.#toReveal = address.toString(16);
    void this.#send();
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
        this.#isStarted = true;
        void this.#send();
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
        if (!this.#isStarted) await this.#owner.render();
        return;
      case 'showNewProgram':
        this.#comparedWith = undefined;
        await watch?.startOver();
        return;
      case 'endComparison':
        return this.compareWith(undefined);
      case 'chooseProcess':
        await vscode.commands.executeCommand('memglass.openMemoryMap');
        return;
      case 'showProcesses':
        await vscode.commands.executeCommand('memglass.processes.focus');
    }
  }

  #tell(): void {
    this.view.notify('statusChanged', this.status);
    void this.#send();
  }

  /** Sends what the view has not got yet, a part at a time; what comes meanwhile goes after it. */
  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (await this.#sendNext()) await nextTask();
    } finally {
      this.#isSending = false;
    }
  }

  /** The regions, then their figures, then what they are compared with. Whether there was anything to send. */
  async #sendNext(): Promise<boolean> {
    const { watch } = this.document;
    const look = watch?.look;
    if (!this.#isStarted || watch === undefined || look === undefined) return false;
    const sent = this.#sent;
    if (sent.whole !== look.space && sent.space !== look.space) {
      this.#sent = { ...sent, space: look.space, whole: undefined, figures: undefined };
      await this.#sendRegions('now', look.space);
      return true;
    }
    if (this.#toReveal !== undefined) {
      this.view.notify('reveal', this.#toReveal);
      this.#toReveal = undefined;
    }
    const base = (this.#comparedWith ?? watch.previous)?.space;
    if (sent.base !== base) {
      this.#sent = { ...this.#sent, base };
      if (base === undefined) this.view.notify('noBase');
      else await this.#sendRegions('base', base);
      return true;
    }
    if (sent.figures !== look.figures && look.figures.columns.count > 0) {
      this.#sent = { ...this.#sent, figures: look.figures };
      const id = regionsId(look.space);
      this.view.notify('figures', { id, flagSets: copyOf(look.figures.columns.flagSets) });
      await this.#sendParts(look.space.count, (from, to) => {
        this.view.notify('figureRows', wireFigures(look.figures, from, to));
      });
      return true;
    }
    if (sent.shared !== watch.users.found) {
      this.#sent = { ...this.#sent, shared: watch.users.found };
      this.view.notify('sharedWith', watch.users.found);
      return true;
    }
    return false;
  }

  async #sendRegions(role: 'now' | 'base', space: AddressSpace): Promise<void> {
    const { columns, count } = space;
    this.view.notify('regions', { id: regionsId(space), role, count, names: copyOf(columns.names) });
    await this.#sendParts(count, (from, to) => this.view.notify('regionRows', wireRegions(columns, from, to)));
  }

  async #sendParts(count: number, send: (from: number, to: number) => void): Promise<void> {
    for (let from = 0; from < count; from += rowsOfPart) {
      if (from > 0) await nextTask();
      send(from, Math.min(count, from + rowsOfPart));
    }
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

interface Sent {
  /** All regions were in the view's document. */
  readonly whole?: AddressSpace | undefined;
  readonly space?: AddressSpace | undefined;
  readonly base?: AddressSpace | undefined;
  readonly figures?: RegionFigures | undefined;
  readonly shared?: readonly SharedRegions[] | undefined;
}

const ids = new WeakMap<AddressSpace, number>();
let lastId = 0;

/** A number for the regions of a look, the same for the same. */
export function regionsId(space: AddressSpace): number {
  const known = ids.get(space);
  if (known !== undefined) return known;
  ids.set(space, ++lastId);
  return lastId;
}

/** What travels must own its whole buffer: a view of one would drag all of it along. */
function copyOf({ bytes, offsets }: NameBytes): NameBytes {
  return { bytes: bytes.slice(), offsets: offsets.slice() };
}

function nextTask(): Promise<void> {
  return new Promise((done) => setTimeout(done, 0));
}
