/** Shared memory in words: labels, descriptions, short facts. Everything a program named comes through printableName. */
import * as vscode from 'vscode';
import { formatCount, formatSize } from '../../core/expressions/numbers.ts';
import { rightsText } from '../../core/memoryMap/rights.ts';
import { formatSegmentKey } from '../../core/sharedMemory/segmentKey.ts';
import {
  type ObjectDescriptor,
  type ObjectMapping,
  objectKey,
  type ProcessIdentity,
  type SharedMemoryClass,
  type SharedMemoryObject,
} from '../../core/sharedMemory/sharedMemory.ts';
import { judgeLeak } from '../../core/sharedMemory/sharedMemoryLeaks.ts';
import { listName, madeAt, sizeOfObject } from '../../core/sharedMemory/sharedMemoryList.ts';
import { printableName } from '../../core/text/printableName.ts';
import type { SharedMemoryLook } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import type { UserNode } from './nodes.ts';

/** Between facts on one line. */
const separator = ' · ';

/** Seconds: what has just been made is about to be used, and no leak. */
const longUnused = 60;

export function groupLabel(group: SharedMemoryClass): string {
  switch (group) {
    case 'posix':
      return vscode.l10n.t('POSIX /dev/shm');
    case 'semaphore':
      return vscode.l10n.t('Semaphores');
    case 'sysv':
      return vscode.l10n.t('System V');
    case 'memfd':
      return vscode.l10n.t('memfd');
    case 'sharedAnonymous':
      return vscode.l10n.t('Anonymous, shared');
    case 'deleted':
      return vscode.l10n.t('Deleted, still mapped');
  }
}

/** What an object is, in the field's own words. */
export function kindText(kind: SharedMemoryClass): string {
  switch (kind) {
    case 'posix':
      return vscode.l10n.t('POSIX shared memory');
    case 'semaphore':
      return vscode.l10n.t('POSIX semaphore');
    case 'sysv':
      return vscode.l10n.t('System V segment');
    case 'memfd':
      return vscode.l10n.t('memfd');
    case 'sharedAnonymous':
      return vscode.l10n.t('anonymous shared memory');
    case 'deleted':
      return vscode.l10n.t('deleted file, still shared');
  }
}

/** `tmpfs 3.1 MiB of 23.4 GiB`; empty where there is no limit, or no /dev/shm. */
export function spaceText({ space }: SharedMemoryLook): string {
  if (space === undefined || space.bytes === 0n) return '';
  const used = space.bytes - space.freeBytes;
  return vscode.l10n.t('{0} {1} of {2}', space.fileSystem, formatSize(used), formatSize(space.bytes));
}

/** What is not shown of /dev/shm; empty where all is. */
export function notListedText({ notListed }: SharedMemoryLook): string {
  if (notListed === undefined) return '';
  const { folders, cutAt } = notListed;
  const [folder] = folders;
  const sentences: string[] = [];
  if (cutAt > 0)
    sentences.push(vscode.l10n.t('/dev/shm has more than {0} entries: the rest is not shown.', formatCount(cutAt)));
  if (folders.length > 1) {
    sentences.push(
      vscode.l10n.t(
        '{0} folders in /dev/shm cannot be listed: what is in them is not shown.',
        formatCount(folders.length),
      ),
    );
  } else if (folder !== undefined) {
    const path = folder.length === 0 ? '/dev/shm' : `/dev/shm/${printableName(folder)}`;
    sentences.push(vscode.l10n.t('{0} cannot be listed: what is in it is not shown.', path));
  }
  return sentences.join(' ');
}

/** What the object is called: by its name, its number, or where it has neither, by who uses it. */
export function objectLabel(object: SharedMemoryObject): string {
  const name = listName(object);
  if (name !== '') return name;
  const [user] = object.users;
  return user === undefined ? vscode.l10n.t('no name') : vscode.l10n.t('of {0}', processLabel(user.process));
}

export function processLabel(process: ProcessIdentity): string {
  return `${printableName(process.name)} ${process.pid}`;
}

export function objectDescription(object: SharedMemoryObject, look: SharedMemoryLook, now: number): string {
  return [
    ...(object.class === 'sysv' && object.segment !== undefined ? [segmentKey(object.segment.key)] : []),
    ...(semaphoreState(object, look) ?? [formatSize(sizeOfObject(object))]),
    ...usersAndAge(object, look, now),
    ...allocated(object),
    ...place(object),
  ].join(separator);
}

/** In minutes, hours or days, whichever fits. */
export function ageText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return vscode.l10n.t('new');
  if (minutes < 60) return vscode.l10n.t('{0} min', minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? vscode.l10n.t('{0} h', hours) : vscode.l10n.t('{0} d', Math.floor(hours / 24));
}

