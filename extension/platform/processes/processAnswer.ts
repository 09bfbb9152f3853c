import type { NativeAddon, NativeTask } from '../../../native/index.d.ts';
import { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import type { MemoryRegion } from '../../core/memoryMap/memoryRegion.ts';
import { resultOf } from '../nativeTask.ts';
import type { ProcessKey } from './process.ts';
import { toProcessError } from './processErrors.ts';

/** What a task about a process found. Rejects with a SourceError: `processGone`, `noTrace`, `noAddressSpace`, `cancelled`. */
export async function processAnswer<Result>(
  { pid }: Pick<ProcessKey, 'pid'>,
  task: NativeTask<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  try {
    return await resultOf(task, signal);
  } catch (failure) {
    throw toProcessError(failure, pid);
  }
}

/** The regions that have a byte in [start, end), in order. Rejects as processAnswer does. */
export async function regionsIn(
  addon: NativeAddon,
  key: ProcessKey,
  start: bigint,
  end: bigint,
): Promise<readonly MemoryRegion[]> {
  return regionsOf(await spaceIn(addon, key, start, end));
}

/** The same as columns. */
export async function spaceIn(addon: NativeAddon, key: ProcessKey, start: bigint, end: bigint): Promise<AddressSpace> {
  return new AddressSpace(await processAnswer(key, addon.readRegionsIn(key.pid, key.startTime, start, end)));
}

export function regionsOf(space: AddressSpace): readonly MemoryRegion[] {
  return Array.from({ length: space.count }, (_, row) => space.region(row));
}
