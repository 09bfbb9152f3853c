import type { ByteRange } from '../byteRange.ts';
import { SourceError } from '../sourceError.ts';
import { type Change, type ChangedView, changeAfter, changeBefore, changesFrom, changesIn } from './changes.ts';
import { ChangeTable, notKept } from './changeTable.ts';
import { ChangeTree } from './changeTree.ts';
import { EditBytes } from './editBytes.ts';
import { moveBetween } from './moveBetween.ts';
import { moveOf, ToldMoves } from './moves.ts';
import { type Piece, piecesFrom } from './pieces.ts';
import { type Edit, newOnes, placeInView, type Replacement, replacementFor } from './replacement.ts';
import { Steps } from './steps.ts';
import type { Surrounding } from './surroundings.ts';
import { Typing } from './typing.ts';
import type { UnkeptBytes } from './unkeptBytes.ts';

/** Changes that are discarded in one step: some hundred take less than a millisecond. */
const changesOfStep = 512;

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
  readonly #bytes: EditBytes;
  readonly #steps: Steps;
  readonly #typing = new Typing();
  #sourceSize: number;

  /** `mostBytes`: what is kept of the history at most. */
  constructor(sourceSize: number, mostBytes?: number) {
    this.#sourceSize = sourceSize;
    this.#bytes = new EditBytes(mostBytes);
    this.#steps = new Steps(this.#table, this.#tree, this.#bytes);
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
    return this.#table.memory + this.#tree.memory + this.#bytes.memory + this.#steps.memory;
  }

  /**
   * Replaces bytes of the view: those that come overwrite as many as go, and what is left of either is inserted, or
   * deleted, after them. Typing that goes on where it was is one step with what it goes on from.
   */
  edit(edit: Edit, options: { readonly typing?: boolean } = {}): EditOutcome {
    this.#check(edit);
    const grown = edit.bytes.length - edit.length;
    const length = Math.max(edit.length, edit.bytes.length);
    if (length === 0) return { offset: edit.offset, length, grown, moves: [], isStep: false };
    const goesOn = options.typing === true && this.#typing.goesOn(edit);
    if (!goesOn || !this.#extend(edit)) {
      this.#steps.dropUndone();
      const replacement = replacementFor(this.#table, this.#bytes, this.#tree, edit);
      this.#steps.add(replacement, !goesOn);
      this.#typing.made(replacement);
    }
    if (options.typing === true) this.#typing.note(edit);
    else this.#typing.stop();
    const move = moveOf({ offset: edit.offset, length: edit.length, inserted: edit.bytes.length });
    return { offset: edit.offset, length, grown, moves: move === undefined ? [] : [move], isStep: !goesOn };
  }

  /** Does edits of the view as it is, in order and none over another, as one step. */
  editTogether(edits: readonly Edit[]): void {
    for (const edit of edits) this.#check(edit);
    this.#bytes.expect(edits.reduce((sum, { bytes, shown }) => sum + bytes.length + (shown?.length ?? 0), 0));
    if (edits.length > 0) this.#steps.dropUndone();
    this.#typing.stop();
    // From the last to the first: so the offsets of those to come stay as they are.
    for (const [i, edit] of edits.toReversed().entries()) {
      this.#steps.add(replacementFor(this.#table, this.#bytes, this.#tree, edit), i === 0);
    }
  }

  /** Ends a run of typing: what is typed next is a step of its own. */
  endStep(): void {
    this.#typing.stop();
  }

  /**
   * Gives the edits within a range of the view up, deletions at its borders too, as one step. Parts of edits outside of
   * it stay, and those that are not `meant`. Undefined where there are none. In steps, for a thread that must not be held
   * up: the view of edits that stand together is as before until the last one, and must not be edited meanwhile.
   */
  *discardSteps(
    range: ByteRange,
    isMeant: (change: Change) => boolean = () => true,
  ): Generator<undefined, ChangedView | undefined> {
    const found: { readonly change: Change; readonly rank: number }[] = [];
    let [firstRank, seen] = [0, 0];
    for (const change of changesIn(this.#table, this.#tree, range)) {
      if (seen === 0) firstRank = this.#rankOf(change);
      if (isMeant(change)) found.push({ change, rank: firstRank + seen });
      seen += 1;
      if (seen % changesOfStep === 0) yield;
    }
    const first = found[0]?.change;
    if (first === undefined) return undefined;
    const before = this.size;
    this.#typing.stop();
    this.#steps.dropUndone();
    const replacements: Replacement[] = [];
    // From the last to the first: so the offsets of those to come stay as they are.
    for (const [i, { change, rank }] of found.toReversed().entries()) {
      replacements.push(this.#without(change, rank, range));
      if (i % changesOfStep === 0) yield;
    }
    const moves = new ToldMoves();
    for (const one of replacements) moves.add(moveBetween(this.#table, one.view, one.old, newOnes(one)));
    yield* this.#steps.addTogether(replacements);
    const grown = this.size - before;
    return { offset: Math.max(first.offset, range.offset), length: range.length, grown, moves: moves.all };
  }

  /** Takes the last step back; undefined where there is none, or the bytes it needs were not kept beyond a save, or are too many. */
  undo(): ChangedView | undefined {
    return this.#stepped(this.#steps.undo());
  }

  redo(): ChangedView | undefined {
    return this.#stepped(this.#steps.redo());
  }

  /** The source has become what the view is. Undo goes on beyond that: it stages what was there before. */
  saved(): void {
    this.#sourceSize = this.size;
    this.#tree.clear();
    this.#typing.stop();
    this.#steps.saved();
    this.#table.forgetUnkept();
  }

  /**
   * Gives all edits up: the view is the source again, and what can be undone is what led to the last save. Answers false
   * where bytes that this needs were not kept, or are too many.
   */
  revert(): boolean {
    if (!this.#steps.revert()) return false;
    this.#typing.stop();
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

  /** The bytes that a change puts in. */
  readPutOf(id: number, into: Uint8Array): void {
    this.#bytes.readPut(this.#table.place(id), into);
  }

  /** The source's bytes that a change hides, from its byte `from` on, as they were when it was made. */
  readOriginals(id: number, from: number, into: Uint8Array): void {
    this.#bytes.readOriginals(this.#table.place(id) + from, into);
  }

  /** What the source had around the place of an insertion when it was made; undefined where that was not noted. */
  surrounding(id: number): Surrounding | undefined {
    return this.#table.surrounding(id);
  }

  /** Notes it, for as long as the insertion or a part of it stands. */
  noteSurrounding(id: number, surrounding: Surrounding): void {
    this.#table.noteSurrounding(id, surrounding);
  }

  /** What a deletion leaves out that is not kept; undefined for any other change. */
  unkept(id: number): UnkeptBytes | undefined {
    return this.#table.unkept(id);
  }

  /** The deletions whose bytes are not kept, with where those are in the source. */
  unkeptDeletions(): (ByteRange & { readonly bytes: UnkeptBytes })[] {
    const found: (ByteRange & { readonly bytes: UnkeptBytes })[] = [];
    for (const [id, bytes] of this.#table.allUnkept()) {
      const [offset, length] = [this.#table.source(id), this.#table.length(id)];
      const { rank } = this.#tree.find((other) => this.#table.sourceEnd(other) <= offset);
      if (rank < this.#tree.count && this.#tree.at(rank) === id) found.push({ offset, length, bytes });
    }
    return found;
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

  /** The same, and where it is deleted, what follows the deletion. */
  toViewOrAfter(source: number): number {
    const shown = this.toView(source);
    if (shown !== undefined) return shown;
    const { rank, delta } = this.#tree.find((id) => this.#table.sourceEnd(id) <= source);
    return this.#table.source(this.#tree.at(rank)) + delta;
  }

  /** The edits of which something is seen in a range of the view, and the deletions in it and at its borders. */
  changes(offset: number, length: number): Change[] {
    return [...changesIn(this.#table, this.#tree, { offset, length })];
  }

  /** All edits, in order. */
  allChanges(): Generator<Change, undefined> {
    return changesFrom(this.#table, this.#tree, { rank: 0, delta: 0 });
  }

  /** The first edit that begins after an offset of the view. */
  next(offset: number): Change | undefined {
    return changeAfter(this.#table, this.#tree, offset);
  }

  /** The last edit that begins before an offset of the view. */
  previous(offset: number): Change | undefined {
    return changeBefore(this.#table, this.#tree, offset);
  }

  /** What is typed after an undo or a redo is a step of its own. */
  #stepped(changed: ChangedView | undefined): ChangedView | undefined {
    if (changed !== undefined) this.#typing.stop();
    return changed;
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
  #without({ id, kind, offset, length }: Change, rank: number, range: ByteRange): Replacement {
    const bytesBefore = this.#bytes.length;
    const first = this.#table.count;
    if (kind !== 'delete') {
      const [from, to] = [range.offset - offset, range.offset + range.length - offset];
      if (from > 0) this.#table.part(id, 0, from);
      if (to < length) this.#table.part(id, to, length);
    }
    return { rank, old: [id], first, count: this.#table.count - first, view: offset, bytesBefore };
  }

  #rankOf({ id, offset }: Change): number {
    let { rank } = this.#tree.find((other, delta) => this.#table.source(other) + delta < offset);
    while (this.#tree.at(rank) !== id) rank++;
    return rank;
  }
}
