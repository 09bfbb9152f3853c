import type { ByteSource, SourceDetails } from '../../core/byteSource.ts';
import type { MemoryRegion } from '../../core/memoryMap/memoryRegion.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { executableOf, requireProcess } from '../processes/process.ts';
import { spaceIn } from '../processes/processAnswer.ts';
import { ProcessMemory } from '../processes/processMemory.ts';
import type { Machine } from './machine.ts';
import { openMapped } from './mappedFiles.ts';
import { RegionFileSource } from './regionFileSource.ts';
import { RegionMemorySource } from './regionMemorySource.ts';
import { RegionWatch } from './regionWatch.ts';

/**
 * A range of a process's addresses. What is shared is read through the object behind it where the kernel lets us have
 * that: then looking allocates nothing, nothing of the process is touched, and the bytes stay when it ends. Everything
 * else is read from its memory, as far as it is there.
 *
 * Rejects with a SourceError: `processGone`, `regionGone`, `noTrace`.
 */
export async function openProcessRegion(machine: Machine, ref: ProcessRegionRef): Promise<ByteSource> {
  const { name } = await requireProcess(ref);
  const look = async () => {
    const space = await spaceIn(machine.addon, ref, ref.start, ref.end);
    if (space.count === 0) throw new SourceError('regionGone', { id: ref.pid });
    const region = space.region(0);
    const process = { pid: ref.pid, name, executable: await executableOf(ref) };
    const details = { process, sharing: region.sharing, origin: ref.start };
    return { region, watch: new RegionWatch(machine.addon, ref, space), details };
  };
  const { region, watch, details } = await look();
  const source =
    (await openObject(machine, ref, region, watch, details)) ??
    (await openMemory(machine, ref, async (memory) => {
      // What was looked at before may be of the program before: exec(2) keeps the pid.
      const { watch, details } = await look();
      return new RegionMemorySource(machine, memory, ref, watch, details);
    }));
  try {
    // What was opened is of the process that was meant only if that still lives.
    await requireProcess(ref);
    return source;
  } catch (error) {
    source.dispose();
    throw error;
  }
}

async function openMemory(
  { addon }: Machine,
  ref: ProcessRegionRef,
  make: (memory: ProcessMemory) => Promise<ByteSource>,
): Promise<ByteSource> {
  const memory = await ProcessMemory.open(addon, ref);
  try {
    return await make(memory);
  } catch (error) {
    memory.close();
    throw error;
  }
}

/** The object behind a shared region. A private one is never read so: what its process wrote there is in no file. */
async function openObject(
  machine: Machine,
  ref: ProcessRegionRef,
  region: MemoryRegion,
  watch: RegionWatch,
  details: SourceDetails,
): Promise<ByteSource | undefined> {
  const offset = region.offset + (ref.start - region.start);
  const isWhole = region.start <= ref.start && region.end >= ref.end;
  if (region.sharing !== 'shared' || !isWhole || offset > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  const file = await openMapped(machine, ref, region);
  return file && new RegionFileSource(machine, file, ref, Number(offset), watch, details);
}
