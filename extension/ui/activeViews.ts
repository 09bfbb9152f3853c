import * as vscode from 'vscode';
import type { ViewSession } from './viewSession.ts';

/** The views that are open, and which of them commands speak to. Sets the context keys that keybindings ask for. */
export class ActiveViews implements vscode.Disposable {
  readonly #sessions = new Set<ViewSession>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #keys = new Map<string, boolean | string>();

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
