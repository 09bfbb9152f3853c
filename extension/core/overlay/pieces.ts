import type { ChangeTable } from './changeTable.ts';
import type { ChangeTree, Place } from './changeTree.ts';

interface PieceOfView {
  /** In the view. */
  readonly offset: number;
  readonly length: number;
  /** Of the source: its first byte, or for an insertion the one that follows. */
  readonly source: number;
}

export interface SourcePiece extends PieceOfView {
  readonly kind: 'source';
}

/** Bytes that an edit put in. */
export interface PutPiece extends PieceOfView {
  readonly kind: 'overwrite' | 'insert';
  readonly id: number;
  /** Of its first byte in EditBytes. */
  readonly place: number;
}

/** A place where bytes of the source are left out. */
export interface DeletedPiece extends PieceOfView {
  readonly kind: 'delete';
  readonly length: 0;
  readonly removed: number;
  readonly id: number;
  readonly place: number;
}

export type Piece = SourcePiece | PutPiece | DeletedPiece;

/**
 * What [offset, offset + length) of the view is made of, in order; `place` is that of its first change. Deletions at its
 * very beginning and end are not in it.
 */
export function* piecesFrom(
  table: ChangeTable,
  tree: ChangeTree,
  { rank, delta }: Place,
  offset: number,
  length: number,
): Generator<Piece, undefined> {
  const end = offset + length;
  let at = offset;
  let shift = delta;
  for (const id of tree.from(rank)) {
    const start = table.source(id) + shift;
    if (start >= end) break;
    if (start > at) {
      yield { kind: 'source', offset: at, length: start - at, source: at - shift };
      at = start;
    }
    const piece = pieceOf(table, id, start, at, end);
    yield piece;
    at += piece.length;
    shift += table.delta(id);
  }
  if (at < end) yield { kind: 'source', offset: at, length: end - at, source: at - shift };
}

/** The part of a change that begins at `start` and is seen in [at, end). */
function pieceOf(table: ChangeTable, id: number, start: number, at: number, end: number): Piece {
  const kind = table.kind(id);
  const source = table.source(id);
  const place = table.place(id);
  if (kind === 'delete') return { kind, offset: at, length: 0, source, removed: table.length(id), id, place };
  const skipped = at - start;
  const length = Math.min(end, start + table.length(id)) - at;
  return {
    kind,
    offset: at,
    length,
    source: kind === 'insert' ? source : source + skipped,
    id,
    place: place + skipped,
  };
}
