/**
 * What became of an address space between two looks. The kernel gives regions no identity: neighbours that are alike
 * merge, and each mprotect in the middle splits. So regions are followed by what they cover and what lies behind it.
 */
import type { AddressSpace } from './addressSpace.ts';
import { Halves, pageOfHalves } from './regionColumns.ts';

/**
 * - `appeared`, `vanished`: also where something else is mapped at the same place now;
 * - `grew`, `shrank`: by its size, whichever end moved;
 * - `moved`: the same part of the same object, of the same size, somewhere else. Anonymous memory is followed only
 *   where the places overlap: of two heaps nobody can say that one is the other;
 * - `merged`: several became one; `split`: one became several; `divided`: several became several others;
 * - `rights`: the place and the object are the same, and the rights are others.
 */
export type RegionChangeKind =
  | 'appeared'
  | 'vanished'
  | 'grew'
  | 'shrank'
  | 'moved'
  | 'merged'
  | 'split'
  | 'divided'
  | 'rights';

export interface RegionChange {
  readonly kind: RegionChangeKind;
  /** Rows of the earlier look. */
  readonly before: readonly number[];
  /** Rows of the later look. */
  readonly after: readonly number[];
  /** Whether some byte of what was there at both looks has other rights now. */
  readonly rightsChanged: boolean;
}

/** Every region that is not in the answer is the same in both. In the order of the addresses. */
export function regionChanges(before: AddressSpace, after: AddressSpace): readonly RegionChange[] {
  const same = sameObjectTest(before, after);
  const groups = overlapping(before, after, same);
  const changes: RegionChange[] = [];
  for (const group of groups) {
    const kind = kindOf(group, before, after);
    if (kind !== undefined) changes.push({ kind, ...group });
  }
  return followMoved(changes, before, after, same);
}

type Same = (earlier: number, later: number) => boolean;

/** Whether a region of the one look and a region of the other show the same object, by their rows. */
function sameObjectTest(before: AddressSpace, after: AddressSpace): Same {
  const [beforeOffsets, afterOffsets] = [new Halves(before.columns.offsets), new Halves(after.columns.offsets)];
  const known = new Map<string, number>();
  const idOf = (space: AddressSpace) =>
    space.objects.map(({ device: { major, minor }, inode, mapping, name, kind, backing }) => {
      // A library that is replaced on the disk is marked as deleted, and is the same.
      const isFile = inode !== 0n || backing.kind === 'sysvShm';
      const key = isFile ? `${major}:${minor} ${inode} ${backing.kind} ${mapping}` : `${mapping} ${kind} ${name}`;
      const id = known.get(key) ?? known.size;
      known.set(key, id);
      return { id, isFile };
    });
  const [beforeIds, afterIds] = [idOf(before), idOf(after)];
  return (earlier, later) => {
    const a = beforeIds[before.objectIndexes[earlier] ?? 0];
    const b = afterIds[after.objectIndexes[later] ?? 0];
    if (a === undefined || a.id !== b?.id) return false;
    if (!a.isFile) return true;
    // The same place of the object at the same address; or, for regions that do not overlap, the same beginning.
    const shift = (after.firstPages[later] ?? 0) - (before.firstPages[earlier] ?? 0);
    // Offsets are multiples of the page size.
    const offsetShift = pageAt(afterOffsets, later) - pageAt(beforeOffsets, earlier);
    return shift === offsetShift || offsetShift === 0;
  };
}

function pageAt(column: Halves, row: number): number {
  return pageOfHalves(column.high(row), column.low(row));
}

type Group = Omit<RegionChange, 'kind'>;

/**
 * Regions of both looks that hang together by overlapping with the same object, and each that overlaps with none; in
 * the order of their first addresses. Those that are the same in both are left out at once: nearly all are.
 */
