import type { NativeAddon, NativeTask } from '../../../native/index.d.ts';
import { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import type { MemoryRegion } from '../../core/memoryRegion.ts';
import { SourceError } from '../../core/sourceError.ts';
import { resultOf } from '../nativeTask.ts';
import { failureCode, toSourceError } from '../sourceErrors.ts';
import type { ProcessKey } from './process.ts';

/** What a task about a process found. Rejects with a SourceError: `processGone`, `noTrace`, `noAddressSpace`, `cancelled`. */
export async function processAnswer<Result>(
  { pid }: Pick<ProcessKey, 'pid'>,
  task: NativeTask<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  try {
    return await resultOf(task, signal);
  } catch (failure) {
    const errno = failureCode(failure);
    switch (errno) {
      case 'ESRCH':
      case 'ESTALE':
        throw new SourceError('processGone', { id: pid, errno });
      case 'EACCES':
      case 'EPERM':
        throw new SourceError('noTrace', { id: pid, errno });
      case 'ENOTSUP':
        throw new SourceError('noAddressSpace', { id: pid, errno });
      case 'ECANCELED':
        throw new SourceError('cancelled', { id: pid, errno });
      default:
        throw toSourceError(failure);
    }
  }
}

/** The regions that have a byte in [start, end), in order. Rejects as processAnswer does. */
export async function regionsIn(
  addon: NativeAddon,
  key: ProcessKey,
  start: bigint,
  end: bigint,
): Promise<readonly MemoryRegion[]> {
  const space = new AddressSpace(await processAnswer(key, addon.readRegionsIn(key.pid, key.startTime, start, end)));
  return Array.from({ length: space.count }, (_, row) => space.region(row));
}
