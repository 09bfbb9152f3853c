import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import type { EditStep, WantedEdit } from '../../core/editing/documentEdits.ts';
import { type EditMode, isMemoryRef, uriToDocument } from '../../core/editing/documentUri.ts';
import { EditOrder } from '../../core/editing/editOrder.ts';
import type { SaveOptions } from '../../core/editing/stagedSave.ts';
import { SourceError } from '../../core/sourceError.ts';
import { type SourceRef, uriToRef } from '../../core/sourceRef.ts';
import { printableName } from '../../core/text/printableName.ts';
import type { CutOff } from '../../platform/editing/cutOff.ts';
import type { LiveDifference, LiveEdits } from '../../platform/editing/liveEdits.ts';
import type { Platform } from '../../platform/platform.ts';
import { confirmDifference } from '../editing/confirmDifference.ts';
import { LockGuard } from '../editing/lockGuard.ts';
import { mustBeSavedElsewhere } from '../editing/unsavedElsewhere.ts';
import type { EditManner } from '../regions/privateCopies.ts';
import { sourceTitle } from '../sourceTitle.ts';
import { DocumentAccess } from './documentAccess.ts';
import { DocumentSteps } from './documentSteps.ts';
import { type Opened, openDocument } from './openedDocument.ts';
import { WrittenEdits } from './writtenEdits.ts';

/** What VS Code calls a document: one per resource, shared by its views. It takes edits in one way as long as it is open. */
export class HexDocument implements vscode.CustomDocument {
  readonly uri: vscode.Uri;
  readonly mode: EditMode;
  /** Settles once the source is open, or known not to be. Never rejects. */
  readonly ready: Promise<void>;
  /** Whether the next save writes over bytes that are others now: the user chose so. */
  overwrites = false;
  /** Whether its edits are VS Code's to save: elsewhere its tab is never dirty, and auto save has no say. */
  readonly isSavedByWorkbench: boolean;
  /** Whether its edits are held here until the user applies them. */
  readonly isHeld: boolean;
  /** Whether it may be edited. */
  readonly access: DocumentAccess;
  /** What is typed in its views, undone and redone. */
  readonly order = new EditOrder();
  readonly #platform: Platform;
  readonly #guard = new LockGuard(this);
  /** Whether the edit before may be done: one that is looked at for longer must not be overtaken by the next. */
  #asked: Promise<unknown> = Promise.resolve();
  readonly #steps = new DocumentSteps(this, (turn, ranges) => this.#runTurn(turn, ranges));
  #opened: Opened = { ok: false, error: new SourceError('gone') };
  #retrying: Promise<void> | undefined;
  /** What is being brought into the source. */
  readonly #underWay = new Set<Promise<unknown>>();
  #isDisposed = false;
  /** Answers in the user's place whether an undo shall go over others' bytes; undefined asks. */
  #answer: ((difference: LiveDifference) => boolean) | undefined;
  readonly #closed = new vscode.EventEmitter<void>();
  readonly onDidClose = this.#closed.event;
  readonly #written: WrittenEdits;

  /** For VS Code: what it shall keep steps of, and hold the tab dirty for. */
  readonly onDidEdit = this.#steps.onDidTell;

  /**
   * Begins to open the source. VS Code makes the tab meanwhile: it waits for the document, and need not for the source.
   * `backup`: edits that were not saved when VS Code ended.
   */
  constructor(uri: vscode.Uri, platform: Platform, backup?: Promise<Uint8Array>) {
    const { mode, isMemory } = kindOf(uri);
    this.uri = uri;
    this.mode = mode;
    this.access = new DocumentAccess(this, platform, mode === 'live' && isMemory);
    this.isSavedByWorkbench = mode === 'staged' && !isMemory;
    this.isHeld = mode !== 'live' && !this.isSavedByWorkbench;
    this.#platform = platform;
    this.#written = new WrittenEdits(this, this.#steps, platform.keptDocuments);
    this.ready = this.#open(backup);
  }

  /** As things are now; a refusal before `ready`. */
  get opened(): Opened {
    return this.#opened;
  }

  /** Whether edits of an earlier session are being put over the source, before it is `ready`: of very many that takes a while. */
  get isBringingBack(): boolean {
    return this.#written.isBringingBack;
  }

  /** What takes the edits where they are stored at once. */
  get live(): LiveEdits | undefined {
    return this.#opened.ok ? this.#opened.live : undefined;
  }

  /** A save of it that was cut off; undefined where it could not be opened. */
  get cutOff(): CutOff | undefined {
    return this.#opened.ok ? this.#opened.cutOff : undefined;
  }

