import type { NativeAddon, SemaphoreState } from '../../../native/index.d.ts';
import { objectKey, type PosixObject, type SharedMemoryObject } from '../../core/sharedMemory.ts';
import { encodeUtf8 } from '../../core/utf8.ts';

/** Each is read on a thread of its own, so that more of them wait to be asked for one by one. */
const mostAtOnce = 64;

const shmFolder = encodeUtf8('/dev/shm/');

/** sem_t of glibc on a 64-bit machine: what has another size is none. */
const semaphoreSize = 32n;

/** Value and waiters of the first semaphores, by objectKey. One that cannot be read is left out. */
export async function readSemaphores(
  addon: NativeAddon,
  objects: readonly SharedMemoryObject[],
): Promise<ReadonlyMap<string, SemaphoreState>> {
  const semaphores = objects.filter(isSemaphore).slice(0, mostAtOnce);
  const states = await Promise.all(semaphores.map((object) => readSemaphore(addon, object)));
  return new Map(
    semaphores.flatMap((object, index) => {
      const state = states[index];
      return state === undefined ? [] : [[objectKey(object.identity), state] as const];
    }),
  );
}

async function readSemaphore(addon: NativeAddon, object: PosixObject): Promise<SemaphoreState | undefined> {
  try {
    const state = await addon.inspectSemaphore(Uint8Array.from([...shmFolder, ...object.name]));
    // Another may have got the name meanwhile.
    return state.ino === object.identity.inode ? state : undefined;
  } catch {
    return undefined;
  }
}

function isSemaphore(object: SharedMemoryObject): object is PosixObject {
  return object.class === 'semaphore' && object.isReachable && object.facts?.size === semaphoreSize;
}
