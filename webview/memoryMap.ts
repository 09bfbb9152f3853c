// The program of a memory map.
import * as l10n from '@vscode/l10n';
import type { MapHostApi, MapViewApi } from '../extension/protocol/mapApi.ts';
import type { InitialMap } from '../extension/protocol/mapTypes.ts';
import { connect } from '../extension/protocol/rpc.ts';
import { bringIcons } from './icons.ts';
import { problemState } from './view/emptyState.ts';
import { MapApp } from './view/memoryMap/mapApp.ts';
import type { SavedMap } from './view/memoryMap/savedMap.ts';
import { portTo } from './vscodePort.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): SavedMap | undefined;
  setState(state: SavedMap): void;
};

const vscode = acquireVsCodeApi();
const { initial: json } = document.body.dataset;
const initial = JSON.parse(json ?? '') as InitialMap;
if (initial.l10n !== undefined) l10n.config({ contents: initial.l10n });

const port = portTo(vscode);

if (initial.problem === undefined) {
  const store = { get: () => vscode.getState(), set: (state: SavedMap) => vscode.setState(state) };
  new MapApp(initial, (view) => connect<MapHostApi, MapViewApi>(port, view), store, document.body);
} else {
  const host = connect<MapHostApi, object>(port, {});
  document.body.replaceChildren(problemState(initial.problem, (action) => host.notify('chose', action)));
}

// VS Code shows a document once all that it asks for is there: the icons' font comes after the rows.
window.addEventListener('load', bringIcons);
