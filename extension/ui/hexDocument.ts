import * as vscode from 'vscode';
import type { ByteRange } from '../core/byteRange.ts';
import type { EditRefusal, SaveOptions } from '../core/editing/stagedSave.ts';
import { printableName } from '../core/printableName.ts';
import { SourceError } from '../core/sourceError.ts';
import { type SourceRef, uriToRef } from '../core/sourceRef.ts';
import type { EditedSource, EditStep, WantedEdit } from '../platform/editing/editedSource.ts';
import type { Platform } from '../platform/platform.ts';
import type { WatchedSource } from '../platform/watchedSource.ts';
import { sourceTitle } from './sourceTitle.ts';

/** An open source, or why it could not be opened: a refusal is shown inside the view, never thrown at VS Code. */
export type Opened =
  | { readonly ok: true; readonly ref: SourceRef; readonly watched: WatchedSource; readonly edited: EditedSource }
  | { readonly ok: false; readonly error: unknown };

/** A step that VS Code can undo; or, without a label, that there is something to save which no step tells of. */
export type DocumentEdit = Pick<vscode.CustomDocumentEditEvent<HexDocument>, 'document'> &
  Partial<vscode.CustomDocumentEditEvent<HexDocument>>;

/** What VS Code calls a document: one per resource, shared by its views. */
export class HexDocument implements vscode.CustomDocument {
  readonly uri: vscode.Uri;
  /** Settles once the source is open, or known not to be. Never rejects. */
  readonly ready: Promise<void>;
  /** Whether the next save writes over bytes that are others now: the user chose so. */
  overwrites = false;
  readonly #platform: Platform;
  readonly #edited = new vscode.EventEmitter<DocumentEdit>();
  #opened: Opened = { ok: false, error: new SourceError('gone') };
  #isDisposed = false;
  #isUnlocked = false;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when it was locked or unlocked. */
  readonly onDidChangeLock = this.#changed.event;
  /** Edits of an earlier session that could not be put over the source yet. */
  #backup: Uint8Array | undefined;
  #refusal: { readonly of: WatchedSource['source']; readonly why: EditRefusal | undefined } | undefined;

  /** For VS Code: what it shall keep steps of, and hold the tab dirty for. */
  readonly onDidEdit = this.#edited.event;

  /**
   * Begins to open the source. VS Code makes the tab meanwhile: it waits for the document, and need not for the source.
   * `backup`: edits that were not saved when VS Code ended.
   */
  constructor(uri: vscode.Uri, platform: Platform, backup?: Promise<Uint8Array>) {
    this.uri = uri;
    this.#platform = platform;
    this.ready = this.#open(backup);
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

  /** Why nothing may be edited; undefined where it may, or before `findRefusal`. */
  get refusal(): EditRefusal | 'untrusted' | undefined {
    return vscode.workspace.isTrusted ? this.#refusal?.why : 'untrusted';
  }

  /** Whether it is a source that edits can be staged over at all, and that is known of it. */
  get isEditable(): boolean {
    return this.#opened.ok && this.#opened.watched.source === this.#refusal?.of && this.refusal === undefined;
  }

  /** Finds out whether editing may be offered. Never rejects. */
  async findRefusal(): Promise<void> {
    if (!this.#opened.ok) return;
    const { source } = this.#opened.watched;
    if (source.saving === undefined) return;
    const why = await source.saving.refusal().catch((): EditRefusal => 'notSupported');
    this.#refusal = { of: source, why };
  }

  /** Tries again to open what could not be opened. */
  async retry(): Promise<void> {
    if (!this.#opened.ok) await this.#open(undefined);
  }

  /** Rejects with a SourceError; nothing is edited then. */
  async edit(edit: WantedEdit, label: string): Promise<void> {
    this.#mustBeEditable();
    this.#tell(await this.#source.edit(edit), label);
  }

  /** Gives the edits in a range up. Answers whether there were any. */
  async discard(range: ByteRange): Promise<boolean> {
    const step = await this.#source.discard(range);
    if (step !== undefined) this.#tell(step, vscode.l10n.t('Discard Edits'));
    return step !== undefined;
  }

  /** Rejects with a SourceError; the edits are kept then. */
  async save(options: Omit<SaveOptions, 'overwrites'>): Promise<void> {
    if (this.#backup !== undefined) throw new SourceError('changedMeanwhile');
    if (!this.#opened.ok || !this.#opened.edited.hasEdits) return;
    this.#mustBeEditable();
    await this.#source.save({ ...options, overwrites: this.overwrites });
  }

  async saveAs(target: vscode.Uri, isCancelled: () => boolean): Promise<void> {
    const edited = this.#source;
    const ref = uriToRef(target);
    if (ref.kind !== 'file') throw new SourceError('notAFile');
    // Whatever was edited is in the copy then, which VS Code shows in this one's place.
    await edited.moveAway(() => this.#platform.writeCopy(edited, ref.path, isCancelled));
  }

  async revert(): Promise<void> {
    this.#backup = undefined;
    if (this.#opened.ok) await this.#opened.edited.revert();
  }

  async backup(): Promise<Uint8Array> {
    // What could not be put over the source must not be lost by being written down anew without it.
    return this.#backup ?? (await this.#source.backup());
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
    this.#edited.dispose();
    if (this.#opened.ok) this.#opened.watched.dispose();
  }

  get #source(): EditedSource {
    if (!this.#opened.ok) throw this.#opened.error;
    return this.#opened.edited;
  }

  #mustBeEditable(): void {
    if (!vscode.workspace.isTrusted) throw new SourceError('untrusted');
    if (!this.isEditable) throw new SourceError('mayNotChange', { path: this.path });
  }

  #tell({ isStep, mayLookSaved, undo, redo }: EditStep, label: string): void {
    if (isStep) this.#edited.fire({ document: this, undo, redo, label });
    if (isStep && mayLookSaved) this.#edited.fire({ document: this });
  }

  async #open(backup: Promise<Uint8Array> | undefined): Promise<void> {
    // Without it there is nothing to put over the source; VS Code keeps the file.
    this.#backup = (await backup?.catch(() => undefined)) ?? this.#backup;
    const opened = await openUri(this.uri, this.#platform);
    this.#opened = opened;
    // Closed before it was open.
    if (this.#isDisposed && opened.ok) opened.watched.dispose();
    else if (opened.ok && this.#backup !== undefined) await this.#restore(opened.edited, this.#backup);
  }

  async #restore(edited: EditedSource, backup: Uint8Array): Promise<void> {
    await this.findRefusal();
    if (!(await edited.restore(backup))) return;
    this.#backup = undefined;
    // VS Code takes a document for saved once what came after a backup is undone.
    this.#edited.fire({ document: this });
  }
}

async function openUri(uri: vscode.Uri, platform: Platform): Promise<Opened> {
  try {
    const ref = await refOf(uri, platform);
    const watched = await platform.watch(ref);
    return { ok: true, ref, watched, edited: platform.edit(watched) };
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
