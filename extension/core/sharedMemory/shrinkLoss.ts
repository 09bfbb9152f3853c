/** Who loses memory when an object shrinks: a touch of a page past the new end is a SIGBUS, and mostly the end. */
import type { ObjectUser, ProcessIdentity } from './sharedMemory.ts';

export interface MemoryLoss {
  readonly process: ProcessIdentity;
  /** What it has mapped past the last page that stays, in bytes of address space. */
  readonly bytes: bigint;
}

/**
 * Of `users`, those with mappings, shared or private, beyond an end of `newSize` bytes, in their order. The page that
 * holds the new end stays whole: what is touched there reads as zeros. Descriptors alone lose nothing but bytes.
 */
export function processesLosingMemory(
  users: readonly ObjectUser[],
  newSize: bigint,
  pageSize: number,
): readonly MemoryLoss[] {
  const page = BigInt(pageSize);
  const end = ((newSize + page - 1n) / page) * page;
  return users.flatMap(({ process, mappings }) => {
    let bytes = 0n;
    for (const { start, end: stop, offset } of mappings) {
      const mappedEnd = offset + (stop - start);
      const from = offset > end ? offset : end;
      if (mappedEnd > from) bytes += mappedEnd - from;
    }
    return bytes > 0n ? [{ process, bytes }] : [];
  });
}
