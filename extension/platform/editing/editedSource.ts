import type { ByteRange } from '../../core/byteRange.ts';
import type { ByteSource, Hole, VersionedBytes } from '../../core/byteSource.ts';
import { withSecondDigit } from '../../core/editing/byteOperations.ts';
import { isInTheWay, isToldOf, withDeleted } from '../../core/editing/changedUnder.ts';
import type { DocumentEdits, EditStep, WantedEdit } from '../../core/editing/documentEdits.ts';
import type { BackupStamp } from '../../core/editing/editBackup.ts';
import { anything, type OthersChange, withoutEdits } from '../../core/editing/othersChange.ts';
import type { EditRefusal, SaveConflict, SaveOptions, StagedSave } from '../../core/editing/stagedSave.ts';
import { StepCount, type StepMark } from '../../core/editing/stepCount.ts';
import { storedAlready } from '../../core/editing/storedAlready.ts';
import { largestKeptDeletion, largestRead } from '../../core/limits.ts';
import type { Look } from '../../core/live/look.ts';
import type { Change, ChangedView } from '../../core/overlay/changes.ts';
import { keptWithin } from '../../core/overlay/keptWithin.ts';
import { Overlay } from '../../core/overlay/overlay.ts';
import { editedRanges, putIn } from '../../core/overlay/putIn.ts';
import { readView } from '../../core/overlay/readView.ts';
import type { Edit } from '../../core/overlay/replacement.ts';
import { savedRanges } from '../../core/overlay/savedRanges.ts';
import type { SaveCost } from '../../core/saving/savePlan.ts';
import { SourceError } from '../../core/sourceError.ts';
import { LiveWindow } from '../liveWindow.ts';
import { inSlices, Slices } from '../slices.ts';
import { Turns } from '../turns.ts';
import type { WatchedSource, WatchedState } from '../watchedSource.ts';
import { atStep } from './atStep.ts';
import { CompletedSave } from './completedSave.ts';
import { DeletionDigests, noteUnknown } from './deletionDigests.ts';
import { decodeEdits, encodeEdits } from './encodedEdits.ts';
import { MemorySave } from './memorySave.ts';
import { noteSurroundings } from './noteSurroundings.ts';
import { PageReads } from './pageReads.ts';
import { StagedStep, type SteppedDocument } from './stagedStep.ts';

/** A run of typing is one step of undo for at most this long: VS Code backs up a second after it heard of a step. */
const longestStepMs = 600;

export interface EditedChange {
  /** Undefined where anything may be otherwise. */
  readonly view: ChangedView | undefined;
  /** Who asked for the edit, where it is one. */
  readonly origin?: unknown;
  /** What it is to who did not ask for it; undefined where the view is what it was. */
  readonly change: OthersChange | undefined;
}

/** Edits as they were at some time. */
export interface EditMark {
  /** What of the source a save of them writes to. */
  readonly ranges: readonly ByteRange[];
  readonly count: number;
  readonly step: StepMark;
}

/**
 * A source as a document shows it: the source with the staged edits over it. Edits, saves and the rest happen one after
 * the other, in the order they were asked for, so that a save is of what the view was then.
 */
export class EditedSource implements DocumentEdits {
  readonly watched: WatchedSource;
  readonly isMemory: boolean;
  readonly #listeners = new Set<(change: EditedChange) => void>();
  readonly #now: () => number;
  readonly #largestKept: number;
  #overlay: Overlay;
  /** VS Code must not hear of an edit before the save that came first. */
  readonly #turns = new Turns();
  /** What the source grows by while a save is cut off is what it was to grow by. */
  readonly #steps = new StepCount();
  readonly #completed = new CompletedSave(this, this.#steps);
  readonly #digests = new DeletionDigests(() => this.saving);
  readonly #stepped: SteppedDocument;
  #generation = 0;
  #stepBegan = 0;
  #conflict: SaveConflict | undefined;

