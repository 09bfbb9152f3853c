import { Column } from './column.ts';

/** At `rank`, the changes `old` were replaced by the `count` new ones that begin with number `first`. */
export interface HistoryEntry {
  /** Where the first byte shown by them was in the view. */
  readonly view: number;
  readonly rank: number;
  readonly old: readonly number[];
  readonly first: number;
  readonly count: number;
  /** Whether a step of undo begins with it. */
  readonly begins: boolean;
  /** How long EditBytes was before it. */
  readonly bytesBefore: number;
}

const beginsBit = 2 ** 31;

/** What was done, one entry for each change of the tree, 28 bytes and 4 for each change replaced. */
export class History {
  readonly #views = Column.ofOffsets();
  readonly #ranks = Column.ofIndexes();
  readonly #firsts = Column.ofIndexes();
  /** The count, and the bit for `begins`. */
  readonly #counts = Column.ofIndexes();
  /** 0 for none, else 1 + where the count of the old ones stands in #lists, and they after it. */
  readonly #olds = Column.ofIndexes();
  readonly #bytesBefore = Column.ofIndexes();
  readonly #lists = Column.ofIndexes();

  get length(): number {
    return this.#views.length;
  }

  get memory(): number {
    return [...this.#columns(), this.#lists].reduce((sum, column) => sum + column.memory, 0);
  }

  push(entry: HistoryEntry): void {
    const index = this.length;
    for (const column of this.#columns()) column.push(0);
    this.replace(index, entry);
  }

  replace(index: number, { view, rank, old, first, count, begins, bytesBefore }: HistoryEntry): void {
    this.#views.set(index, view);
    this.#ranks.set(index, rank);
    this.#firsts.set(index, first);
    this.#counts.set(index, count + (begins ? beginsBit : 0));
    this.#bytesBefore.set(index, bytesBefore);
    this.#olds.set(index, old.length === 0 ? 0 : this.#lists.length + 1);
    if (old.length === 0) return;
    this.#lists.push(old.length);
    for (const id of old) this.#lists.push(id);
  }

  entry(index: number): HistoryEntry {
    const list = this.#olds.get(index);
    const old = list === 0 ? 0 : this.#lists.get(list - 1);
    return {
      view: this.#views.get(index),
      rank: this.#ranks.get(index),
      old: Array.from({ length: old }, (_, i) => this.#lists.get(list + i)),
      first: this.#firsts.get(index),
      count: this.#counts.get(index) % beginsBit,
      begins: this.begins(index),
      bytesBefore: this.#bytesBefore.get(index),
    };
  }

  begins(index: number): boolean {
    return this.#counts.get(index) >= beginsBit;
  }

  /** Drops the entries from `length` on. */
  truncate(length: number): void {
    for (const column of this.#columns()) column.truncate(length);
  }

  *#columns(): Generator<Column> {
    yield* [this.#views, this.#ranks, this.#firsts, this.#counts, this.#olds, this.#bytesBefore];
  }
}
