import { SourceError } from '../../core/sourceError.ts';
import type { Task } from '../sharedMemory/task.ts';
import { failureCode } from '../sourceErrors.ts';

/** How often a task that runs is looked at. Milliseconds. */
export const reportInterval = 100;

interface NativeFileTask<Result> {
  readonly result: Promise<Result>;
  cancel(): void;
  progress(): { readonly done: number; readonly total: number };
}

/** What a task of the addon comes to; the user sees how far it is, and can end it. */
export async function finished<Result>(task: NativeFileTask<Result>, { report, isCancelled }: Task): Promise<Result> {
  const look = () => {
    const { done, total } = task.progress();
    report(done, total);
    if (isCancelled()) task.cancel();
  };
  const timer = setInterval(look, reportInterval);
  try {
    return await task.result;
  } catch (failure) {
    if (failureCode(failure) === 'ECANCELED') throw new SourceError('cancelled');
    throw failure;
  } finally {
    clearInterval(timer);
  }
}
