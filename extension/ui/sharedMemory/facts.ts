/** All that is known of an object, as pairs of words. */
import * as vscode from 'vscode';
import { formatCount, formatSize } from '../../core/expressions/numbers.ts';
import { formatMode, modeLetters } from '../../core/expressions/octalMode.ts';
import { formatSegmentKey } from '../../core/sharedMemory/segmentKey.ts';
import type { Life, PosixObject, SharedMemoryObject, SysvObject } from '../../core/sharedMemory/sharedMemory.ts';
import { judgeLeak } from '../../core/sharedMemory/sharedMemoryLeaks.ts';
import { sizeOfObject } from '../../core/sharedMemory/sharedMemoryList.ts';
import { shmOpenName } from '../../core/sharedMemory/shmName.ts';
import { printableName } from '../../core/text/printableName.ts';
import type { ObjectDetails } from '../../platform/sharedMemory/objectDetails.ts';
import type { SharedMemoryLook } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import type { Fact } from '../factTable.ts';
import { doubtText } from './leakWords.ts';
import { ageText, notVisible } from './words.ts';

export function objectFacts(
  object: SharedMemoryObject,
  details: ObjectDetails,
  look: SharedMemoryLook,
): readonly Fact[] {
  const { device, inode } = object.identity;
  const facts: (Fact | undefined)[] = [
    [vscode.l10n.t('Size'), exactSize(sizeOfObject(object))],
    object.extent && [vscode.l10n.t('Allocated'), exactSize(object.extent.allocated)],
    ...(object.class === 'sysv' ? segmentFacts(object, details) : []),
    ...('facts' in object ? fileFacts(object, details) : []),
    object.class === 'deleted' ? [vscode.l10n.t('Path'), deletedPath(object)] : undefined,
    [vscode.l10n.t('Device, inode'), `${device.major}:${device.minor}, ${inode}`],
    ...memoryFacts(details),
    details.seals === undefined ? undefined : [vscode.l10n.t('Seals'), sealsText(details.seals)],
    ...details.locks.map((lock): Fact => [vscode.l10n.t('Lock'), lockText(lock)]),
    [vscode.l10n.t('Used by'), usersText(object, look)],
    ...leakFacts(object, look),
  ];
  return facts.filter((fact) => fact !== undefined);
}

function exactSize(size: bigint): string {
  const exact = vscode.l10n.t('{0} bytes', formatCount(size, vscode.env.language));
  return size < 1024n ? exact : `${formatSize(size)} (${exact})`;
}

function fileFacts(object: PosixObject, { accounts }: ObjectDetails): readonly (Fact | undefined)[] {
  const { facts } = object;
  const name = shmOpenName(object.name);
  const others = object.otherNames.map((other) => printableName(other)).join(', ');
  return [
    object.class === 'posix' && object.isReachable && name !== undefined
      ? [vscode.l10n.t('Name for shm_open'), printableName(name)]
      : undefined,
    object.isReachable || facts === undefined
      ? undefined
      : [vscode.l10n.t('Reach'), vscode.l10n.t('In a folder: shm_open cannot name it, open can.')],
    others === '' ? undefined : [vscode.l10n.t('Also called'), others],
    facts && [vscode.l10n.t('Owner'), ownerText(facts, accounts)],
    facts && [vscode.l10n.t('Mode'), modeText(facts.mode)],
    timeFact(vscode.l10n.t('Made'), facts?.bornAt),
    timeFact(vscode.l10n.t('Written or resized'), facts?.modifiedAt),
    timeFact(vscode.l10n.t('Changed'), facts?.changedAt),
  ];
}

function segmentFacts(object: SysvObject, { accounts }: ObjectDetails): readonly (Fact | undefined)[] {
  const { segment, creator, lastUser, attachments } = object;
  if (segment === undefined) return [];
  const made = { uid: segment.creatorUid, gid: segment.creatorGid };
  const states = [
    ...(segment.isRemoved ? [vscode.l10n.t('removed: ends with its last attachment')] : []),
    ...(segment.isLocked ? [vscode.l10n.t('locked into memory')] : []),
  ];
  return [
    [vscode.l10n.t('Key'), segment.key === 0 ? vscode.l10n.t('none (private)') : formatSegmentKey(segment.key)],
    [vscode.l10n.t('Owner'), ownerText(segment, accounts)],
    [vscode.l10n.t('Mode'), modeText(segment.mode)],
    states.length === 0 ? undefined : [vscode.l10n.t('State'), states.join(', ')],
    attachments === undefined ? undefined : [vscode.l10n.t('Attachments'), String(attachments)],
    [vscode.l10n.t('Creator'), `${lifeText(creator)}, ${ownerText(made, accounts)}`],
    segment.lastPid === 0 ? undefined : [vscode.l10n.t('Last user'), lifeText(lastUser)],
    timeFact(vscode.l10n.t('Made or changed'), segment.changedAt),
    timeFact(vscode.l10n.t('Attached'), segment.attachedAt),
    timeFact(vscode.l10n.t('Detached'), segment.detachedAt),
    segment.swapped === undefined ? undefined : [vscode.l10n.t('Swapped out'), exactSize(segment.swapped)],
  ];
}

