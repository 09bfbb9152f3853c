import type { ByteSource, SourceDetails } from '../../core/byteSource.ts';
import type { Backing, MemoryRegion } from '../../core/memoryRegion.ts';
import type { SharedMemoryClass } from '../../core/sharedMemory.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { encodeUtf8 } from '../../core/utf8.ts';
import { findRegion, openOfProcess, requireProcess } from '../processes/process.ts';
import { FileSource } from './fileSource.ts';
import type { Machine } from './machine.ts';
import { RegionFileSource } from './regionFileSource.ts';
import { RegionMemorySource } from './regionMemorySource.ts';
import { RegionWatch } from './regionWatch.ts';

/**
 * A range of a process's addresses. What is shared is read through the object behind it where the kernel lets us have
 * that: then looking allocates nothing, nothing of the process is touched, and the bytes stay when it ends. Everything
 * else is read from its memory.
 *
 * Rejects with a SourceError: `processGone`, `regionGone`, `noTrace`.
 */
export async function openProcessRegion(machine: Machine, ref: ProcessRegionRef): Promise<ByteSource> {
  const { name } = await requireProcess(ref);
  const region = await findRegion(machine.addon, ref.pid, ref.start);
  if (region === undefined || region.start >= ref.end) throw new SourceError('regionGone', { id: ref.pid });
  const watch = new RegionWatch(machine.addon, ref, region);
  const details = { process: { pid: ref.pid, name }, sharing: region.sharing };
  const source =
    (await openObject(machine, ref, region, watch, details)) ??
    new RegionMemorySource(await openOfProcess(machine.addon, ref.pid, 'mem'), ref, watch, details);
  try {
    // What was opened is of the process that was meant only if that still lives.
    await requireProcess(ref);
    return source;
  } catch (error) {
    source.dispose();
    throw error;
  }
}

/**
 * The object behind a shared region, through /proc/<pid>/map_files. Undefined where that cannot be had: it takes
 * CAP_CHECKPOINT_RESTORE, and something that can be opened. A private region is never read so: what its process wrote
 * there is in no file.
 */
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
  const path = `/proc/${ref.pid}/map_files/${region.start.toString(16)}-${region.end.toString(16)}`;
  try {
    const file = await FileSource.open(machine, ref, encodeUtf8(path), { class: classOf(region.backing) });
    if (file.facts.kind === 'regular' && file.facts.ino === region.inode) {
      return new RegionFileSource(file, ref, Number(offset), watch, details);
    }
    file.dispose();
  } catch (error) {
    // Its memory is there all the same, and says itself what may be wrong.
    if (!(error instanceof SourceError)) throw error;
  }
  return undefined;
}

function classOf({ kind }: Backing): SharedMemoryClass {
  switch (kind) {
    case 'memfd':
    case 'sharedAnonymous':
      return kind;
    case 'hugetlb':
      return 'sharedAnonymous';
    case 'sysvShm':
      return 'sysv';
    default:
      return 'posix';
  }
}