function overlapping(before: AddressSpace, after: AddressSpace, same: Same): readonly Group[] {
  const sets = new DisjointSets(before.count + after.count);
  const settled = new Uint8Array(before.count + after.count);
  const rightsChanged = new Uint8Array(before.count);
  for (let [b, a] = [0, 0]; b < before.count && a < after.count; ) {
    const [beforeEnd, afterEnd] = [before.endPages[b] ?? 0, after.endPages[a] ?? 0];
    const start = Math.max(before.firstPages[b] ?? 0, after.firstPages[a] ?? 0);
    if (start < Math.min(beforeEnd, afterEnd) && same(b, a)) {
      const sameRights = before.columns.rights[b] === after.columns.rights[a];
      const samePlace = before.firstPages[b] === after.firstPages[a] && beforeEnd === afterEnd;
      if (sameRights && samePlace) settled[b] = settled[before.count + a] = 1;
      else sets.join(b, before.count + a);
      if (!sameRights) rightsChanged[b] = 1;
    }
    if (beforeEnd <= afterEnd) b++;
    if (afterEnd <= beforeEnd) a++;
  }

  const groups = new Map<number, { before: number[]; after: number[]; rightsChanged: boolean }>();
  const groupOf = (member: number) => {
    const root = sets.rootOf(member);
    const known = groups.get(root);
    if (known !== undefined) return known;
    const group = { before: [], after: [], rightsChanged: false };
    groups.set(root, group);
    return group;
  };
  for (let [b, a] = [0, 0]; b < before.count || a < after.count; ) {
    const isBefore = (before.firstPages[b] ?? Infinity) <= (after.firstPages[a] ?? Infinity);
    const [row, member] = isBefore ? [b, b++] : [a, before.count + a++];
    if (settled[member] === 1) continue;
    const group = groupOf(member);
    if (isBefore) group.rightsChanged ||= rightsChanged[row] === 1;
    (isBefore ? group.before : group.after).push(row);
  }
  return [...groups.values()];
}

/** Numbers 0 … count-1, each in a set of its own until it is joined with another. */
class DisjointSets {
  readonly #parents: Int32Array;

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, member) => member);
  }

  join(a: number, b: number): void {
    this.#parents[this.rootOf(b)] = this.rootOf(a);
  }

  rootOf(member: number): number {
    let root = member;
    for (let next = this.#parents[root] ?? root; next !== root; next = this.#parents[root] ?? root) {
      this.#parents[root] = this.#parents[next] ?? next;
      root = next;
    }
    return root;
  }
}

/** Undefined where nothing changed. */
function kindOf(group: Group, before: AddressSpace, after: AddressSpace): RegionChangeKind | undefined {
  const [first, secondBefore] = group.before;
  const [now, secondAfter] = group.after;
  if (first === undefined) return 'appeared';
  if (now === undefined) return 'vanished';
  if (secondBefore !== undefined) return secondAfter === undefined ? 'merged' : 'divided';
  if (secondAfter !== undefined) return 'split';
  const growth = after.pages(now) - before.pages(first);
  if (growth !== 0) return growth > 0 ? 'grew' : 'shrank';
  if (before.firstPages[first] !== after.firstPages[now]) return 'moved';
  return group.rightsChanged ? 'rights' : undefined;
}

/** Joins what vanished with what appeared where both are the same part of an object, in the order of the addresses. */
function followMoved(
  changes: readonly RegionChange[],
  before: AddressSpace,
  after: AddressSpace,
  same: Same,
): readonly RegionChange[] {
  const key = (space: AddressSpace, row: number): string | undefined => {
    const { inode, kind, name } = space.objectOf(row);
    if (inode === 0n && name === '') return undefined;
    return `${inode} ${kind} ${name} ${space.columns.offsets[row]} ${space.pages(row)}`;
  };
  const vanished = new Map<string, RegionChange[]>();
  for (const change of changes) {
    const id = change.kind === 'vanished' ? key(before, change.before[0] ?? 0) : undefined;
    if (id === undefined) continue;
    const others = vanished.get(id);
    if (others === undefined) vanished.set(id, [change]);
    else others.push(change);
  }
  const moved = new Map<RegionChange, RegionChange | undefined>();
  for (const change of changes) {
    const [row = 0] = change.after;
    const id = change.kind === 'appeared' ? key(after, row) : undefined;
    const candidates = (id === undefined ? undefined : vanished.get(id)) ?? [];
    // What has the same key is nearly always the same object.
    const at = candidates.findIndex(({ before: [earlier = 0] }) => same(earlier, row));
    const [from] = at < 0 ? [] : candidates.splice(at, 1);
    if (from === undefined) continue;
    const [earlier = 0] = from.before;
    const rightsChanged = before.columns.rights[earlier] !== after.columns.rights[row];
    moved.set(from, undefined);
    moved.set(change, { kind: 'moved', before: from.before, after: change.after, rightsChanged });
  }
  return changes.flatMap((change) => (moved.has(change) ? (moved.get(change) ?? []) : [change]));
}
