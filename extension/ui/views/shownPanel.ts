import * as vscode from 'vscode';

/** What stands behind a panel. */
export interface PanelContents {
  /** Begins to watch what the panel shows; the function given ends it. Undefined where there is nothing to watch (yet). */
  watch(): (() => void) | undefined;
  /** It does not show any more, and its page is gone. */
  onHidden(): void;
}

/** A webview in an editor tab: whether the keyboard is in it, and what it shows watched only while somebody sees it. */
export class ShownPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #contents: PanelContents;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #following: vscode.Disposable;
  #hasFocus = false;
  #stopWatching: (() => void) | undefined;

  /** Fires when it was hidden or shown, has the keyboard or not, and when its owner says so. */
  readonly onDidChange = this.#changed.event;

  constructor(panel: vscode.WebviewPanel, contents: PanelContents) {
    this.#panel = panel;
    this.#contents = contents;
    this.#following = panel.onDidChangeViewState(() => this.follow());
  }

  get hasFocus(): boolean {
    return this.#hasFocus;
  }

  setFocus(hasFocus: boolean): void {
    this.#hasFocus = hasFocus;
    this.tell();
  }

  /** Watches where the panel shows, and where there is something to watch by now; silent while hidden. */
  follow(): void {
    if (this.#panel.visible) this.#stopWatching ??= this.#contents.watch();
    else {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
      this.#hasFocus = false;
      this.#contents.onHidden();
    }
    this.tell();
  }

  /** Fires the change. */
  tell(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#stopWatching?.();
    this.#following.dispose();
    this.#changed.dispose();
  }
}
