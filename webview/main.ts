// The program of a view: takes over what first.ts has drawn.
import * as l10n from '@vscode/l10n';
import type { HostApi } from '../extension/protocol/hostApi.ts';
import { connect } from '../extension/protocol/rpc.ts';
import type { ViewApi } from '../extension/protocol/viewApi.ts';
import { repeat } from './handover.ts';
import { App } from './view/app.ts';
import { problemState } from './view/emptyState.ts';
import type { SavedView } from './view/opening.ts';
import { portTo } from './vscodePort.ts';

const { vscode, initial, endKeeping } = window.memglass;
const kept = endKeeping();
if (initial.l10n !== undefined) l10n.config({ contents: initial.l10n });

const port = portTo(vscode);

if (initial.problem === undefined) {
  const store = { get: () => vscode.getState(), set: (state: SavedView) => vscode.setState(state) };
  const app = new App(initial, (view) => connect<HostApi, ViewApi>(port, view), store, document.body);
  repeat(kept, app.grid);
} else {
  const host = connect<HostApi, object>(port, {});
  document.body.replaceChildren(problemState(initial.problem, (action) => host.notify('chose', action)));
}
