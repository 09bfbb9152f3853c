import { realpath } from 'node:fs/promises';
import type { PathFate } from '../../../native/index.d.ts';
import type { ByteSource, SourceFate } from '../../core/byteSource.ts';
import { SourceError } from '../../core/sourceError.ts';
import { type PosixShmRef, posixShmPath, refOfPath } from '../../core/sourceRef.ts';
import { printableName } from '../../core/text/printableName.ts';
import { FileSource, toFate } from './fileSource.ts';
import type { Machine } from './machine.ts';

/**
 * A POSIX object, read by pread(2) like any file of a tmpfs: that allocates nothing. Rejects with a SourceError, `isLink`
 * for what only leads elsewhere: shm_open(3) does not follow links, and neither do we.
 */
export async function openPosixShm(machine: Machine, ref: PosixShmRef): Promise<ByteSource> {
  const path = posixShmPath(ref);
  const source = await FileSource.open(machine, ref, path, { fateOf });
  try {
    if (await leadsElsewhere(ref)) throw new SourceError('isLink', { path: printableName(path) });
    return source;
  } catch (error) {
    source.dispose();
    throw error;
  }
}

/** An object that is moved stays one as long as it is below /dev/shm. */
function fateOf(fate: PathFate): SourceFate {
  return fate.kind === 'moved' ? { kind: 'moved', to: refOfPath(fate.to) } : toFate(fate);
}

async function leadsElsewhere(ref: PosixShmRef): Promise<boolean> {
  try {
    // /dev/shm itself may be a link, and is one on older systems.
    const folder = await realpath('/dev/shm', { encoding: 'buffer' });
    const real = await realpath(Buffer.from(posixShmPath(ref)), { encoding: 'buffer' });
    return !real.equals(Buffer.concat([folder, Buffer.from('/'), ref.path]));
  } catch {
    // It went meanwhile: the fate tells.
    return false;
  }
}
