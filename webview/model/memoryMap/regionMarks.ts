/** What is marked in a memory map: by row, what became of a region since the look that it is compared with. */
import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import {
  type RegionChange,
  type RegionChangeKind,
  regionChanges,
} from '../../../extension/core/memoryMap/regionChanges.ts';
import type { Vanished } from './mapRows.ts';

export interface RegionMark {
  readonly kind: RegionChangeKind;
  /** Pages more, or fewer; of all regions that take part. */
  readonly grownPages: number;
  /** Regions that became it, and that it became. */
  readonly before: number;
  readonly after: number;
  readonly rightsChanged: boolean;
}

export interface RegionMarks {
  /** By row of the regions that are there. */
  readonly byRow: ReadonlyMap<number, RegionMark>;
  /** Of each region that vanished: it is the mark of all of them. */
  readonly vanished: Vanished | undefined;
  /** In the order of the addresses. */
  readonly changes: readonly RegionChange[];
}

export const noMarks: RegionMarks = { byRow: new Map(), vanished: undefined, changes: [] };

export function regionMarks(before: AddressSpace, after: AddressSpace): RegionMarks {
  const changes = regionChanges(before, after);
  const byRow = new Map<number, RegionMark>();
  const vanished: number[] = [];
  for (const change of changes) {
    if (change.kind === 'vanished') vanished.push(...change.before);
    const pages = (space: AddressSpace, rows: readonly number[]) =>
      rows.reduce((sum, row) => sum + space.pages(row), 0);
    const mark: RegionMark = {
      kind: change.kind,
      grownPages: pages(after, change.after) - pages(before, change.before),
      before: change.before.length,
      after: change.after.length,
      rightsChanged: change.rightsChanged,
    };
    for (const row of change.after) byRow.set(row, mark);
  }
  vanished.sort((a, b) => a - b);
  return { byRow, changes, vanished: vanished.length === 0 ? undefined : { space: before, rows: vanished } };
}
