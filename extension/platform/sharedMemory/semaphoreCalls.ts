import { readFile } from 'node:fs/promises';
import type { NativeAddon, SemaphoreState } from '../../../native/index.d.ts';
import type { FileTarget } from '../../core/sharedMemory/objectTarget.ts';
import { SourceError } from '../../core/sourceError.ts';
import { printableName } from '../../core/text/printableName.ts';
import { parseStat } from '../../procfs/stat.ts';
import { expectedFile } from './openObject.ts';
import { operation } from './operationErrors.ts';

/** Value and waiters. Reading them takes nothing and wakes nobody. */
export async function inspectSemaphore(
  addon: NativeAddon,
  target: FileTarget,
): Promise<Pick<SemaphoreState, 'value' | 'waiters'>> {
  const detail = { path: printableName(target.path) };
  const { value, waiters, dev, ino } = await operation(() => addon.inspectSemaphore(target.path), detail);
  const expected = expectedFile(target);
  if (dev !== expected.dev || ino !== expected.ino) throw new SourceError('stale', detail);
  return { value, waiters };
}

/** sem_post(3): one who waits goes on. */
export async function postSemaphore(addon: NativeAddon, target: FileTarget): Promise<void> {
  await operation(() => addon.postSemaphore(target.path, expectedFile(target)));
}

/** sem_trywait(3): false where the value is 0. */
export async function tryWaitSemaphore(addon: NativeAddon, target: FileTarget): Promise<boolean> {
  return await operation(() => addon.tryWaitSemaphore(target.path, expectedFile(target)));
}

/** How many threads the processes have that are still there: no more can wait. */
export async function threadsOf(pids: readonly number[]): Promise<number> {
  const counts = await Promise.all(
    pids.map(async (pid) => {
      const bytes = await readFile(`/proc/${pid}/stat`).catch(() => undefined);
      return bytes === undefined ? 0 : (parseStat(bytes)?.threads ?? 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
