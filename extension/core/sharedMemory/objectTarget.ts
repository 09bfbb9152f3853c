/** What an operation acts on: a way to reach an object, and what proves there that it still is the one meant. */
import type { Device } from '../memoryMap/memoryRegion.ts';
import { posixShmPath } from '../sourceRef.ts';
import { encodeUtf8 } from '../text/utf8.ts';
import type { SharedMemoryObject } from './sharedMemory.ts';

export type ObjectTarget = FileTarget | SegmentTarget;

export interface FileTarget {
  readonly kind: 'file';
  /** Full. Below /dev/shm, or a descriptor of a process that holds the object. */
  readonly path: Uint8Array;
  readonly device: Device;
  readonly inode: bigint;
  /** Bytes, when it was looked at. */
  readonly size: bigint;
}

export interface SegmentTarget {
  readonly kind: 'segment';
  readonly id: number;
  /** Ids are given again: size and creator tell whether this is the one that was looked at. */
  readonly creatorPid: number;
  readonly size: bigint;
}

/**
 * Undefined where nothing leads to the object from here: it belongs to another namespace, or it is only mapped, with no
 * descriptor left that could be opened again.
 */
export function targetOf(object: SharedMemoryObject): ObjectTarget | undefined {
  const { device, inode } = object.identity;
  switch (object.class) {
    case 'posix':
    case 'semaphore': {
      if (object.facts === undefined) return undefined;
      return {
        kind: 'file',
        path: posixShmPath({ kind: 'posixShm', path: object.name }),
        device,
        inode,
        size: object.facts.size,
      };
    }
    case 'sysv': {
      if (object.segment === undefined) return undefined;
      const { creatorPid, size } = object.segment;
      return { kind: 'segment', id: object.shmid, creatorPid, size };
    }
    default: {
      if (object.extent === undefined) return undefined;
      const path = descriptorPath(object);
      return path === undefined ? undefined : { kind: 'file', path, device, inode, size: object.extent.size };
    }
  }
}

/** A descriptor through which the object can be opened again, one that may write first. */
function descriptorPath({ users }: SharedMemoryObject): Uint8Array | undefined {
  const all = users.flatMap(({ process, descriptors }) =>
    descriptors.map(({ fd, access }) => ({ path: `/proc/${process.pid}/fd/${fd}`, access })),
  );
  const best = all.find(({ access }) => access === 'readWrite') ?? all.find(({ access }) => access !== 'path');
  return best === undefined ? undefined : encodeUtf8(best.path);
}