  /**
   * `now`: milliseconds, steady. `isMemory`: others use the bytes; edits are stored among theirs, and the size stays.
   * `largestKept`: the bytes of a longer deletion are not kept.
   */
  constructor(
    watched: WatchedSource,
    now = () => performance.now(),
    isMemory = false,
    largestKept = largestKeptDeletion,
  ) {
    this.watched = watched;
    this.isMemory = isMemory;
    this.#now = now;
    this.#largestKept = largestKept;
    this.#overlay = new Overlay(watched.state.size);
    const steps = this.#steps;
    this.#stepped = {
      get mayLookSaved() {
        return steps.mayLookSaved;
      },
      told: (overlay, step) => {
        if (overlay === this.#overlay) steps.tell(step);
      },
      turn: (overlay, from, to) => this.#turn(overlay, from, to),
    };
    watched.onDidChange(() => this.#sourceChanged());
    watched.ended.addEventListener('abort', () => this.#digests.end());
  }

  get source(): ByteSource {
    return this.watched.source;
  }

  /** How the edits come into the source; undefined where they cannot. */
  get saving(): StagedSave | undefined {
    const { source } = this;
    if (!this.isMemory) return source.saving;
    return source.stores === undefined ? undefined : new MemorySave(source, source.stores);
  }

  get overlay(): Overlay {
    return this.#overlay;
  }

  get hasEdits(): boolean {
    return !this.#overlay.isEmpty;
  }

  async refusal(): Promise<EditRefusal | undefined> {
    return this.saving === undefined ? 'notSupported' : await this.saving.refusal();
  }

  /** Whether a save of these edits was cut off: some of them may be in the source. */
  get isCutOff(): boolean {
    return this.#steps.isCutOff;
  }

  /** What the last save met, until it is dealt with. */
  get conflict(): SaveConflict | undefined {
    return this.#conflict;
  }

  /** As of the watched source, in terms of the view. */
  get state(): WatchedState {
    const { state } = this.watched;
    const delta = this.#overlay.size - this.#overlay.sourceSize;
    return {
      ...state,
      size: this.#overlay.size,
      shownSize: Math.max(this.#overlay.size, state.shownSize + delta),
      generation: state.generation + this.#generation,
    };
  }

  /** As of the watched source. */
  onDidChange(listener: () => void): () => void {
    return this.watched.onDidChange(listener);
  }

  /** Calls `listener` after each change of the edits, until the returned function is called. */
  onDidEdit(listener: (change: EditedChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  live(send: (look: Look) => Promise<void>): LiveWindow {
    return new LiveWindow(this, send);
  }

  /** Reads at most `largestRead` bytes of the view. */
  async read(offset: number, length: number): Promise<VersionedBytes> {
    if (this.#overlay.isEmpty && this.#overlay.size === this.watched.state.size) {
      // Asked before the answer is awaited: an edit meanwhile makes it an old one.
      const { generation } = this.state;
      return { ...(await this.watched.read(offset, length)), generation };
    }
    const { generation } = this.state;
    const bytes = new Uint8Array(Math.min(length, largestRead));
    const edits = this.editedRanges({ offset, length: bytes.length });
    const answer = await readView(this.#overlay, this.source, offset, bytes);
    const { holes, unwritten } = answer;
    return { generation, bytes: bytes.slice(0, answer.length), holes, unwritten, edits };
  }

  /** What of a range of the view was put in, in order and without gaps between neighbours; for a deletion, the byte after it. */
  editedRanges(range: ByteRange): ByteRange[] {
    return editedRanges(this.#overlay, range);
  }

  /** The bytes of a range of the view that edits put in; undefined where some are the source's, or too many. */
  putIn(range: ByteRange): Uint8Array<ArrayBuffer> | undefined {
    return range.length > largestRead ? undefined : putIn(this.#overlay, range);
  }

  /** Where the edit goes on from the one before, it is a part of that step. Rejects with a SourceError; nothing is edited then. */
  async edit(wanted: WantedEdit): Promise<EditStep> {
    return await this.#turns.take(async () => {
      const { offset, isStale } = wanted.settle?.() ?? { offset: wanted.offset, isStale: false };
      const edit = { ...wanted, offset };
      if (edit.offset + edit.length > this.#overlay.size) throw new SourceError('pastEnd');
      if (this.isMemory && edit.bytes.length !== edit.length) throw new SourceError('sizeIsFixed');
      const shown = (isStale ? undefined : edit.shown) ?? (await this.#shown(edit));
      const { length } = edit;
      const bytes = edit.keepsSecondDigit === true ? withSecondDigit(edit.bytes, shown) : edit.bytes;
      if (this.#now() - this.#stepBegan > longestStepMs) this.#overlay.endStep();
      const outcome = this.#overlay.edit({ offset, length, bytes, shown }, { typing: edit.isTyping === true });
      if (outcome.isStep) this.#begin();
      this.#edited(outcome, edit.origin);
      if (shown === undefined) await this.#digests.follow(this.#overlay);
      if (bytes.length > length) await noteSurroundings(this.#overlay, this.source, outcome);
      return this.#told(outcome.isStep);
    });
  }

  /**
   * Stages what `plan` makes of the edits there are, as one step; undefined where that is nothing. The edits of a plan are
   * in order and none over another, and of the view as `over` has it: the edits there are, or others in their place.
   */
  async editTogether(
    plan: (overlay: Overlay) => Promise<{ readonly over: Overlay; readonly edits: readonly Edit[] }>,
  ): Promise<EditStep | undefined> {
    return await this.#turns.take(async () => {
      this.#grow(await this.source.size());
      const { over, edits } = await plan(this.#overlay);
      over.editTogether(edits);
      await noteSurroundings(over, this.source, { offset: 0, length: over.size });
      if (over !== this.#overlay) {
        this.#forget();
        this.#overlay = over;
      }
      if (edits.length > 0) this.#begin();
      this.#tellAnew(anything);
      if (edits.length === 0) return undefined;
      return this.#told(true);
    });
  }

  /** Gives the edits in a range of the view up, as one step; undefined where there are none. */
  async discard(range: ByteRange): Promise<EditStep | undefined> {
    return await this.#turns.take(async () => {
      const changed = await inSlices(this.#overlay.discardSteps(range));
      if (changed === undefined) return undefined;
      this.#begin();
      this.#edited(changed);
      await this.#digests.follow(this.#overlay);
      return this.#told(true);
    });
  }

  /**
   * Gives the edits up whose bytes others have changed, each as a whole and all as one step: the rest stays. Undefined, and
   * nothing is done, where nothing would be left, or something else is in the way.
   */
  async keepTheirs(): Promise<EditStep | undefined> {
    return await this.#turns.take(async () => {
      const [overlay, conflict] = [this.#overlay, this.#conflict];
      if (conflict?.kind !== 'changed' || this.isCutOff) return undefined;
      const isMeant = (change: Change) => isInTheWay(overlay, change, conflict.ranges);
      if (areAll(overlay.allChanges(), isMeant)) return undefined;
      const changed = await inSlices(overlay.discardSteps({ offset: 0, length: overlay.size }, isMeant));
      if (changed === undefined) return undefined;
      this.#begin();
      // Of very many places not all were told.
      this.#conflict = conflict.isCut ? await this.saving?.check(overlay).catch(() => undefined) : undefined;
      this.#edited(changed);
      await this.#digests.follow(overlay);
      return this.#told(true);
    });
  }

  /** The edits as they are now. To be released. */
  async mark(): Promise<EditMark> {
    return await this.#turns.take(async () => {
      // What is typed from now on is no part of them.
      this.#overlay.endStep();
      return { ranges: savedRanges(this.#overlay), count: this.#overlay.count, step: this.#steps.mark() };
    });
  }

  release({ step }: EditMark): void {
    this.#steps.release(step);
  }

  /**
   * Brings the edits to the disk; does nothing where there are none. With a `mark` those that there were then: what was
   * edited since stays over them. Answers false, and does nothing, where some of them are taken back by now. Rejects with
   * SourceError('changedMeanwhile') where `conflict` then tells of what is in the way.
   */
  async save(options: SaveOptions, mark?: EditMark): Promise<boolean> {
    let cost: SaveCost | undefined;
    const approve = async (wanted: SaveCost) => {
      cost = wanted;
      return false;
    };
    try {
      return await this.#turns.take(() => this.#saveMarked({ ...options, approve }, mark));
    } catch (error) {
      // Asked in no turn: what is edited until the user answers would wait for that, and be written down nowhere.
      if (cost === undefined || !(await options.approve(cost))) throw error;
      return await this.#turns.take(() => this.#saveMarked({ ...options, approve: async () => true }, mark));
    }
  }

  async #saveMarked(options: SaveOptions, mark: EditMark | undefined): Promise<boolean> {
    const overlay = this.#overlay;
    const { done } = this.#steps;
    const step = mark === undefined ? done : mark.step.step;
    if (step === undefined || step > done) return false;
    if (step === done) {
      await this.#completeAndSave(options);
      return true;
    }
    try {
      const isWhole = await atStep(overlay, this.#steps, step, () => this.#completeAndSave(options));
      // Nobody has looked at what they leave out since it has another place.
      noteUnknown(overlay);
      if (!isWhole) throw new SourceError('lostBeyondSave');
    } finally {
      this.#tellAnew();
    }
    return true;
  }

  async #completeAndSave(options: SaveOptions): Promise<void> {
    if (this.#overlay.isEmpty) return;
    const { saving } = this;
    if (saving === undefined) throw new SourceError('notForThis');
    const isCompleted = await saving.complete(options.task.isCancelled);
    if (isCompleted || this.isCutOff) await this.#adoptSaved();
    if (!this.#overlay.isEmpty) await this.#save(options);
  }

  async #save(options: SaveOptions): Promise<void> {
    const isKnown = options.overwrites || (await this.#digests.taken(options.task));
    if (!isKnown) throw new SourceError('cancelled');
    this.#grow(await this.source.size());
    const { saving } = this;
    if (saving === undefined) throw new SourceError('notForThis');
    if (options.overwrites) await this.#mustBeTold(saving);
    const result = await saving.save(this.#overlay, options).catch(async (error: unknown) => {
      if (await saving.isCutOff()) this.#completed.note();
      throw error;
    });
    this.#conflict = result.kind === 'conflict' ? result.conflict : undefined;
    if (result.kind === 'conflict') {
      this.#tellAnew();
      throw new SourceError('changedMeanwhile');
    }
    this.#overlay.saved();
    this.#steps.noteSaved();
    // The size that is known is that from before.
    await (result.isNewFile ? this.watched.reopen() : this.watched.look());
    this.#tellAnew();
  }

  /** Who has others' bytes gone over means those that he was told of: what they have changed since he is to be asked about. */
  async #mustBeTold(saving: StagedSave): Promise<void> {
    const [overlay, told] = [this.#overlay, this.#conflict];
    if (told?.kind !== 'changed' || told.isCut) return;
    const now = await saving.check(overlay);
    if (now?.kind !== 'changed' || isToldOf(overlay, now.ranges, told.ranges)) return;
    this.#conflict = withDeleted(now, told);
    this.#tellAnew();
    throw new SourceError('changedMeanwhile');
  }

  /** The bytes of a save that was cut off are in the source now. */
  async #adoptSaved(): Promise<void> {
    try {
      const adopted = await this.#completed.adopt();
      if (adopted === 'not') return;
      this.#conflict = undefined;
      await this.watched.look();
      if (adopted === 'inPart') throw new SourceError('lostBeyondSave');
    } finally {
      this.#tellAnew();
    }
  }

  /** The view is the source again, as it is now. */
  async revert(): Promise<void> {
    await this.#turns.take(async () => {
      const change = withoutEdits(this.#overlay);
      if (!this.isCutOff && this.#overlay.revert()) this.#steps.revert();
      else this.#forget();
      this.#conflict = undefined;
      this.#adoptSize();
      this.#tellAnew(change);
    });
  }

  /** Goes on over the source as short as it is now: edits past its end are given up, for good. */
  async keepInside(): Promise<void> {
    await this.#turns.take(async () => {
      const size = await this.source.size();
      if (size < this.#overlay.sourceSize) {
        this.#overlay = keptWithin(this.#overlay, size);
        this.#steps.forget();
      }
      this.#steps.endCutOff();
      this.#grow(size);
      this.#conflict = undefined;
      this.#tellAnew(anything);
    });
  }

  /** Where a save met that another has the path now, the edits are over that one from now on. Rejects with a SourceError. */
  async goOverReplacement(): Promise<void> {
    await this.#turns.take(async () => {
      if (this.#conflict?.kind !== 'path' || this.#conflict.fate.kind !== 'replaced') return;
      await this.watched.reopen();
      this.#conflict = undefined;
      this.#tellAnew(anything);
    });
  }

  /** Has `write` take a copy of what the view shows, with no edit meanwhile. The edits are there then, and here no more. */
  async moveAway(write: () => Promise<void>): Promise<void> {
    await this.#turns.take(async () => {
      await write();
      const change = withoutEdits(this.#overlay);
      this.#forget();
      this.#conflict = undefined;
      this.#tellAnew(change);
    });
  }

  /**
   * Of how many edits, in a range of the view or all, the source has how many already: only of memory, where no journal
   * tells. Rejects with a SourceError.
   */
  async storedAlready(range?: ByteRange): Promise<{ readonly stored: number; readonly count: number }> {
    if (!this.isMemory) return { stored: 0, count: 0 };
    return await this.#turns.take(async () => {
      const overlay = this.#overlay;
      const changes = range === undefined ? [...overlay.allChanges()] : overlay.changes(range.offset, range.length);
      const slices = new Slices();
      const reads = new PageReads(this.source);
      const read = async (offset: number, length: number) => {
        await slices.pause();
        return await reads.read(offset, length);
      };
      const bytesAt = (offset: number, length: number) => reads.held(offset, length) ?? read(offset, length);
      const stored = await storedAlready(overlay, changes, bytesAt);
      return { stored, count: changes.length };
    });
  }

