// The program of a memory map.
import * as l10n from '@vscode/l10n';
import type { MapHostApi, MapViewApi } from '../extension/protocol/mapApi.ts';
import type { InitialMap } from '../extension/protocol/mapTypes.ts';
import type { Port } from '../extension/protocol/port.ts';
import { connect } from '../extension/protocol/rpc.ts';
import { emptyState } from './view/emptyState.ts';
import { MapApp } from './view/memoryMap/mapApp.ts';
import type { SavedMap } from './view/memoryMap/savedMap.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): SavedMap | undefined;
  setState(state: SavedMap): void;
};

const vscode = acquireVsCodeApi();
const { initial: json, icons } = document.body.dataset;
const initial = JSON.parse(json ?? '') as InitialMap;
if (initial.l10n !== undefined) l10n.config({ contents: initial.l10n });

const port: Port = {
  post: (message) => vscode.postMessage(message),
  listen: (listener) => {
    const onMessage = (event: MessageEvent) => listener(event.data);
    window.addEventListener('message', onMessage);
    return () => window.removeEventListener('message', onMessage);
  },
};

if (initial.problem === undefined) {
  const store = { get: () => vscode.getState(), set: (state: SavedMap) => vscode.setState(state) };
  new MapApp(initial, (view) => connect<MapHostApi, MapViewApi>(port, view), store, document.body);
} else {
  const host = connect<MapHostApi, object>(port, {});
  const actions = initial.problem.actions.map(({ id, label }) => ({ label, onClick: () => host.notify('chose', id) }));
  document.body.replaceChildren(emptyState(initial.problem.text, actions));
}

// VS Code shows a document once all that it asks for is there: the icons' font comes after the rows.
window.addEventListener('load', () => {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  // The id that VS Code's widgets look for.
  link.id = 'vscode-codicon-stylesheet';
  link.href = icons ?? '';
  document.head.append(link);
});
