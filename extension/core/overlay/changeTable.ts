import { Column } from './column.ts';
import { type Surrounding, Surroundings } from './surroundings.ts';
import { UnkeptBytes } from './unkeptBytes.ts';

/**
 * What a change does to the source at its place: `overwrite` puts as many bytes over those of the source, `insert` puts
 * bytes before them, `delete` leaves some out.
 */
export type ChangeKind = 'overwrite' | 'insert' | 'delete';

const kinds: readonly ChangeKind[] = ['overwrite', 'insert', 'delete'];

/** The place of a deletion whose bytes were too many to be kept; it is past every place in EditBytes. */
export const notKept = 2 ** 30 - 1;

/**
 * Changes by number, 20 bytes each. They are only added (and the last ones dropped), never changed, but for the one that
 * typing makes longer: so a history can name them. A change tells the source's offset, not the view's, which is why
 * an edit elsewhere leaves it as it is.
 */
export class ChangeTable {
  readonly #sources = Column.ofOffsets();
  readonly #lengths = Column.ofOffsets();
  /** The kind in the upper 2 bits, the place in EditBytes in the others. */
  readonly #places = Column.ofIndexes();
  readonly #surroundings = new Surroundings();
  /** Of the deletions that are `notKept`, by their numbers: few. */
  readonly #unkept = new Map<number, UnkeptBytes>();

  get count(): number {
    return this.#places.length;
  }

  get memory(): number {
    return this.#sources.memory + this.#lengths.memory + this.#places.memory + this.#surroundings.memory;
  }

  add(kind: ChangeKind, source: number, length: number, place: number): number {
    this.#sources.push(source);
    this.#lengths.push(length);
    this.#places.push(((kinds.indexOf(kind) << 30) | place) >>> 0);
    if (place === notKept) this.#unkept.set(this.count - 1, new UnkeptBytes());
    return this.count - 1;
  }

  kind(id: number): ChangeKind {
    return kinds[this.#places.get(id) >>> 30] as ChangeKind;
  }

  /** The first byte of the source that is overwritten, left out, or follows what is inserted. */
  source(id: number): number {
    return this.#sources.get(id);
  }

  /** Bytes that are put in, or left out. */
  length(id: number): number {
    return this.#lengths.get(id);
  }

  /** Where its bytes stand in EditBytes; `notKept` where they do not. */
  place(id: number): number {
    return this.#places.get(id) & notKept;
  }

  /** Bytes it shows. */
  viewLength(id: number): number {
    return this.kind(id) === 'delete' ? 0 : this.length(id);
  }

  /** Bytes of the source that it hides. */
  sourceLength(id: number): number {
    return this.kind(id) === 'insert' ? 0 : this.length(id);
  }

  sourceEnd(id: number): number {
    return this.source(id) + this.sourceLength(id);
  }

  /** By how much it makes the view longer than the source. */
  delta(id: number): number {
    return this.viewLength(id) - this.sourceLength(id);
  }

  /** What stood around the place of an insertion; undefined where that was not noted. */
  surrounding(id: number): Surrounding | undefined {
    return this.#surroundings.of(id);
  }

  noteSurrounding(id: number, surrounding: Surrounding): void {
    this.#surroundings.note(id, surrounding);
  }

  /** What a deletion leaves out whose bytes are not kept; undefined for any other change. */
  unkept(id: number): UnkeptBytes | undefined {
    return this.#unkept.get(id);
  }

  /** Such deletions by their numbers, whether they stand or not. */
  allUnkept(): Iterable<[number, UnkeptBytes]> {
    return this.#unkept;
  }

  /** None of them is undone or done again any more. */
  forgetUnkept(): void {
    this.#unkept.clear();
  }

  /** A new change that is the part [from, to) of an overwriting or inserting one. */
  part(id: number, from: number, to: number): number {
    const skipped = this.kind(id) === 'insert' ? 0 : from;
    const part = this.add(this.kind(id), this.source(id) + skipped, to - from, this.place(id) + from);
    return this.#takeSurrounding(part, id);
  }

  /** A new change that is the same. */
  copy(id: number): number {
    const copy = this.add(this.kind(id), this.source(id), this.length(id), this.place(id));
    const unkept = this.#unkept.get(id);
    if (unkept !== undefined) this.#unkept.set(copy, unkept);
    return this.#takeSurrounding(copy, id);
  }

  grow(id: number, by: number): void {
    this.#lengths.set(id, this.length(id) + by);
  }

  /** Drops the changes from number `count` on. */
  truncate(count: number): void {
    for (const column of [this.#sources, this.#lengths, this.#places]) column.truncate(count);
    this.#surroundings.truncate(count);
    for (const id of [...this.#unkept.keys()]) if (id >= count) this.#unkept.delete(id);
  }

  /** The parts of an insertion stand where it stood. */
  #takeSurrounding(id: number, from: number): number {
    const surrounding = this.#surroundings.of(from);
    if (surrounding !== undefined) this.#surroundings.note(id, surrounding);
    return id;
  }
}
