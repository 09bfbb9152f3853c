import type { NativeAddon, SemaphoreState } from '../../../native/index.d.ts';
import { objectKey, type PosixObject, type SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';

/** Each is read on a thread of its own. */
const mostAtOnce = 64;
/** All of them are read at each look; more wait to be asked for one by one. */
const mostOfLook = 1024;

const shmFolder = encodeUtf8('/dev/shm/');

/** sem_t of glibc on a 64-bit machine: what has another size is none. */
const semaphoreSize = 32n;

/** Value and waiters of semaphores, by objectKey. One that cannot be read is left out, and so are some where they are many. */
export async function readSemaphores(
  addon: NativeAddon,
  objects: readonly SharedMemoryObject[],
): Promise<ReadonlyMap<string, SemaphoreState>> {
  const semaphores = objects.filter(isSemaphore).slice(0, mostOfLook);
  const found = new Map<string, SemaphoreState>();
  for (let start = 0; start < semaphores.length; start += mostAtOnce) {
    const some = semaphores.slice(start, start + mostAtOnce);
    const states = await Promise.all(some.map((object) => readSemaphore(addon, object)));
    for (const [index, { identity }] of some.entries()) {
      const state = states[index];
      if (state !== undefined) found.set(objectKey(identity), state);
    }
  }
  return found;
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
