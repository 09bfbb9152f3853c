import * as vscode from 'vscode';
import type { ViewSession } from './viewSession.ts';

/** The views that are open, and which of them commands speak to. Sets the context keys that keybindings ask for. */
export class ActiveViews implements vscode.Disposable {
  readonly #sessions = new Set<ViewSession>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #keys = new Map<string, boolean | string>();
  readonly #destinations = new Map<string, number>();

  /** Fires when another view is active, or the active one changed. */
  readonly onDidChange = this.#changed.event;

  /** The view in the active editor tab. */
  get active(): ViewSession | undefined {
    for (const session of this.#sessions) if (session.panel.active) return session;
    return undefined;
  }

  add(session: ViewSession): void {
    this.#sessions.add(session);
    const following = session.onDidChange(() => this.#update());
    session.panel.onDidDispose(() => {
      following.dispose();
      this.#sessions.delete(session);
      this.#update();
    });
    this.#update();
  }

  /** The view of this document, the one that was opened last where there are several; undefined where there is none. */
  of(isIt: (session: ViewSession) => boolean): ViewSession | undefined {
    return [...this.#sessions].findLast(isIt);
  }

  /** Opens a document at an offset, or brings its tab up and goes there: from another document. */
  async openAt(
    uri: vscode.Uri,
    viewType: string,
    offset: number,
    options: vscode.TextDocumentShowOptions,
  ): Promise<void> {
    const key = uri.toString();
    const open = this.of((session) => session.document.uri.toString() === key);
    if (open === undefined) this.#destinations.set(key, offset);
    const viewColumn = open?.panel.viewColumn;
    await vscode.commands.executeCommand('vscode.openWith', uri, viewType, {
      ...options,
      ...(viewColumn === undefined ? {} : { viewColumn }),
    });
    await open?.arrive(offset);
  }

  /** Where a view that begins now shall begin; undefined for where it was left. Asked once. */
  takeDestination(uri: vscode.Uri): number | undefined {
    const offset = this.#destinations.get(uri.toString());
    this.#destinations.delete(uri.toString());
    return offset;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #update(): void {
    const { active } = this;
    this.#setKey('memglass.gridFocus', active?.hasFocus ?? false);
    this.#setKey('memglass.canGoBack', active?.state?.canGoBack ?? false);
    this.#setKey('memglass.canGoForward', active?.state?.canGoForward ?? false);
    const live = active?.live?.status;
    this.#setKey('memglass.isLive', live !== undefined && live.rate !== 'off');
    this.#setKey('memglass.isPaused', live?.isPaused ?? false);
    this.#setKey('memglass.isRegion', active?.regionRef !== undefined);
    this.#setKey('memglass.isUnlocked', active?.document.isUnlocked ?? false);
    this.#setKey('memglass.isEditable', active?.document.isEditable ?? false);
    this.#setKey('memglass.hasEdits', active?.edited?.hasEdits ?? false);
    this.#setKey('memglass.mode', active?.state?.mode ?? '');
    this.#changed.fire();
  }

  /** Each setting is a message to the workbench: only what changed is sent. */
  #setKey(key: string, value: boolean | string): void {
    if (this.#keys.get(key) === value) return;
    this.#keys.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
