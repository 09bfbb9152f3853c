import * as vscode from 'vscode';
import { mapScheme } from '../../core/memoryMap/mapUri.ts';
import { wireRegions } from '../../core/memoryMap/regionWire.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { Platform } from '../../platform/platform.ts';
import type { FirstRegions, InitialMap, MapProblem } from '../../protocol/mapTypes.ts';
import { sentenceFor } from '../errors.ts';
import { readMapColumns, readTypography } from '../settings.ts';
import { loadViewBundle, type ViewBundle, viewHtml, viewResources } from '../viewHtml.ts';
import type { ActiveMaps } from './activeMaps.ts';
import { MapDocument } from './mapDocument.ts';
import { MapSession, regionsId } from './mapSession.ts';
import { mapWords, problemOf } from './mapWords.ts';

/** Not below `memglass.`: what is for views of bytes asks for that (`activeCustomEditorId =~ /^memglass\./`). */
export const mapViewType = mapScheme;

/** Rows put into the view's document: what a tall screen shows, and all of most processes' regions. */
const firstRows = 400;

/** The Memory Map: an editor tab for one process, read-only. */
export function registerMapEditor(context: vscode.ExtensionContext, platform: Platform, maps: ActiveMaps): void {
  const provider = new MapEditorProvider(context.extensionUri, platform, maps);
  context.subscriptions.push(
    vscode.window.registerCustomEditorProvider(mapViewType, provider, { supportsMultipleEditorsPerDocument: true }),
  );
}

class MapEditorProvider implements vscode.CustomReadonlyEditorProvider<MapDocument> {
  readonly #extensionUri: vscode.Uri;
  readonly #platform: Platform;
  readonly #maps: ActiveMaps;
  #bundle: Promise<ViewBundle> | undefined;

  constructor(extensionUri: vscode.Uri, platform: Platform, maps: ActiveMaps) {
    this.#extensionUri = extensionUri;
    this.#platform = platform;
    this.#maps = maps;
  }

  openCustomDocument(uri: vscode.Uri): MapDocument {
    // On its way while VS Code makes the tab.
    this.#bundle ??= loadViewBundle(this.#extensionUri, { script: 'memoryMap.js', style: 'memoryMap.css' });
    return new MapDocument(uri, this.#platform);
  }

  async resolveCustomEditor(document: MapDocument, panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = { enableScripts: true, localResourceRoots: [viewResources(this.#extensionUri)] };
    let isClosed = false;
    panel.onDidDispose(() => {
      isClosed = true;
    });
    await untilFirst(document);
    if (isClosed) return;
    const render = async () => {
      const bundle = await this.#bundle;
      if (isClosed || bundle === undefined) return;
      const initial = initialMap(document, session);
      panel.webview.html = viewHtml(panel.webview, this.#extensionUri, bundle, initial);
    };
    const session = new MapSession(document, panel, { render });
    panel.onDidDispose(() => session.dispose());
    await render();
    // After the document: what it sets in the workbench would hold the document up.
    if (!isClosed) this.#maps.add(session);
  }
}

/** The regions are there, or it is known why not; their figures take longer. */
function untilFirst({ watch }: MapDocument): Promise<void> {
  if (watch === undefined || watch.look !== undefined) return Promise.resolve();
  return new Promise((done) => {
    const listening = watch.onDidChange(() => {
      if (watch.look === undefined) return;
      listening.dispose();
      done();
    });
    void watch.ready.then(() => {
      listening.dispose();
      done();
    });
  });
}

function initialMap(document: MapDocument, session: MapSession): InitialMap {
  const first = firstRegions(document, session);
  return {
    id: crypto.randomUUID(),
    status: session.status,
    columns: readMapColumns(),
    typography: readTypography(document.uri),
    words: mapWords(),
    first,
    problem: first === undefined ? problemOfDocument(document) : undefined,
    l10n: vscode.l10n.bundle,
  };
}

function firstRegions({ watch }: MapDocument, session: MapSession): FirstRegions | undefined {
  const space = watch?.look?.space;
  if (space === undefined) return undefined;
  const { columns } = space;
  const { count, bytes } = wireRegions(columns, 0, Math.min(columns.count, firstRows));
  const names = columns.nameIndexes.subarray(0, count).reduce((most, index) => Math.max(most, index + 1), 0);
  const offsets = columns.names.offsets.subarray(0, names + 1);
  session.brought(count === columns.count ? space : undefined);
  return {
    id: regionsId(space),
    total: columns.count,
    rows: { count, bytes: asBase64(bytes) },
    names: { bytes: asBase64(columns.names.bytes.subarray(0, offsets.at(-1) ?? 0)), offsets: [...offsets] },
  };
}

function problemOfDocument({ watch, badUri, title }: MapDocument): MapProblem {
  if (watch?.fate.kind === 'refused') return problemOf(watch.fate, title);
  const text = sentenceFor(badUri ?? new SourceError('gone'));
  return { text, actions: [{ id: 'chooseProcess', label: vscode.l10n.t('Choose Another Process…') }] };
}

/** What every extension host has, and no library here names. */
declare function btoa(text: string): string;

function asBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
