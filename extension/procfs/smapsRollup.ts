/** /proc/<pid>/smaps_rollup: the sums of smaps over the whole address space, at a fraction of its cost. */
import type { BadLine } from './lines.ts';
import { eachLine } from './lines.ts';
import { RegionLines } from './maps.ts';
import { FigureLines, type SmapsFigures } from './smaps.ts';

export interface SmapsRollup {
  /** Without `size`: the kernel gives none. */
  readonly figures: SmapsFigures;
  readonly unknown: ReadonlyMap<string, string> | undefined;
  readonly bad: readonly BadLine[];
}

/** Undefined where there is no head line: a kernel thread or a zombie has no memory, and its file is empty. */
export function parseSmapsRollup(bytes: Uint8Array): SmapsRollup | undefined {
  const heads = new RegionLines(bytes);
  const fields = new FigureLines();
  let hasHead = false;
  const bad = eachLine(bytes, (start, end, line) => {
    if (line > 1) return fields.take(bytes, start, end);
    hasHead = heads.read(start, end) !== undefined;
    return hasHead;
  });
  if (!hasHead) return undefined;
  const { figures, unknown } = fields.done();
  return { figures, unknown, bad };
}
