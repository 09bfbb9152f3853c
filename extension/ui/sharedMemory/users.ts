/** Who uses an object, in sentences for a question that is about to harm them. */
import * as vscode from 'vscode';
import type { ProcessIdentity, SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import type { SharedMemoryLook } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import { processLabel } from './words.ts';

/** More are counted, not named. */
const mostNamed = 6;

/** `2 processes use it: producer 4121, consumer 4130.`, and below it how many may, too, that cannot be seen. */
export function usersText(object: SharedMemoryObject, look: SharedMemoryLook): string {
  const names = processNames(object.users.map(({ process }) => process));
  const count = object.users.length;
  const seen =
    count === 0
      ? vscode.l10n.t('No process is seen to use it.')
      : count === 1
        ? vscode.l10n.t('1 process uses it: {0}.', names)
        : vscode.l10n.t('{0} processes use it: {1}.', count, names);
  return [seen, ...unseenText(object, look)].join('\n');
}

/** What may use the object and cannot be seen: one sentence, or none. */
export function unseenText(object: SharedMemoryObject, { sight }: SharedMemoryLook): string[] {
  // The kernel's own count tells of System V.
  if (object.class === 'sysv' && object.attachments !== undefined) {
    const { unseenAttachments: count } = object;
    if (count === 0) return [];
    return [
      count === 1
        ? vscode.l10n.t('A process that is not visible to you has it attached, too.')
        : vscode.l10n.t('Processes that are not visible to you have {0} more attachments.', count),
    ];
  }
  const count = sight.notSeen.noPermission + sight.notSeen.failed;
  if (count === 0) return [];
  return [
    count === 1
      ? vscode.l10n.t('1 process could not be looked into, and may use it too.')
      : vscode.l10n.t('{0} processes could not be looked into, and may use it too.', count),
  ];
}

/** `producer 4121, consumer 4130 and 3 more` */
export function processNames(processes: readonly ProcessIdentity[]): string {
  const named = processes.slice(0, mostNamed).map(processLabel).join(', ');
  const more = processes.length - mostNamed;
  return more > 0 ? vscode.l10n.t('{0} and {1} more', named, more) : named;
}
