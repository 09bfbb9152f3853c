import type { ByteRange } from '../byteRange.ts';
import { type ChangeKind, type ChangeTable, notKept } from './changeTable.ts';
import type { ChangeTree, Place } from './changeTree.ts';
import type { Move } from './moves.ts';

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
  /** What of it stands elsewhere, each of the view after the one before; undefined where they are too many. */
  readonly moves: readonly Move[] | undefined;
}

/** All edits from a place on, in order. */
export function* changesFrom(
  table: ChangeTable,
  tree: ChangeTree,
  { rank, delta }: Place,
): Generator<Change, undefined> {
  let shift = delta;
  for (const id of tree.from(rank)) {
    yield changeAt(table, id, shift);
    shift += table.delta(id);
  }
}

/** The edits of which something is seen in a range of the view, and the deletions in it and at its borders. */
export function* changesIn(
  table: ChangeTable,
  tree: ChangeTree,
  { offset, length }: ByteRange,
): Generator<Change, undefined> {
  const end = offset + length;
  const viewEnd = (id: number, delta: number) => table.source(id) + delta + table.viewLength(id);
  const place = tree.find((id, delta) =>
    table.kind(id) === 'delete' ? viewEnd(id, delta) < offset : viewEnd(id, delta) <= offset,
  );
  for (const change of changesFrom(table, tree, place)) {
    if (change.offset > end) break;
    if (change.kind === 'delete' || (change.offset < end && length > 0)) yield change;
  }
}

/** The first edit that begins after an offset of the view. */
export function changeAfter(table: ChangeTable, tree: ChangeTree, offset: number): Change | undefined {
  const place = tree.find((id, delta) => table.source(id) + delta <= offset);
  return changesFrom(table, tree, place).next().value;
}

/** The last edit that begins before an offset of the view. */
export function changeBefore(table: ChangeTable, tree: ChangeTree, offset: number): Change | undefined {
  const { rank, delta } = tree.find((id, before) => table.source(id) + before < offset);
  if (rank === 0) return undefined;
  const id = tree.at(rank - 1);
  return changeAt(table, id, delta - table.delta(id));
}

function changeAt(table: ChangeTable, id: number, delta: number): Change {
  const source = table.source(id);
  const [kind, length] = [table.kind(id), table.length(id)];
  return { kind, offset: source + delta, length, source, isKept: table.place(id) !== notKept, id };
}
