import { crossed, type Move, type Placed } from '../../extension/core/overlay/moves.ts';

interface Sent extends Placed {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Edits of a view that the host has not told of yet, in order; each is of the view as the ones before have left it. */
export class SentEdits {
  /** All that were sent ever, in this view and in those that had its place before. */
  #count: number | undefined;
  #sent: readonly Sent[] = [];

  get all(): readonly Sent[] {
    return this.#sent;
  }

  get movesOthers(): boolean {
    return this.#sent.some(({ length, inserted }) => length !== inserted);
  }

  /** By how much they make the view longer. */
  get grown(): number {
    return this.#sent.reduce((sum, { length, inserted }) => sum + inserted - length, 0);
  }

  add(offset: number, length: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.#count = (this.#count ?? 0) + 1;
    this.#sent = [...this.#sent, { number: this.#count, offset, length, inserted: bytes.length, bytes }];
  }

  /** The host has told of so many; undefined where nothing is edited. */
  settle(taken: number | undefined): void {
    this.#count ??= taken;
    this.#sent = this.#sent.filter(({ number }) => number > (taken ?? 0));
  }

  /**
   * Others have moved bytes, after so many of these: those since stand where their bytes are. Answers the move of the view
   * with them; undefined where one is about what was moved, which the host refuses then.
   */
  cross(told: Move, taken: number): Move | undefined {
    let move: Move | undefined = told;
    this.#sent = this.#sent.map((sent) => {
      if (sent.number <= taken || move === undefined) return sent;
      const met = crossed(sent, move);
      // One that moves nothing is in nobody's way, also where it is refused.
      if (met !== undefined || sent.length !== sent.inserted) move = met?.move;
      return met?.edit ?? sent;
    });
    return move;
  }
}
