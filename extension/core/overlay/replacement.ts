import { type ChangeTable, notKept } from './changeTable.ts';
import type { ChangeTree, Place } from './changeTree.ts';
import type { EditBytes } from './editBytes.ts';
import { type Piece, type PutPiece, piecesFrom, type SourcePiece } from './pieces.ts';
import type { Surrounding } from './surroundings.ts';
import type { BlockDigests } from './unkeptBytes.ts';

/** Changes that are to stand in the place of others. */
export interface Replacement {
  readonly rank: number;
  readonly old: readonly number[];
  /** The new ones have the numbers from here on. */
  readonly first: number;
  readonly count: number;
  /** Where the first byte shown by either is in the view. */
  readonly view: number;
  /** How long EditBytes was before it. */
  readonly bytesBefore: number;
}

/** The numbers of the new ones. */
export function newOnes({ first, count }: Pick<Replacement, 'first' | 'count'>): number[] {
  const ids: number[] = [];
  for (let id = first; id < first + count; id++) ids.push(id);
  return ids;
}

export interface Edit {
  readonly offset: number;
  /** Bytes of the view that go. */
  readonly length: number;
  /** Bytes that come. As many as go overwrite them; what is left of either is inserted, or deleted, after those. */
  readonly bytes: Uint8Array;
  /** What the view shows in [offset, offset + length). A deletion may be too long for that to be kept: undefined. */
  readonly shown: Uint8Array | undefined;
  /** What the source has, or had, around the place of what is inserted, where that is known already. */
  readonly surrounding?: Surrounding | undefined;
  /** What is known of the bytes of a deletion that are not kept, where that is known already. */
  readonly digests?: BlockDigests | undefined;
}

/** The first change that ends after an offset of the view. */
export function placeInView(table: ChangeTable, tree: ChangeTree, offset: number): Place {
  return tree.find((id, delta) => table.source(id) + delta + table.viewLength(id) <= offset);
}

/**
 * Works out what an edit makes of the changes it touches: a part of the first may be left before it and a part of the
 * last after it. The new changes and their bytes are added to the table; the tree is not touched.
 */
export function replacementFor(table: ChangeTable, bytes: EditBytes, tree: ChangeTree, edit: Edit): Replacement {
  const { offset, length } = edit;
  const end = offset + length;
  const { rank, delta } = placeInView(table, tree, offset);
  const old: number[] = [];
  let before = 0;
  let after: { readonly id: number; readonly from: number } | undefined;
  let shift = delta;
  for (const id of tree.from(rank)) {
    const start = table.source(id) + shift;
    if (start >= end) break;
    if (start < offset) before = offset - start;
    if (start + table.viewLength(id) > end) after = { id, from: end - start };
    old.push(id);
    shift += table.delta(id);
  }
  const bytesBefore = bytes.length;
  const first = table.count;
  const builder = new Builder(table, bytes, edit, sourceAt(table, old[0], before, offset - delta));
  if (before > 0) table.part(old[0] as number, 0, before);
  builder.build(piecesFrom(table, tree, { rank, delta }, offset, length));
  if (after !== undefined) table.part(after.id, after.from, table.length(after.id));
  return { rank, old, first, count: table.count - first, view: offset - before, bytesBefore };
}

/** The offset of the source that stands at the beginning of the edit, `within` bytes into a change, or outside of one. */
function sourceAt(table: ChangeTable, id: number | undefined, within: number, outside: number): number {
  if (id === undefined || within === 0) return outside;
  return table.kind(id) === 'insert' ? table.source(id) : table.source(id) + within;
}

interface OpenChange {
  readonly source: number;
  length: number;
  readonly place: number;
}

/**
 * Makes the changes of an edit itself, piece by piece of what it replaces. Neighbours of one kind become one change, but for
 * deletions whose bytes are not kept: what is known of the bytes of one is about no others.
 */
class Builder {
  readonly #table: ChangeTable;
  readonly #bytes: EditBytes;
  readonly #edit: Edit;
  readonly #place: number;
  /** Bytes that overwrite others. */
  readonly #overwritten: number;
  /** Where in the source the pieces so far end. */
  #source: number;
  #put: (OpenChange & { readonly kind: 'overwrite' | 'insert' }) | undefined;
  #deleted: OpenChange | undefined;

  constructor(table: ChangeTable, bytes: EditBytes, edit: Edit, source: number) {
    this.#table = table;
    this.#bytes = bytes;
    this.#edit = edit;
    this.#overwritten = Math.min(edit.length, edit.bytes.length);
    this.#source = source;
    this.#place = bytes.reserve(edit.bytes.length);
  }

