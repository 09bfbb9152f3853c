/** Copies of an object, in a file or in another object: what was never written is not written there either. */
import { lstat, open, rename, unlink } from 'node:fs/promises';
import type { NativeAddon } from '../../../native/index.d.ts';
import type { FileTarget, ObjectTarget, SegmentTarget } from '../../core/sharedMemory/objectTarget.ts';
import { SourceError } from '../../core/sourceError.ts';
import { printableName } from '../../core/text/printableName.ts';
import { replacedFile } from '../replacedFile.ts';
import { flushObject, removeObject } from './changeObject.ts';
import type { Contents } from './contents.ts';
import { makePosixObject, makeSegment, type NewPosixObject, type NewSegment, ownerOnly } from './makeObject.ts';
import { type OpenObject, openWhole } from './openObject.ts';
import { toOperationError } from './operationErrors.ts';
import type { Task } from './task.ts';

/**
 * Writes the object's bytes to a new file that is its owner's alone, flushes it to the disk and gives it its name then: what
 * a kill cuts off is not taken for the whole. What stands at `path` is replaced only where `overwrite` says so, and where it
 * is a file (see replacedFile); else SourceError('nameTaken'). Where it fails, or is cancelled, nothing is left.
 */
export async function saveObject(
  addon: NativeAddon,
  from: ObjectTarget,
  path: Uint8Array,
  overwrite: boolean,
  task: Task,
): Promise<void> {
  await withOpen(addon, from, (contents, size) => saveContents(addon, contents, size, path, overwrite, task));
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
  const replaced = overwrite ? await replacedFile(path) : undefined;
  const target = replaced?.path ?? path;
  if (replaced === undefined) await mustBeFree(target);
  const folder = target.subarray(0, Math.max(1, target.lastIndexOf(0x2f)));
  const part = { name: partName(), folder, size, reserve: false, mode: ownerOnly, contents };
  const made = await makePosixObject(addon, part, task).catch((error: unknown) => {
    throw ofTarget(error, part.name, target);
  });
  await orRemove(addon, made, target, async () => {
    await flushObject(addon, made, 'sync');
    if (replaced === undefined) await takeName(made.path, target);
    else await rename(Buffer.from(made.path), replaced.path);
  });
}

/** Before the work: whoever takes the name meanwhile has it. */
async function mustBeFree(path: Uint8Array): Promise<void> {
  const shown = { path: printableName(path) };
  const found = await lstat(Buffer.from(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw toOperationError(error, shown);
  });
  if (found !== undefined) throw new SourceError('nameTaken', shown);
}

/** Gives a file a name that nothing has: rename(2) alone would replace what has come there meanwhile. */
async function takeName(from: Uint8Array, path: Uint8Array): Promise<void> {
  const target = Buffer.from(path);
  await (await open(target, 'wx', ownerOnly)).close();
  try {
    await rename(Buffer.from(from), target);
  } catch (error) {
    await unlink(target).catch(() => {});
    throw error;
  }
}

/** What went wrong with a part is told of the file that it was to be. */
function ofTarget(error: unknown, part: Uint8Array, target: Uint8Array): unknown {
  const isOfPart = error instanceof SourceError && error.detail.path?.endsWith(printableName(part)) === true;
  return isOfPart ? new SourceError(error.code, { ...error.detail, path: printableName(target) }) : error;
}

/** Makes a POSIX object with the same bytes. */
export async function duplicateAsPosix(
  addon: NativeAddon,
  from: ObjectTarget,
  as: Omit<NewPosixObject, 'size' | 'contents'>,
  task: Task,
): Promise<FileTarget> {
  return await withOpen(addon, from, (contents, size) => makePosixObject(addon, { ...as, size, contents }, task));
}

/** Makes a System V segment with the same bytes. */
export async function duplicateAsSegment(
  addon: NativeAddon,
  from: ObjectTarget,
  as: Omit<NewSegment, 'size' | 'contents'>,
  task: Task,
): Promise<SegmentTarget> {
  return await withOpen(addon, from, (contents, size) => makeSegment(addon, { ...as, size, contents }, task));
}

async function withOpen<T>(
  addon: NativeAddon,
  from: ObjectTarget,
  run: (contents: Contents, size: bigint) => Promise<T>,
): Promise<T> {
  let object: OpenObject | undefined;
  try {
    object = await openWhole(addon, from).catch(asReading);
    // Past 2^53 no offset reaches: half a copy would be no copy.
    if (object.size >= Number.MAX_SAFE_INTEGER) throw new SourceError('badSize');
    return await run({ kind: 'object', object }, BigInt(object.size));
  } finally {
    object?.close();
  }
}

/** What may not be opened to be changed may here not be read. */
function asReading(error: unknown): never {
  const isRefused = error instanceof SourceError && error.code === 'mayNotChange';
  throw isRefused ? new SourceError('noPermission', error.detail) : error;
}

async function orRemove(
  addon: NativeAddon,
  made: FileTarget,
  target: Uint8Array,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run();
  } catch (failure) {
    await removeObject(addon, made).catch(() => {});
    if (failure instanceof SourceError) throw ofTarget(failure, made.path, target);
    const { code: errno, syscall } = failure as NodeJS.ErrnoException;
    throw new SourceError(errno === 'EEXIST' ? 'nameTaken' : 'ioError', {
      errno,
      syscall,
      path: printableName(target),
    });
  }
}

/** A name beside the file that it is to be: a rename within a folder is one step. */
function partName(): Uint8Array {
  return Buffer.from(`.memglass-${process.pid}-${crypto.randomUUID().slice(0, 8)}.part`);
}
