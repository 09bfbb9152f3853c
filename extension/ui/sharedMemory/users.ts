/** Who uses an object, in sentences for a question that is about to harm them. */
import * as vscode from 'vscode';
import type { ProcessIdentity, SharedMemoryObject } from '../../core/sharedMemory.ts';
import type { SharedMemoryLook } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import { notVisible, processLabel } from './words.ts';

/** More are counted, not named. */
const mostNamed = 6;

/** `2 processes use it: producer 4121, consumer 4130.`, and how many may that cannot be seen. */
export function usersText(object: SharedMemoryObject, look: SharedMemoryLook): string {
  const names = processNames(object.users.map(({ process }) => process));
  const count = object.users.length;
  const seen =
    count === 0
      ? vscode.l10n.t('No process is seen to use it.')
      : count === 1
        ? vscode.l10n.t('1 process uses it: {0}.', names)
        : vscode.l10n.t('{0} processes use it: {1}.', count, names);
  const unseen = notVisible(object, look);
  return unseen === undefined ? seen : `${seen} (${unseen})`;
}

/** `producer 4121, consumer 4130 and 3 more` */
export function processNames(processes: readonly ProcessIdentity[]): string {
  const named = processes.slice(0, mostNamed).map(processLabel).join(', ');
  const more = processes.length - mostNamed;
  return more > 0 ? vscode.l10n.t('{0} and {1} more', named, more) : named;
}
