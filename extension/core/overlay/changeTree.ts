import type { ChangeTable } from './changeTable.ts';

/** Changes of a leaf, and children of a branch. */
const leafSize = 128;
const branchSize = 32;

class Leaf {
  readonly ids = new Uint32Array(leafSize);
  count = 0;
  delta = 0;
}

class Branch {
  children: Node[] = [];
  count = 0;
  delta = 0;
}

type Node = Leaf | Branch;

/** A place among the changes: how many come before it, and by how much those make the view longer than the source. */
export interface Place {
  readonly rank: number;
  readonly delta: number;
}

/**
 * The changes of an overlay in the order of the source: a B+ tree that knows counts and lengths, so that finding a change by
 * its rank, or by an offset of the view or of the source, and changing one take O(log n).
 */
export class ChangeTree {
  readonly #table: ChangeTable;
  #root: Node = new Leaf();

  constructor(table: ChangeTable) {
    this.#table = table;
  }

  get count(): number {
    return this.#root.count;
  }

  /** By how much all changes make the view longer than the source. */
  get delta(): number {
    return this.#root.delta;
  }

  /** Bytes allocated, all but the objects' own. */
  get memory(): number {
    let leaves = 0;
    const visit = (node: Node): void => {
      if (node instanceof Leaf) leaves++;
      else node.children.forEach(visit);
    };
    visit(this.#root);
    return leaves * (leafSize * Uint32Array.BYTES_PER_ELEMENT + leafOverhead);
  }

  at(rank: number): number {
    let node = this.#root;
    let left = rank;
    while (node instanceof Branch) {
      let i = 0;
      for (; left >= (node.children[i] as Node).count; i++) left -= (node.children[i] as Node).count;
      node = node.children[i] as Node;
    }
    return node.ids[left] as number;
  }

  /** The first place whose change does not come `before`: that must be true of some first changes and of no others. */
  find(before: (id: number, delta: number) => boolean): Place {
    let node = this.#root;
    let [rank, delta] = [0, 0];
    while (node instanceof Branch) {
      let i = 0;
      for (; i + 1 < node.children.length; i++) {
        const { count, delta: more } = node.children[i] as Node;
        if (!before(firstOf(node.children[i + 1] as Node), delta + more)) break;
        rank += count;
        delta += more;
      }
      node = node.children[i] as Node;
    }
    for (let i = 0; i < node.count; i++) {
      const id = node.ids[i] as number;
      if (!before(id, delta)) break;
      rank++;
      delta += this.#table.delta(id);
    }
    return { rank, delta };
  }

  /** The changes from a rank on. The tree must not be changed meanwhile. */
  *from(rank: number): Generator<number, undefined> {
    yield* fromRank(this.#root, rank);
  }

  /** Takes `removed` changes out from `rank` on, and puts others there. */
  splice(rank: number, removed: number, ids: Iterable<number>): void {
    for (let i = 0; i < removed; i++) this.#remove(rank);
    let at = rank;
    for (const id of ids) this.#insert(at++, id);
  }

  /** Notes that the change at `rank` has become longer or shorter in the view. */
  adjust(rank: number, by: number): void {
    let node = this.#root;
    let left = rank;
    for (;;) {
      node.delta += by;
      if (node instanceof Leaf) return;
      let i = 0;
      for (; left >= (node.children[i] as Node).count; i++) left -= (node.children[i] as Node).count;
      node = node.children[i] as Node;
    }
  }

  clear(): void {
    this.#root = new Leaf();
  }

  #insert(rank: number, id: number): void {
    const split = this.#insertInto(this.#root, rank, id);
    if (split === undefined) return;
    const root = new Branch();
    root.children = [this.#root, split];
    this.#sum(root);
    this.#root = root;
  }

  /** Answers the right half where the node had to be split. */
  #insertInto(node: Node, rank: number, id: number): Node | undefined {
    const right = node instanceof Leaf ? this.#insertIntoLeaf(node, rank, id) : this.#insertIntoBranch(node, rank, id);
    this.#sum(node);
    if (right !== undefined) this.#sum(right);
    return right;
  }

  #insertIntoLeaf(leaf: Leaf, rank: number, id: number): Leaf | undefined {
    let [target, at, right]: [Leaf, number, Leaf | undefined] = [leaf, rank, undefined];
    if (leaf.count === leafSize) {
      // Edits made from front to back leave full leaves behind them.
      const kept = rank === leafSize ? leafSize : leafSize / 2;
      right = new Leaf();
      right.ids.set(leaf.ids.subarray(kept));
      right.count = leafSize - kept;
      leaf.count = kept;
      if (rank > kept || kept === leafSize) [target, at] = [right, rank - kept];
    }
    target.ids.copyWithin(at + 1, at, target.count);
    target.ids[at] = id;
    target.count++;
    return right;
  }

  #insertIntoBranch(branch: Branch, rank: number, id: number): Branch | undefined {
    let i = 0;
    let left = rank;
    for (; i + 1 < branch.children.length && left > (branch.children[i] as Node).count; i++) {
      left -= (branch.children[i] as Node).count;
    }
    const split = this.#insertInto(branch.children[i] as Node, left, id);
    if (split !== undefined) branch.children.splice(i + 1, 0, split);
    if (branch.children.length <= branchSize) return undefined;
    const right = new Branch();
    right.children = branch.children.splice(i + 2 > branchSize ? branchSize : branchSize / 2);
    return right;
  }

  #remove(rank: number): void {
    this.#removeFrom(this.#root, rank);
    while (this.#root instanceof Branch && this.#root.children.length === 1)
      this.#root = this.#root.children[0] as Node;
    if (this.#root instanceof Branch && this.#root.children.length === 0) this.#root = new Leaf();
  }

  #removeFrom(node: Node, rank: number): void {
    if (node instanceof Leaf) {
      node.ids.copyWithin(rank, rank + 1, node.count);
      node.count--;
    } else {
      let i = 0;
      let left = rank;
      for (; left >= (node.children[i] as Node).count; i++) left -= (node.children[i] as Node).count;
      const child = node.children[i] as Node;
      this.#removeFrom(child, left);
      if (child.count === 0) node.children.splice(i, 1);
    }
    this.#sum(node);
  }

  #sum(node: Node): void {
    node.delta = 0;
    if (node instanceof Leaf) {
      for (let i = 0; i < node.count; i++) node.delta += this.#table.delta(node.ids[i] as number);
      return;
    }
    node.count = 0;
    for (const child of node.children) {
      node.count += child.count;
      node.delta += child.delta;
    }
  }
}

/** What V8 keeps beside the elements of a typed array and for the object that holds it, about. Bytes. */
const leafOverhead = 200;

function firstOf(node: Node): number {
  let first = node;
  while (first instanceof Branch) first = first.children[0] as Node;
  return first.ids[0] as number;
}

function* fromRank(node: Node, rank: number): Generator<number, undefined> {
  if (node instanceof Leaf) {
    for (let i = rank; i < node.count; i++) yield node.ids[i] as number;
    return;
  }
  let left = rank;
  for (const child of node.children) {
    if (left < child.count) yield* fromRank(child, left);
    left = Math.max(0, left - child.count);
  }
}
