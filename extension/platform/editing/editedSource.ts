import type { ByteRange } from '../../core/byteRange.ts';
import type { ByteSource, Hole, VersionedBytes } from '../../core/byteSource.ts';
import { decodeBackup, encodeBackup } from '../../core/editing/editBackup.ts';
import type { SaveConflict, SaveOptions } from '../../core/editing/stagedSave.ts';
import { largestRead } from '../../core/limits.ts';
import type { Look } from '../../core/look.ts';
import { type ChangedView, Overlay } from '../../core/overlay/overlay.ts';
import { readView } from '../../core/overlay/readView.ts';
import { SourceError } from '../../core/sourceError.ts';
import { refKey } from '../../core/sourceRef.ts';
import { LiveWindow } from '../liveWindow.ts';
import type { WatchedSource, WatchedState } from '../watchedSource.ts';

/** Originals of a deletion are kept up to this length: a longer one cannot be undone beyond a save. */
const largestKeptDeletion = 16 * 2 ** 20;

/** A run of typing is one step of undo for at most this long: VS Code backs up a second after it heard of a step. */
const longestStepMs = 600;

/** Bytes to be replaced in the view; as many as go are overwritten. */
export interface WantedEdit {
  readonly offset: number;
  readonly length: number;
  readonly bytes: Uint8Array;
  /** What the user sees there; read where it is not given. */
  readonly shown?: Uint8Array | undefined;
  readonly isTyping?: boolean;
  /** Who asked for it: told to all who listen. */
  readonly origin?: unknown;
}

export interface EditStep {
  /** Whether VS Code must hear of it: it is not a part of the step before. */
  readonly isStep: boolean;
  /** Whether VS Code, which counts steps, may take the edits for saved though they are not. */
  readonly mayLookSaved: boolean;
  undo(): Promise<void>;
  redo(): Promise<void>;
}

export interface EditedChange {
  /** Undefined where anything may be otherwise. */
  readonly view: ChangedView | undefined;
  /** Who asked for the edit, where it is one. */
  readonly origin?: unknown;
}

/**
 * A source as a document shows it: the source with the staged edits over it. Edits, saves and the rest happen one after
 * the other, in the order they were asked for, so that a save is of what the view was then.
 */
export class EditedSource {
  readonly watched: WatchedSource;
  readonly #listeners = new Set<(change: EditedChange) => void>();
  readonly #now: () => number;
  #overlay: Overlay;
  #queue: Promise<unknown> = Promise.resolve();
  #isIdle = true;
  #generation = 0;
  /** Steps that are done, and how many there were at the last save. */
  #steps = { done: 0, saved: 0 };
  /** Whether no step leads back to what was saved last. */
  #isSaveOutOfReach = false;
  #stepBegan = 0;
  #conflict: SaveConflict | undefined;

