import * as vscode from 'vscode';
import { asHex } from '../../core/expressions/copyFormats.ts';
import { SourceError, type SourceErrorCode } from '../../core/sourceError.ts';
import { refKey, refOfPath, type SourceRef, uriToRef } from '../../core/sourceRef.ts';
import { detectEncoding, UTF_8 } from '../../core/text/textEncodings.ts';
import type { Platform } from '../../platform/platform.ts';
import type { InitialView, Problem, ViewState } from '../../protocol/viewTypes.ts';
import { readBackup } from '../editing/editBackups.ts';
import { FileOperations } from '../editing/fileOperations.ts';
import { HexEditorProvider } from '../editing/hexEditorProvider.ts';
import { LetGoEdits } from '../editing/letGoEdits.ts';
import { sentenceFor } from '../errors.ts';
import { refusalText } from '../processes/refusalText.ts';
import { RegionPlaces } from '../regions/regionPlaces.ts';
import { readLayout, readTypography } from '../settings.ts';
import type { ActiveViews } from './activeViews.ts';
import { HexDocument } from './hexDocument.ts';
import { loadViewBundle, type ViewBundle, viewHtml, viewResources } from './viewHtml.ts';
import { ViewSession } from './viewSession.ts';
import type { ViewStates } from './viewStates.ts';

/** For files: offered for all of them. */
export const hexViewType = 'memglass.hex';
/** For Memglass's own schemes, where it is the only editor. */
export const memoryViewType = 'memglass.memory';

/** Bytes shown above the place that a view is opened at: some rows, as a jump leaves them. */
const bytesAbove = 128;

/** Whole pages of bytes put into the view's document: those of a usual screen. More would only make it longer on its way. */
const firstPage = 4096;
const usualScreen = 2048;

/** The editor tab: any file in a hex and text view, several views of one file side by side. `end` is for the end of the window. */
export function registerHexEditor(
  context: vscode.ExtensionContext,
  platform: Platform,
  views: ActiveViews,
  states: ViewStates,
): { end(): Promise<void> } {
  const options = { supportsMultipleEditorsPerDocument: true };
  const editor = new HexEditor(context.extensionUri, platform, views, states);
  const letGo = new LetGoEdits();
  const operations = new FileOperations(hexViewType, (document, to) => editor.move(document, to));
  context.subscriptions.push(letGo, operations);
  for (const viewType of [hexViewType, memoryViewType]) {
    // One each: VS Code takes every edit that a provider tells of for one of a document of this type.
    const provider = new HexEditorProvider(editor, letGo, operations);
    context.subscriptions.push(vscode.window.registerCustomEditorProvider(viewType, provider, options));
  }
  return {
    async end() {
      await letGo.giveUp();
      await platform.keptDocuments.dispose();
    },
  };
}

/** Milliseconds that a view waits for edits of an earlier session before it says so. */
const patience = 300;

/** Opens documents and shows them. */
export class HexEditor {
  readonly #extensionUri: vscode.Uri;
  readonly #platform: Platform;
  readonly #views: ActiveViews;
  readonly #states: ViewStates;
  readonly #places: RegionPlaces;
  readonly #bundle: Promise<ViewBundle>;

  constructor(extensionUri: vscode.Uri, platform: Platform, views: ActiveViews, states: ViewStates) {
    this.#extensionUri = extensionUri;
    this.#platform = platform;
    this.#views = views;
    this.#states = states;
    this.#places = new RegionPlaces(platform.processes);
    // On its way while VS Code makes the tab: the first view must not wait for it.
    this.#bundle = loadViewBundle(extensionUri);
  }

