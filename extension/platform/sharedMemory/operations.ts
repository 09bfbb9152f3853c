import type { NativeAddon, OwnerChange, SemaphoreState } from '../../../native/index.d.ts';
import type { FileTarget, ObjectTarget, SegmentTarget } from '../../core/sharedMemory/objectTarget.ts';
import { changeOwner, type FlushKind, flushObject, removeObject, resizeObject, sealsOf } from './changeObject.ts';
import { type Contents, writeContents } from './contents.ts';
import { duplicateAsPosix, duplicateAsSegment, saveObject } from './copyObject.ts';
import { freeBytes, makePosixObject, makeSegment, type NewPosixObject, type NewSegment } from './makeObject.ts';
import { openObject } from './openObject.ts';
import { inspectSemaphore, postSemaphore, threadsOf, tryWaitSemaphore } from './semaphoreCalls.ts';
import { quietTask, type Task } from './task.ts';

/**
 * Everything that makes or changes shared memory. What is changed is held against the `target` that was looked at:
 * SourceError('stale') where another object, or another size, is found there. A copy is of the same object as long as it is
 * by then. All reject with a SourceError.
 */
export interface SharedMemoryOperations {
  makePosix(wanted: NewPosixObject, task?: Task): Promise<FileTarget>;
  makeSegment(wanted: NewSegment, task?: Task): Promise<SegmentTarget>;
  /** Bytes that /dev/shm still has for us; undefined where it has no limit. */
  freeBytes(): Promise<bigint | undefined>;
  /** Writes `contents` from `offset` on, a pattern over `length` bytes; attached processes see them at once. */
  write(target: ObjectTarget, offset: number, contents: Contents, length: number, task?: Task): Promise<void>;
  resize(target: FileTarget, size: bigint, reserve: boolean): Promise<void>;
  flush(target: FileTarget, how: FlushKind): Promise<void>;
  /** F_SEAL_… bits; 0 where there are none. */
  seals(target: FileTarget): Promise<number>;
  changeOwner(target: ObjectTarget, change: OwnerChange): Promise<void>;
  remove(target: ObjectTarget): Promise<void>;
  save(target: ObjectTarget, path: Uint8Array, overwrite: boolean, task?: Task): Promise<void>;
  duplicateAsPosix(
    target: ObjectTarget,
    as: Omit<NewPosixObject, 'size' | 'contents'>,
    task?: Task,
  ): Promise<FileTarget>;
  duplicateAsSegment(
    target: ObjectTarget,
    as: Omit<NewSegment, 'size' | 'contents'>,
    task?: Task,
  ): Promise<SegmentTarget>;
  inspectSemaphore(target: FileTarget): Promise<Pick<SemaphoreState, 'value' | 'waiters'>>;
  postSemaphore(target: FileTarget): Promise<void>;
  /** False where the value is 0. */
  tryWaitSemaphore(target: FileTarget): Promise<boolean>;
  /** How many threads the processes have that are still there. */
  threadsOf(pids: readonly number[]): Promise<number>;
}

export function sharedMemoryOperations(addon: NativeAddon): SharedMemoryOperations {
  return {
    makePosix: (wanted, task = quietTask) => makePosixObject(addon, wanted, task),
    makeSegment: (wanted, task = quietTask) => makeSegment(addon, wanted, task),
    freeBytes: () => freeBytes(),
    write: async (target, offset, contents, length, task = quietTask) => {
      const object = await openObject(addon, target);
      try {
        await writeContents(object, offset, contents, length, task);
      } finally {
        object.close();
      }
    },
    resize: (target, size, reserve) => resizeObject(addon, target, size, reserve),
    flush: (target, how) => flushObject(addon, target, how),
    seals: (target) => sealsOf(addon, target),
    changeOwner: (target, change) => changeOwner(addon, target, change),
    remove: (target) => removeObject(addon, target),
    save: (target, path, overwrite, task = quietTask) => saveObject(addon, target, path, overwrite, task),
    duplicateAsPosix: (target, as, task = quietTask) => duplicateAsPosix(addon, target, as, task),
    duplicateAsSegment: (target, as, task = quietTask) => duplicateAsSegment(addon, target, as, task),
    inspectSemaphore: (target) => inspectSemaphore(addon, target),
    postSemaphore: (target) => postSemaphore(addon, target),
    tryWaitSemaphore: (target) => tryWaitSemaphore(addon, target),
    threadsOf,
  };
}
