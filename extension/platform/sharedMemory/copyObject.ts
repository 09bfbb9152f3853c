/** Copies of an object, in a file or in another object: what was never written is not written there either. */
import { rename, stat } from 'node:fs/promises';
import type { NativeAddon } from '../../../native/index.d.ts';
import type { FileTarget, ObjectTarget, SegmentTarget } from '../../core/objectTarget.ts';
import { printableName } from '../../core/printableName.ts';
import { SourceError } from '../../core/sourceError.ts';
import { flushObject, removeObject } from './changeObject.ts';
import type { Contents } from './contents.ts';
import { makePosixObject, makeSegment, type NewPosixObject, type NewSegment } from './makeObject.ts';
import { type OpenObject, openObject } from './openObject.ts';
import type { Task } from './task.ts';

/**
 * Writes the object's bytes to a new file that is its owner's alone, and flushes it to the disk. What stands at `path`
 * is replaced only where `overwrite` says so, at the very end; else SourceError('nameTaken'). Where it fails, or is
 * cancelled, nothing is left.
 */
export async function saveObject(
  addon: NativeAddon,
  from: ObjectTarget,
  path: Uint8Array,
  overwrite: boolean,
  task: Task,
): Promise<void> {
  await withOpen(addon, from, (contents) => saveContents(addon, contents, from.size, path, overwrite, task));
}

/** The same for any contents; `size`: of the file, in bytes. */
export async function saveContents(
  addon: NativeAddon,
  contents: Contents,
  size: bigint,
  path: Uint8Array,
  overwrite: boolean,
  task: Task,
): Promise<void> {
  const replaces = overwrite && (await exists(path));
  const slash = path.lastIndexOf(0x2f);
  const folder = path.subarray(0, Math.max(1, slash));
  const name = replaces ? partName() : path.subarray(slash + 1);
  const made = await makePosixObject(addon, { name, folder, size, reserve: false, mode: 0o600, contents }, task);
  await orRemove(addon, made, async () => {
    await flushObject(addon, made, 'sync');
    if (replaces) await rename(Buffer.from(made.path), Buffer.from(path));
  });
}

/** Makes a POSIX object with the same bytes. */
export async function duplicateAsPosix(
  addon: NativeAddon,
  from: ObjectTarget,
  as: Omit<NewPosixObject, 'size' | 'contents'>,
  task: Task,
): Promise<FileTarget> {
  const { size } = from;
  return await withOpen(addon, from, (contents) => makePosixObject(addon, { ...as, size, contents }, task));
}

/** Makes a System V segment with the same bytes. */
export async function duplicateAsSegment(
  addon: NativeAddon,
  from: ObjectTarget,
  as: Omit<NewSegment, 'size' | 'contents'>,
  task: Task,
): Promise<SegmentTarget> {
  const { size } = from;
  return await withOpen(addon, from, (contents) => makeSegment(addon, { ...as, size, contents }, task));
}

async function withOpen<T>(
  addon: NativeAddon,
  from: ObjectTarget,
  run: (contents: Contents) => Promise<T>,
): Promise<T> {
  // Past 2^53 no offset reaches: half a copy would be no copy.
  if (from.size > BigInt(Number.MAX_SAFE_INTEGER)) throw new SourceError('badSize');
  let object: OpenObject | undefined;
  try {
    object = await openObject(addon, from).catch(asReading);
    return await run({ kind: 'object', object });
  } finally {
    object?.close();
  }
}

/** What may not be opened to be changed may here not be read. */
function asReading(error: unknown): never {
  const isRefused = error instanceof SourceError && error.code === 'mayNotChange';
  throw isRefused ? new SourceError('noPermission', error.detail) : error;
}

async function orRemove(addon: NativeAddon, made: FileTarget, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (failure) {
    await removeObject(addon, made).catch(() => {});
    if (failure instanceof SourceError) throw failure;
    const errno = failure instanceof Error && 'code' in failure ? String(failure.code) : undefined;
    throw new SourceError('ioError', { errno, path: printableName(made.path) });
  }
}

/** A name beside the file that is to be replaced: a rename within a folder is one step. */
function partName(): Uint8Array {
  return Buffer.from(`.memglass-${process.pid}-${Date.now().toString(36)}.part`);
}

function exists(path: Uint8Array): Promise<boolean> {
  return stat(Buffer.from(path)).then(
    () => true,
    () => false,
  );
}
