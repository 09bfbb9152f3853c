import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import type { NativeAddon } from '../../../native/index.d.ts';
import { printableName } from '../../core/printableName.ts';
import { SourceError } from '../../core/sourceError.ts';
import { operation } from '../sharedMemory/operationErrors.ts';
import type { EditedSource } from './editedSource.ts';

/** Read and written at a time; a part of it that is all zeros is left as a hole. */
const block = 64 * 1024;

/**
 * Writes what a view shows to the file at `path`, by way of a new one beside it that takes its name once all is on the
 * disk; the mode stays. What cannot be read is no zeros: then it rejects with SourceError('incomplete').
 */
export async function writeCopy(
  addon: NativeAddon,
  edited: EditedSource,
  path: Uint8Array,
  isCancelled: () => boolean,
): Promise<void> {
  // Through a link to what it leads to.
  const target = await realpath(Buffer.from(path), { encoding: 'buffer' }).catch(() => Buffer.from(path));
  const mode = await stat(target).then(
    (found) => found.mode & 0o7777,
    () => undefined,
  );
  const beside = Buffer.concat([target, Buffer.from(`.${crypto.randomUUID().slice(0, 8)}.memglass`)]);
  try {
    await (await open(beside, 'wx', mode ?? 0o666)).close();
    if (mode !== undefined) await chmod(beside, mode);
  } catch (error) {
    throw refused(error, target);
  }
  try {
    await fill(addon, edited, beside, isCancelled);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function fill(
  addon: NativeAddon,
  edited: EditedSource,
  path: Uint8Array,
  isCancelled: () => boolean,
): Promise<void> {
  const file = await operation(() => addon.openFile(path));
  try {
    const { dev, ino } = file.facts;
    const { size } = edited.state;
    await operation(() => file.resize(BigInt(size), false, { dev, ino, size: 0n }));
    for (let at = 0; at < size; at += block) {
      if (isCancelled()) throw new SourceError('cancelled');
      const { bytes, holes } = await edited.read(at, Math.min(block, size - at));
      const hole = holes[0] ?? (bytes.length < Math.min(block, size - at) ? shortAt(at + bytes.length) : undefined);
      if (hole !== undefined) throw new SourceError('incomplete', { hole });
      if (bytes.some((byte) => byte !== 0)) {
        await operation(() => file.write(at, bytes, { dev, ino, size: BigInt(size) }));
      }
    }
    await operation(() => file.flush('sync'));
  } finally {
    file.close();
  }
}

function shortAt(offset: number) {
  return { offset, length: 1, reason: 'pastEnd' } as const;
}

function refused(error: unknown, path: Uint8Array): unknown {
  const errno = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (errno === undefined) return error;
  const code = errno === 'ENOSPC' || errno === 'EDQUOT' ? 'noSpace' : errno === 'ENOENT' ? 'notFound' : 'mayNotChange';
  return new SourceError(code, { errno, path: printableName(path) });
}
