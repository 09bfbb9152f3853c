import * as vscode from 'vscode';
import type { MapSession } from './mapSession.ts';

/** The memory maps that are open, and which of them commands speak to. Sets the context keys that keybindings ask for. */
export class ActiveMaps {
  readonly #sessions = new Set<MapSession>();
  /** For the tab that VS Code is making. */
  #toReveal: { readonly uri: string; readonly address: bigint } | undefined;
  readonly #keys = new Map<string, boolean>();

  /** The one in the active editor tab. */
  get active(): MapSession | undefined {
    for (const session of this.#sessions) if (session.panel.active) return session;
    return undefined;
  }

  /** Selects the region of an address in all maps of a process, as soon as there is one. */
  reveal(uri: vscode.Uri, address: bigint): void {
    const shown = [...this.#sessions].filter(({ document }) => document.uri.toString() === uri.toString());
    for (const session of shown) session.reveal(address);
    this.#toReveal = shown.length > 0 ? undefined : { uri: uri.toString(), address };
  }

  add(session: MapSession): void {
    this.#sessions.add(session);
    const following = session.onDidChange(() => this.#update());
    session.panel.onDidDispose(() => {
      following.dispose();
      this.#sessions.delete(session);
      this.#update();
    });
    const { document } = session;
    if (this.#toReveal?.uri === document.uri.toString()) this.reveal(document.uri, this.#toReveal.address);
    this.#update();
  }

  #update(): void {
    const { active } = this;
    this.#setKey('memglass.map.focus', active?.hasFocus ?? false);
    this.#setKey('memglass.map.compared', active?.comparedWith !== undefined);
  }

  /** Each setting is a message to the workbench: only what changed is sent. */
  #setKey(key: string, value: boolean): void {
    if (this.#keys.get(key) === value) return;
    this.#keys.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
