/** Processes by who started whom: each below the nearest of its ancestors that is in the list as well. */
import { type ProcessSummary, processKey } from './processSummary.ts';

export interface ProcessForest {
  /** Those without a listed ancestor, in the order of the list. */
  readonly roots: readonly ProcessSummary[];
  /** By processKey, of those that have any; in the order of the list. */
  readonly children: ReadonlyMap<string, readonly ProcessSummary[]>;
}

/** `all` are those that ancestors are looked for among; `listed` are some of them. */
export function processForest(all: readonly ProcessSummary[], listed: readonly ProcessSummary[]): ProcessForest {
  const byPid = new Map(all.map((process) => [process.pid, process]));
  const wanted = new Set(listed);
  const roots: ProcessSummary[] = [];
  const children = new Map<string, ProcessSummary[]>();
  for (const process of listed) {
    let ancestor = parentOf(process, byPid);
    while (ancestor !== undefined && !wanted.has(ancestor)) ancestor = parentOf(ancestor, byPid);
    if (ancestor === undefined) {
      roots.push(process);
      continue;
    }
    const key = processKey(ancestor);
    const siblings = children.get(key);
    if (siblings === undefined) children.set(key, [process]);
    else siblings.push(process);
  }
  return { roots, children };
}

/**
 * Undefined where there is none. A list is not of one moment, and pids are given again: what was not there before the
 * child is no parent of it, so that nothing goes round in a circle.
 */
function parentOf(process: ProcessSummary, byPid: ReadonlyMap<number, ProcessSummary>): ProcessSummary | undefined {
  const parent = byPid.get(process.parentPid);
  if (parent === undefined) return undefined;
  const isEarlier = parent.startTime - process.startTime || parent.pid - process.pid;
  return isEarlier < 0 ? parent : undefined;
}
