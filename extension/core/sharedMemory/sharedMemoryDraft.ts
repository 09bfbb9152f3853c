/** An object while the join gathers it: what each of its names, mappings and descriptors adds. */
import type { Backing, Device, PrintedName } from '../memoryMap/memoryRegion.ts';
import type { ObjectDescriptor, ObjectExtent, ObjectFacts, ObjectMapping, SysvSegment } from './sharedMemory.ts';
import type { Family } from './sharedMemoryFamily.ts';
import type { SeenProcess } from './sharedMemoryScan.ts';

export interface UserDraft {
  readonly process: SeenProcess;
  readonly mappings: ObjectMapping[];
  readonly descriptors: ObjectDescriptor[];
}

export interface ObjectDraft {
  readonly family: Family;
  readonly device: Device;
  readonly inode: bigint;
  readonly ipcNamespace: bigint | undefined;
  /** Names in /dev/shm; empty for all others. */
  readonly paths: Uint8Array[];
  readonly segment: SysvSegment | undefined;
  /** The best name its users know. */
  name: Uint8Array;
  nameIsExact: boolean;
  facts: ObjectFacts | undefined;
  /** Of a descriptor, where there are no facts. */
  extent: ObjectExtent | undefined;
  /** What it is in the /dev/shm of another mount namespace. */
  elsewhere: 'posix' | 'semaphore' | undefined;
  deletion: 'certain' | 'probable';
  mappedEnd: bigint;
  readonly users: Map<number, UserDraft>;
}

const NO_NAME = new Uint8Array(0);
const SHM_FOLDER = Uint8Array.from('/dev/shm/', (character) => character.charCodeAt(0));

export function newDraft(
  family: Family,
  device: Device,
  inode: bigint,
  more: { readonly segment?: SysvSegment; readonly ipcNamespace?: bigint | undefined } = {},
): ObjectDraft {
  return {
    family,
    device,
    inode,
    ipcNamespace: more.ipcNamespace,
    paths: [],
    segment: more.segment,
    name: NO_NAME,
    // Only memfds and deleted files have names that a listing can spoil; they learn better.
    nameIsExact: family === 'sysv',
    facts: undefined,
    extent: undefined,
    elsewhere: undefined,
    deletion: 'probable',
    mappedEnd: 0n,
    users: new Map(),
  };
}

/** Takes the name that a user's mapping or descriptor shows, where it is better than what is known. */
export function learnName(draft: ObjectDraft, backing: Backing, links: number | undefined): void {
  const isDeletedFile = draft.family === 'file' && draft.paths.length === 0 && draft.elsewhere === undefined;
  if (isDeletedFile && links === 0) draft.deletion = 'certain';
  const printed = nameOf(backing);
  if (draft.nameIsExact || printed === undefined) return;
  const name = isDeletedFile ? deletedName(backing) : (printed.ifDeleted ?? printed.bytes);
  const isSure = printed.ifDeleted === undefined || (links === 0 && backing.kind !== 'semaphore');
  const isExact = !printed.maybeNewline && isSure;
  if (draft.name.length > 0 && !isExact) return;
  draft.name = name;
  draft.nameIsExact = isExact;
}

export function extentOf(draft: ObjectDraft): ObjectExtent | undefined {
  const known = draft.facts ?? draft.extent;
  if (known !== undefined) return { size: known.size, allocated: known.allocated };
  const { segment } = draft;
  if (segment?.resident === undefined) return undefined;
  return { size: segment.size, allocated: segment.resident + (segment.swapped ?? 0n) };
}

export function nameOf(backing: Backing): PrintedName | undefined {
  return 'name' in backing ? backing.name : undefined;
}

/** The whole path a deleted file had: in /dev/shm or anywhere. */
function deletedName(backing: Backing): Uint8Array {
  const printed = nameOf(backing);
  const name = printed?.ifDeleted ?? printed?.bytes ?? NO_NAME;
  if (backing.kind !== 'posixShm' && backing.kind !== 'semaphore') return name;
  const path = new Uint8Array(SHM_FOLDER.length + name.length);
  path.set(SHM_FOLDER);
  path.set(name, SHM_FOLDER.length);
  return path;
}
