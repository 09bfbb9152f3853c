import type { ByteRange } from '../byteRange.ts';
import { SourceError } from '../sourceError.ts';
import { type ChangeKind, ChangeTable, notKept } from './changeTable.ts';
import { ChangeTree, type Place } from './changeTree.ts';
import { EditBytes } from './editBytes.ts';
import { formerContent } from './formerContent.ts';
import { History, type HistoryEntry } from './history.ts';
import { type Piece, piecesFrom } from './pieces.ts';
import { type Edit, placeInView, type Replacement, replacementFor } from './replacement.ts';
import { Typing } from './typing.ts';

/** One staged edit. */
export interface Change {
  readonly kind: ChangeKind;
  /** Where it is in the view. */
  readonly offset: number;
  /** Bytes that are put in, or left out. */
  readonly length: number;
  /** The first byte of the source that it hides, or that follows what it inserts. */
  readonly source: number;
  /** Whether the source's bytes that it hides are known. */
  readonly isKept: boolean;
  /** Its number, as long as it stands. */
  readonly id: number;
}

/** Where the view differs after an edit, an undo or a redo: [offset, offset + length), or all from `offset` on. */
export interface ChangedView {
  readonly offset: number;
  readonly length: number;
  /** By how much the view has become longer. */
  readonly grown: number;
}

export interface EditOutcome extends ChangedView {
  /** Whether it is undone by itself; else together with the edit before it. */
  readonly isStep: boolean;
}

/**
 * Staged edits over a source, which they leave as it is. The view is what the source is with them. Where one may stand is
 * known by offsets of the source; offsets of the view are counted from those. All offsets are safe integers, and every
 * edit throws SourceError('pastEnd'), or 'editsTooLarge' and 'badSize', before it does anything.
 */
export class Overlay {
  readonly #table = new ChangeTable();
  readonly #tree = new ChangeTree(this.#table);
  readonly #bytes = new EditBytes();
  readonly #history = new History();
  readonly #typing = new Typing();
  #sourceSize: number;
  /** Entries of the history that are done; those after them can be done again. */
  #done = 0;
  /** How many were done when the source became what the view was; undefined where no undo or redo leads back to that. */
  #savedAt: number | undefined = 0;
  /** The entries that are about the source as it is now. Others are about what it was before it was saved. */
  #current = { from: 0, to: 0 };
  /** What is below stays when entries are dropped: others, made earlier or later, use it. */
  #floor = { changes: 0, bytes: 0 };

  constructor(sourceSize: number) {
    this.#sourceSize = sourceSize;
  }

  /** Of the view. Bytes. */
  get size(): number {
    return this.#sourceSize + this.#tree.delta;
  }

  get sourceSize(): number {
    return this.#sourceSize;
  }

  get count(): number {
    return this.#tree.count;
  }

  get isEmpty(): boolean {
    return this.#tree.count === 0;
  }

  /** Bytes of memory, the history and all that is kept counted. */
  get memory(): number {
    return this.#table.memory + this.#tree.memory + this.#bytes.memory + this.#history.memory;
  }

