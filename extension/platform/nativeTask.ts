import type { NativeTask } from '../../native/index.d.ts';

/** What a task of the addon found; it is canceled, and rejects with ECANCELED, where the signal comes first. */
export async function resultOf<Result>(task: NativeTask<Result>, signal: AbortSignal | undefined): Promise<Result> {
  const cancel = () => task.cancel();
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await task.result;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}
