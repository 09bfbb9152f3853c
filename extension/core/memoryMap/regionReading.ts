/** How the pages of another process's memory are read so that looking changes as little of it as can be. */
import type { MemoryRegion } from './memoryRegion.ts';

/**
 * - `memory`: from its memory. What is not in its page tables comes to be there by that.
 * - `file`: from the file behind the region. A page that is not in the page tables holds what the file holds.
 * - `zeros`: not at all. Private memory that nobody touched reads as zeros.
 * - `guard`: not at all. An access raises SIGSEGV (MADV_GUARD_INSTALL).
 */
export type PageReading = 'memory' | 'file' | 'zeros' | 'guard';

/** How a page is read that is not in the page tables, neither in memory nor swapped out. */
export type AbsentReading = Exclude<PageReading, 'guard'>;

/** What decides how absent pages of a region are read. */
export interface RegionReadingFacts {
  /** Whether the file behind it is open here. */
  readonly hasFile: boolean;
  /** Whether the kernel lets us read what its process may not (FOLL_FORCE, see memoryRules). */
  readonly mayForce: boolean;
  /** Whether userfaultfd supplies its pages: then what one holds is known to nobody before it is there. */
  readonly isSupplied: boolean;
}

export function absentReading(
  { sharing, rights, backing }: Pick<MemoryRegion, 'sharing' | 'rights' | 'backing'>,
  { hasFile, mayForce, isSupplied }: RegionReadingFacts,
): AbsentReading {
  // Its page tables are not filled, but the attempt says why it cannot be read.
  if (isSupplied || (!rights.read && !mayForce)) return 'memory';
  if (sharing === 'shared') return hasFile ? 'file' : 'memory';
  switch (backing.kind) {
    case 'privateAnonymous':
    case 'anonNamed':
    case 'heap':
    case 'stack':
    case 'devZero':
    case 'hugetlb':
      return 'zeros';
    default:
      return hasFile ? 'file' : 'memory';
  }
}

/** Bytes of an entry of /proc/<pid>/pagemap. */
export const pagemapEntryBytes = 8;

/** Documentation/admin-guide/mm/pagemap.rst of the kernel: of the entry's last byte, which holds the bits 56 to 63. */
const bits = { present: 0x80, swapped: 0x40, guard: 0x04 } as const;

/** How the page of entry `index` is read; from memory where the entry is not known (fewer were given). */
export function pageReading(entries: Uint8Array, index: number, absent: AbsentReading): PageReading {
  const last = entries[index * pagemapEntryBytes + pagemapEntryBytes - 1];
  if (last === undefined) return 'memory';
  // The mark of a guard stands where the place in the swap would (Linux 6.14 tells them apart).
  if ((last & bits.guard) !== 0) return 'guard';
  return (last & (bits.present | bits.swapped)) !== 0 ? 'memory' : absent;
}
