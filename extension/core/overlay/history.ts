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

  push(entry: Omit<HistoryEntry, 'begins'>, begins: boolean): void {
    this.#views.push(entry.view);
    this.#ranks.push(entry.rank);
    this.#firsts.push(entry.first);
    this.#counts.push(entry.count + (begins ? beginsBit : 0));
    this.#bytesBefore.push(entry.bytesBefore);
    this.#olds.push(this.#listed(entry.old));
  }

  replace(index: number, entry: HistoryEntry): void {
    this.#views.set(index, entry.view);
    this.#ranks.set(index, entry.rank);
    this.#firsts.set(index, entry.first);
    this.#counts.set(index, entry.count + (entry.begins ? beginsBit : 0));
    this.#bytesBefore.set(index, entry.bytesBefore);
    this.#olds.set(index, this.#listed(entry.old));
  }

  entry(index: number): HistoryEntry {
    const list = this.#olds.get(index);
    const old: number[] = [];
    if (list > 0) for (let i = 0; i < this.#lists.get(list - 1); i++) old.push(this.#lists.get(list + i));
    return {
      view: this.#views.get(index),
      rank: this.#ranks.get(index),
      old,
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

  /** What is to stand in #olds. */
  #listed(old: readonly number[]): number {
    if (old.length === 0) return 0;
    this.#lists.push(old.length);
    for (const id of old) this.#lists.push(id);
    return this.#lists.length - old.length;
  }

  *#columns(): Generator<Column> {
    yield* [this.#views, this.#ranks, this.#firsts, this.#counts, this.#olds, this.#bytesBefore];
  }
}
