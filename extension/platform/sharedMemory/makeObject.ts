import { statfs } from 'node:fs/promises';
import type { NativeAddon } from '../../../native/index.d.ts';
import { deviceOf } from '../../core/memoryMap/memoryRegion.ts';
import type { FileTarget, ObjectTarget, SegmentTarget } from '../../core/sharedMemory/objectTarget.ts';
import { SourceError } from '../../core/sourceError.ts';
import { printableName } from '../../core/text/printableName.ts';
import { type Contents, lengthOf, writeContents } from './contents.ts';
import { type OpenObject, openObject } from './openObject.ts';
import { operation, toOperationError } from './operationErrors.ts';
import { checkCancelled, type Task } from './task.ts';

export interface NewObject {
  /** Bytes. */
  readonly size: bigint;
  /** Permission bits, whatever the umask. */
  readonly mode: number;
  /** Undefined for zeros that were never written. */
  readonly contents?: Contents | undefined;
}

export interface NewPosixObject extends NewObject {
  /** As shm_open takes it. */
  readonly name: Uint8Array;
  /** Sets the memory aside now; without it a full tmpfs is a SIGBUS for whoever writes through a mapping. */
  readonly reserve: boolean;
  /** `/dev/shm` if left out. */
  readonly folder?: Uint8Array | undefined;
}

export interface NewSegment extends NewObject {
  /** 0 for a private one. */
  readonly key: number;
}

/** The mode until the contents are there: nobody else opens what is half made. */
export const ownerOnly = 0o600;

/**
 * Makes an object that nobody had before and fills it. ENOSPC comes before anything is written. Where it fails, or is
 * cancelled, nothing is left.
 */
export async function makePosixObject(addon: NativeAddon, wanted: NewPosixObject, task: Task): Promise<FileTarget> {
  const { name, size, reserve, mode, contents, folder } = wanted;
  const path = fullPath(folder ?? defaultFolder, name);
  const free = await freeBytes(folder ?? defaultFolder);
  const needed = reserve ? size : bytesToWrite(contents, size);
  const detail = { path: printableName(path), space: free === undefined ? undefined : { needed, free } };
  if (free !== undefined && needed > free) throw new SourceError('noSpace', { errno: 'ENOSPC', ...detail });
  const early = contents === undefined ? mode : ownerOnly;
  const facts = await operation(() => addon.createSharedMemory(name, size, reserve, early, folder), detail);
  const target: FileTarget = { kind: 'file', path, device: deviceOf(facts.dev), inode: facts.ino, size: facts.size };
  return await orUndo(
    async () => {
      await fill(addon, target, wanted, task);
      if (early !== mode) await operation(() => addon.changeSharedMemory(path, facts, { mode }));
      return target;
    },
    () => addon.unlinkSharedMemory(path, facts),
  );
}

/** The same for System V, where memory is given page by page as it is touched. */
export async function makeSegment(addon: NativeAddon, wanted: NewSegment, task: Task): Promise<SegmentTarget> {
  const { key, size, mode, contents } = wanted;
  const early = contents === undefined ? mode : ownerOnly;
  const facts = await operation(() => addon.createSegment(key, size, early));
  const target: SegmentTarget = { kind: 'segment', id: facts.id, creatorPid: facts.creatorPid, size: facts.size };
  return await orUndo(
    async () => {
      await fill(addon, target, wanted, task);
      if (early !== mode) await operation(() => addon.changeSegment(facts.id, facts, { mode }));
      return target;
    },
    () => addon.removeSegment(facts.id, facts),
  );
}

/** What unprivileged users may still take of the file system, in bytes; undefined where it has no limit. */
export async function freeBytes(folder: Uint8Array = defaultFolder): Promise<bigint | undefined> {
  const space = await statfs(Buffer.from(folder), { bigint: true }).catch(() => undefined);
  return space === undefined || space.blocks === 0n ? undefined : space.bavail * space.bsize;
}

/** How much of a sparse object the contents will take. Of another object that is not known before it is read. */
function bytesToWrite(contents: Contents | undefined, size: bigint): bigint {
  if (contents === undefined || contents.kind === 'object') return 0n;
  return BigInt(lengthOf(contents) ?? size);
}

const defaultFolder = Buffer.from('/dev/shm');

async function fill(addon: NativeAddon, target: ObjectTarget, wanted: NewObject, task: Task): Promise<void> {
  const { contents, size } = wanted;
  if (contents === undefined) return;
  let object: OpenObject | undefined;
  try {
    checkCancelled(task);
    object = await openObject(addon, target);
    await writeContents(object, 0, contents, lengthOf(contents) ?? Number(size), task);
  } finally {
    object?.close();
  }
}

/** Runs what completes a new object; where it fails, takes the object back, by its identity. */
async function orUndo<T>(run: () => Promise<T>, undo: () => Promise<void>): Promise<T> {
  try {
    return await run();
  } catch (failure) {
    // Somebody else may have removed it meanwhile, or put another in its place: then that is theirs.
    await undo().catch(() => {});
    throw toOperationError(failure);
  }
}

function fullPath(folder: Uint8Array, name: Uint8Array): Uint8Array {
  const bare = name.subarray(name.findIndex((byte) => byte !== 0x2f));
  return Buffer.concat([folder, Buffer.from('/'), bare]);
}
