/** Pieces of a scan, for tests of the join and of the leak test: each fact has a default that says nothing. */
import type { Device } from '../../../../extension/core/memoryMap/memoryRegion.ts';
import type {
  ObjectFacts,
  SharedMemoryObject,
  SysvSegment,
} from '../../../../extension/core/sharedMemory/sharedMemory.ts';
import {
  type SharedMemoryCatalogue,
  sharedMemoryJoinSteps,
} from '../../../../extension/core/sharedMemory/sharedMemoryJoin.ts';
import type {
  FolderEntry,
  SeenDescriptor,
  SeenMapping,
  SeenProcess,
  SharedMemoryScan,
} from '../../../../extension/core/sharedMemory/sharedMemoryScan.ts';

export const SHM: Device = { major: 0, minor: 0x1b };
export const KERNEL: Device = { major: 0, minor: 1 };
export const DISK: Device = { major: 8, minor: 1 };
export const OTHER_SHM: Device = { major: 0, minor: 0x50 };
export const NOW = 1_700_000_000;

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export function facts(more: Partial<ObjectFacts> = {}): ObjectFacts {
  return {
    size: 4096n,
    allocated: 4096n,
    mode: 0o600,
    uid: 0,
    gid: 0,
    modifiedAt: NOW - 100,
    changedAt: NOW - 100,
    ...more,
  };
}

export function entry(path: string, inode: bigint, more: Partial<FolderEntry> = {}): FolderEntry {
  return { path: bytesOf(path), kind: 'regular', device: SHM, inode, facts: facts(), ...more };
}

export function process(pid: number, more: Partial<SeenProcess> = {}): SeenProcess {
  return { pid, startTime: pid * 10, name: bytesOf(`p${pid}`), ...more };
}

export function mapping(
  pid: number,
  name: string,
  device: Device,
  inode: bigint,
  more: Partial<SeenMapping> = {},
): SeenMapping {
  return {
    pid,
    start: 0x7f00_0000_0000n,
    end: 0x7f00_0000_1000n,
    rights: { read: true, write: true, execute: false },
    sharing: 'shared',
    offset: 0n,
    device,
    inode,
    name: bytesOf(name),
    escapesNewline: false,
    ...more,
  };
}

export function descriptor(
  pid: number,
  fd: number,
  name: string,
  device: Device,
  inode: bigint,
  more: Partial<SeenDescriptor> = {},
): SeenDescriptor {
  const extent = { size: 8192n, allocated: 4096n };
  return { pid, fd, name: bytesOf(name), device, inode, links: 1, access: 'readWrite', extent, ...more };
}

export function segment(shmid: number, more: Partial<SysvSegment> = {}): SysvSegment {
  return {
    key: 0x1234,
    shmid,
    size: 10000n,
    mode: 0o600,
    isRemoved: false,
    isLocked: false,
    creatorPid: 1,
    lastPid: 0,
    attachments: 0,
    uid: 0,
    gid: 0,
    creatorUid: 0,
    creatorGid: 0,
    attachedAt: undefined,
    detachedAt: undefined,
    changedAt: NOW - 100,
    resident: 4096n,
    swapped: 0n,
    ...more,
  };
}

export function scan(more: Partial<SharedMemoryScan> = {}): SharedMemoryScan {
  return {
    startedAt: NOW,
    shmDevice: SHM,
    folder: [],
    segments: [],
    processes: [],
    mappings: [],
    descriptors: [],
    allProcessesListed: true,
    ...more,
  };
}

/** The join of a scan, done at once. */
export function joinSharedMemory(more: Partial<SharedMemoryScan> = {}): SharedMemoryCatalogue {
  const steps = sharedMemoryJoinSteps(scan(more));
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** An object in a few words: class, name, and its users as `pid:mappings+descriptors`. */
export function shown(object: SharedMemoryObject): string {
  const name = object.class === 'sysv' ? `#${object.shmid}` : textOf(object.name);
  const users = object.users.map(
    ({ process: { pid }, mappings, descriptors }) => `${pid}:${mappings.length}+${descriptors.length}`,
  );
  return [object.class, name, ...users].join(' ');
}
