// What the tests of the operations on shared memory share: the operations over the real addon, and objects to try them on.
import { lstatSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { deviceOf } from '../../extension/core/memoryMap/memoryRegion.ts';
import type { FileTarget } from '../../extension/core/sharedMemory/objectTarget.ts';
import { SourceError } from '../../extension/core/sourceError.ts';
import { OwnHolds } from '../../extension/platform/ownHolds.ts';
import { Journals } from '../../extension/platform/saving/journals.ts';
import { sharedMemoryOperations } from '../../extension/platform/sharedMemory/operations.ts';
import type { Task } from '../../extension/platform/sharedMemory/task.ts';
import { addon, pathOf } from './addon.ts';

export const machine = { addon, holds: new OwnHolds(), journals: new Journals(addon, '') };

export const operations = sharedMemoryOperations(addon);
export const MiB = 2 ** 20;

export const failsWith = (code: string) => (error: unknown) => error instanceof SourceError && error.code === code;

export function make(
  folder: string,
  name: string,
  size: number,
  more: Partial<Parameters<typeof operations.makePosix>[0]> = {},
) {
  const wanted = {
    name: pathOf(name),
    size: BigInt(size),
    reserve: true,
    mode: 0o600,
    folder: pathOf(folder),
    ...more,
  };
  return operations.makePosix(wanted);
}

/** The target of a file as a look would find it. */
export function targetOf(path: string): FileTarget {
  const { dev, ino, size } = lstatSync(path, { bigint: true });
  return { kind: 'file', path: pathOf(path), device: deviceOf(dev), inode: ino, size };
}

export async function segment(t: TestContext, size: number, more: object = {}) {
  const made = await operations.makeSegment({ key: 0, size: BigInt(size), mode: 0o600, ...more });
  t.after(() => operations.remove(made).catch(() => {}));
  return made;
}

/** A task that the user cancels once `after` bytes are done. */
export function cancelledAfter(after: number): Task {
  let isCancelled = false;
  return {
    isCancelled: () => isCancelled,
    report: (done) => {
      isCancelled ||= done >= after;
    },
  };
}

export const pattern = (bytes: readonly number[]) => ({ kind: 'pattern', bytes: Uint8Array.from(bytes) }) as const;
