// The program of a view: takes over what first.ts has drawn.
import * as l10n from '@vscode/l10n';
import type { HostApi } from '../extension/protocol/hostApi.ts';
import type { Port } from '../extension/protocol/port.ts';
import { connect } from '../extension/protocol/rpc.ts';
import type { ViewApi } from '../extension/protocol/viewApi.ts';
import { repeat } from './handover.ts';
import { App } from './view/app.ts';
import { emptyState } from './view/emptyState.ts';
import type { SavedView } from './view/opening.ts';

const { vscode, initial, endKeeping } = window.memglass;
const kept = endKeeping();
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
  const store = { get: () => vscode.getState(), set: (state: SavedView) => vscode.setState(state) };
  const app = new App(initial, (view) => connect<HostApi, ViewApi>(port, view), store, document.body);
  repeat(kept, app.grid);
} else {
  const host = connect<HostApi, object>(port, {});
  const actions = initial.problem.actions.map(({ id, label }) => ({ label, onClick: () => host.notify('chose', id) }));
  document.body.replaceChildren(emptyState(initial.problem.text, actions));
}
