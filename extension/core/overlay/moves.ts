import type { ByteRange } from '../byteRange.ts';

/** What makes bytes of a view stand elsewhere: `removed` ones at `offset` go, and `inserted` ones come in their place. */
export interface Move {
  readonly offset: number;
  readonly removed: number;
  readonly inserted: number;
}

/** An edit as far as it matters where it is: `inserted` bytes come in the place of a range. */
export interface Placed extends ByteRange {
  readonly inserted: number;
}

/** What an edit moves; undefined where that is nothing. As many bytes as go are overwritten: those stay where they are. */
export function moveOf({ offset, length, inserted }: Placed): Move | undefined {
  const overwritten = Math.min(length, inserted);
  if (length === inserted) return undefined;
  return { offset: offset + overwritten, removed: length - overwritten, inserted: inserted - overwritten };
}

/**
 * An edit and a move of the same view, neither of which knows of the other: the edit as it is after the move, and the move
 * as it is after the edit. Done one after the other in either order they lead to the same view. Undefined where it is not
 * certain what the edit is about then: bytes of it are gone, or others came between them.
 */
export function crossed<E extends Placed, M extends Move>(
  edit: E,
  move: M,
): { readonly edit: E; readonly move: M } | undefined {
  const end = edit.offset + edit.length;
  // Which of the two goes before the other nobody said.
  if (edit.length === 0 && move.removed === 0 && move.offset === end && move.inserted > 0) return undefined;
  if (move.offset + move.removed <= edit.offset) {
    return { edit: { ...edit, offset: edit.offset + move.inserted - move.removed }, move };
  }
  if (move.offset < end) return undefined;
  return { edit, move: { ...move, offset: move.offset + edit.inserted - edit.length } };
}

/** Where the byte of an offset stands after a move; where it is gone, what follows it. */
export function movedOffset(offset: number, { offset: at, removed, inserted }: Move): number {
  if (offset < at) return offset;
  return offset < at + removed ? at + inserted : offset + inserted - removed;
}

/** More are not told: whoever needs them takes everything for moved. */
export const mostMoves = 1000;

/** The moves of one step, one after the other. */
export class ToldMoves {
  #moves: Move[] | undefined = [];

  /** Undefined where there are too many. */
  get all(): readonly Move[] | undefined {
    return this.#moves;
  }

  add(move: Move | undefined): void {
    if (move === undefined || this.#moves === undefined) return;
    if (this.#moves.length < mostMoves) this.#moves.push(move);
    else this.#moves = undefined;
  }
}
