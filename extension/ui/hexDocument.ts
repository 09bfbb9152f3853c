import * as vscode from 'vscode';
import { printableName } from '../core/printableName.ts';
import { SourceError } from '../core/sourceError.ts';
import { type SourceRef, uriToRef } from '../core/sourceRef.ts';
import type { Platform } from '../platform/platform.ts';
import type { WatchedSource } from '../platform/watchedSource.ts';
import { sourceTitle } from './sourceTitle.ts';

/** An open source, or why it could not be opened: a refusal is shown inside the view, never thrown at VS Code. */
export type Opened =
  | { readonly ok: true; readonly ref: SourceRef; readonly watched: WatchedSource }
  | { readonly ok: false; readonly error: unknown };

/** What VS Code calls a document: one per resource, shared by its views. */
export class HexDocument implements vscode.CustomDocument {
  readonly uri: vscode.Uri;
  /** Settles once the source is open, or known not to be. Never rejects. */
  readonly ready: Promise<void>;
  readonly #platform: Platform;
  #opened: Opened = { ok: false, error: new SourceError('gone') };
  #isDisposed = false;
  #isUnlocked = false;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when it was locked or unlocked. */
  readonly onDidChangeLock = this.#changed.event;

  /** Begins to open the source. VS Code makes the tab meanwhile: it waits for the document, and need not for the source. */
  constructor(uri: vscode.Uri, platform: Platform) {
    this.uri = uri;
    this.#platform = platform;
    this.ready = this.#open();
  }

  /** As things are now; a refusal before `ready`. */
  get opened(): Opened {
    return this.#opened;
  }

  /** The path or title to show, with everything made visible that could mislead. */
  get path(): string {
    return this.#opened.ok
      ? sourceTitle(this.#opened.ref, this.#opened.watched.source.details)
      : printableName(this.uri.path);
  }

  /** Tries again to open what could not be opened. */
  async retry(): Promise<void> {
    if (!this.#opened.ok) await this.#open();
  }

  /** Whether the user has said that commands may write into it. Never kept: each opening begins locked. */
  get isUnlocked(): boolean {
    return this.#isUnlocked;
  }

  setUnlocked(isUnlocked: boolean): void {
    this.#isUnlocked = isUnlocked;
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
    this.#isDisposed = true;
    if (this.#opened.ok) this.#opened.watched.dispose();
  }

  async #open(): Promise<void> {
    const opened = await openUri(this.uri, this.#platform);
    this.#opened = opened;
    // Closed before it was open.
    if (this.#isDisposed && opened.ok) opened.watched.dispose();
  }
}

async function openUri(uri: vscode.Uri, platform: Platform): Promise<Opened> {
  try {
    const ref = await refOf(uri, platform);
    return { ok: true, ref, watched: await platform.watch(ref) };
  } catch (error) {
    return { ok: false, error };
  }
}

/** The source a URI names; where VS Code lost bytes of the name, the one file that it shows so. */
async function refOf(uri: vscode.Uri, platform: Platform): Promise<SourceRef> {
  if (uri.scheme !== 'file' || !uri.path.includes('\uFFFD')) return uriToRef(uri);
  const [path, ...others] = await platform.pathsShownAs(uri.path);
  const shown = { path: printableName(uri.path) };
  if (path === undefined) throw new SourceError('notFound', shown);
  if (others.length > 0) throw new SourceError('ambiguousName', shown);
  return { kind: 'file', path };
}
