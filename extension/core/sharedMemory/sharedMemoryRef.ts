/** From what the catalogue found to what can be opened. */

import { equalBytes } from '../memoryMap/memoryRegion.ts';
import { type ProcessRegionRef, refOfPath, type SourceRef } from '../sourceRef.ts';
import { encodeUtf8 } from '../text/utf8.ts';
import type { ObjectDescriptor, ObjectMapping, ObjectUser, SharedMemoryObject } from './sharedMemory.ts';

/**
 * How to look at an object itself: by its name or number where that leads to it from here, else by a descriptor of one
 * of its users, which reads without touching anybody's memory, else through a user's mapping. Undefined where all that
 * is left of it are processes that we cannot look into.
 */
export function refOfObject(object: SharedMemoryObject): SourceRef | undefined {
  switch (object.class) {
    case 'posix':
    case 'semaphore':
      // Without facts it is in the /dev/shm of another mount namespace.
      return object.facts === undefined ? refByUser(object) : { kind: 'posixShm', path: object.name };
    case 'sysv':
      // Without its line in the table it is of another IPC namespace.
      return object.segment === undefined
        ? refByUser(object)
        : { kind: 'sysvShm', shmid: object.shmid, creatorPid: object.segment.creatorPid };
    case 'memfd':
    case 'deleted':
    case 'sharedAnonymous':
      return refByUser(object);
  }
}

/** Whether a source is the object, or a part of it: by its name or number, a descriptor or a mapping of a user. */
export function isSourceOf(ref: SourceRef, object: SharedMemoryObject): boolean {
  const isOf = ({ process }: ObjectUser, { pid, startTime }: { readonly pid: number; readonly startTime: number }) =>
    process.pid === pid && process.startTime === startTime;
  switch (ref.kind) {
    case 'file': {
      const named = refOfPath(ref.path);
      return named.kind === 'posixShm' && isSourceOf(named, object);
    }
    case 'posixShm':
      return 'facts' in object && object.facts !== undefined && equalBytes(object.name, ref.path);
    case 'sysvShm':
      return object.class === 'sysv' && object.segment !== undefined && object.shmid === ref.shmid;
    case 'processFd':
      return (
        object.identity.inode === ref.inode &&
        object.users.some((user) => isOf(user, ref) && user.descriptors.some(({ fd }) => fd === ref.fd))
      );
    case 'processRegion': {
      const holds = ({ start, end }: ObjectMapping) => start <= ref.start && ref.start < end;
      return object.users.some((user) => isOf(user, ref) && user.mappings.some(holds));
    }
  }
}

/** How to look at one mapping of a user's, at that process's addresses. */
export function refOfMapping(user: ObjectUser, mapping: ObjectMapping, object: SharedMemoryObject): ProcessRegionRef {
  const { pid, startTime } = user.process;
  return { kind: 'processRegion', pid, startTime, start: mapping.start, end: mapping.end, name: nameOf(object) };
}

function refByUser(object: SharedMemoryObject): SourceRef | undefined {
  const [held] = object.users
    .flatMap((user) => user.descriptors.map((descriptor) => ({ user, descriptor })))
    .toSorted((a, b) => rankOfAccess[a.descriptor.access] - rankOfAccess[b.descriptor.access]);
  if (held !== undefined) {
    const { pid, startTime } = held.user.process;
    const { fd } = held.descriptor;
    return { kind: 'processFd', pid, startTime, fd, inode: object.identity.inode, name: nameOf(object) };
  }
  const [mapped] = object.users
    .flatMap((user) => user.mappings.map((mapping) => ({ user, mapping })))
    .toSorted((a, b) => compareMappings(a.mapping, b.mapping));
  return mapped === undefined ? undefined : refOfMapping(mapped.user, mapped.mapping, object);
}

/** Whatever access its holder has, the object is opened anew: O_PATH leads there too, and comes last only in case. */
const rankOfAccess: Readonly<Record<ObjectDescriptor['access'], number>> = { readWrite: 0, read: 1, write: 2, path: 3 };

/** First what shows the object as it is (a private mapping may have been written to), then what shows most of it. */
function compareMappings(a: ObjectMapping, b: ObjectMapping): number {
  const rank = (mapping: ObjectMapping) => (mapping.sharing === 'shared' ? 0 : 2) + (mapping.rights.read ? 0 : 1);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  const [sizeA, sizeB] = [a.end - a.start, b.end - b.start];
  if (sizeA !== sizeB) return sizeA > sizeB ? -1 : 1;
  return a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : 0;
}

const DEV_SHM = encodeUtf8('/dev/shm/');
const MEMFD = encodeUtf8('memfd:');

function nameOf(object: SharedMemoryObject): Uint8Array {
  switch (object.class) {
    case 'posix':
    case 'semaphore':
      return Uint8Array.from([...DEV_SHM, ...object.name]);
    case 'memfd':
      return Uint8Array.from([...MEMFD, ...object.name]);
    case 'sysv':
      return encodeUtf8(`System V ${object.shmid}`);
    case 'deleted':
    case 'sharedAnonymous':
      return object.name;
  }
}
