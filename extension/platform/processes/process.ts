/** Looks at one process by its number. /proc/<pid>/stat answers for every process that is listed, whoever looks. */
import { readFile, readlink } from 'node:fs/promises';
import type { NativeAddon, NativeFile } from '../../../native/index.d.ts';
import { SourceError } from '../../core/sourceError.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';
import { type ProcessStat, parseStat } from '../../procfs/stat.ts';
import { toProcessError } from './processErrors.ts';

/** A process for good: its number alone is given again. */
export interface ProcessKey {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
}

/** The process while it lives; undefined once it has ended, even if nobody has waited for it yet. */
export async function findProcess({ pid, startTime }: ProcessKey): Promise<ProcessStat | undefined> {
  const stat = await processOf(pid);
  return stat?.startTime === startTime ? stat : undefined;
}

/** Whatever process has the number now. */
export async function processOf(pid: number): Promise<ProcessStat | undefined> {
  try {
    // Not as a Buffer, whose slices are views: the name goes on its way.
    const stat = parseStat(new Uint8Array(await readFile(`/proc/${pid}/stat`)));
    const hasEnded = stat?.state === 'Z' || stat?.state === 'X';
    return hasEnded ? undefined : stat;
  } catch {
    // ENOENT, or ESRCH where it ends between opening and reading.
    return undefined;
  }
}

/** Rejects with SourceError('processGone'). */
export async function requireProcess(process: ProcessKey): Promise<ProcessStat> {
  const stat = await findProcess(process);
  if (stat === undefined) throw new SourceError('processGone', { id: process.pid });
  return stat;
}

/** The path of its program as the link to it has it; undefined where that may not be seen. */
export async function executableOf({ pid }: Pick<ProcessKey, 'pid'>): Promise<Uint8Array | undefined> {
  const path = await readlink(`/proc/${pid}/exe`, 'buffer').catch(() => undefined);
  return path && new Uint8Array(path);
}

/** Opens a file of /proc/<pid>. Rejects with a SourceError, `noTrace` where the process may not be looked into. */
export async function openOfProcess(addon: NativeAddon, pid: number, name: string): Promise<NativeFile> {
  try {
    return await addon.openFile(encodeUtf8(`/proc/${pid}/${name}`));
  } catch (failure) {
    throw toProcessError(failure, pid);
  }
}
