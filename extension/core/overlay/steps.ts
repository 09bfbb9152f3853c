import type { ChangedView } from './changes.ts';
import { type ChangeTable, notKept } from './changeTable.ts';
import type { ChangeTree } from './changeTree.ts';
import type { EditBytes } from './editBytes.ts';
import { deletedAgain, formerContent, lengthAnew } from './formerContent.ts';
import { History, type HistoryEntry } from './history.ts';
import { moveBetween } from './moveBetween.ts';
import { type Move, ToldMoves } from './moves.ts';
import { type Edit, newOnes, type Replacement, replacementFor } from './replacement.ts';
import { Splices } from './splices.ts';

const replacementsOfStep = 512;

/** What was done to an overlay, step by step: undone and done again, also beyond the saves in between. */
export class Steps {
  readonly #table: ChangeTable;
  readonly #tree: ChangeTree;
  readonly #bytes: EditBytes;
  readonly #history = new History();
  /** Entries of the history that are done; those after them can be done again. */
  #done = 0;
  /** How many were done when the source became what the view was; undefined where no undo or redo leads back to that. */
  #savedAt: number | undefined = 0;
  /** The entries that are about the source as it is now. Others are about what it was before it was saved. */
  #current = { from: 0, to: 0 };
  /** What is below stays when entries are dropped: others, made earlier or later, use it. */
  #floor = { changes: 0, bytes: 0 };

  constructor(table: ChangeTable, tree: ChangeTree, bytes: EditBytes) {
    this.#table = table;
    this.#tree = tree;
    this.#bytes = bytes;
  }

  get memory(): number {
    return this.#history.memory;
  }

  /** Does a replacement. `begins`: it is a step of its own, or the first part of one. */
  add(replacement: Replacement, begins: boolean): void {
    this.#tree.splice(replacement.rank, replacement.old.length, newOnes(replacement));
    this.#history.push(replacement, begins);
    this.#done += 1;
    this.#current.to = this.#done;
  }

