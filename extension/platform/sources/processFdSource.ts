import type { PathFate } from '../../../native/index.d.ts';
import type { ByteSource, SourceFate } from '../../core/byteSource.ts';
import { SourceError } from '../../core/sourceError.ts';
import { type ProcessFdRef, refOfPath } from '../../core/sourceRef.ts';
import { encodeUtf8, lossyName } from '../../core/text/utf8.ts';
import { findProcess, requireProcess } from '../processes/process.ts';
import { FileSource } from './fileSource.ts';
import type { Machine } from './machine.ts';

/**
 * A memfd or a deleted file, opened anew through a descriptor of a process: from then on it is ours as well, and stays
 * when the process closes it or ends. proc(5): what /proc/<pid>/fd/<n> leads to is opened itself, with or without a name.
 *
 * Rejects with a SourceError: `processGone`, `descriptorGone`, `noTrace`.
 */
export async function openProcessFd(machine: Machine, ref: ProcessFdRef): Promise<ByteSource> {
  const { name } = await requireProcess(ref);
  const source = await open(machine, ref, name);
  try {
    // Whatever was opened, it was opened from the process that was meant only if that still lives.
    await requireProcess(ref);
    if (source.facts.ino !== ref.inode) throw new SourceError('descriptorGone', { id: ref.pid });
    return source;
  } catch (error) {
    source.dispose();
    throw error;
  }
}

async function open(machine: Machine, ref: ProcessFdRef, processName: Uint8Array): Promise<FileSource> {
  const { pid } = ref;
  try {
    return await FileSource.open(machine, ref, encodeUtf8(`/proc/${pid}/fd/${ref.fd}`), {
      details: { process: { pid, name: processName } },
      class: lossyName(ref.name).startsWith('memfd:') ? 'memfd' : 'posix',
      fateOf: (fate) => fateOf(fate, ref),
    });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { errno, syscall, owner } = error.detail;
    await requireProcess(ref);
    if (error.code === 'notFound') throw new SourceError('descriptorGone', { id: pid, errno, syscall });
    // Where its owner could be asked, the way there is open, and the file itself is not.
    if (error.code === 'noPermission' && owner === undefined) {
      throw new SourceError('noTrace', { id: pid, errno, syscall });
    }
    throw error;
  }
}

/** The path is a descriptor's: while it leads to the object, its process holds it. */
async function fateOf(fate: PathFate, ref: ProcessFdRef): Promise<SourceFate> {
  switch (fate.kind) {
    case 'same':
      return fate;
    case 'moved':
      // It was given a name, or never lost all.
      return { kind: 'moved', to: refOfPath(fate.to) };
    case 'replaced':
    case 'deleted':
    case 'unmounted':
      return { kind: 'released' };
    case 'unknown':
      return (await findProcess(ref)) === undefined ? { kind: 'released' } : { kind: 'unknown', errno: fate.code };
  }
}
