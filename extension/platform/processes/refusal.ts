/** Finds out why the kernel does not let us into a process, by what it says of the process and of the machine. */
import { readFile, stat } from 'node:fs/promises';
import {
  type Credentials,
  findRefusal,
  type ProcessRefusal,
  type RefusalFacts,
  type WantedAccess,
} from '../../core/processes/processRefusal.ts';
import { decodeUtf8Strict } from '../../core/text/utf8.ts';
import { parseMountinfo } from '../../procfs/mountinfo.ts';
import { parseStat } from '../../procfs/stat.ts';
import { parseStatus } from '../../procfs/status.ts';
import type { ProcessKey } from './process.ts';

/**
 * Undefined where nothing that we know of is in the way: the kernel has changed its mind since, or another rule of this
 * machine forbids it (SELinux, AppArmor, seccomp).
 */
export async function whyRefused(process: ProcessKey, wanted: WantedAccess): Promise<ProcessRefusal | undefined> {
  const [own, found, hidepid, yamaScope] = await Promise.all([
    readCredentials('self'),
    readTarget(process),
    readHidepid(),
    readYamaScope(),
  ]);
  return own === undefined ? undefined : findRefusal(wanted, { own, ...found, hidepid, yamaScope });
}

async function readTarget({ pid, startTime }: ProcessKey): Promise<Pick<RefusalFacts, 'target' | 'isThere'>> {
  const [line, file, credentials] = await Promise.all([
    readBytes(`/proc/${pid}/stat`),
    stat(`/proc/${pid}/stat`).catch(() => undefined),
    readCredentials(String(pid)),
  ]);
  const found = line === undefined ? undefined : parseStat(line);
  if (found?.startTime !== startTime || file === undefined || credentials === undefined) {
    return { target: undefined, isThere: line === undefined && isInUse(pid) };
  }
  const { state, threads, kernelThread } = found;
  return { target: { ...credentials, state, threads, kernelThread, filesUid: file.uid }, isThere: true };
}

async function readCredentials(pid: string): Promise<Credentials | undefined> {
  const [bytes, uidMap] = await Promise.all([readBytes(`/proc/${pid}/status`), readText(`/proc/${pid}/uid_map`)]);
  if (bytes === undefined) return undefined;
  const { uid, gid, effectiveCapabilities: effective, permittedCapabilities: permitted } = parseStatus(bytes).status;
  if (uid === undefined || gid === undefined || effective === undefined || permitted === undefined) return undefined;
  return { uid, gid, effective, permitted, uidMap };
}

/** Of the /proc that stands on top; undefined where it hides nothing. */
async function readHidepid(): Promise<string | undefined> {
  const { mounts } = parseMountinfo((await readBytes('/proc/self/mountinfo')) ?? new Uint8Array(0));
  const proc = mounts.findLast(({ mountPoint }) => decodeUtf8Strict(mountPoint) === '/proc');
  const option = proc?.superOptions.find((each) => each.startsWith('hidepid='));
  return option?.slice('hidepid='.length);
}

async function readYamaScope(): Promise<number | undefined> {
  const text = await readText('/proc/sys/kernel/yama/ptrace_scope');
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

/** Whether the number is in use: EPERM says so of a process that we may not send a signal to. */
function isInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function readBytes(path: string): Promise<Uint8Array | undefined> {
  // Not as a Buffer, whose slices are views.
  return await readFile(path).then(
    (bytes) => new Uint8Array(bytes),
    () => undefined,
  );
}

async function readText(path: string): Promise<string | undefined> {
  return await readFile(path, 'latin1').catch(() => undefined);
}
