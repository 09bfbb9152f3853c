import { intersect } from '../byteRange.ts';
import { crossed, type Move, mostMoves, type Placed } from '../overlay/moves.ts';
import { anything, type OthersChange, touchedByBoth } from './othersChange.ts';

interface Unseen extends OthersChange {
  readonly number: number;
}

/** Where an edit is that a view has asked for, and what it knew of it. */
export interface SettledEdit {
  readonly offset: number;
  /** Whether others may have changed bytes of the document that the view did not know of. */
  readonly isStale: boolean;
  /** Whether some of these may be in the range of the edit, and came after the view's edit before it. */
  readonly isTouched: boolean;
}

/**
 * What others have changed that one view does not know of yet: an edit comes from the view as it was, and goes into the
 * document as it is. Edits of the view come in order, and each stands on those before it; so what is unseen is kept as it
 * is after them.
 */
export class UnseenChanges {
  #count = 0;
  #unseen: readonly Unseen[] = [];
  /** How many there were as the last edit of the view came. */
  #before = 0;

  /** How many others there were. A view is told so, and says with each edit how many it has been told of. */
  get count(): number {
    return this.#count;
  }

  note(change: OthersChange): void {
    const number = ++this.#count;
    const last = this.#unseen.at(-1);
    if (last?.moves?.length === 0 && change.moves?.length === 0) {
      const both = last.number > this.#before ? touchedByBoth(last, change) : change;
      this.#unseen = [...this.#unseen.slice(0, -1), { ...both, number }];
      return;
    }
    const unseen = [...this.#unseen, { ...change, number }];
    // A view that says nothing is not waited for.
    const isTooMuch = unseen.reduce((sum, { moves }) => sum + (moves?.length ?? 0), 0) > mostMoves;
    this.#unseen = isTooMuch ? [{ ...anything, number }] : unseen;
  }

  /**
   * Where an edit is by now of a view that knew of the first `seen` changes; it is taken for done then. Undefined where
   * that is not certain.
   */
  settle(asked: Placed, seen: number): SettledEdit | undefined {
    this.#unseen = this.#unseen.filter(({ number }) => number > seen);
    let edit = asked;
    let isTouched = false;
    const later: Unseen[] = [];
    for (const { number, touched, moves } of this.#unseen) {
      if (moves === undefined) return undefined;
      const moved: Move[] = [];
      for (const move of moves) {
        const met = crossed(edit, move);
        if (met === undefined) return undefined;
        edit = met.edit;
        moved.push(met.move);
      }
      isTouched ||= number > this.#before && (touched === undefined || intersect(touched, edit) !== undefined);
      later.push({ number, touched, moves: moved });
    }
    const isStale = this.#unseen.length > 0;
    this.#unseen = later;
    this.#before = this.#count;
    return { offset: edit.offset, isStale, isTouched };
  }
}
