import type { VSCodeApi } from '../host/control.ts';
import type { Workbench } from '../host/workbench.ts';

/**
 * Milliseconds of the longest task on the host's main thread while `work` is done there: of its own processor time, since
 * other processes hold it up as well. Found by a task that asks between any two others, which is why no work is timed so.
 */
export function longestTask<A extends readonly unknown[]>(
  workbench: Workbench,
  work: (vscode: VSCodeApi, ...args: A) => Promise<void>,
  ...args: A
): Promise<number> {
  return workbench.inHost(
    async (vscode, source, given) => {
      const used = () => {
        const { user, system } = process.threadCpuUsage();
        return (user + system) / 1000;
      };
      const run = new Function(`return (${source})`)() as (
        vscode: VSCodeApi,
        ...args: readonly unknown[]
      ) => Promise<void>;
      let isOver = false;
      let longest = 0;
      let [last, lastAt] = [used(), performance.now()];
      const ask = () => {
        const [now, at] = [used(), performance.now()];
        // The kernel may count processor time in ticks of 4 ms: no task has used more of it than time went by.
        longest = Math.max(longest, Math.min(now - last, at - lastAt));
        [last, lastAt] = [now, at];
        if (!isOver) setImmediate(ask);
      };
      setImmediate(ask);
      await run(vscode, ...given);
      isOver = true;
      return longest;
    },
    String(work),
    args,
  );
}