  /** Does several as one step, each in terms of what those before it leave. The tree is as before until the last step. */
  *addTogether(replacements: readonly Replacement[]): Generator<undefined, undefined> {
    const splices = new Splices(this.#tree);
    for (const [i, replacement] of replacements.entries()) {
      splices.add(replacement.rank, replacement.old.length, newOnes(replacement));
      this.#history.push(replacement, i === 0);
      if (i % replacementsOfStep === 0) yield;
    }
    splices.flush();
    this.#done += replacements.length;
    this.#current.to = this.#done;
  }

  /** Takes the last step back; undefined where there is none, or the bytes it needs were not kept beyond a save, or are too many. */
  undo(): ChangedView | undefined {
    let first = this.#done - 1;
    while (first > 0 && !this.#history.begins(first)) first--;
    if (first < 0 || !this.#canReach(first, this.#done, 'undo')) return undefined;
    const seen = new Extent(this.#tree.delta);
    const splices = new Splices(this.#tree);
    while (this.#done > first) {
      this.#done -= 1;
      const entry = this.#entry(this.#done, 'undo', splices);
      splices.add(entry.rank, entry.count, entry.old);
      seen.add(entry.view, this.#shownBy(entry), moveBetween(this.#table, entry.view, newOnes(entry), entry.old));
    }
    splices.flush();
    return seen.changed(this.#tree.delta);
  }

  redo(): ChangedView | undefined {
    let end = this.#done + 1;
    while (end < this.#history.length && !this.#history.begins(end)) end++;
    if (end > this.#history.length || !this.#canReach(this.#done, end, 'redo')) return undefined;
    const seen = new Extent(this.#tree.delta);
    const splices = new Splices(this.#tree);
    while (this.#done < end) {
      const entry = this.#entry(this.#done, 'redo', splices);
      this.#done += 1;
      splices.add(entry.rank, entry.old.length, newOnes(entry));
      seen.add(entry.view, this.#shownBy(entry), moveBetween(this.#table, entry.view, entry.old, newOnes(entry)));
    }
    splices.flush();
    return seen.changed(this.#tree.delta);
  }

  /** The source has become what the view is. Undo goes on beyond that: it stages what was there before. */
  saved(): void {
    this.#savedAt = this.#done;
    this.#current = { from: this.#done, to: this.#done };
  }

  /** Goes back, or on, to the last save. Answers false where bytes that this needs were not kept, or are too many. */
  revert(): boolean {
    const [done, saved] = [this.#done, this.#savedAt];
    if (saved === undefined) return false;
    const isReached = done > saved ? this.#canReach(saved, done, 'undo') : this.#canReach(done, saved, 'redo');
    if (!isReached) return false;
    if (saved >= this.#current.from && this.#done <= this.#current.to && saved <= this.#done) {
      this.#tree.clear();
      this.#done = saved;
    }
    while (this.#done > saved) if (this.undo() === undefined) return false;
    while (this.#done < saved) if (this.redo() === undefined) return false;
    this.dropUndone();
    return true;
  }

  /** What was undone cannot be done again after another edit; the memory it took is free. */
  dropUndone(): void {
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

  #canReach(from: number, to: number, direction: 'undo' | 'redo'): boolean {
    let added = 0;
    for (let index = from; index < to; index++) {
      if (this.#isCurrent(index)) continue;
      const entry = this.#history.entry(index);
      const isKept = [...entry.old, ...newOnes(entry)].every((id) => this.#table.place(id) !== notKept);
      if (!isKept && (direction === 'undo' || this.#again(entry) === undefined)) return false;
      // What was not kept is left out once more, and still not kept.
      if (isKept) added += lengthAnew(this.#table, entry.old, newOnes(entry));
    }
    return added === 0 || this.#bytes.hasRoom(added);
  }

  /** What an entry about an earlier source did, as an edit of the view; undefined where bytes that it takes were not kept. */
  #again(entry: HistoryEntry): Edit | undefined {
    const [old, made] = [entry.old, newOnes(entry)];
    const bytes = formerContent(this.#table, this.#bytes, made, old);
    const shown = formerContent(this.#table, this.#bytes, old, made);
    if (bytes === undefined) return undefined;
    if (shown !== undefined) return { offset: entry.view, length: shown.length, bytes, shown };
    return deletedAgain(this.#table, entry.view, { old, made, left: bytes });
  }

  /** An entry in terms of the source as it is now. */
  #entry(index: number, direction: 'undo' | 'redo', splices: Splices): HistoryEntry {
    const entry = this.#history.entry(index);
    if (this.#isCurrent(index)) return entry;
    splices.flush();
    const edit = direction === 'redo' ? this.#again(entry) : this.#back(entry);
    if (edit === undefined) throw new Error('bytes of an edit were not kept');
    const found = replacementFor(this.#table, this.#bytes, this.#tree, edit);
    const renewed = direction === 'undo' ? this.#reversed(found) : found;
    this.#history.replace(index, { ...renewed, begins: entry.begins });
    this.#current.from = Math.min(this.#current.from, index);
    this.#current.to = Math.max(this.#current.to, index + 1);
    this.#floor = { changes: this.#table.count, bytes: this.#bytes.length };
    return this.#history.entry(index);
  }

  /** The edit that takes back what an entry about an earlier source did. */
  #back(entry: HistoryEntry): Edit | undefined {
    const [old, made] = [entry.old, newOnes(entry)];
    const bytes = formerContent(this.#table, this.#bytes, old, made);
    const shown = formerContent(this.#table, this.#bytes, made, old);
    if (bytes === undefined || shown === undefined) return undefined;
    return { offset: entry.view, length: shown.length, bytes, shown };
  }

  /** A replacement whose undoing is what `found` would do. */
  #reversed(found: Replacement): Replacement {
    const first = this.#table.count;
    for (const id of found.old) this.#table.copy(id);
    return { ...found, old: newOnes(found), first, count: found.old.length };
  }

  #shownBy(entry: HistoryEntry): number {
    const shown = (ids: readonly number[]) => ids.reduce((sum, id) => sum + this.#table.viewLength(id), 0);
    return Math.max(shown(entry.old), shown(newOnes(entry)));
  }
}

/** The part of a view that some changes of one step have touched. */
class Extent {
  readonly #deltaBefore: number;
  #offset = Number.MAX_SAFE_INTEGER;
  #end = 0;
  readonly #moves = new ToldMoves();

  /** A delta is by how much the view is longer than the source. */
  constructor(delta: number) {
    this.#deltaBefore = delta;
  }

  add(offset: number, length: number, move: Move | undefined): void {
    this.#moves.add(move);
    this.#offset = Math.min(this.#offset, offset);
    this.#end = Math.max(this.#end, offset + length);
  }

  changed(delta: number): ChangedView {
    const grown = delta - this.#deltaBefore;
    return { offset: this.#offset, length: this.#end - this.#offset, grown, moves: this.#moves.all };
  }
}
