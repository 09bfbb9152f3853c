import { type ByteRange, covering } from '../byteRange.ts';
import type { Move } from '../overlay/moves.ts';
import { movesOthers } from '../overlay/movesOthers.ts';
import type { Overlay } from '../overlay/overlay.ts';

/** What others than one view have done to the document that it shows. */
export interface OthersChange {
  /** Where bytes may be others; undefined where all may be. */
  readonly touched: ByteRange | undefined;
  /** What they moved, one after the other; undefined where nobody can say what stands where. */
  readonly moves: readonly Move[] | undefined;
}

/** Two that moved nothing, one after the other. */
export function touchedByBoth(one: OthersChange, other: OthersChange): OthersChange {
  return { touched: one.touched && other.touched && covering(one.touched, other.touched), moves: [] };
}

export const anything: OthersChange = { touched: undefined, moves: undefined };

/** The edits are gone. */
export function withoutEdits(overlay: Overlay): OthersChange {
  return { touched: undefined, moves: movesOthers(overlay) ? undefined : [] };
}
