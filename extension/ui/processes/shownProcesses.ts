/** The processes that the view shows, as elements that stay the same from look to look. */
import { processForest } from '../../core/processes/processForest.ts';
import { type ProcessSort, type ProcessSummary, processKey, processList } from '../../core/processes/processSummary.ts';
import type { ProcessNode } from './nodes.ts';
import { processDescription, processLabel } from './words.ts';

export interface ProcessesLayout {
  readonly sort: ProcessSort;
  /** Below the processes that started them. */
  readonly isTree: boolean;
  /** Those of all users, the user's own first; else only these. */
  readonly isAll: boolean;
  /** Empty for all. */
  readonly filter: string;
  /** By processKey, those that map a file that is asked for; undefined where none is. */
  readonly mapping?: ReadonlySet<string> | undefined;
}

interface Shown {
  readonly node: ProcessNode;
  parent: ProcessNode | undefined;
  children: readonly ProcessNode[];
}

export class ShownProcesses {
  readonly #ownUid: number;
  #shown: ReadonlyMap<string, Shown> = new Map();
  #roots: readonly ProcessNode[] = [];

  constructor(ownUid: number) {
    this.#ownUid = ownUid;
  }

  get roots(): readonly ProcessNode[] {
    return this.#roots;
  }

  get count(): number {
    return this.#shown.size;
  }

  get(id: string): ProcessNode | undefined {
    return this.#shown.get(id)?.node;
  }

  childrenOf({ id }: ProcessNode): readonly ProcessNode[] {
    return this.#shown.get(id)?.children ?? [];
  }

  parentOf({ id }: ProcessNode): ProcessNode | undefined {
    return this.#shown.get(id)?.parent;
  }

  /** How many there would be without a filter. */
  countAll(processes: readonly ProcessSummary[], { isAll }: ProcessesLayout): number {
    return processes.filter(({ kernelThread, uid }) => !kernelThread && (isAll || uid === this.#ownUid)).length;
  }

  /** Arranges the processes of a look. Answers the elements to refresh, or that it is all of them. */
  arrange(processes: readonly ProcessSummary[], layout: ProcessesLayout): readonly ProcessNode[] | 'all' {
    const { isAll, isTree, sort, filter, mapping } = layout;
    const which = isAll ? { firstUid: this.#ownUid } : { uid: this.#ownUid };
    const listed = processList(processes, sort, { ...which, text: filter, keys: mapping });
    const forest = isTree ? processForest(processes, listed) : { roots: listed, children: new Map<string, never>() };
    const before = this.#shown;
    const changed: ProcessNode[] = [];
    const now = new Map<string, Shown>();
    for (const process of listed) {
      const id = processKey(process);
      const known = before.get(id);
      const node = known?.node ?? { kind: 'process', id, process };
      if (node.process !== process && faceOf(node.process) !== faceOf(process)) changed.push(node);
      Object.assign(node, { process });
      now.set(id, { node, parent: undefined, children: [] });
    }
    const nodeOf = (process: ProcessSummary) => now.get(processKey(process))?.node;
    const nodesOf = (some: readonly ProcessSummary[]) => some.flatMap((process) => nodeOf(process) ?? []);
    for (const [id, children] of forest.children) {
      const shown = now.get(id);
      if (shown === undefined) continue;
      shown.children = nodesOf(children);
      for (const child of shown.children) {
        const below = now.get(child.id);
        if (below !== undefined) below.parent = shown.node;
      }
    }
    this.#shown = now;
    this.#roots = nodesOf(forest.roots);
    return isSameShape(before, now) ? changed : 'all';
  }
}

/** What its item says. */
function faceOf(process: ProcessSummary): string {
  return `${processLabel(process)}|${processDescription(process)}|${process.mayLook}`;
}

function isSameShape(before: ReadonlyMap<string, Shown>, now: ReadonlyMap<string, Shown>): boolean {
  if (before.size !== now.size) return false;
  const entries = before.entries();
  for (const [id, { parent }] of now) {
    const old = entries.next().value;
    if (old === undefined || old[0] !== id || old[1].parent !== parent) return false;
  }
  return true;
}
