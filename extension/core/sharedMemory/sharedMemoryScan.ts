/**
 * What is found on a machine, piece by piece, before it is joined: plain facts, with nothing concluded. Whatever looks
 * (the addon, or the parsers of procfs) is turned into these.
 */
import type { Device, MemoryRegion } from '../memoryMap/memoryRegion.ts';
import type {
  ObjectDescriptor,
  ObjectExtent,
  ObjectFacts,
  ProcessIdentity,
  SharedMemoryClass,
  SysvSegment,
} from './sharedMemory.ts';

/** One name in /dev/shm or in a folder below it, never followed. */
export interface FolderEntry {
  /** The path below /dev/shm, without a slash in front. */
  readonly path: Uint8Array;
  readonly kind: 'regular' | 'symlink' | 'directory' | 'fifo' | 'socket' | 'character' | 'block' | 'other';
  readonly device: Device;
  readonly inode: bigint;
  readonly facts: ObjectFacts;
}

/** A process that was looked at, or that at least is there. */
export interface SeenProcess extends ProcessIdentity {
  /** When it was started, in seconds since 1970, good to a second or two; undefined where that is not known. */
  readonly startedAt?: number | undefined;
  /** The inode of /proc/<pid>/ns/ipc, where it may be read. */
  readonly ipcNamespace?: bigint | undefined;
  /**
   * Undefined where its mappings and its descriptors were read, both to the end. Else why not: `noPermission`,
   * `vanished` (it ended or exec'ed meanwhile), or anything else.
   */
  readonly notSeen?: 'noPermission' | 'vanished' | 'failed' | undefined;
}

/** A mapping, as PROCMAP_QUERY or maps has it. */
export interface SeenMapping extends Omit<MemoryRegion, 'backing'> {
  readonly pid: number;
  /** As the kernel gives it, ` (deleted)` included. */
  readonly name: Uint8Array;
  /** See NameContext: true for the text of maps, false for PROCMAP_QUERY. */
  readonly escapesNewline: boolean;
  /** How many names the file has, where somebody could ask: 0 is deleted for sure. */
  readonly links?: number | undefined;
}

/** A descriptor of a regular file, found by stat through /proc/<pid>/fd (which works for deleted files and memfds). */
export interface SeenDescriptor {
  readonly pid: number;
  readonly fd: number;
  readonly device: Device;
  readonly inode: bigint;
  /** What readlink gives, ` (deleted)` included. */
  readonly name: Uint8Array;
  readonly links: number;
  readonly access: ObjectDescriptor['access'];
  readonly extent: ObjectExtent;
}

/** What Memglass itself holds of an object while it is open in a view, in the process `own.pid`. */
export interface OwnHold {
  readonly device: Device;
  readonly inode: bigint;
  readonly class: SharedMemoryClass;
  /** For System V: attachments. */
  readonly mappings: number;
  readonly descriptors: number;
}

export interface SharedMemoryScan {
  /** When the scan began, in seconds since 1970: what is younger may have users it did not see. */
  readonly startedAt: number;
  /** The device that /dev/shm is on; undefined where it is missing. */
  readonly shmDevice: Device | undefined;
  /**
   * The device of the kernel's own shared memory, where System V segments live: that of any memfd. Where it is not
   * known, it is taken from the first mapping of such a segment, else as 0:1.
   */
  readonly kernelDevice?: Device | undefined;
  /** Our own IPC namespace, where known: the one that `segments` are of. */
  readonly ipcNamespace?: bigint | undefined;
  readonly folder: readonly FolderEntry[];
  readonly segments: readonly SysvSegment[];
  readonly processes: readonly SeenProcess[];
  readonly mappings: readonly SeenMapping[];
  readonly descriptors: readonly SeenDescriptor[];
  /**
   * Whether `processes` are all that there are on the machine: false under hidepid, and inside a pid namespace of which
   * the rest of the machine is not seen.
   */
  readonly allProcessesListed: boolean;
  readonly own?: { readonly pid: number; readonly holds: readonly OwnHold[] } | undefined;
}
