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
      // Whether it is after all others is asked first: edits that are brought back come in order.
      const last: Node = node.children.at(-1) as Node;
      const all: number = delta + node.delta - last.delta;
      if (before(firstOf(last), all)) {
        rank += node.count - last.count;
        delta = all;
        node = last;
        continue;
      }
      for (; i + 1 < node.children.length; i++) {
        const { count, delta: more } = node.children[i] as Node;
        if (!before(firstOf(node.children[i + 1] as Node), delta + more)) break;
        rank += count;
        delta += more;
      }
      node = node.children[i] as Node;
    }
    const last = node.ids[node.count - 1] as number;
    if (node.count > 0 && before(last, delta + node.delta - this.#table.delta(last))) {
      return { rank: rank + node.count, delta: delta + node.delta };
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
    for (const [leaf, first] of leavesFrom(this.#root, rank)) {
      for (let i = first; i < leaf.count; i++) yield leaf.ids[i] as number;
    }
  }

  /** Takes `removed` changes out from `rank` on, and puts others there. */
  splice(rank: number, removed: number, ids: readonly number[]): void {
    if ((removed + ids.length) * worthRebuilding > this.count + ids.length) {
      this.#rebuild(rank, removed, ids);
      return;
    }
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

  /** The same by a tree that is made anew. */
  #rebuild(rank: number, removed: number, ids: readonly number[]): void {
    const all = new Uint32Array(this.count - removed + ids.length);
    let [seen, at] = [0, 0];
    const visit = (node: Node): void => {
      if (node instanceof Branch) {
        node.children.forEach(visit);
        return;
      }
      for (let i = 0; i < node.count; i++, seen++) {
        if (seen >= rank && seen < rank + removed) continue;
        if (seen === rank + removed) at = rank + ids.length;
        all[at++] = node.ids[i] as number;
      }
    };
    visit(this.#root);
    all.set(ids, rank);
    let nodes: Node[] = [];
    for (let from = 0; from < all.length || from === 0; from += leafSize) {
      const leaf = new Leaf();
      leaf.ids.set(all.subarray(from, from + leafSize));
      leaf.count = Math.min(leafSize, all.length - from);
      this.#sum(leaf);
      nodes.push(leaf);
    }
    while (nodes.length > 1) nodes = this.#branchesOf(nodes);
    this.#root = nodes[0] as Node;
  }

  #branchesOf(nodes: readonly Node[]): Node[] {
    const branches: Node[] = [];
    for (let from = 0; from < nodes.length; from += branchSize) {
      const branch = new Branch();
      branch.children = nodes.slice(from, from + branchSize);
      this.#sum(branch);
      branches.push(branch);
    }
    return branches;
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
    if (right === undefined) {
      if (node instanceof Branch) node.count++;
      node.delta += this.#table.delta(id);
    } else {
      this.#sum(node);
      this.#sum(right);
    }
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
    this.#removeFrom(this.#root, rank, this.#table.delta(this.at(rank)));
    while (this.#root instanceof Branch && this.#root.children.length === 1)
      this.#root = this.#root.children[0] as Node;
    if (this.#root instanceof Branch && this.#root.children.length === 0) this.#root = new Leaf();
  }

  /** `delta`: of the change that goes. */
  #removeFrom(node: Node, rank: number, delta: number): void {
    node.count--;
    node.delta -= delta;
    if (node instanceof Leaf) node.ids.copyWithin(rank, rank + 1, node.count + 1);
    else {
      let i = 0;
      let left = rank;
      for (; left >= (node.children[i] as Node).count; i++) left -= (node.children[i] as Node).count;
      const child = node.children[i] as Node;
      this.#removeFrom(child, left, delta);
      if (child.count === 0) node.children.splice(i, 1);
    }
  }

  /** Of a half: all others are counted on as changes come and go. */
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

/** One change that comes or goes takes as long as so many of a tree that is made anew. */
const worthRebuilding = 16;

/** What V8 keeps beside the elements of a typed array and for the object that holds it, about. Bytes. */
const leafOverhead = 200;

function firstOf(node: Node): number {
  let first = node;
  while (first instanceof Branch) first = first.children[0] as Node;
  return first.ids[0] as number;
}

/** Each with where in it to begin. */
function* leavesFrom(node: Node, rank: number): Generator<readonly [Leaf, number], undefined> {
  if (node instanceof Leaf) {
    yield [node, rank];
    return;
  }
  let left = rank;
  for (const child of node.children) {
    if (left < child.count) yield* leavesFrom(child, left);
    left = Math.max(0, left - child.count);
  }
}
