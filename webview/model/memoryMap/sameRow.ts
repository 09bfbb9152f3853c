import type { AddressSpace } from '../../../extension/core/memoryMap/addressSpace.ts';
import { lastAtMost } from '../../../extension/core/memoryMap/sortedSearch.ts';

/** The row of the region that begins where one of another look began; -1 where none does. */
export function sameRow(from: AddressSpace, row: number, to: AddressSpace): number {
  const first = from.firstPages[row] ?? Number.NaN;
  const found = lastAtMost(to.firstPages, first);
  return found >= 0 && to.firstPages[found] === first ? found : -1;
}