  /**
   * Replaces bytes of the view: those that come overwrite as many as go, and what is left of either is inserted, or
   * deleted, after them. Typing that goes on where it was is one step with what it goes on from.
   */
  edit(edit: Edit, options: { readonly typing?: boolean } = {}): EditOutcome {
    this.#check(edit);
    const grown = edit.bytes.length - edit.length;
    const length = Math.max(edit.length, edit.bytes.length);
    if (length === 0) return { offset: edit.offset, length, grown, isStep: false };
    const goesOn = options.typing === true && this.#typing.goesOn(edit);
    if (!goesOn || !this.#extend(edit)) {
      this.#dropUndone();
      const replacement = replacementFor(this.#table, this.#bytes, this.#tree, edit);
      this.#record(replacement, !goesOn);
      this.#typing.made(replacement);
    }
    if (options.typing === true) this.#typing.note(edit);
    else this.#typing.stop();
    return { offset: edit.offset, length, grown, isStep: !goesOn };
  }

  /** Ends a run of typing: what is typed next is a step of its own. */
  endStep(): void {
    this.#typing.stop();
  }

  /**
   * Gives the edits within a range of the view up, deletions at its borders too, as one step. Parts of edits outside of
   * it stay. Undefined where there are none.
   */
  discard(range: ByteRange): ChangedView | undefined {
    const found = this.changes(range.offset, range.length);
    const [first] = found;
    if (first === undefined) return undefined;
    const before = this.size;
    this.#typing.stop();
    this.#dropUndone();
    // From the last to the first: so the offsets of those to come stay as they are.
    for (const change of found.reverse()) this.#record(this.#without(change, range), change === found[0]);
    return { offset: Math.max(first.offset, range.offset), length: range.length, grown: this.size - before };
  }

  /** Takes the last step back; undefined where there is none, or the bytes it needs were not kept beyond a save. */
  undo(): ChangedView | undefined {
    let first = this.#done - 1;
    while (first > 0 && !this.#history.begins(first)) first--;
    if (first < 0 || !this.#canReach(first, this.#done)) return undefined;
    this.#typing.stop();
    const seen = new Extent(this.size);
    while (this.#done > first) {
      this.#done -= 1;
      const entry = this.#entry(this.#done, 'undo');
      this.#tree.splice(entry.rank, entry.count, entry.old);
      seen.add(entry.view, this.#shownBy(entry));
    }
    return seen.changed(this.size);
  }

  redo(): ChangedView | undefined {
    let end = this.#done + 1;
    while (end < this.#history.length && !this.#history.begins(end)) end++;
    if (end > this.#history.length || !this.#canReach(this.#done, end)) return undefined;
    this.#typing.stop();
    const seen = new Extent(this.size);
    while (this.#done < end) {
      const entry = this.#entry(this.#done, 'redo');
      this.#done += 1;
      this.#tree.splice(entry.rank, entry.old.length, newOnes(entry));
      seen.add(entry.view, this.#shownBy(entry));
    }
    return seen.changed(this.size);
  }

  /** The source has become what the view is. Undo goes on beyond that: it stages what was there before. */
  saved(): void {
    this.#sourceSize = this.size;
    this.#tree.clear();
    this.#typing.stop();
    this.#savedAt = this.#done;
    this.#current = { from: this.#done, to: this.#done };
  }

  /**
   * Gives all edits up: the view is the source again, and what can be undone is what led to the last save. Answers false
   * where bytes that this needs were not kept; nothing is done then.
   */
  revert(): boolean {
    const [done, saved] = [this.#done, this.#savedAt];
    if (saved === undefined || !this.#canReach(Math.min(done, saved), Math.max(done, saved))) return false;
    while (this.#done > saved) this.undo();
    while (this.#done < saved) this.redo();
    this.#typing.stop();
    this.#dropUndone();
    return true;
  }

  /** The source has become longer. Edits stay where they are. */
  grow(sourceSize: number): void {
    if (sourceSize < this.#sourceSize) throw new RangeError(`${sourceSize} is less than ${this.#sourceSize}`);
    this.#sourceSize = sourceSize;
    // What was typed at the old end is not at the end any more.
    this.#typing.stop();
  }

  /** What a range of the view is made of. */
  pieces(offset: number, length: number): Generator<Piece, undefined> {
    return piecesFrom(this.#table, this.#tree, placeInView(this.#table, this.#tree, offset), offset, length);
  }

  /** Copies bytes that an edit put in, by the place of a piece. */
  readPut(place: number, into: Uint8Array): void {
    this.#bytes.readPut(place, into);
  }

  /** The source's bytes that a change hides, from its byte `from` on, as they were when it was made. */
  readOriginals(id: number, from: number, into: Uint8Array): void {
    this.#bytes.readOriginals(this.#table.place(id) + from, into);
  }

  /** The offset of the source that an offset of the view shows; undefined where that is inserted. */
  toSource(offset: number): number | undefined {
    const [piece] = this.pieces(offset, 1);
    if (piece === undefined) return this.#sourceSize;
    return piece.kind === 'insert' ? undefined : piece.source;
  }

  /** Where an offset of the source is in the view; undefined where it is deleted. */
  toView(source: number): number | undefined {
    const { rank, delta } = this.#tree.find((id) => this.#table.sourceEnd(id) <= source);
    if (rank === this.#tree.count) return source + delta;
    const id = this.#tree.at(rank);
    const isHidden = this.#table.kind(id) === 'delete' && this.#table.source(id) <= source;
    return isHidden ? undefined : source + delta;
  }

  /** The edits of which something is seen in a range of the view, and the deletions in it and at its borders. */
  changes(offset: number, length: number): Change[] {
    const end = offset + length;
    const viewEnd = (id: number, delta: number) => this.#table.source(id) + delta + this.#table.viewLength(id);
    const place = this.#tree.find((id, delta) =>
      this.#table.kind(id) === 'delete' ? viewEnd(id, delta) < offset : viewEnd(id, delta) <= offset,
    );
    const found: Change[] = [];
    for (const change of this.#changesFrom(place)) {
      if (change.offset > end) break;
      if (change.kind === 'delete' || (change.offset < end && length > 0)) found.push(change);
    }
    return found;
  }

  /** All edits, in order. */
  allChanges(): Generator<Change, undefined> {
    return this.#changesFrom({ rank: 0, delta: 0 });
  }

  /** The first edit that begins after an offset of the view. */
  next(offset: number): Change | undefined {
    return this.#changesFrom(this.#tree.find((id, delta) => this.#table.source(id) + delta <= offset)).next().value;
  }

  /** The last edit that begins before an offset of the view. */
  previous(offset: number): Change | undefined {
    const { rank, delta } = this.#tree.find((id, before) => this.#table.source(id) + before < offset);
    if (rank === 0) return undefined;
    const id = this.#tree.at(rank - 1);
    return this.#change(id, delta - this.#table.delta(id));
  }

  *#changesFrom({ rank, delta }: Place): Generator<Change, undefined> {
    let shift = delta;
    for (const id of this.#tree.from(rank)) {
      yield this.#change(id, shift);
      shift += this.#table.delta(id);
    }
  }

  #change(id: number, delta: number): Change {
    const source = this.#table.source(id);
    const [kind, length] = [this.#table.kind(id), this.#table.length(id)];
    return { kind, offset: source + delta, length, source, isKept: this.#table.place(id) !== notKept, id };
  }

  #check({ offset, length, bytes, shown }: Edit): void {
    const isOffset = (value: number) => Number.isSafeInteger(value) && value >= 0;
    if (!isOffset(offset) || !isOffset(length)) throw new RangeError(`[${offset}, +${length}) is no range`);
    if (shown === undefined ? bytes.length > 0 && length > 0 : shown.length !== length) {
      throw new RangeError('what an edit replaces must be known');
    }
    if (offset + length > this.size) throw new SourceError('pastEnd');
    if (!isOffset(this.size + bytes.length)) throw new SourceError('badSize');
    this.#bytes.expect(bytes.length + (shown?.length ?? 0));
  }

  /** Makes the change that was typed last longer, where the edit goes on from it and touches no other. */
  #extend(edit: Edit): boolean {
    const { last, manner } = this.#typing;
    if (last === undefined) return false;
    const { id, rank } = last;
    const place = this.#table.place(id);
    if (place === notKept || place + this.#table.length(id) !== this.#bytes.length) return false;
    if (this.#typing.retypes(edit)) {
      if (edit.length > this.#table.length(id)) return false;
      this.#bytes.setPut(this.#bytes.length - edit.length, edit.bytes);
      return true;
    }
    if (this.#table.kind(id) !== manner) return false;
    if (manner !== 'insert') {
      const [piece] = this.pieces(edit.offset, edit.length);
      const follows = piece?.kind === 'source' && piece.source === this.#table.sourceEnd(id);
      if (!follows || piece.length < edit.length || edit.shown === undefined) return false;
    }
    const end = this.#bytes.reserve(Math.max(edit.length, edit.bytes.length));
    this.#bytes.setPut(end, edit.bytes);
    if (edit.shown !== undefined) this.#bytes.setOriginals(end, edit.shown);
    this.#table.grow(id, this.#bytes.length - end);
    this.#tree.adjust(rank, edit.bytes.length - edit.length);
    return true;
  }

  /** What is left of an edit without its part in a range. */
  #without({ id, kind, offset, length }: Change, range: ByteRange): Replacement {
    const bytesBefore = this.#bytes.length;
    const first = this.#table.count;
    if (kind !== 'delete') {
      const [from, to] = [range.offset - offset, range.offset + range.length - offset];
      if (from > 0) this.#table.part(id, 0, from);
      if (to < length) this.#table.part(id, to, length);
    }
    const { rank } = this.#tree.find((other, delta) => this.#table.source(other) + delta < offset);
    let at = rank;
    while (this.#tree.at(at) !== id) at++;
    return { rank: at, old: [id], first, count: this.#table.count - first, view: offset, bytesBefore };
  }

  #record(replacement: Replacement, begins: boolean): void {
    const entry = { ...replacement, begins };
    this.#tree.splice(entry.rank, entry.old.length, newOnes(entry));
    this.#history.push(entry);
    this.#done += 1;
    this.#current.to = this.#done;
  }

  /** What was undone cannot be done again after another edit; the memory it took is free. */
  #dropUndone(): void {
    if (this.#done === this.#history.length) return;
    if (this.#savedAt !== undefined && this.#savedAt > this.#done) this.#savedAt = undefined;
    const { first, bytesBefore } = this.#history.entry(this.#done);
    this.#history.truncate(this.#done);
    this.#table.truncate(Math.max(first, this.#floor.changes));
    this.#bytes.truncate(Math.max(bytesBefore, this.#floor.bytes));
    this.#current.to = this.#done;
  }

  #isCurrent(index: number): boolean {
    return index >= this.#current.from && index < this.#current.to;
  }

  #canReach(from: number, to: number): boolean {
    for (let index = from; index < to; index++) {
      if (this.#isCurrent(index)) continue;
      const entry = this.#history.entry(index);
      if ([...entry.old, ...newOnes(entry)].some((id) => this.#table.place(id) === notKept)) return false;
    }
    return true;
  }

  /** An entry in terms of the source as it is now. */
  #entry(index: number, direction: 'undo' | 'redo'): HistoryEntry {
    const entry = this.#history.entry(index);
    if (this.#isCurrent(index)) return entry;
    const [old, made] = [entry.old, [...newOnes(entry)]];
    const [target, present] = direction === 'undo' ? [old, made] : [made, old];
    const bytes = formerContent(this.#table, this.#bytes, target, present);
    const shown = formerContent(this.#table, this.#bytes, present, target);
    if (bytes === undefined || shown === undefined) throw new Error('bytes of an edit were not kept');
    const edit = { offset: entry.view, length: shown.length, bytes, shown };
    const found = replacementFor(this.#table, this.#bytes, this.#tree, edit);
    const renewed = direction === 'undo' ? this.#reversed(found) : found;
    this.#history.replace(index, { ...renewed, begins: entry.begins });
    this.#current.from = Math.min(this.#current.from, index);
    this.#current.to = Math.max(this.#current.to, index + 1);
    this.#floor = { changes: this.#table.count, bytes: this.#bytes.length };
    return this.#history.entry(index);
  }

  /** A replacement whose undoing is what `found` would do. */
  #reversed(found: Replacement): Replacement {
    const first = this.#table.count;
    for (const id of found.old) this.#table.copy(id);
    return { ...found, old: [...newOnes(found)], first, count: found.old.length };
  }

  #shownBy(entry: HistoryEntry): number {
    const shown = (ids: Iterable<number>) => [...ids].reduce((sum, id) => sum + this.#table.viewLength(id), 0);
    return Math.max(shown(entry.old), shown(newOnes(entry)));
  }
}

function* newOnes({ first, count }: { readonly first: number; readonly count: number }): Generator<number, undefined> {
  for (let id = first; id < first + count; id++) yield id;
}

/** The part of a view that some changes of one step have touched. */
class Extent {
  readonly #sizeBefore: number;
  #offset = Number.MAX_SAFE_INTEGER;
  #end = 0;

  constructor(sizeBefore: number) {
    this.#sizeBefore = sizeBefore;
  }

  add(offset: number, length: number): void {
    this.#offset = Math.min(this.#offset, offset);
    this.#end = Math.max(this.#end, offset + length);
  }

  changed(size: number): ChangedView {
    return { offset: this.#offset, length: this.#end - this.#offset, grown: size - this.#sizeBefore };
  }
}