  /** Resolves when all that was asked for until now is done, or has failed. */
  async settled(): Promise<void> {
    await this.#turns.take(async () => {});
  }

  /** Tells everybody to read anew: what a view shows already could not be done. */
  refresh(): void {
    this.#tellAnew();
  }

  /** The edits with what is needed to tell whether they still fit. */
  async backup(stamp?: BackupStamp): Promise<Uint8Array> {
    return await this.#turns.take(() => encodeEdits(this.#overlay, this.source, stamp));
  }

  /** Puts the edits of a backup over the source, and checks them. Answers false where it is no backup. */
  async restore(backup: Uint8Array): Promise<boolean> {
    return await this.#turns.take(() => this.#restore(backup));
  }

  /** The same where nothing is edited yet. */
  async restoreUnlessEdited(backup: Uint8Array): Promise<'restored' | 'unreadable' | 'edited'> {
    return await this.#turns.take(async () => {
      if (!this.#overlay.isEmpty) return 'edited';
      return (await this.#restore(backup)) ? 'restored' : 'unreadable';
    });
  }

  async #restore(backup: Uint8Array): Promise<boolean> {
    const decoded = await decodeEdits(backup);
    if (decoded === undefined) return false;
    const { overlay, version } = decoded;
    const now = await this.source.probe().catch(() => undefined);
    if (now?.version !== version) noteUnknown(overlay);
    this.#overlay = overlay;
    this.#steps.forget();
    await this.#completed.noteRestored(overlay);
    this.#grow(this.watched.state.size);
    const conflict = await this.saving?.check(overlay).catch(() => undefined);
    // Where it may be more than this, a save tells all of it.
    const isWhole = conflict?.kind !== 'changed' || overlay.unkeptDeletions().length === 0;
    this.#conflict = isWhole ? conflict : undefined;
    this.#tellAnew(anything);
    return true;
  }

  /**
   * Completes a save that was cut off with the window of it, before edits are put over the source again that it may have
   * brought there. Never rejects.
   */
  async completeSave(): Promise<void> {
    await this.#turns.take(async () => {
      if (await this.#completed.completeLeft()) await this.watched.look();
    });
  }

  /** Whether the source has all edits of a backup already: a save was done, and the backup not yet removed. */
  async isDone(backup: Uint8Array): Promise<boolean> {
    const decoded = await decodeEdits(backup);
    return decoded !== undefined && (await this.#completed.has(decoded.overlay));
  }

  #begin(): void {
    this.#steps.begin();
    this.#stepBegan = this.#now();
  }

  /** The step that was just done, or a part of it. */
  #told(isStep: boolean): EditStep {
    return new StagedStep(this.#stepped, this.#overlay, this.#steps.done, isStep);
  }

  async #turn(overlay: Overlay, from: number, to: number): Promise<void> {
    await this.#turns.take(async () => {
      const isNext = this.#overlay === overlay && this.#steps.done === from;
      const changed = isNext ? (to < from ? overlay.undo() : overlay.redo()) : undefined;
      if (changed === undefined) this.#steps.miscount();
      if (!isNext) throw new SourceError('notStagedAnyMore');
      if (changed === undefined) throw new SourceError('notKept');
      this.#steps.go(to);
      this.#adoptSize();
      this.#edited(changed);
      await this.#digests.follow(overlay);
      await noteSurroundings(overlay, this.source, changed);
    });
  }

  /** What the view shows in a range, all of it. Of a deletion that is too long to be kept, digests are taken instead. */
  async #shown({ offset, length, bytes }: WantedEdit): Promise<Uint8Array | undefined> {
    if (bytes.length === 0 && length > this.#largestKept) return undefined;
    const shown = new Uint8Array(length);
    const { holes } = await readView(this.#overlay, this.source, offset, shown);
    const [hole] = holes as readonly Hole[];
    if (hole !== undefined) throw new SourceError('incomplete', { hole });
    return shown;
  }

  #forget(): void {
    this.#overlay = new Overlay(this.watched.state.size);
    this.#steps.forget();
  }

  /** What was lost or gained stays at the end of the view; where edits are over it, until they are not. */
  #adoptSize(): void {
    const { size } = this.watched.state;
    this.#grow(size);
    if (size < this.#overlay.sourceSize && this.#overlay.isEmpty) this.#forget();
  }

  /** What the source has grown by stays at its end. */
  #grow(size: number): void {
    if (!this.isCutOff && size > this.#overlay.sourceSize) this.#overlay.grow(size);
  }

  #sourceChanged(): void {
    // A save changes the source by what the overlay has, and says so itself.
    if (this.#turns.isIdle) {
      this.#adoptSize();
      return;
    }
    void this.#turns.take(async () => {
      const before = this.#overlay.size;
      this.#adoptSize();
      if (this.#overlay.size !== before) this.#tellAnew();
    });
  }

  #edited(view: ChangedView, origin?: unknown): void {
    this.#tell({ view, origin, change: { touched: view, moves: view.moves } });
  }

  /** Everybody is to read anew; without a `change` for other reasons than that bytes are others. */
  #tellAnew(change?: OthersChange): void {
    void this.#digests.follow(this.#overlay);
    this.#tell({ view: undefined, change });
  }

  #tell(change: EditedChange): void {
    this.#generation += 1;
    for (const listener of [...this.#listeners]) listener(change);
  }
}

function areAll(changes: Iterable<Change>, are: (change: Change) => boolean): boolean {
  for (const change of changes) if (!are(change)) return false;
  return true;
}
