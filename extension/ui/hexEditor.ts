import * as vscode from 'vscode';
import { asHex } from '../core/copyFormats.ts';
import { SourceError, type SourceErrorCode } from '../core/sourceError.ts';
import { refKey } from '../core/sourceRef.ts';
import { detectEncoding, UTF_8 } from '../core/textEncodings.ts';
import type { Platform } from '../platform/platform.ts';
import type { InitialView, Problem, ViewState } from '../protocol/viewTypes.ts';
import type { ActiveViews } from './activeViews.ts';
import { readBackup } from './editing/editBackups.ts';
import { FileEditorProvider } from './editing/fileEditorProvider.ts';
import { sentenceFor } from './errors.ts';
import { HexDocument } from './hexDocument.ts';
import { refusalText } from './processes/refusalText.ts';
import { RegionPlaces } from './regions/regionPlaces.ts';
import { readLayout, readTypography } from './settings.ts';
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

/** The editor tab: any file in a hex and text view, several views of one file side by side. */
export function registerHexEditor(
  context: vscode.ExtensionContext,
  platform: Platform,
  views: ActiveViews,
  states: ViewStates,
): void {
  const options = { supportsMultipleEditorsPerDocument: true };
  const editor = new HexEditor(context.extensionUri, platform, views, states);
  context.subscriptions.push(
    vscode.window.registerCustomEditorProvider(hexViewType, new FileEditorProvider(editor), options),
    vscode.window.registerCustomEditorProvider(memoryViewType, editor, options),
  );
}

/** Opens documents and shows them. By itself it is for what is only looked at. */
export class HexEditor implements vscode.CustomReadonlyEditorProvider<HexDocument> {
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

  async resolveCustomEditor(document: HexDocument, panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = { enableScripts: true, localResourceRoots: [viewResources(this.#extensionUri)] };
    let isClosed = false;
    panel.onDidDispose(() => {
      isClosed = true;
    });
    await document.ready;
    if (isClosed) return;
    const key = document.opened.ok ? refKey(document.opened.ref) : document.uri.toString();
    const render = async () => {
      const [bundle, initial] = await Promise.all([this.#bundle, this.#initialView(document, key, session)]);
      if (isClosed) return;
      panel.webview.html = viewHtml(panel.webview, this.#extensionUri, bundle, initial);
    };
    const session = new ViewSession(document, panel, this.#states.get(key), this.#platform.pageSize, {
      places: this.#places,
      sharedMemory: this.#platform.sharedMemory,
      render,
    });
    const keeping = session.onDidChange(() => {
      if (session.remembered !== undefined) this.#states.set(key, session.remembered);
    });
    panel.onDidDispose(() => {
      keeping.dispose();
      session.dispose();
    });
    await render();
    // After the document: what it sets in the workbench would hold the document up.
    if (!isClosed) this.#views.add(session);
  }

  async #initialView(document: HexDocument, key: string, session: ViewSession): Promise<InitialView> {
    const { opened, uri } = document;
    const common = {
      id: crypto.randomUUID(),
      path: document.path,
      layout: readLayout(uri),
      typography: readTypography(uri),
      l10n: l10nContents(),
    };
    const empty = { size: 0, shownSize: 0, sizeKind: 'exact', generation: 0 } as const;
    const nothing = { status: empty, encoding: UTF_8.label };
    if (!opened.ok) return { ...common, ...nothing, problem: await this.#problemOf(opened.error, uri) };
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
        ...common,
        status,
        state,
        encoding,
        first: { offset, hex, holes: first.holes, unwritten: first.unwritten, edits: first.edits },
      };
    } catch (error) {
      return { ...common, ...nothing, problem: await this.#problemOf(error, uri) };
    }
  }

  async #problemOf(error: unknown, uri: vscode.Uri): Promise<Problem> {
    const refusal = await refusalText(error, uri, this.#platform.processes).catch(() => undefined);
    return { text: refusal ?? sentenceFor(error), actions: actionsFor(error, uri) };
  }
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
