import { type ChangeTable, notKept } from './changeTable.ts';
import type { Move } from './moves.ts';

/**
 * What moves where changes of one place give way to others, in order: `view` is where the first of either stands in the
 * view. Undefined where nothing does.
 */
export function moveBetween(
  table: ChangeTable,
  view: number,
  before: readonly number[],
  after: readonly number[],
): Move | undefined {
  const delta = (ids: readonly number[]) => ids.reduce((sum, id) => sum + table.delta(id), 0);
  const [deltaBefore, deltaAfter] = [delta(before), delta(after)];
  if (deltaBefore === deltaAfter) return undefined;
  const all = [...before, ...after];
  const covered = Math.max(...all.map((id) => table.sourceEnd(id))) - Math.min(...all.map((id) => table.source(id)));
  const [removed, inserted] = [covered + deltaBefore, covered + deltaAfter];
  // What is the same in both has stayed.
  const start = Math.min(sameStart(table, before[0], after[0]), removed, inserted);
  const end = Math.min(sameEnd(table, before.at(-1), after.at(-1)), removed - start, inserted - start);
  return { offset: view + start, removed: removed - start - end, inserted: inserted - start - end };
}

/** How many bytes two changes have in common from the first on, as parts of one change do. */
function sameStart(table: ChangeTable, one: number | undefined, other: number | undefined): number {
  if (one === undefined || other === undefined || !areAlike(table, one, other)) return 0;
  const isSame = table.source(one) === table.source(other) && table.place(one) === table.place(other);
  return isSame ? Math.min(table.viewLength(one), table.viewLength(other)) : 0;
}

function sameEnd(table: ChangeTable, one: number | undefined, other: number | undefined): number {
  if (one === undefined || other === undefined || !areAlike(table, one, other)) return 0;
  const end = (id: number) => table.place(id) + table.length(id);
  const isSame = table.sourceEnd(one) === table.sourceEnd(other) && end(one) === end(other);
  return isSame ? Math.min(table.viewLength(one), table.viewLength(other)) : 0;
}

function areAlike(table: ChangeTable, one: number, other: number): boolean {
  return table.kind(one) === table.kind(other) && table.place(one) !== notKept && table.place(other) !== notKept;
}
