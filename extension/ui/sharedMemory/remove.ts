/** `memglass.sharedMemory.unlink`: takes an object's name away, or removes a System V segment. */
import * as vscode from 'vscode';
import { formatSize } from '../../core/expressions/numbers.ts';
import { formatSegmentKey } from '../../core/sharedMemory/segmentKey.ts';
import type { SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import { sizeOfObject } from '../../core/sharedMemory/sharedMemoryList.ts';
import type { SharedMemoryLook } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import type { FoundObject, Services } from './chooseObject.ts';
import { confirm, reach, registerObjectCommand, say } from './objectCommand.ts';
import { unseenText, usersText } from './users.ts';
import { objectLabel } from './words.ts';

export function registerRemove(context: vscode.ExtensionContext, services: Services): void {
  registerObjectCommand(context, services, {
    command: 'memglass.sharedMemory.unlink',
    writes: true,
    accepts: hasNameToLose,
    placeholder: vscode.l10n.t('Which shared memory shall be removed?'),
    run: async (found, options) => {
      const target = reach(found.object);
      if (options === undefined && !(await ask(found))) return undefined;
      await services.platform.sharedMemoryOperations.remove(target);
      say(vscode.l10n.t('“{0}” is removed', objectLabel(found.object)));
      return { removed: true };
    },
  });
}

/** Everything else goes by itself with its last user. */
export function hasNameToLose(object: SharedMemoryObject): boolean {
  if (object.class === 'sysv') return object.segment?.isRemoved === false;
  return (object.class === 'posix' || object.class === 'semaphore') && object.facts !== undefined;
}

async function ask({ object, look }: FoundObject): Promise<boolean> {
  const label = objectLabel(object);
  const size = formatSize(sizeOfObject(object));
  const question = questionFor(object, label, size);
  const detail = `${usersText(object, look)}\n\n${fateText(object, look)}`;
  return await confirm(question, detail, object.class === 'sysv' ? vscode.l10n.t('Remove') : vscode.l10n.t('Unlink'));
}

/** What removing means for those who have it, and for the memory. */
function fateText(object: SharedMemoryObject, look: SharedMemoryLook): string {
  const isUsed = object.users.length > 0 || (object.class === 'sysv' && object.attachments !== 0);
  if (isUsed) {
    return object.class === 'sysv'
      ? vscode.l10n.t('They keep it until they detach or end; nobody can find it by its key any more.')
      : vscode.l10n.t('They keep it until they unmap it or end; nobody can open it by its name any more.');
  }
  return unseenText(object, look).length > 0
    ? vscode.l10n.t('Whoever uses it keeps it; nobody can open it by its name any more.')
    : vscode.l10n.t('Its memory is given back at once. This cannot be undone.');
}

function questionFor(object: SharedMemoryObject, label: string, size: string): string {
  if (object.class === 'sysv') {
    const key = object.segment?.key ?? 0;
    return key === 0
      ? vscode.l10n.t('Remove the private System V segment “{0}” of {1}?', label, size)
      : vscode.l10n.t('Remove the System V segment “{0}” (key {1}) of {2}?', label, formatSegmentKey(key), size);
  }
  if (object.class === 'semaphore') return vscode.l10n.t('Unlink the semaphore “{0}”?', label);
  return vscode.l10n.t('Unlink “{0}” of {1}?', label, size);
}
