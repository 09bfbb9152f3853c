/** What other extensions, tasks and keybindings ask of shared memory, and what they get: plain data. */
import type { SharedMemoryObject } from './sharedMemory.ts';

/**
 * An object that a look gave (and no other that has its name since), or by the name of shm_open or sem_open, by the id or
 * the key of System V, or by the URI it opens under.
 */
export type WhichSharedMemory =
  | SharedMemoryObject
  | { readonly name: string | Uint8Array }
  | { readonly shmid: number }
  | { readonly key: number }
  | { readonly uri: string };

export interface NewSharedMemory {
  /** Of a POSIX object, as shm_open takes it. */
  readonly name?: string | Uint8Array;
  /** Of a System V segment, if there is no name. */
  readonly key?: number | string | 'private';
  /** Bytes, or as a person types them: `64K`, `1.5MiB`, `0x1000`. */
  readonly size: number | bigint | string;
  /** Zeros if left out. A string is a pattern in hex; `pattern` is repeated, the others come once and zeros after. */
  readonly fill?:
    | string
    | { readonly pattern: string | Uint8Array }
    | { readonly hex: string | Uint8Array }
    | { readonly text: string }
    | { readonly file: string }
    | { readonly selection: true };
  /** Sets the memory aside now (default), so that no later write can fail for want of it. POSIX only. */
  readonly reserve?: boolean;
  /** Permission bits, default 0o600, or octal text; whatever the umask. */
  readonly mode?: number | string;
}

/** What was made: an argument for the commands of Memglass. */
export interface MadeSegment {
  /** As shm_open takes it; of POSIX objects only, and where it is UTF-8. */
  readonly name?: string;
  /** Of System V segments only; a key of 0 is private. */
  readonly shmid?: number;
  readonly key?: number;
  /** Bytes. */
  readonly size: number;
  /** Under which it opens. */
  readonly uri: string;
}
