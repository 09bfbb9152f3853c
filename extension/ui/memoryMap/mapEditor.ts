import * as vscode from 'vscode';
import { mapScheme } from '../../core/memoryMap/mapUri.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { Platform } from '../../platform/platform.ts';
import { packFirst } from '../../protocol/firstRegions.ts';
import type { FirstRegions, InitialMap, MapProblem } from '../../protocol/mapTypes.ts';
import { sentenceFor } from '../errors.ts';
import { readChosenMapColumns, readShowsPicture, readTypography } from '../settings.ts';
import { loadViewBundle, type ViewBundle, viewHtml, viewResources } from '../views/viewHtml.ts';
import type { ActiveMaps } from './activeMaps.ts';
import { MapDocument } from './mapDocument.ts';
import { regionsId } from './mapFeed.ts';
import { MapSession } from './mapSession.ts';
import { mapWords, problemOf } from './mapWords.ts';

/** Not below `memglass.`: what is for views of bytes asks for that (`activeCustomEditorId =~ /^memglass\./`). */
export const mapViewType = mapScheme;

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
    // The regions have just been taken in: with many of them that alone takes half a frame.
    await new Promise<void>((done) => setTimeout(done, 0));
    if (isClosed) return;
    const render = async () => {
      const bundle = await this.#bundle;
      if (isClosed || bundle === undefined) return;
      const initial = initialMap(document, session, this.#platform);
      panel.webview.html = viewHtml(panel.webview, this.#extensionUri, bundle, initial);
    };
    const session = new MapSession(document, panel, {
      render,
      runIn: (acting, command) => this.#maps.runIn(acting, command),
    });
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

function initialMap(document: MapDocument, session: MapSession, platform: Platform): InitialMap {
  const first = firstRegions(document, session);
  return {
    id: crypto.randomUUID(),
    status: session.status,
    columns: readChosenMapColumns(),
    typography: readTypography(document.uri),
    words: mapWords(),
    showsPicture: readShowsPicture(),
    pageSize: platform.processes.pageSize,
    first,
    problem: first === undefined ? problemOfDocument(document) : undefined,
    l10n: vscode.l10n.bundle,
  };
}

function firstRegions({ watch }: MapDocument, session: MapSession): FirstRegions | undefined {
  const space = watch?.look?.space;
  if (space === undefined) return undefined;
  const first = packFirst(space, regionsId(space));
  session.brought(first.rows.count === first.total ? space : undefined);
  return first;
}

function problemOfDocument({ watch, badUri, title }: MapDocument): MapProblem {
  if (watch?.fate.kind === 'refused') return problemOf(watch.fate, title);
  const text = sentenceFor(badUri ?? new SourceError('gone'));
  return { text, actions: [{ id: 'chooseProcess', label: vscode.l10n.t('Choose Another Process…') }] };
}