  /** `now`: milliseconds, steady. */
  constructor(watched: WatchedSource, now = () => performance.now()) {
    this.watched = watched;
    this.#now = now;
    this.#overlay = new Overlay(watched.state.size);
    watched.onDidChange(() => this.#sourceChanged());
  }

  get source(): ByteSource {
    return this.watched.source;
  }

  get overlay(): Overlay {
    return this.#overlay;
  }

  get hasEdits(): boolean {
    return !this.#overlay.isEmpty;
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
    const found: ByteRange[] = [];
    for (const { kind, offset, length } of this.#overlay.changes(range.offset, range.length)) {
      const from = Math.max(range.offset, offset);
      const end = Math.min(range.offset + range.length, offset + (kind === 'delete' ? 1 : length));
      if (from >= end) continue;
      const last = found.at(-1);
      if (last !== undefined && from <= last.offset + last.length) {
        found[found.length - 1] = { offset: last.offset, length: Math.max(last.length, end - last.offset) };
      } else found.push({ offset: from, length: end - from });
    }
    return found;
  }

  /** The bytes of a range of the view that edits put in; undefined where some are the source's, or too many. */
  putIn({ offset, length }: ByteRange): Uint8Array<ArrayBuffer> | undefined {
    if (length > largestRead) return undefined;
    const bytes = new Uint8Array(length);
    for (const piece of this.#overlay.pieces(offset, length)) {
      if (piece.kind === 'source') return undefined;
      if (piece.kind === 'delete') continue;
      this.#overlay.readPut(piece.place, bytes.subarray(piece.offset - offset, piece.offset - offset + piece.length));
    }
    return bytes;
  }

  /** Where the edit goes on from the one before, it is a part of that step. Rejects with a SourceError; nothing is edited then. */
  async edit(edit: WantedEdit): Promise<EditStep> {
    return await this.#inOrder(async () => {
      if (edit.offset + edit.length > this.#overlay.size) throw new SourceError('pastEnd');
      const shown = edit.shown ?? (await this.#shown(edit));
      const { offset, length, bytes } = edit;
      if (this.#now() - this.#stepBegan > longestStepMs) this.#overlay.endStep();
      const outcome = this.#overlay.edit({ offset, length, bytes, shown }, { typing: edit.isTyping === true });
      if (outcome.isStep) this.#begin();
      this.#edited(outcome, edit.origin);
      return { isStep: outcome.isStep, mayLookSaved: this.#isSaveOutOfReach, ...this.#stepBack() };
    });
  }

  /** Gives the edits in a range of the view up, as one step; undefined where there are none. */
  async discard(range: ByteRange): Promise<EditStep | undefined> {
    return await this.#inOrder(async () => {
      const changed = this.#overlay.discard(range);
      if (changed === undefined) return undefined;
      this.#begin();
      this.#edited(changed);
      return { isStep: true, mayLookSaved: this.#isSaveOutOfReach, ...this.#stepBack() };
    });
  }

  /**
   * Brings the edits to the disk; does nothing where there are none. Rejects with SourceError('changedMeanwhile') where
   * `conflict` then tells of what is in the way.
   */
  async save(options: SaveOptions): Promise<void> {
    await this.#inOrder(async () => {
      if (this.#overlay.isEmpty) return;
      const { saving } = this.source;
      if (saving === undefined) throw new SourceError('notForThis');
      // Another file has the path, and the user wants his edits in that one.
      const isReplaced = this.#conflict?.kind === 'path' && this.#conflict.fate.kind === 'replaced';
      if (options.overwrites && isReplaced) await this.watched.reopen();
      // What it has grown by meanwhile stays at its end.
      const size = await this.source.size();
      if (size > this.#overlay.sourceSize) this.#overlay.grow(size);
      const result = await (this.source.saving ?? saving).save(this.#overlay, options);
      this.#conflict = result.kind === 'conflict' ? result.conflict : undefined;
      if (result.kind === 'conflict') {
        this.#edited(undefined);
        throw new SourceError('changedMeanwhile');
      }
      this.#overlay.saved();
      this.#steps.saved = this.#steps.done;
      this.#isSaveOutOfReach = false;
      if (result.isNewFile) await this.watched.reopen();
      this.#edited(undefined);
    });
  }

  /** The view is the source again, as it is now. */
  async revert(): Promise<void> {
    await this.#inOrder(async () => {
      if (this.#overlay.revert()) this.#steps.done = this.#steps.saved;
      else this.#forget();
      this.#conflict = undefined;
      this.#adoptSize();
      this.#edited(undefined);
    });
  }

  /** Has `write` take a copy of what the view shows, with no edit meanwhile. The edits are there then, and here no more. */
  async moveAway(write: () => Promise<void>): Promise<void> {
    await this.#inOrder(async () => {
      await write();
      this.#forget();
      this.#conflict = undefined;
      this.#edited(undefined);
    });
  }

  /** Tells everybody to read anew: what a view shows already could not be done. */
  refresh(): void {
    this.#edited(undefined);
  }

  /** The edits with what is needed to tell whether they still fit. */
  async backup(): Promise<Uint8Array> {
    return await this.#inOrder(() => this.#encoded());
  }

