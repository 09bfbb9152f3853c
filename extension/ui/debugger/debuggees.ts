/** Which process of this machine a debug session is about, as far as its debug adapter or its configuration tells. */
import * as vscode from 'vscode';
import type { ProcessSummary } from '../../core/processes/processSummary.ts';
import type { ProcessLookout } from '../../platform/processes/processLookout.ts';
import { type DebuggeeHint, hintOfConfiguration, hintOfMessage } from './debuggeeHints.ts';

export type Debuggee = Pick<ProcessSummary, 'pid' | 'startTime'>;

interface Found {
  readonly session: vscode.DebugSession;
  readonly process: Debuggee;
  readonly certainty: number;
}

/** A process is looked up when it is told of: later its number might be another's. */
export class Debuggees implements vscode.DebugAdapterTrackerFactory, vscode.Disposable {
  readonly #lookout: Pick<ProcessLookout, 'find'>;
  /** By the session's id. */
  readonly #found = new Map<string, Found>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #ending: vscode.Disposable;

  /** Fires when a session's process has become known, or a session is over. */
  readonly onDidChange = this.#changed.event;

  constructor(lookout: Pick<ProcessLookout, 'find'>) {
    this.#lookout = lookout;
    this.#ending = vscode.debug.onDidTerminateDebugSession(({ id }) => {
      if (this.#found.delete(id)) this.#changed.fire();
    });
  }

  /** Of a session by its id, or of the one that started it. */
  of(sessionId: string): Debuggee | undefined {
    return this.#found.get(sessionId)?.process;
  }

  /** Of the active session or of those that started it; else of any that there is. */
  get active(): Debuggee | undefined {
    for (let session = vscode.debug.activeDebugSession; session !== undefined; session = session.parentSession) {
      const process = this.of(session.id);
      if (process !== undefined) return process;
    }
    const [first] = this.#found.values();
    return first?.process;
  }

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    const note = (hint: DebuggeeHint | undefined) => void (hint && this.#note(session, hint));
    note(hintOfConfiguration(session.configuration));
    return {
      onDidSendMessage: (message: unknown) => note(hintOfMessage(message)),
      onWillReceiveMessage: (message: unknown) => note(hintOfMessage(message)),
    };
  }

  dispose(): void {
    this.#ending.dispose();
    this.#changed.dispose();
  }

  async #note(session: vscode.DebugSession, { pid, certainty }: DebuggeeHint): Promise<void> {
    // What is not of this machine is not found, or not by this number.
    const process = await this.#lookout.find(pid).catch(() => undefined);
    if (process === undefined || (this.#found.get(session.id)?.certainty ?? 0) > certainty) return;
    const { startTime } = process;
    this.#found.set(session.id, { session, process: { pid, startTime }, certainty });
    this.#changed.fire();
  }
}
