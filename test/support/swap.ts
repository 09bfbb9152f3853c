// Swap for a test, and a memory cgroup whose pages can all be sent there at once. Only root can, and not on each machine.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../host/paths.ts';
import type { Owner } from './programs.ts';

export interface Swap {
  /** From now on its new pages are swapped out with the others. Before it fills what is to be swapped. */
  add(pid: number): void;
  swapOut(): void;
}

/** Or why there is none. */
export function ownSwap(owner: Owner): Swap | string {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const file = join(root, '.cache', `swap-${process.pid}`);
  writeFileSync(file, Buffer.alloc(16 * 2 ** 20), { mode: 0o600 });
  owner.after(() => {
    failureOf('swapoff', file);
    rmSync(file);
  });
  const failure = failureOf('mkswap', file) ?? failureOf('swapon', file);
  return failure ?? group(owner) ?? 'no memory cgroup can be made';
}

function group(owner: Owner): Swap | undefined {
  const [first, second] = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup'];
  const folder = join(existsSync(join(first, 'cgroup.procs')) ? first : second, `memglass-test-${process.pid}`);
  const reclaim: readonly (readonly [file: string, text: string])[] = [
    ['memory.force_empty', '0'],
    ['memory.reclaim', '64M'],
  ];
  try {
    mkdirSync(folder);
  } catch {
    return undefined;
  }
  owner.after(() => {
    // Whoever is in it still goes to where all others are: only an empty one can be taken away.
    const members = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
    for (const pid of members) writeFileSync(join(folder, '..', 'cgroup.procs'), pid);
    rmdirSync(folder);
  });
  const way = reclaim.find(([name]) => existsSync(join(folder, name)));
  if (way === undefined) return undefined;
  return {
    add: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid)),
    swapOut: () => {
      // Twice: the first leaves the pages in the swap cache, which is memory still.
      for (const _ of [1, 2]) {
        try {
          writeFileSync(join(folder, way[0]), way[1]);
        } catch {
          // EAGAIN: it is less than was asked for.
        }
      }
    },
  };
}

function failureOf(command: string, ...args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? undefined : `${command}: ${error?.message ?? stderr.trim()}`;
}
