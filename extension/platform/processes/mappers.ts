/** Who else maps an object: any file, not only what is made for sharing. */
import type { NativeAddon, RegionTable } from '../../../native/index.d.ts';
import { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import { type Backing, deviceNumber, type MemoryRegion } from '../../core/memoryMap/memoryRegion.ts';
import type { ProcessSummary } from '../../core/processes/processSummary.ts';
import { SourceError } from '../../core/sourceError.ts';

/** A byte of an object, by the numbers that tell the object from all others. */
export interface ObjectByte {
  readonly region: Pick<MemoryRegion, 'device' | 'inode' | 'backing'>;
  /** From the start of the object. */
  readonly offset: bigint;
}

export interface Mapper {
  readonly process: ProcessSummary;
  readonly region: MemoryRegion;
  /** Where the byte is in that process. */
  readonly address: bigint;
}

/** Processes that are read at a time. */
const atOnce = 4;

/**
 * Where the byte is in the address spaces of `processes`; those that cannot be looked into are counted. Rejects with
 * SourceError('cancelled').
 */
export async function findMappers(
  addon: NativeAddon,
  processes: readonly ProcessSummary[],
  byte: ObjectByte,
  isCancelled: () => boolean,
): Promise<{ readonly mappers: readonly Mapper[]; readonly notSeen: number }> {
  const waiting = processes.filter(({ kernelThread, state }) => !kernelThread && state !== 'Z');
  const mappers: Mapper[] = [];
  let notSeen = 0;
  const work = async () => {
    for (let process = waiting.shift(); process !== undefined; process = waiting.shift()) {
      if (isCancelled()) throw new SourceError('cancelled');
      try {
        const { pid, startTime } = process;
        mappers.push(...mappersIn(await addon.readRegions(pid, startTime).result, process, byte));
      } catch {
        // It has ended, or may not be looked into: the list says of itself what it lacks.
        if (!process.mayLook) notSeen++;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { mappers: mappers.sort((a, b) => a.process.pid - b.process.pid), notSeen };
}

function mappersIn(table: RegionTable, process: ProcessSummary, { region, offset }: ObjectByte): Mapper[] {
  const device = deviceNumber(region.device);
  const found: Mapper[] = [];
  let space: AddressSpace | undefined;
  for (let row = 0; row < table.count; row++) {
    if (table.inos[row] !== region.inode || table.devs[row] !== device) continue;
    space ??= new AddressSpace(table);
    const other = space.region(row);
    const place = offset - other.offset;
    if (place < 0n || other.start + place >= other.end || classOf(other.backing) !== classOf(region.backing)) continue;
    found.push({ process, region: other, address: other.start + place });
  }
  return found;
}

/** Memfds and System V segments have numbers of their own on one device; what has a path has one for all. */
function classOf({ kind }: Backing): string {
  switch (kind) {
    case 'memfd':
    case 'sysvShm':
    case 'sharedAnonymous':
    case 'hugetlb':
    case 'secretmem':
      return kind;
    default:
      return 'path';
  }
}
