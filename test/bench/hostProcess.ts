// The extension host of a window, as the kernel sees it.
import { readFileSync } from 'node:fs';
import type { Workbench } from '../host/workbench.ts';

const KiB = 1024;

/** What a host at rest still gives back from one look to the next. Bytes. */
const largestDrift = 512 * KiB;

export function hostPid(workbench: Workbench): Promise<number> {
  return workbench.inHost(() => process.pid);
}

/** Bytes by the names of /proc/<pid>/status: VmRSS, RssAnon, RssFile, VmPTE, VmSize … */
export function memoryOf(pid: number): (name: string) => number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (name) => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    if (found === undefined) throw new Error(`/proc/${pid}/status has no ${name}`);
    return Number(found) * KiB;
  };
}

/** Seconds of processor time that the process has used. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticksPerSecond = 100; // USER_HZ, the same on every Linux that Node runs on
  return (Number(user) + Number(system)) / ticksPerSecond;
}

/** Collects the host's garbage, twice: what a finalizer frees goes with the second. */
export function collectGarbage(workbench: Workbench): Promise<void> {
  return workbench.inHost(async () => {
    process.getBuiltinModule('v8').setFlagsFromString('--expose-gc');
    const collect = process.getBuiltinModule('vm').runInNewContext('gc') as () => void;
    for (let i = 0; i < 2; i++) {
      collect();
      await new Promise((done) => setTimeout(done, 100));
    }
  });
}

/** Waits until the host gives no more memory back: after its start, too, it does so for a while. */
export async function settleMemory(workbench: Workbench, pid: number): Promise<void> {
  for (let last = Number.POSITIVE_INFINITY, tries = 0; tries < 15; tries++) {
    await workbench.page.waitForTimeout(2000);
    await collectGarbage(workbench);
    const now = memoryOf(pid)('VmRSS');
    if (last - now < largestDrift) return;
    last = now;
  }
}
