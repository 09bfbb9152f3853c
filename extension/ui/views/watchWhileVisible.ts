import type * as vscode from 'vscode';

/** What VS Code shows and hides. */
interface ShownView {
  readonly visible: boolean;
  readonly onDidChangeVisibility: vscode.Event<unknown>;
}

/** Watches while a view shows, from now on: what nobody sees is not looked at. `watch` gives what ends the watching. */
export function watchWhileVisible(view: ShownView, watch: () => () => void): vscode.Disposable {
  let stopWatching: (() => void) | undefined;
  const follow = () => {
    if (view.visible) stopWatching ??= watch();
    else {
      stopWatching?.();
      stopWatching = undefined;
    }
  };
  const following = view.onDidChangeVisibility(follow);
  follow();
  return {
    dispose: () => {
      following.dispose();
      stopWatching?.();
    },
  };
}
