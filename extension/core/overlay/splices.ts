import type { ChangeTree } from './changeTree.ts';

/**
 * Splices of a tree that touch, done as one: a step of 100,000 changes takes the thread for one walk of the tree then, and
 * not for as many. The tree is as it was before them until `flush`.
 */
export class Splices {
  readonly #tree: ChangeTree;
  /** What is taken out, and the ids that are put there: first those in `before`, from its end on, then those in `after`. */
  #rank = 0;
  #removed = 0;
  #before: number[] = [];
  #after: number[] = [];

  constructor(tree: ChangeTree) {
    this.#tree = tree;
  }

  /** In terms of the tree as the splices before it leave it. */
  add(rank: number, removed: number, ids: readonly number[]): void {
    const end = this.#rank + this.#before.length + this.#after.length;
    if (rank === end) {
      for (const id of ids) this.#after.push(id);
    } else if (rank + removed === this.#rank) {
      for (let i = ids.length - 1; i >= 0; i--) this.#before.push(ids[i] as number);
      this.#rank = rank;
    } else {
      this.flush();
      this.#rank = rank;
      this.#after = [...ids];
    }
    this.#removed += removed;
  }

  flush(): void {
    const { length } = this.#before;
    if (this.#removed + length + this.#after.length > 0) {
      this.#tree.splice(this.#rank, this.#removed, this.#before.reverse().concat(this.#after));
    }
    [this.#rank, this.#removed, this.#before, this.#after] = [0, 0, [], []];
  }
}
