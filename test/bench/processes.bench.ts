// 2,000 processes listed by the extension in its host, against a loop in C over the same files. Paired, and the longest
// task on the host's main thread beside it.
import { execFileSync } from 'node:child_process';
import type { VSCodeApi } from '../host/control.ts';
import type { Workbench } from '../host/workbench.ts';
import { compile, endCrowd, startCrowd } from './crowd.ts';
import { type Figure, inPairs, median, pairedRatio, times } from './figure.ts';
import { inWorkbench } from './inWorkbench.ts';
import { longestTask } from './longestTask.ts';

const processes = 2_000;
const pairs = 9;

export async function run(): Promise<Figure[]> {
  return await inWorkbench(async (workbench, folder) => {
    await look(workbench);
    const loop = compile('process_list_loop', folder);
    const crowd = await startCrowd(folder, processes);
    try {
      return await measure(workbench, loop);
    } finally {
      await endCrowd(crowd);
    }
  });
}

async function measure(workbench: Workbench, loop: string): Promise<Figure[]> {
  const ours: number[] = [];
  const floor: number[] = [];
  await inPairs(
    pairs,
    async () => {
      const { time, count } = await look(workbench);
      if (count < processes) throw new Error('not all processes were listed');
      ours.push(time);
    },
    () => {
      const [time = '', count] = execFileSync(loop, { encoding: 'utf8' }).split(' ');
      if (Number(count) < processes) throw new Error('the loop did not find all');
      floor.push(Number(time));
    },
  );
  const listing = await times(pairs, () => longestTask(workbench, list));
  return [
    { name: 'processes.list_2000_ms', value: median(ours), unit: 'ms' },
    { name: 'processes.list_2000_loop_ms', value: median(floor), unit: 'ms' },
    { name: 'processes.list_2000', value: pairedRatio(ours, floor), unit: 'ratio', limit: 2 },
    { name: 'processes.list_2000_longest_task', value: median(listing), unit: 'ms', limit: 16 },
  ];
}

/** One look at all of them, as other extensions get it. */
function look(workbench: Workbench): Promise<{ readonly time: number; readonly count: number }> {
  return workbench.inHost(async (vscode) => {
    const api = await vscode.extensions.getExtension('memglass.memglass')?.activate();
    const start = performance.now();
    const found: readonly unknown[] = await api.processes.list();
    return { time: performance.now() - start, count: found.length };
  });
}

async function list(vscode: VSCodeApi): Promise<void> {
  const api = await vscode.extensions.getExtension('memglass.memglass')?.activate();
  await api.processes.list();
}
