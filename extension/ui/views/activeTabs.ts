import * as vscode from 'vscode';

/** What stands behind an editor tab. */
export interface TabSession {
  readonly panel: vscode.WebviewPanel;
  readonly document: vscode.CustomDocument;
  readonly onDidChange: vscode.Event<void>;
}

/** The values of context keys, which `when` clauses ask for. */
export type ContextKeys = Readonly<Record<string, boolean | string>>;

/** The editor tabs of one kind that are open, and which of them is active. Keeps the context keys that are said of it. */
export class ActiveTabs<Session extends TabSession> implements vscode.Disposable {
  readonly #sessions = new Set<Session>();
  readonly #keysOf: (active: Session | undefined) => ContextKeys;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #keys = new Map<string, boolean | string>();
  #acting: Session | undefined;

  /** Fires when another tab is active, or what is known of the active one changed. */
  readonly onDidChange = this.#changed.event;

  constructor(keysOf: (active: Session | undefined) => ContextKeys) {
    this.#keysOf = keysOf;
  }

  /** The one that commands speak to: in whose page the user acts, and else the one in the active editor tab. */
  get active(): Session | undefined {
    if (this.#acting !== undefined) return this.#acting;
    for (const session of this.#sessions) if (session.panel.active) return session;
    return undefined;
  }

  /** All of them, the one that was opened last at the end. */
  get all(): readonly Session[] {
    return [...this.#sessions];
  }

  /**
   * Runs a command for the page that it was asked for in: VS Code looks only every 250 ms whether a page has the keyboard,
   * and until then another tab is the active one. Which tab it speaks to a command must ask before it waits for anything.
   */
  runIn(session: Session, command: string, ...args: readonly unknown[]): Thenable<unknown> {
    this.#acting = session;
    try {
      return vscode.commands.executeCommand(command, ...args);
    } finally {
      this.#acting = undefined;
    }
  }

  add(session: Session): void {
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

  /** Each setting is a message to the workbench: only what changed is sent. */
  #update(): void {
    for (const [key, value] of Object.entries(this.#keysOf(this.active))) {
      if (this.#keys.get(key) === value) continue;
      this.#keys.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
    this.#changed.fire();
  }
}