  openCustomDocument(uri: vscode.Uri, { backupId }: vscode.CustomDocumentOpenContext): HexDocument {
    return new HexDocument(uri, this.#platform, backupId === undefined ? undefined : readBackup(backupId));
  }

  /** A view of the document, the one that was opened last; undefined where none was shown yet. */
  viewOf(document: HexDocument): ViewSession | undefined {
    return this.#views.of((session) => session.document === document);
  }

  async resolveCustomEditor(document: HexDocument, panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = { enableScripts: true, localResourceRoots: [viewResources(this.#extensionUri)] };
    let isClosed = false;
    panel.onDidDispose(() => {
      isClosed = true;
    });
    await Promise.race([document.ready, new Promise<void>((done) => void setTimeout(done, patience))]);
    if (!document.isBringingBack) {
      await this.#show(document, panel, () => isClosed);
      return;
    }
    // VS Code shows nothing of the view before this has returned.
    if (!isClosed) await this.#showWaiting(document, panel);
    void this.#show(document, panel, () => isClosed).catch((error: unknown) =>
      vscode.window.showErrorMessage(sentenceFor(error)),
    );
  }

  /** A document's file is at another path now: where the user was in it goes along, and so do its edits. */
  async move(document: HexDocument, to: vscode.Uri): Promise<void> {
    this.takePlace(document, to);
    await document.handOver(uriToRef(to));
  }

  /** What is shown next in the place of a document begins where the user was in that. */
  takePlace({ opened }: HexDocument, to: vscode.Uri): void {
    const state = opened.ok ? this.#states.get(placeKey(opened.ref)) : undefined;
    if (state !== undefined) this.#states.set(placeKey(uriToRef(to)), state);
  }

  async #show(document: HexDocument, panel: vscode.WebviewPanel, isClosed: () => boolean): Promise<void> {
    await document.ready;
    if (isClosed()) return;
    const key = document.opened.ok ? placeKey(document.opened.ref) : document.uri.toString();
    const render = async () => {
      const [bundle, initial] = await Promise.all([this.#bundle, this.#initialView(document, key, session)]);
      if (!isClosed()) panel.webview.html = viewHtml(panel.webview, this.#extensionUri, bundle, initial);
      return initial.problem === undefined;
    };
    const session = new ViewSession(document, panel, this.#states.get(key), this.#platform.pageSize, {
      places: this.#places,
      sharedMemory: this.#platform.sharedMemory,
      render,
      runIn: (acting, command, ...args) => this.#views.runIn(acting, command, ...args),
    });
    const keeping = session.onDidChange(() => {
      if (session.remembered !== undefined) this.#states.set(key, session.remembered);
    });
    panel.onDidDispose(() => {
      keeping.dispose();
      session.dispose();
    });
    await session.render();
    // After the document: what it sets in the workbench would hold the document up.
    if (!isClosed()) this.#views.add(session);
  }

  async #showWaiting(document: HexDocument, panel: vscode.WebviewPanel): Promise<void> {
    const text = vscode.l10n.t('Bringing back what was edited in {0} and not saved…', document.path);
    const initial = { ...this.#nothingOf(document), problem: { text, actions: [] } };
    panel.webview.html = viewHtml(panel.webview, this.#extensionUri, await this.#bundle, initial);
  }

  async #initialView(document: HexDocument, key: string, session: ViewSession): Promise<InitialView> {
    const { opened, uri } = document;
    const nothing = this.#nothingOf(document);
    if (!opened.ok) return { ...nothing, problem: await this.#problemOf(opened.error, uri) };
    const remembered = this.#states.get(key);
    const destination = this.#views.takeDestination(uri);
    const { edited } = opened;
    const top = destination === undefined ? (remembered?.top ?? 0) : Math.max(0, destination - bytesAbove);
    const offset = Math.floor(top / firstPage) * firstPage;
    const firstBytes = top + usualScreen > offset + firstPage ? 2 * firstPage : firstPage;
    try {
      const first = await edited.read(offset, firstBytes);
      const { size, shownSize, generation } = edited.state;
      const { sizeKind } = edited.source;
      const status = { size, shownSize, generation, sizeKind, ...session.beginning };
      const hex = asHex(first.bytes, { separator: '' });
      const encoding =
        remembered?.encoding ?? detectEncoding(offset === 0 ? first.bytes : new Uint8Array()).encoding.label;
      const state = destination === undefined ? remembered : arrival(destination, top, encoding);
      return {
        ...nothing,
        status,
        state,
        encoding,
        first: { offset, hex, holes: first.holes, unwritten: first.unwritten, edits: first.edits },
      };
    } catch (error) {
      return { ...nothing, problem: await this.#problemOf(error, uri) };
    }
  }

  /** A view with no bytes. */
  #nothingOf({ path, uri }: HexDocument): InitialView {
    return {
      id: crypto.randomUUID(),
      path,
      layout: readLayout(uri),
      typography: readTypography(uri),
      l10n: l10nContents(),
      status: { size: 0, shownSize: 0, sizeKind: 'exact', generation: 0 },
      encoding: UTF_8.label,
    };
  }

  async #problemOf(error: unknown, uri: vscode.Uri): Promise<Problem> {
    const refusal = await refusalText(error, uri, this.#platform.processes).catch(() => undefined);
    return { text: refusal ?? sentenceFor(error), actions: actionsFor(error, uri) };
  }
}

/** What the place in a source is remembered under: shared memory has one, by whatever name it was opened. */
function placeKey(ref: SourceRef): string {
  return refKey(ref.kind === 'file' ? refOfPath(ref.path) : ref);
}

/** The beginning of a view that was opened at a place, whatever it was left at. */
function arrival(cursor: number, top: number, encoding: string): ViewState {
  return { mode: 'hex', column: 'hex', cursor, top, encoding, canGoBack: false, canGoForward: false };
}

/** What can never be opened, or never again under the same number, is not worth another try. */
const hopeless: ReadonlySet<SourceErrorCode> = new Set([
  'isDirectory',
  'isFifo',
  'isSocket',
  'isDevice',
  'isStream',
  'isLink',
  'badUri',
  'segmentGone',
  'processGone',
  'descriptorGone',
  'regionGone',
]);

function actionsFor(error: unknown, { scheme }: vscode.Uri): Problem['actions'] {
  const code = error instanceof SourceError ? error.code : undefined;
  const retry = { id: 'retry', label: vscode.l10n.t('Try Again') } as const;
  const isFile = scheme === 'file' || scheme === 'memglass-file';
  const openOther = { id: 'openOther', label: vscode.l10n.t('Open Another File…') } as const;
  const showProcesses = { id: 'showProcesses', label: vscode.l10n.t('Show Processes') } as const;
  const showSharedMemory = { id: 'showSharedMemory', label: vscode.l10n.t('Show Shared Memory') } as const;
  const other = isFile ? openOther : scheme === 'memglass-region' ? showProcesses : showSharedMemory;
  if (code === 'ambiguousName') return [{ id: 'chooseFile', label: vscode.l10n.t('Choose the File…') }];
  return code !== undefined && hopeless.has(code) ? [other] : [retry, other];
}

/** The display language's strings, for the view; undefined in English. */
function l10nContents(): Record<string, string> | undefined {
  return vscode.l10n.bundle;
}
