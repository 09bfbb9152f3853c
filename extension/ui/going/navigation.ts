import * as vscode from 'vscode';
import type { ActiveViews } from '../views/activeViews.ts';

/** Back and forward between the places jumped to, and what the view shows: hex or text. */
export function registerNavigation(context: vscode.ExtensionContext, views: ActiveViews): void {
  const tell = (command: string, say: (view: NonNullable<ActiveViews['active']>['view']) => void) =>
    vscode.commands.registerCommand(command, () => {
      if (views.active !== undefined) say(views.active.view);
    });
  context.subscriptions.push(
    tell('memglass.goBack', (view) => view.notify('goBack')),
    tell('memglass.goForward', (view) => view.notify('goForward')),
    tell('memglass.showHover', (view) => view.notify('showHover')),
    tell('memglass.showAsHex', (view) => view.notify('setMode', 'hex')),
    tell('memglass.showAsText', (view) => view.notify('setMode', 'text')),
    vscode.commands.registerCommand('memglass.reload', async () => {
      const document = views.active?.document;
      if (document?.opened.ok === true) await document.reopen();
    }),
  );
}