  build(pieces: Iterable<Piece>): void {
    this.#bytes.setPut(this.#place, this.#edit.bytes);
    for (const piece of pieces) {
      const within = piece.offset - this.#edit.offset;
      if (piece.kind === 'delete' && this.#overwritten > 0 && within <= this.#overwritten) {
        this.#keepDeletion(piece.id);
      } else if (piece.kind === 'delete' && piece.place === notKept) {
        this.#closeDeleted();
        this.#keepDeletion(piece.id);
      } else if (piece.kind === 'delete') {
        this.#delete(piece, piece.removed, this.#takeOver(piece.place, piece.removed));
      } else {
        const put = Math.min(piece.length, Math.max(0, this.#overwritten - within));
        if (put > 0) this.#overwrite({ ...piece, length: put });
        if (put < piece.length) this.#leaveOut(cut(piece, put));
      }
    }
    this.#closePut();
    const left = this.#edit.bytes.length - this.#overwritten;
    if (left > 0) this.#insert(left);
    this.#closeDeleted();
  }

  #overwrite(piece: SourcePiece | PutPiece): void {
    const kind = piece.kind === 'insert' ? 'insert' : 'overwrite';
    const place = this.#place + piece.offset - this.#edit.offset;
    if (kind === 'overwrite') this.#bytes.setOriginals(place, this.#originals(piece));
    if (this.#put?.kind === kind) this.#put.length += piece.length;
    else {
      this.#closePut();
      this.#put = { kind, source: piece.source, length: piece.length, place };
    }
    this.#source = kind === 'insert' ? piece.source : piece.source + piece.length;
  }

  /** Inserted bytes leave nothing behind. */
  #leaveOut(piece: SourcePiece | PutPiece): void {
    if (piece.kind === 'insert') return;
    const isKept = piece.kind === 'overwrite' || this.#edit.shown !== undefined;
    if (isKept) this.#delete(piece, piece.length, this.#keep(this.#originals(piece)));
    else this.#leaveUnkept(piece);
  }

  #leaveUnkept({ source, length }: SourcePiece | PutPiece): void {
    this.#closePut();
    this.#closeDeleted();
    const unkept = this.#table.unkept(this.#table.add('delete', source, length, notKept));
    if (unkept !== undefined) unkept.digests = this.#edit.digests;
    this.#source = source + length;
  }

  #insert(length: number): void {
    const id = this.#table.add('insert', this.#source, length, this.#place + this.#overwritten);
    if (this.#edit.surrounding !== undefined) this.#table.noteSurrounding(id, this.#edit.surrounding);
  }

  #keepDeletion(id: number): void {
    this.#closePut();
    this.#table.copy(id);
    this.#source = this.#table.sourceEnd(id);
  }

  #delete({ source }: Piece, length: number, place: number): void {
    this.#closePut();
    this.#deleted ??= { source, length: 0, place };
    this.#deleted.length += length;
    this.#source = source + length;
  }

  /** Keeps the bytes of a deletion that becomes a part of a longer one. */
  #takeOver(place: number, length: number): number {
    const originals = new Uint8Array(length);
    this.#bytes.readOriginals(place, originals);
    return this.#keep(originals);
  }

  /** Bytes that are kept one after the other stand side by side: nothing else is put between. */
  #keep(originals: Uint8Array): number {
    const place = this.#bytes.reserve(originals.length);
    this.#bytes.setOriginals(place, originals);
    return place;
  }

  /** What the source has there. */
  #originals(piece: SourcePiece | PutPiece): Uint8Array {
    if (piece.kind === 'source') {
      if (this.#edit.shown === undefined) throw new RangeError('what is overwritten must be known');
      const within = piece.offset - this.#edit.offset;
      return this.#edit.shown.subarray(within, within + piece.length);
    }
    const originals = new Uint8Array(piece.length);
    this.#bytes.readOriginals(piece.place, originals);
    return originals;
  }

  #closeDeleted(): void {
    if (this.#deleted === undefined) return;
    const { source, length, place } = this.#deleted;
    this.#table.add('delete', source, length, place);
    this.#deleted = undefined;
  }

  #closePut(): void {
    if (this.#put === undefined) return;
    const { kind, source, length, place } = this.#put;
    this.#table.add(kind, source, length, place);
    this.#put = undefined;
  }
}

/** The piece without its first bytes. */
function cut<P extends SourcePiece | PutPiece>(piece: P, skipped: number): P {
  const source = piece.kind === 'insert' ? piece.source : piece.source + skipped;
  const place = piece.kind === 'source' ? {} : { place: piece.place + skipped };
  return { ...piece, ...place, offset: piece.offset + skipped, length: piece.length - skipped, source };
}
