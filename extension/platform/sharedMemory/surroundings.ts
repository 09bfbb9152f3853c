/** What a scan must know of the machine and of our own place in it, beside what is found. */
import { readFile, stat } from 'node:fs/promises';
import { uptime } from 'node:os';
import { type Device, deviceOf } from '../../core/memoryMap/memoryRegion.ts';
import type { SysvSegment } from '../../core/sharedMemory/sharedMemory.ts';
import { decodeUtf8Strict } from '../../core/text/utf8.ts';
import { parseMountinfo } from '../../procfs/mountinfo.ts';
import { startedAt } from '../../procfs/stat.ts';
import { parseSysvShm } from '../../procfs/sysvipcShm.ts';

/** USER_HZ: 100 on every architecture that Memglass is built for. */
const ticksPerSecond = 100;

/** The inode that the kernel gives to the first pid namespace (PROC_PID_INIT_INO), the one that sees all others. */
const firstPidNamespace = 0xeffffffcn;

export interface Surroundings {
  readonly shmDevice: Device | undefined;
  readonly ipcNamespace: bigint | undefined;
  readonly allProcessesListed: boolean;
}

export async function readSurroundings(): Promise<Surroundings> {
  const [shm, ipc, allProcessesListed] = await Promise.all([
    statOrNone('/dev/shm'),
    statOrNone('/proc/self/ns/ipc'),
    listsAllProcesses(),
  ]);
  return {
    shmDevice: shm === undefined ? undefined : deviceOf(shm.dev),
    ipcNamespace: ipc?.ino,
    allProcessesListed,
  };
}

/** Start times of processes in seconds since 1970, by the clock as it goes now. */
export function startClock(): (startTime: number) => number {
  const bootTime = Date.now() / 1000 - uptime();
  return (startTime) => startedAt(startTime, { bootTime, ticksPerSecond });
}

/** The text of System V's table; empty where the kernel has none. It is the same as long as nothing happened. */
export async function readSysvTable(): Promise<Uint8Array> {
  return await readFile('/proc/sysvipc/shm').catch(() => new Uint8Array(0));
}

export function sysvSegments(table: Uint8Array): readonly SysvSegment[] {
  return parseSysvShm(table).segments;
}

/** Not where /proc hides those of others (hidepid), nor in a container that has its own pids. */
async function listsAllProcesses(): Promise<boolean> {
  const [namespace, table] = await Promise.all([
    statOrNone('/proc/self/ns/pid'),
    readFile('/proc/self/mountinfo').catch(() => new Uint8Array(0)),
  ]);
  if (namespace?.ino !== firstPidNamespace) return false;
  const proc = parseMountinfo(table).mounts.findLast(({ mountPoint }) => decodeUtf8Strict(mountPoint) === '/proc');
  const hides = proc?.superOptions.some((option) => /^hidepid=(?!0$|off$)/.test(option)) ?? true;
  return !hides || process.getuid?.() === 0;
}

async function statOrNone(path: string) {
  return await stat(path, { bigint: true }).catch(() => undefined);
}