  /** Puts the edits of a backup over the source, and checks them. Answers false where it is no backup. */
  async restore(backup: Uint8Array): Promise<boolean> {
    return await this.#inOrder(async () => {
      const overlay = overlayOf(backup);
      if (overlay === undefined) return false;
      this.#overlay = overlay;
      this.#steps = { done: 0, saved: 0 };
      this.#isSaveOutOfReach = true;
      if (this.#overlay.sourceSize < this.watched.state.size) this.#overlay.grow(this.watched.state.size);
      this.#conflict = await this.source.saving?.check(this.#overlay).catch(() => undefined);
      this.#edited(undefined);
      return true;
    });
  }

  async #encoded(): Promise<Uint8Array> {
    const overlay = this.#overlay;
    const version = await this.source.probe().then(
      (probe) => probe.version,
      () => '',
    );
    return encodeBackup(overlay, { key: refKey(this.source.ref), size: overlay.sourceSize, version });
  }

  #begin(): void {
    if (this.#steps.done < this.#steps.saved) this.#isSaveOutOfReach = true;
    this.#steps.done += 1;
    this.#stepBegan = this.#now();
  }

  /** What undoes and redoes the step that was just done; nothing where the edits are others by then. */
  #stepBack(): Pick<EditStep, 'undo' | 'redo'> {
    const overlay = this.#overlay;
    const number = this.#steps.done;
    const go = (from: number, to: number, step: () => ChangedView | undefined) =>
      this.#inOrder(async () => {
        if (this.#overlay !== overlay || this.#steps.done !== from) return;
        const changed = step();
        if (changed === undefined) throw new SourceError('notKept');
        this.#steps.done = to;
        this.#adoptSize();
        this.#edited(changed);
      });
    return {
      undo: () => go(number, number - 1, () => overlay.undo()),
      redo: () => go(number - 1, number, () => overlay.redo()),
    };
  }

  /** What the view shows in a range, all of it. A deletion that is too long to be kept needs none of it. */
  async #shown({ offset, length, bytes }: WantedEdit): Promise<Uint8Array | undefined> {
    if (bytes.length === 0 && length > largestKeptDeletion) return undefined;
    const shown = new Uint8Array(length);
    const { holes } = await readView(this.#overlay, this.source, offset, shown);
    const [hole] = holes as readonly Hole[];
    if (hole !== undefined) throw new SourceError('incomplete', { hole });
    return shown;
  }

  #forget(): void {
    this.#overlay = new Overlay(this.watched.state.size);
    this.#steps = { done: 0, saved: 0 };
    this.#isSaveOutOfReach = true;
  }

  /** What was lost or gained stays at the end of the view; where edits are over it, until they are not. */
  #adoptSize(): void {
    const { size } = this.watched.state;
    if (size > this.#overlay.sourceSize) this.#overlay.grow(size);
    else if (size < this.#overlay.sourceSize && this.#overlay.isEmpty) this.#forget();
  }

  #sourceChanged(): void {
    // A save changes the source by what the overlay has, and says so itself.
    if (this.#isIdle) {
      this.#adoptSize();
      return;
    }
    void this.#inOrder(async () => {
      const before = this.#overlay.size;
      this.#adoptSize();
      if (this.#overlay.size !== before) this.#edited(undefined);
    });
  }

  #edited(view: ChangedView | undefined, origin?: unknown): void {
    this.#generation += 1;
    for (const listener of [...this.#listeners]) listener({ view, origin });
  }

  #inOrder<T>(act: () => Promise<T>): Promise<T> {
    this.#isIdle = false;
    const turn = this.#queue.then(act);
    const settled = turn.then(
      () => {},
      () => {},
    );
    // The next one waits until who asked has heard: VS Code must not hear of an edit before the save that came first.
    const tail = settled.then(() => new Promise<void>((done) => setImmediate(done)));
    this.#queue = tail;
    void tail.then(() => {
      if (this.#queue === tail) this.#isIdle = true;
    });
    return turn;
  }
}

function overlayOf(backup: Uint8Array): Overlay | undefined {
  try {
    return decodeBackup(backup).overlay;
  } catch {
    return undefined;
  }
}
