/**
 * The bytes of a named semaphore: a file `sem.NAME` in /dev/shm that holds a sem_t of glibc on a 64-bit machine.
 * (A 32-bit program's has 16 bytes and another layout; musl names its files otherwise.)
 */

export interface Semaphore {
  readonly value: number;
  /** Threads that wait. One that was killed while waiting is counted for ever: see waitersLookStale. */
  readonly waiters: number;
  /** False: not initialised by sem_open, so that the rest may mean nothing. */
  readonly processShared: boolean;
}

const SIZE = 32;
/** The field `private` of sem_t, which says, against its name, 0x80 where processes share it. */
const PROCESS_SHARED = 0x80;

/**
 * Undefined for any size but 32 bytes: a `sem.x` may be any file. The semaphore goes on being used while its bytes are
 * copied: value and waiters may be of two instants.
 */
export function parseSemaphore(bytes: Uint8Array): Semaphore | undefined {
  if (bytes.length !== SIZE) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    value: view.getUint32(0, true),
    waiters: view.getUint32(4, true),
    processShared: view.getInt32(8, true) === PROCESS_SHARED,
  };
}
