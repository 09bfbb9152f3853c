import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds of one task: half a frame, so that the step which passes it still fits into the frame. */
const longestTask = 8;

/** Runs `steps` to their end, in tasks of a few milliseconds each, so that nobody waits long for the thread. */
export async function inSlices<Result>(steps: Iterator<undefined, Result>, signal?: AbortSignal): Promise<Result> {
  for (;;) {
    const until = performance.now() + longestTask;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() < until);
    await nextTurn();
    signal?.throwIfAborted();
  }
}