/** Of one mapping, which is said: another process may have mapped, and touched, other parts. */
function memoryFacts({ mapped }: ObjectDetails): readonly (Fact | undefined)[] {
  if (mapped === undefined) return [];
  const { pid, figures } = mapped;
  const fact = (label: string, bytes: number | undefined): Fact | undefined =>
    bytes ? [label, vscode.l10n.t('{0} as process {1} maps it', formatSize(bytes), pid)] : undefined;
  const { rss, swap, shmemPmdMapped, anonHugePages, filePmdMapped, kernelPageSize, locked } = figures;
  const huge = (shmemPmdMapped ?? 0) + (anonHugePages ?? 0) + (filePmdMapped ?? 0);
  const pages = kernelPageSize !== undefined && kernelPageSize > 65_536 ? formatSize(kernelPageSize) : undefined;
  return [
    fact(vscode.l10n.t('In memory'), rss),
    fact(vscode.l10n.t('In swap'), swap),
    fact(vscode.l10n.t('In huge pages'), huge),
    pages === undefined ? undefined : [vscode.l10n.t('Page size'), pages],
    fact(vscode.l10n.t('Locked'), locked),
  ];
}

function deletedPath(object: SharedMemoryObject & { readonly class: 'deleted' }): string {
  const path = printableName(object.name);
  return object.deletion === 'certain' ? path : vscode.l10n.t('{0} (deleted, or its name says so)', path);
}

function usersText(object: SharedMemoryObject, look: SharedMemoryLook): string {
  const count = object.users.length;
  const seen = count === 1 ? vscode.l10n.t('1 process') : vscode.l10n.t('{0} processes', count);
  const hidden = notVisible(object, look);
  return hidden === undefined ? seen : `${seen}, ${hidden}`;
}

function leakFacts(object: SharedMemoryObject, { sight }: SharedMemoryLook): readonly Fact[] {
  const verdict = judgeLeak(object, sight);
  const label = vscode.l10n.t('Leaked?');
  if (verdict.kind === 'leaked') return [[label, vscode.l10n.t('Yes: nobody uses it, and nobody will free it.')]];
  if (verdict.kind === 'inUse') return [];
  const doubts = verdict.doubts.map(doubtText).join('; ');
  return [[label, vscode.l10n.t('Nobody seems to use it, but {0}.', doubts)]];
}

function lifeText({ kind, pid }: Life): string {
  switch (kind) {
    case 'alive':
      return vscode.l10n.t('process {0} (lives)', pid);
    case 'dead':
      return vscode.l10n.t('process {0} (ended)', pid);
    case 'unknown':
      return pid === 0 ? vscode.l10n.t('a process not visible here') : vscode.l10n.t('process {0} (unknown)', pid);
  }
}

function ownerText(owner: { readonly uid: number; readonly gid: number }, accounts: ObjectDetails['accounts']): string {
  const named = (id: number, names: ReadonlyMap<number, string>) => {
    const name = names.get(id);
    return name === undefined ? String(id) : `${printableName(name)} (${id})`;
  };
  return vscode.l10n.t('{0}, group {1}', named(owner.uid, accounts.users), named(owner.gid, accounts.groups));
}

/** `0640 rw-r-----` */
function modeText(mode: number): string {
  return `${formatMode(mode)} ${modeLetters(mode)}`;
}

function timeFact(label: string, seconds: number | undefined): Fact | undefined {
  if (seconds === undefined) return undefined;
  const time = new Date(seconds * 1000).toLocaleString(vscode.env.language);
  const age = Date.now() / 1000 - seconds;
  return [label, age < 60 ? time : vscode.l10n.t('{0} ({1} ago)', time, ageText(age))];
}

/** Bits of F_GET_SEALS, in their order. */
const seals = ['SEAL', 'SHRINK', 'GROW', 'WRITE', 'FUTURE_WRITE', 'EXEC'];

function sealsText(bits: number): string {
  const names = seals.filter((_, bit) => (bits & (1 << bit)) !== 0);
  return names.length === 0 ? vscode.l10n.t('none') : names.join(', ');
}

function lockText({ kind, access, pid, start, last, waitDepth }: ObjectDetails['locks'][number]): string {
  const range = last === undefined ? `${start}…` : `${start}–${last}`;
  const who = pid === undefined ? vscode.l10n.t('an open file') : vscode.l10n.t('process {0}', pid);
  const how = `${kind} ${access}`;
  return waitDepth > 0
    ? vscode.l10n.t('{0} waits for {1} on bytes {2}', who, how, range)
    : vscode.l10n.t('{0} holds {1} on bytes {2}', who, how, range);
}
