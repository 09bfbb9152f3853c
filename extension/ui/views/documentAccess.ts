import * as vscode from 'vscode';
import { OneByOne } from '../../core/editing/oneByOne.ts';
import type { EditRefusal } from '../../core/editing/stagedSave.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { Platform } from '../../platform/platform.ts';
import type { WatchedSource } from '../../platform/watchedSource.ts';
import { onDidChangeReadOnlySettings, type ReadOnlySetting, readOnlySetting } from '../editing/readOnlySettings.ts';
import type { Opened } from './openedDocument.ts';

/** What nobody lifts as long as the source is open. After any other refusal (a mount, a program that runs) the next try may go. */
const lasting: ReadonlySet<EditRefusal | ReadOnlySetting> = new Set(['sealed', 'gone']);

/** Why a document may not be edited. */
export type AccessRefusal = EditRefusal | ReadOnlySetting | 'untrusted';

/** What has to be known of a document to tell whether it may be edited. */
interface Asked {
  /** To be shown. */
  readonly path: string;
  readonly opened: Opened;
}

interface Found {
  readonly of: WatchedSource['source'];
  readonly why: EditRefusal | ReadOnlySetting | undefined;
}

/** Whether a document may be edited: what its source says, and its workspace, and the lock that memory of others begins with. */
export class DocumentAccess implements vscode.Disposable {
  /** Whether it begins locked: memory that others use, edited live. */
  readonly hasLock: boolean;
  readonly #document: Asked;
  readonly #platform: Pick<Platform, 'isLockedByMode'>;
  #isUnlocked = false;
  readonly #changed = new vscode.EventEmitter<void>();
  #refusal: Found | undefined;
  /** What was asked later is answered later: settings and sources change meanwhile. */
  readonly #asking = new OneByOne();
  readonly #settings = onDidChangeReadOnlySettings(() => void this.#settingsChanged());

  /** Fires when it was locked or unlocked, or is known to take no edits any more. */
  readonly onDidChange = this.#changed.event;

  constructor(document: Asked, platform: Pick<Platform, 'isLockedByMode'>, hasLock: boolean) {
    this.#document = document;
    this.#platform = platform;
    this.hasLock = hasLock;
  }

  /** Why nothing may be edited; undefined where it may, or before `findRefusal`. */
  get refusal(): AccessRefusal | undefined {
    return vscode.workspace.isTrusted ? this.#refusal?.why : 'untrusted';
  }

  /** Whether it may be edited, and that is known of the source; it may have to be unlocked first. */
  get isEditable(): boolean {
    const { opened } = this.#document;
    return opened.ok && opened.watched.source === this.#refusal?.of && this.refusal === undefined;
  }

  /** Finds out whether editing may be offered. Never rejects. */
  async findRefusal(): Promise<void> {
    await this.#asking.run(async () => {
      this.#refusal = await this.#ask();
    });
  }

  /** Something was not stored: finds out whether nothing ever will be. Never rejects. */
  async findLastingRefusal(): Promise<void> {
    const isFound = await this.#asking.run(async () => {
      const found = await this.#ask();
      if (found?.why === undefined || !lasting.has(found.why)) return false;
      this.#refusal = found;
      return true;
    });
    if (isFound) this.#changed.fire();
  }

  async #settingsChanged(): Promise<void> {
    const was = this.refusal;
    await this.findRefusal();
    if (this.refusal !== was) this.#changed.fire();
  }

  async #ask(): Promise<Found | undefined> {
    const { opened } = this.#document;
    if (!opened.ok) return undefined;
    const { source } = opened.watched;
    const why = await opened.edits.refusal().catch((): EditRefusal => 'notSupported');
    return { of: source, why: why ?? (await readOnlySetting(opened.ref, this.#platform)) };
  }

  /** Rejects with a SourceError where it may not be edited. */
  async mustBeEditable(): Promise<void> {
    if (!vscode.workspace.isTrusted) throw new SourceError('untrusted');
    if (this.refusal === undefined && !this.isEditable) await this.findRefusal();
    if (this.isEditable || this.#isToldByStore) return;
    throw this.error;
  }

  /** What an edit is refused with where it may not be edited. */
  get error(): SourceError {
    const { refusal } = this;
    return isSetting(refusal)
      ? new SourceError('readOnlySetting', { path: `files.${refusal}` })
      : new SourceError('mayNotChange', { path: this.#document.path });
  }

  /** Whether a store is refused by the kernel, and says best why. */
  get #isToldByStore(): boolean {
    const { opened } = this.#document;
    const why = this.#refusal?.why;
    return opened.ok && opened.live !== undefined && why !== undefined && lasting.has(why);
  }

  /** Whether the user has said that it may be written into. Never kept: each opening begins locked. */
  get isUnlocked(): boolean {
    return this.#isUnlocked;
  }

  /** Whether nothing is stored before the user has unlocked it. */
  get isLocked(): boolean {
    return this.hasLock && !this.#isUnlocked;
  }

  setUnlocked(isUnlocked: boolean): void {
    this.#isUnlocked = isUnlocked;
    this.#changed.fire();
  }

  mustBeUnlocked(): void {
    if (this.isLocked) throw new SourceError('locked');
  }

  dispose(): void {
    this.#settings.dispose();
    this.#changed.dispose();
  }
}

function isSetting(refusal: AccessRefusal | undefined): refusal is ReadOnlySetting {
  return refusal === 'readonlyInclude' || refusal === 'readonlyFromPermissions';
}
