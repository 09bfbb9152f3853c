/** Shared memory as a list for people: which objects a filter leaves, in which order, and the figures of each. */
import { printableName } from '../text/printableName.ts';
import { formatSegmentKey } from './segmentKey.ts';
import type { SharedMemoryObject } from './sharedMemory.ts';

export type SharedMemorySort = 'name' | 'size' | 'users' | 'age';

/** Bytes: as the object has it where anybody can ask, else to the end of its furthest mapping, in whole pages. */
export function sizeOfObject(object: SharedMemoryObject): bigint {
  if (object.extent !== undefined) return object.extent.size;
  return object.class === 'sysv' && object.segment !== undefined ? object.segment.size : object.mappedEnd;
}

/** When it was made, in seconds since 1970, or the nearest to that which is known. */
export function madeAt(object: SharedMemoryObject): number | undefined {
  switch (object.class) {
    case 'posix':
    case 'semaphore':
      return object.facts?.bornAt ?? object.facts?.changedAt;
    case 'sysv':
      return object.segment?.changedAt;
    default:
      return undefined;
  }
}

/**
 * The name that an object goes by in a list, safe to show; empty where it has none. That of a semaphore as sem_open
 * takes it, that of a deleted file without its folder. Long ones lose their middle.
 */
export function listName(object: SharedMemoryObject): string {
  switch (object.class) {
    case 'sysv':
      return `id ${object.shmid}`;
    case 'semaphore':
      return printableName(object.name.subarray(SEMAPHORE_PREFIX), { maxLength: LONGEST });
    case 'deleted':
      return printableName(object.name.subarray(object.name.lastIndexOf(SLASH) + 1), { maxLength: LONGEST });
    default:
      return printableName(object.name, { maxLength: LONGEST });
  }
}

/**
 * Those objects that hold `filter` in their name, their key or id, or in the name or pid of a user, whatever its case;
 * in the order of `sort`. Sizes, users and ages: the largest, the most and the oldest first, and then by name.
 */
export function sharedMemoryList(
  objects: readonly SharedMemoryObject[],
  sort: SharedMemorySort,
  filter: string,
): readonly SharedMemoryObject[] {
  const wanted = filter.toLowerCase();
  const rows = objects
    .map((object) => ({ object, name: sortName(object), rank: rankOf(object, sort) }))
    .filter(({ object, name }) => wanted === '' || name.includes(wanted) || matches(object, wanted));
  rows.sort((a, b) => b.rank - a.rank || compareNames(a.name, b.name));
  return rows.map(({ object }) => object);
}

const SLASH = 0x2f;
/** Of `sem.` */
const SEMAPHORE_PREFIX = 4;
const LONGEST = 120;

/** An object's name does not change: it is made fit for comparing once. */
const sortNames = new WeakMap<SharedMemoryObject, string>();

function sortName(object: SharedMemoryObject): string {
  let name = sortNames.get(object);
  if (name === undefined) {
    name = object.class === 'sysv' ? `id ${String(object.shmid).padStart(10, '0')}` : listName(object).toLowerCase();
    sortNames.set(object, name);
  }
  return name;
}

function rankOf(object: SharedMemoryObject, sort: SharedMemorySort): number {
  switch (sort) {
    case 'name':
      return 0;
    case 'size':
      return Number(sizeOfObject(object));
    case 'users':
      return object.users.length;
    case 'age':
      return -(madeAt(object) ?? Number.MAX_VALUE);
  }
}

function matches(object: SharedMemoryObject, wanted: string): boolean {
  if (printableName(object.name).toLowerCase().includes(wanted)) return true;
  if (object.class === 'sysv') {
    if (`id ${object.shmid}`.includes(wanted)) return true;
    if (object.segment !== undefined && formatSegmentKey(object.segment.key).toLowerCase().includes(wanted))
      return true;
  }
  return object.users.some(
    ({ process }) => String(process.pid) === wanted || printableName(process.name).toLowerCase().includes(wanted),
  );
}

/** By code unit: thousands of names are compared in each look, and a collator takes fifty times as long. */
function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
