import * as l10n from '@vscode/l10n';
import type { HostApi } from '../extension/protocol/hostApi.ts';
import type { Port } from '../extension/protocol/port.ts';
import { connect } from '../extension/protocol/rpc.ts';
import type { ViewApi } from '../extension/protocol/viewApi.ts';
import type { InitialView } from '../extension/protocol/viewTypes.ts';
import { App, type SavedView } from './view/app.ts';
import { emptyState } from './view/emptyState.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): SavedView | undefined;
  setState(state: SavedView): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const vscode = acquireVsCodeApi();
const initial = JSON.parse(document.body.dataset['initial'] ?? '') as InitialView;
if (initial.l10n !== undefined) l10n.config({ contents: initial.l10n });

/** The icons come after the bytes: nothing that VS Code waits for before it shows the view. */
function loadIcons(): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  // The id that VS Code's widgets look for.
  link.id = 'vscode-codicon-stylesheet';
  link.href = document.body.dataset['icons'] ?? '';
  document.head.append(link);
}

window.addEventListener('load', loadIcons);

const port: Port = {
  post: (message) => vscode.postMessage(message),
  listen: (listener) => {
    const onMessage = (event: MessageEvent) => listener(event.data);
    window.addEventListener('message', onMessage);
    return () => window.removeEventListener('message', onMessage);
  },
};

if (initial.problem === undefined) {
  const store = { get: () => vscode.getState(), set: (state: SavedView) => vscode.setState(state) };
  new App(initial, (view) => connect<HostApi, ViewApi>(port, view), store, document.body);
} else {
  const host = connect<HostApi, object>(port, {});
  const actions = initial.problem.actions.map(({ id, label }) => ({ label, onClick: () => host.notify('chose', id) }));
  document.body.replaceChildren(emptyState(initial.problem.text, actions));
}
