// Shared memory listed by the extension in its host: 10,000 objects against `ls -l`, and all users among 2,000 processes
// against a loop in C over the same system calls. Paired, and the
// longest task on the host's main thread beside it.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import type { VSCodeApi } from '../host/control.ts';
import type { Workbench } from '../host/workbench.ts';
import { compile, endCrowd, startCrowd } from './crowd.ts';
import { type Figure, inPairs, median, pairedRatio, times } from './figure.ts';
import { inWorkbench } from './inWorkbench.ts';
import { longestTask } from './longestTask.ts';

const objects = 10_000;
const processes = 2_000;
const pairs = 9;

interface Look {
  /** Milliseconds. */
  readonly time: number;
  readonly objects: number;
  readonly users: number;
}

export async function run(): Promise<Figure[]> {
  return await inWorkbench(async (workbench, folder) => {
    await look(workbench);
    return [...(await list(workbench)), ...(await users(workbench, folder))];
  });
}

/** One look at everything, as other extensions get it. */
function look(workbench: Workbench): Promise<Look> {
  return workbench.inHost(async (vscode) => {
    const api = await vscode.extensions.getExtension('memglass.memglass')?.activate();
    const start = performance.now();
    const found: readonly { readonly users: readonly unknown[] }[] = await api.sharedMemory.list();
    const time = performance.now() - start;
    return { time, objects: found.length, users: found.reduce((sum, one) => sum + one.users.length, 0) };
  });
}

async function listSharedMemory(vscode: VSCodeApi): Promise<void> {
  const api = await vscode.extensions.getExtension('memglass.memglass')?.activate();
  await api.sharedMemory.list();
}

async function longestTaskFigure(name: string, workbench: Workbench): Promise<Figure> {
  const longest = await times(pairs, () => longestTask(workbench, listSharedMemory));
  return { name, value: median(longest), unit: 'ms', limit: 16 };
}

async function list(workbench: Workbench): Promise<Figure[]> {
  const made = Array.from({ length: objects }, (_, i) => `/dev/shm/memglass-bench-${process.pid}-${i}`);
  const ours: Look[] = [];
  const theirs: number[] = [];
  let longest: Figure;
  try {
    for (const path of made) makeObject(path);
    await inPairs(
      pairs,
      async () => void ours.push(await look(workbench)),
      () => {
        const start = performance.now();
        const done = spawnSync('ls', ['-l', '/dev/shm'], { maxBuffer: 2 ** 27 });
        if (done.status !== 0) throw new Error(String(done.stderr));
        theirs.push(performance.now() - start);
      },
    );
    longest = await longestTaskFigure('shm.list_10000_longest_task', workbench);
  } finally {
    for (const path of made) rmSync(path, { force: true });
  }
  if (ours.some((one) => one.objects < objects)) throw new Error('not all objects were listed');
  const looks = ours.map(({ time }) => time);
  return [
    { name: 'shm.list_10000_ms', value: median(looks), unit: 'ms' },
    { name: 'shm.list_10000_ls_ms', value: median(theirs), unit: 'ms' },
    { name: 'shm.list_10000', value: pairedRatio(looks, theirs), unit: 'ratio', limit: 3 },
    longest,
  ];
}

async function users(workbench: Workbench, folder: string): Promise<Figure[]> {
  const loop = compile('shared_users_loop', folder);
  const crowd = await startCrowd(folder, processes);
  const ours: Look[] = [];
  const floor: number[] = [];
  let longest: Figure;
  try {
    await inPairs(
      pairs,
      async () => void ours.push(await look(workbench)),
      () => {
        const [time = '', mappings] = execFileSync(loop, { encoding: 'utf8' }).split(' ');
        if (Number(mappings) < 4 * processes) throw new Error('the loop did not find all');
        floor.push(Number(time));
      },
    );
    longest = await longestTaskFigure('shm.users_2000_longest_task', workbench);
  } finally {
    await endCrowd(crowd);
  }
  if (ours.some((one) => one.users < 4 * processes)) throw new Error('not all users were found');
  const looks = ours.map(({ time }) => time);
  return [
    { name: 'shm.users_2000_ms', value: median(looks), unit: 'ms' },
    { name: 'shm.users_2000_loop_ms', value: median(floor), unit: 'ms' },
    { name: 'shm.users_2000', value: pairedRatio(looks, floor), unit: 'ratio', limit: 1.5 },
    longest,
  ];
}

function makeObject(path: string): void {
  const file = openSync(path, 'wx', 0o600);
  writeSync(file, 'x');
  closeSync(file);
}
