import * as vscode from 'vscode';
import { ActiveTabs, type ContextKeys } from './activeTabs.ts';
import type { ViewSession } from './viewSession.ts';

/** The views that are open, and which of them commands speak to. Sets the context keys that keybindings ask for. */
export class ActiveViews extends ActiveTabs<ViewSession> {
  readonly #destinations = new Map<string, number>();

  constructor() {
    super(keysOf);
  }

  /** The view of this document, the one that was opened last where there are several; undefined where there is none. */
  of(isIt: (session: ViewSession) => boolean): ViewSession | undefined {
    return this.all.findLast(isIt);
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
    // One that shows only why it could not be opened begins there once it can.
    const isShown = open?.edited !== undefined;
    if (!isShown) this.#destinations.set(key, offset);
    const viewColumn = open?.panel.viewColumn;
    await vscode.commands.executeCommand('vscode.openWith', uri, viewType, {
      ...options,
      ...(viewColumn === undefined ? {} : { viewColumn }),
    });
    if (isShown) await open?.arrive(offset);
  }

  override add(session: ViewSession): void {
    super.add(session);
    // Asked for once the view's beginning was made, and before anybody could tell that there is a view.
    const offset = session.edited && this.takeDestination(session.document.uri);
    if (offset !== undefined) void session.arrive(offset);
  }

  /** Where a view that begins now shall begin; undefined for where it was left. Asked once. */
  takeDestination(uri: vscode.Uri): number | undefined {
    const offset = this.#destinations.get(uri.toString());
    this.#destinations.delete(uri.toString());
    return offset;
  }
}

function keysOf(active: ViewSession | undefined): ContextKeys {
  const live = active?.live?.status;
  return {
    'memglass.gridFocus': active?.hasFocus ?? false,
    'memglass.canGoBack': active?.state?.canGoBack ?? false,
    'memglass.canGoForward': active?.state?.canGoForward ?? false,
    'memglass.isWatching': live !== undefined && live.rate !== 'off',
    'memglass.isPaused': live?.isPaused ?? false,
    'memglass.isRegion': active?.regionRef !== undefined,
    'memglass.isUnlocked': active?.document.access.isUnlocked ?? false,
    'memglass.hasLock': active?.document.access.hasLock ?? false,
    'memglass.isEditable': active?.document.access.isEditable ?? false,
    'memglass.isHeld': active?.document.isHeld ?? false,
    'memglass.editMode': active?.document.mode ?? '',
    'memglass.hasEdits': active?.edited?.hasEdits ?? false,
    'memglass.mode': active?.state?.mode ?? '',
  };
}
