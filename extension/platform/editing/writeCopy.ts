import { open, rename, rm } from 'node:fs/promises';
import type { NativeAddon, NativeFile } from '../../../native/index.d.ts';
import { SourceError } from '../../core/sourceError.ts';
import { printableName } from '../../core/text/printableName.ts';
import { replacedFile } from '../replacedFile.ts';
import { operation } from '../sharedMemory/operationErrors.ts';
import { holdPart, makePart, removeLeftParts } from './copyParts.ts';
import type { EditedSource } from './editedSource.ts';

/** Read and written at a time; a part of it that is all zeros is left as a hole. */
const block = 64 * 1024;

/**
 * Writes what a view shows to the file at `path`, by way of a new one beside it that takes its name once all is on the
 * disk. Owner, mode, ACL and attributes stay, or it rejects with SourceError('cannotBeAlike') before it writes; so it does
 * where others would keep the old file by another name. What cannot be read is no zeros: then it rejects with 'incomplete'.
 * With 'notAFile' where something else than a file is there, with 'nameTaken' where shared memory is, which others would
 * keep, and with 'mayNotChange' where the user may not write.
 */
export async function writeCopy(
  addon: NativeAddon,
  edited: EditedSource,
  path: Uint8Array,
  isCancelled: () => boolean,
): Promise<void> {
  const found = await replacedFile(path);
  const target = found?.path ?? Buffer.from(path);
  if (found !== undefined && found.links > 1) {
    throw new SourceError('cannotBeAlike', { errno: 'EMLINK', syscall: 'rename', path: printableName(target) });
  }
  const folder = target.subarray(0, target.lastIndexOf(0x2f) + 1);
  await removeLeftParts(addon, folder);
  // For nobody else, until it is for those whom the old one is for.
  const beside = await makePart(folder, found === undefined ? 0o666 : 0o600).catch((error: unknown) => {
    throw refused(error, target);
  });
  try {
    await fill(addon, edited, beside, found && target, isCancelled);
    await rename(beside, target);
    await syncFolder(folder);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** That the name leads there outlasts a power loss, too. Some file systems have nothing to do for that, and say so. */
async function syncFolder(path: Uint8Array): Promise<void> {
  const folder = await open(Buffer.from(path), 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}

async function fill(
  addon: NativeAddon,
  edited: EditedSource,
  path: Buffer,
  replaced: Uint8Array | undefined,
  isCancelled: () => boolean,
): Promise<void> {
  const file = await operation(() => addon.openFile(path));
  try {
    await holdPart(file);
    const { dev, ino } = file.facts;
    // First, so that what cannot be kept is said before the work.
    if (replaced !== undefined) await takeLikeness(file, replaced);
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
    // Writing takes set-user-ID and capabilities away.
    if (replaced !== undefined) await takeLikeness(file, replaced);
    await sync(path);
  } finally {
    file.close();
  }
}

async function takeLikeness(file: NativeFile, replaced: Uint8Array): Promise<void> {
  const detail = { path: printableName(replaced) };
  try {
    await operation(() => file.makeAlike(replaced), detail);
  } catch (error) {
    const isRefused = error instanceof SourceError && error.code !== 'noSpace' && error.detail.errno !== 'EIO';
    throw isRefused ? new SourceError('cannotBeAlike', { ...error.detail, ...detail }) : error;
  }
}

/** The bytes, and whose they are. */
async function sync(path: Buffer): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
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
