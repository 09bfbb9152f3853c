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

/**
 * The same for work that awaits at each step: what the addon's threads have done by then is answered within one task, a
 * thousand answers long.
 */
export class Slices {
  #until = 0;

  /** Lets others have the thread, where this task has lasted its milliseconds. */
  async pause(): Promise<void> {
    if (performance.now() < this.#until) return;
    await nextTurn();
    this.#until = performance.now() + longestTask;
  }
}
