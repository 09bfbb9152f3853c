/** Which lock of somebody else is in the way of a write of several ranges. */
import { type ByteRange, endOf, intersect } from '../byteRange.ts';
import type { RangeLock, RangeLocks } from './liveStores.ts';

/** Locks looked at; beyond so many that are in nobody's way the write goes on. */
const mostLooks = 1000;

/**
 * One that has a byte of the ranges, which are in order and none over another; undefined where there is none. Asks for
 * the locks one by one and not for each range: a save may have a hundred thousand of those. The kernel answers locks in an
 * order of its own.
 */
export async function findLockOn(
  locks: Pick<RangeLocks, 'heldLock'>,
  ranges: readonly ByteRange[],
): Promise<RangeLock | undefined> {
  const [first, last] = [ranges[0], ranges.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const open: ByteRange[] = [{ offset: first.offset, length: endOf(last) - first.offset }];
  for (let looks = 0; looks < mostLooks; looks++) {
    const part = open.pop();
    if (part === undefined) return undefined;
    const lock = await locks.heldLock(part);
    if (lock === undefined) continue;
    const locked = intersect(part, { offset: lock.offset, length: lock.length ?? Number.MAX_SAFE_INTEGER });
    if (locked === undefined) continue;
    const next = firstEndingAfter(ranges, locked.offset);
    if (next !== undefined && intersect(next, locked) !== undefined) return lock;
    const parts = [
      { offset: part.offset, length: locked.offset - part.offset },
      { offset: endOf(locked), length: endOf(part) - endOf(locked) },
    ];
    open.push(...parts.filter(({ length }) => length > 0));
  }
  return undefined;
}

function firstEndingAfter(ranges: readonly ByteRange[], offset: number): ByteRange | undefined {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (endOf(ranges[middle] as ByteRange) <= offset) low = middle + 1;
    else high = middle;
  }
  return ranges[low];
}