export function userDescription({ user, mapping, descriptor, isProcess }: UserNode): string {
  const first = mapping === undefined ? descriptor && descriptorText(descriptor) : mappingText(mapping);
  const more = isProcess ? user.mappings.length + user.descriptors.length - 1 : 0;
  return more > 0 ? [first, vscode.l10n.t('{0} more', more)].join(separator) : (first ?? '');
}

/** `rw-s 7f2a10d00000–7f2a10d10000 +0x1000`: rights and sharing as in maps, the addresses, where in the object. */
export function mappingText(mapping: ObjectMapping): string {
  const { start, end, offset } = mapping;
  const place = offset === 0n ? '' : ` +0x${offset.toString(16)}`;
  return `${rightsText(mapping)} ${start.toString(16)}–${end.toString(16)}${place}`;
}

export function descriptorText({ fd, access }: ObjectDescriptor): string {
  switch (access) {
    case 'read':
      return vscode.l10n.t('descriptor {0}, read', fd);
    case 'write':
      return vscode.l10n.t('descriptor {0}, write', fd);
    case 'readWrite':
      return vscode.l10n.t('descriptor {0}, read and write', fd);
    case 'path':
      return vscode.l10n.t('descriptor {0}, path only', fd);
  }
}

/** What of the object's users cannot be seen, where permission hides some; undefined where nothing does. */
export function notVisible(object: SharedMemoryObject, { sight }: SharedMemoryLook): string | undefined {
  // The kernel's own count tells of System V; of the rest nobody knows.
  if (object.class === 'sysv' && object.attachments !== undefined) {
    const { unseenAttachments: count } = object;
    if (count === 0) return undefined;
    return count === 1
      ? vscode.l10n.t('and 1 attachment by a process not visible to you')
      : vscode.l10n.t('and {0} attachments by processes not visible to you', count);
  }
  const count = sight.notSeen.noPermission + sight.notSeen.failed;
  if (count === 0) return undefined;
  return count === 1
    ? vscode.l10n.t('and 1 process not visible to you')
    : vscode.l10n.t('and {0} processes not visible to you', count);
}

function segmentKey(key: number): string {
  return key === 0 ? vscode.l10n.t('no key') : vscode.l10n.t('key {0}', formatSegmentKey(key));
}

function semaphoreState(object: SharedMemoryObject, { semaphores }: SharedMemoryLook): string[] | undefined {
  const state = object.class === 'semaphore' ? semaphores.get(objectKey(object.identity)) : undefined;
  if (state === undefined) return undefined;
  const value = vscode.l10n.t('value {0}', state.value);
  return state.waiters === 0 ? [value] : [value, vscode.l10n.t('{0} waiting', state.waiters)];
}

/** Where it is another figure than the size. A page that is used in part is allocated as a whole; that is no news. */
function allocated(object: SharedMemoryObject): string[] {
  if (object.extent === undefined || object.class === 'semaphore') return [];
  const { size, allocated } = object.extent;
  const isWhole = allocated >= size && allocated - size < 65536n;
  return isWhole ? [] : [vscode.l10n.t('{0} allocated', formatSize(allocated))];
}

function usersAndAge(object: SharedMemoryObject, look: SharedMemoryLook, now: number): string[] {
  const made = madeAt(object);
  const age = made === undefined ? undefined : Math.max(0, now - made);
  const ages = age === undefined ? [] : [ageText(age)];
  const count = object.users.length;
  if (count > 0) return [count === 1 ? vscode.l10n.t('1 proc') : vscode.l10n.t('{0} procs', count), ...ages];
  const verdict = judgeLeak(object, look.sight);
  if (verdict.kind === 'inUse') return ages;
  const doubts = verdict.kind === 'leaked' ? [] : verdict.doubts.map(({ code }) => code);
  // Who uses it has not been looked at since it was made.
  if (doubts.includes('tooYoung')) return ages;
  const isSure = !doubts.some((code) => code !== 'creatorAlive' && code !== 'creatorUnknown');
  const nobody = isSure ? vscode.l10n.t('nobody') : vscode.l10n.t('nobody seen');
  const looksLeaked = age !== undefined && age >= longUnused && !doubts.includes('creatorAlive');
  return looksLeaked ? [nobody, vscode.l10n.t('leaked? {0}', ageText(age))] : [nobody, ...ages];
}

/** Where it is, if not where one would look for it. */
function place(object: SharedMemoryObject): string[] {
  switch (object.class) {
    case 'posix':
    case 'semaphore':
      if (object.facts === undefined) return [vscode.l10n.t('in another namespace')];
      return object.isReachable ? [] : [vscode.l10n.t('not reachable by shm_open')];
    case 'sysv':
      if (object.segment === undefined) return [vscode.l10n.t('in another namespace')];
      return object.segment.isRemoved ? [vscode.l10n.t('removed')] : [];
    case 'deleted': {
      const folder = object.name.subarray(0, object.name.lastIndexOf(0x2f));
      return folder.length === 0 ? [] : [printableName(folder, { maxLength: 60 })];
    }
    default:
      return [];
  }
}
