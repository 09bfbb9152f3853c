import type { ByteSource, SourceDetails } from '../../core/byteSource.ts';
import type { MemoryRegion } from '../../core/memoryRegion.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { executableOf, requireProcess } from '../processes/process.ts';
import { regionsIn } from '../processes/processAnswer.ts';
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
  const [region] = await regionsIn(machine.addon, ref, ref.start, ref.end);
  if (region === undefined) throw new SourceError('regionGone', { id: ref.pid });
  const watch = new RegionWatch(machine.addon, ref, region);
  const process = { pid: ref.pid, name, executable: await executableOf(ref) };
  const details = { process, sharing: region.sharing, origin: ref.start };
  const source =
    (await openObject(machine, ref, region, watch, details)) ??
    new RegionMemorySource(machine, await ProcessMemory.open(machine.addon, ref.pid), ref, watch, details);
  try {
    // What was opened is of the process that was meant only if that still lives.
    await requireProcess(ref);
    return source;
  } catch (error) {
    source.dispose();
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
  return file && new RegionFileSource(file, ref, Number(offset), watch, details);
}
