/**
 * Which objects are leaked: left behind by programs that have ended, holding memory until somebody removes them. To
 * remove one that is used is harm, so whatever speaks against it is a doubt, and with a doubt nothing is called leaked.
 *
 * Only objects that live on their own can leak: those of /dev/shm and System V. The kernel frees all others with their
 * last user.
 */
import type { ObjectFacts, PosixObject, SharedMemoryObject, SysvObject } from './sharedMemory.ts';
import type { Sight } from './sharedMemoryJoin.ts';

/** Why an object without users may have some after all, or may be meant to stay. */
export type LeakDoubt =
  /** So many processes could not be looked into, because we may not. */
  | { readonly code: 'processesNotSeen'; readonly count: number }
  /** So many ended or exec'ed while they were looked at; their children may have it. Another scan may be calmer. */
  | { readonly code: 'processesChanged'; readonly count: number }
  /** There are processes that are not even listed (hidepid, another pid namespace). */
  | { readonly code: 'processesHidden' }
  /** It was made or changed while the scan ran, or just before: its maker may have been looked at before. */
  | { readonly code: 'tooYoung' }
  /** System V: detached, but the process that made it lives and may attach it again. */
  | { readonly code: 'creatorAlive'; readonly pid: number; readonly startTime: number }
  /** System V: whether the process that made it lives cannot be told. */
  | { readonly code: 'creatorUnknown'; readonly pid: number };

export type LeakVerdict =
  /** It has users, or it will end with its last one by itself. */
  | { readonly kind: 'inUse' }
  | { readonly kind: 'leaked'; readonly object: PosixObject | SysvObject }
  /** Nobody seems to use it. */
  | { readonly kind: 'looksLeaked'; readonly object: PosixObject | SysvObject; readonly doubts: readonly LeakDoubt[] };

/** Seconds. Clocks of file systems are coarse, and a program opens before it maps. */
const YOUNG_SECONDS = 2;

/**
 * For System V the kernel's own count of attachments decides: it knows of processes that we cannot see, so those raise
 * no doubt, but a creator that may attach again does.
 */
export function judgeLeak(object: SharedMemoryObject, sight: Sight): LeakVerdict {
  switch (object.class) {
    case 'memfd':
    case 'sharedAnonymous':
    case 'deleted':
      return { kind: 'inUse' };
    case 'posix':
    case 'semaphore':
      // Without facts it is in another namespace, and known by its users only.
      if (object.users.length > 0 || object.facts === undefined) return { kind: 'inUse' };
      return verdict(object, posixDoubts(object.facts, sight));
    case 'sysv': {
      // A segment of another namespace is known by its users only.
      const isUsed = object.users.length > 0 || object.attachments !== 0 || object.segment?.isRemoved !== false;
      return isUsed ? { kind: 'inUse' } : verdict(object, sysvDoubts(object, sight));
    }
  }
}

export interface Leaks {
  readonly leaked: readonly (PosixObject | SysvObject)[];
  readonly looksLeaked: readonly {
    readonly object: PosixObject | SysvObject;
    readonly doubts: readonly LeakDoubt[];
  }[];
}

/** Of all objects those that nobody uses, in their order: the leaked ones, and those that only look so, with why. */
export function findLeaks(objects: readonly SharedMemoryObject[], sight: Sight): Leaks {
  const verdicts = objects.map((object) => judgeLeak(object, sight));
  return {
    leaked: verdicts.flatMap((found) => (found.kind === 'leaked' ? [found.object] : [])),
    looksLeaked: verdicts.flatMap((found) =>
      found.kind === 'looksLeaked' ? [{ object: found.object, doubts: found.doubts }] : [],
    ),
  };
}

function verdict(object: PosixObject | SysvObject, doubts: readonly LeakDoubt[]): LeakVerdict {
  return doubts.length === 0 ? { kind: 'leaked', object } : { kind: 'looksLeaked', object, doubts };
}

function posixDoubts(facts: ObjectFacts, sight: Sight): readonly LeakDoubt[] {
  const doubts: LeakDoubt[] = [];
  const { noPermission, failed, vanished } = sight.notSeen;
  if (noPermission + failed > 0) doubts.push({ code: 'processesNotSeen', count: noPermission + failed });
  if (vanished > 0) doubts.push({ code: 'processesChanged', count: vanished });
  if (!sight.allProcessesListed) doubts.push({ code: 'processesHidden' });
  const { changedAt, bornAt } = facts;
  if (isYoung(Math.max(changedAt, bornAt ?? changedAt), sight)) doubts.push({ code: 'tooYoung' });
  return doubts;
}

function sysvDoubts(object: SysvObject, sight: Sight): readonly LeakDoubt[] {
  const doubts: LeakDoubt[] = [];
  const { creator, segment } = object;
  if (creator.kind === 'alive') {
    doubts.push({ code: 'creatorAlive', pid: creator.pid, startTime: creator.startTime });
  } else if (creator.kind === 'unknown') {
    doubts.push({ code: 'creatorUnknown', pid: creator.pid });
  }
  if (isYoung(Math.max(segment?.changedAt ?? 0, segment?.attachedAt ?? 0), sight)) doubts.push({ code: 'tooYoung' });
  return doubts;
}

function isYoung(at: number, sight: Sight): boolean {
  return at > sight.startedAt - YOUNG_SECONDS;
}

/**
 * Whether a semaphore counts waiters that do not exist: a thread that is killed while it waits is never counted out,
 * and each post then goes to nobody. `threads` are those of all processes that map it.
 */
export function waitersLookStale(semaphore: { readonly waiters: number }, threads: number, sight: Sight): boolean {
  const { noPermission, failed, vanished } = sight.notSeen;
  const isWholeSight = sight.allProcessesListed && noPermission + failed + vanished === 0;
  return isWholeSight && semaphore.waiters > threads;
}