  /** The path or title to show, with everything made visible that could mislead. */
  get path(): string {
    return this.#opened.ok
      ? sourceTitle(this.#opened.ref, this.#opened.watched.source.details)
      : printableName(this.uri.path);
  }

  /** Whether there are edits that are not in the source. */
  get hasEdits(): boolean {
    return this.#opened.ok && this.#opened.edits.hasEdits;
  }

  /** Tries again to open what could not be opened: once, however many views and clicks ask for it meanwhile. */
  async retry(): Promise<void> {
    if (!this.#opened.ok) {
      this.#retrying ??= this.#open(undefined).finally(() => {
        this.#retrying = undefined;
      });
    }
    await this.#retrying;
  }

  /**
   * Answers whether it was done: the user may be asked, and say no. Rejects with a SourceError; nothing is edited then, or
   * not all of it.
   */
  edit(edit: WantedEdit, label: string, manner: EditManner = { asks: true, force: false }): Promise<boolean> {
    return this.order.follow(this.#storing(() => this.#edit(edit, label, manner)));
  }

  /** Where nothing could be stored live it may be that nothing can be from now on, and all views are to say so. */
  async #storing<T>(store: () => Promise<T>): Promise<T> {
    try {
      return await this.#toItsEnd(store);
    } catch (error) {
      if (this.live !== undefined) await this.access.findLastingRefusal();
      throw error;
    }
  }

  /** The source stays open until it is over: of what is stored in parts some would be there, and some not. */
  async #toItsEnd<T>(store: () => Promise<T>): Promise<T> {
    if (this.#isDisposed) throw new SourceError('closed');
    const stored = store();
    this.#underWay.add(stored);
    try {
      return await stored;
    } finally {
      this.#underWay.delete(stored);
    }
  }

  async #edit(edit: WantedEdit, label: string, manner: EditManner): Promise<boolean> {
    const asked = this.#asked.then(() => this.#mayEdit(edit, manner));
    this.#asked = asked.catch(() => {});
    if (!(await asked)) return false;
    const { edits, live, watched } = this.#source;
    const overwrites = manner.force || edit.overwrites === true;
    const wanted = { ...edit, isUnattended: !manner.asks };
    const store = () => {
      // A lock of others may have been waited for.
      this.access.mustBeUnlocked();
      return overwrites && live !== undefined ? live.overwrite(edit) : edits.edit(wanted);
    };
    // What is staged is held against locks once it is saved.
    const locks = live === undefined ? undefined : watched.source.stores?.locks;
    try {
      const step = await this.#guard.run(locks, [edit], store, manner);
      this.#steps.tell(step, label);
      if (step.problem !== undefined) throw step.problem;
    } catch (error) {
      // What met others' bytes is told by all views, whoever asked for it.
      if (error instanceof SourceError && error.code === 'changedSince') this.#source.edited.refresh();
      throw error;
    }
    return true;
  }

  async #mayEdit(edit: WantedEdit, manner: EditManner): Promise<boolean> {
    await this.access.mustBeEditable();
    this.access.mustBeUnlocked();
    const { live, copies } = this.#source;
    if (live !== undefined) await this.#mustBeSavedElsewhere();
    return live === undefined || copies === undefined || (await copies.mayStore(edit, manner));
  }

  /** Stores what met other bytes than were shown over whatever is there. Rejects with a SourceError. */
  async writeAnyway(): Promise<void> {
    await this.#storing(() => this.#writeAnyway());
  }

  async #writeAnyway(): Promise<void> {
    this.access.mustBeUnlocked();
    const { live, watched } = this.#source;
    if (live === undefined) return;
    await this.access.mustBeEditable();
    await this.#mustBeSavedElsewhere();
    const meant = live.refused;
    const ranges = inOrder(meant.map(({ offset, bytes }) => ({ offset, length: bytes.length })));
    const step = await this.#guard.run(watched.source.stores?.locks, ranges, () => {
      // A lock of others may have been waited for.
      this.access.mustBeUnlocked();
      return live.writeAnyway(meant);
    });
    this.#steps.tell(step, vscode.l10n.t('Write Anyway'));
    if (step.problem !== undefined) throw step.problem;
  }

  /** Gives the edits in a range up. Answers whether there were any. */
  async discard(range: ByteRange): Promise<boolean> {
    const step = await this.#source.edits.discard(range);
    if (step === undefined) return false;
    this.#steps.tell(step, vscode.l10n.t('Discard Edits'));
    // Who discards edits closes the tab next: VS Code must not ask then what becomes of them.
    await this.#steps.settled;
    return true;
  }

  /** Gives up what others have changed the bytes of. Answers false, and does nothing, where no other edit would be left. */
  async keepTheirs(): Promise<boolean> {
    const step = await this.#source.edited.keepTheirs();
    if (step === undefined) return false;
    this.#steps.tell(step, vscode.l10n.t('Keep Theirs'));
    await this.#steps.settled;
    return true;
  }

  /** For VS Code's own saving. Rejects with a SourceError; the edits are kept then. */
  async save(options: Omit<SaveOptions, 'overwrites'>): Promise<void> {
    await this.ready;
    if (this.isSavedByWorkbench) await this.#bringIn(options);
  }

  /**
   * Brings edits that are held here into what they were made over: only the user has this done. Answers how many those were:
   * none where he was asked, and said no. Rejects with a SourceError; the edits are kept then.
   */
  async apply(options: Omit<SaveOptions, 'overwrites'>): Promise<number> {
    return this.isHeld && this.#opened.ok ? await this.#bringIn(options) : 0;
  }

  /** Answers how many edits are in the source now. */
  async #bringIn(options: Omit<SaveOptions, 'overwrites'>): Promise<number> {
    // What is typed by now is in it.
    await this.order.settled();
    if (this.#written.isWaiting) throw new SourceError('changedMeanwhile');
    if (!this.#opened.ok || !this.#opened.edits.hasEdits) return 0;
    await this.access.mustBeEditable();
    await this.#mustBeSavedElsewhere();
    const { cutOff } = this.#source;
    let count = 0;
    const save = async () => {
      try {
        count = await this.#saveLookedAt(options);
      } catch (error) {
        if (error instanceof SourceError && error.code === 'unfinishedSave') await cutOff.look();
        throw error;
      }
      await this.#written.settle();
    };
    await this.#toItsEnd(() => (this.isSavedByWorkbench ? this.#steps.duringSave(save) : save()));
    return count;
  }

  /** Whom the edits would be stored against may take its time: what is edited until it does not mind is no part of them. */
  async #saveLookedAt(options: Omit<SaveOptions, 'overwrites'>): Promise<number> {
    const { edited, copies } = this.#source;
    // Before its locks are looked at.
    if (this.overwrites) await edited.goOverReplacement();
    for (;;) {
      const mark = await edited.mark();
      try {
        for (const range of copies === undefined ? [] : mark.ranges) {
          if (!(await copies?.mayStore(range, { asks: true, force: false }))) return 0;
        }
        const isSaved = await this.#guard.run(edited.source.stores?.locks, mark.ranges, async () => {
          return await edited.save({ ...options, overwrites: this.overwrites }, mark);
        });
        // Some of it was taken back meanwhile: what is to be stored now nobody has looked at.
        if (isSaved) return mark.count;
      } finally {
        edited.release(mark);
      }
    }
  }

  /**
   * Stages what a save that was cut off has left to do, which is given up once the edits are written down. Answers how many
   * bytes have no place in the file any more: it is kept then. Rejects with a SourceError; nothing is staged then.
   */
  async stageCutOff(): Promise<number> {
    await this.access.mustBeEditable();
    const { cutOff } = this.#source;
    const { step, left } = await cutOff.stage();
    if (step !== undefined) this.#steps.tell(step, vscode.l10n.t('Stage the Bytes of a Save'));
    await this.#written.settle();
    if (this.#written.isWhole && left === 0) await cutOff.discard();
    return left;
  }

  /** Completes such a save over whatever others have written since. Rejects with a SourceError. */
  async forceCutOff(): Promise<void> {
    await this.access.mustBeEditable();
    await this.#mustBeSavedElsewhere();
    await this.#source.cutOff.force();
  }

  /** Opens the path anew, once what is being stored into the source is over. Rejects with a SourceError. */
  async reopen(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#source.watched.reopen();
  }

  async saveAs(target: vscode.Uri, isCancelled: () => boolean): Promise<void> {
    await this.ready;
    await this.order.settled();
    const { edited } = this.#source;
    const ref = uriToRef(target);
    if (ref.kind !== 'file') throw new SourceError('notAFile');
    await mustBeSavedElsewhere(ref, this.#platform);
    // Whatever was edited is in the copy then, which VS Code shows in this one's place.
    await edited.moveAway(() => this.#platform.writeCopy(edited, ref.path, isCancelled));
    await this.#written.settle();
  }

  async revert(): Promise<void> {
    // VS Code may close it in the same turn, and what is not reverted by then stays written down.
    if (!this.#opened.ok || this.isBringingBack) await this.ready;
    this.#written.dropWaiting();
    if (this.#opened.ok) await this.#opened.edits.revert();
    await this.#written.settle();
  }

  /** Gives up edits past the end of a source that was cut. Others stay, and are to be saved. */
  async keepInside(): Promise<void> {
    await this.#source.edited.keepInside();
    // Of VS Code's steps none is about these edits any more: without this, undoing them all would look like saved.
    if (this.isSavedByWorkbench) this.#steps.tellUnsaved();
    await this.#written.settle();
  }

  async backup(): Promise<Uint8Array> {
    return await this.#written.backup(() => this.#source);
  }

  /** Puts edits over the source that an ended window has left and that are claimed, where the document was open already. */
  async bringBackLeft(): Promise<void> {
    await this.#written.bringBackLeft(this.#source);
  }

  /** VS Code has let go of the edits without a word, as its user said when it asked what becomes of them. */
  async giveUp(): Promise<void> {
    await this.#written.giveUp();
  }

  /** Its file is at another path now: what is written down of its edits is for the document of that one. False where nothing is. */
  async handOver(to: SourceRef): Promise<boolean> {
    await this.order.settled();
    return this.#opened.ok && (await this.#written.handOver(to));
  }

  /** Has `answer` say, as long as `during` runs, what the user would be asked where an undo meets others' bytes. */
  async withAnswer(answer: (difference: LiveDifference) => boolean, during: () => Thenable<unknown>): Promise<void> {
    this.#answer = answer;
    try {
      await during();
    } finally {
      this.#answer = undefined;
    }
  }

  /** When VS Code knows of all steps so far: an undo that it hears of before that is of an earlier one. Never rejects. */
  get settled(): Promise<unknown> {
    return this.#steps.settled;
  }

  /** Resolves once VS Code knows of all steps so far. Never rejects. */
  async heard(): Promise<void> {
    await this.#steps.heard();
  }

  get isClosed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    this.access.dispose();
    this.#isDisposed = true;
    this.#closed.fire();
    this.#closed.dispose();
    this.#steps.dispose();
    if (!this.#opened.ok) return;
    const { watched } = this.#opened;
    this.#guard.close();
    // Of what is stored in parts some would be there, and some not; and what was typed is kept.
    const over = Promise.allSettled([this.ready, ...this.#underWay]);
    void this.#written.end(over).finally(() => watched.dispose());
  }

  get #source(): Opened & { readonly ok: true } {
    if (!this.#opened.ok) throw this.#opened.error;
    return this.#opened;
  }

  async #mustBeSavedElsewhere(): Promise<void> {
    await mustBeSavedElsewhere(this.#source.ref, this.#platform);
  }

  async #mayGoOver(difference: LiveDifference): Promise<boolean> {
    return this.#answer?.(difference) ?? (await confirmDifference(this, difference));
  }

  async #runTurn(turn: () => Promise<void>, ranges: EditStep['ranges']): Promise<void> {
    this.access.mustBeUnlocked();
    if (this.live !== undefined) {
      await this.access.mustBeEditable();
      await this.#mustBeSavedElsewhere();
    }
    const locks = ranges && this.#source.watched.source.stores?.locks;
    const unlocked = () => {
      this.access.mustBeUnlocked();
      return turn();
    };
    await this.#storing(() => this.#guard.run(locks, inOrder(ranges?.() ?? []), unlocked));
  }

  async #open(backup: Promise<Uint8Array> | undefined): Promise<void> {
    // Without it there is nothing to put over the source; VS Code keeps the file.
    await this.#written.take(backup);
    const opened = await openDocument(this.uri, this.#platform, (difference) => this.#mayGoOver(difference));
    this.#opened = opened;
    // Closed before it was open.
    if (this.#isDisposed && opened.ok) opened.watched.dispose();
    else if (opened.ok) {
      await this.#written.bringBack(opened);
      // Nobody waits for it. What cannot be looked at now is when it is saved.
      if (opened.live === undefined) void opened.cutOff.look().catch(() => {});
    }
  }
}

function inOrder(ranges: readonly ByteRange[]): readonly ByteRange[] {
  return ranges.toSorted((one, other) => one.offset - other.offset);
}

/** What its URI alone tells. */
function kindOf(uri: vscode.Uri): { readonly mode: EditMode; readonly isMemory: boolean } {
  try {
    const { ref, mode } = uriToDocument(uri);
    return { mode, isMemory: isMemoryRef(ref) };
  } catch {
    return { mode: 'staged', isMemory: false };
  }
}
