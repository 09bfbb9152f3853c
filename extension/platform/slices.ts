import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds of one task: a step and a collection of garbage still fit into the frame with it. */
const longestTask = 5;

/** Runs `steps` to their end, in tasks of a few milliseconds each, so that nobody waits long for the thread. */
export async function inSlices<Result>(steps: Iterator<undefined, Result>, signal?: AbortSignal): Promise<Result> {
  for (;;) {
    // Also before the first: what ran until now, such as the last of other steps, is part of the same task.
    await nextTurn();
    signal?.throwIfAborted();
    const until = performance.now() + longestTask;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() < until);
  }
}
