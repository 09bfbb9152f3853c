/** `memglass.semaphore.post`, `.tryWait` and `.inspect`: the real calls, so that who waits wakes. */
import * as vscode from 'vscode';
import type { FileTarget } from '../../core/sharedMemory/objectTarget.ts';
import type { SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import { waitersLookStale } from '../../core/sharedMemory/sharedMemoryLeaks.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { FoundObject, Services } from './chooseObject.ts';
import { reach, registerObjectCommand } from './objectCommand.ts';
import { objectLabel } from './words.ts';

const isSemaphore = (object: SharedMemoryObject) => object.class === 'semaphore';

export function registerSemaphores(context: vscode.ExtensionContext, services: Services): void {
  const { sharedMemoryOperations: operations } = services.platform;
  const common = { accepts: isSemaphore, placeholder: vscode.l10n.t('Which semaphore?') };
  registerObjectCommand(context, services, {
    ...common,
    command: 'memglass.semaphore.post',
    writes: true,
    run: async (found) => {
      const target = fileOf(found);
      await operations.postSemaphore(target);
      return await tell(found, target, vscode.l10n.t('Posted.'), services);
    },
  });
  registerObjectCommand(context, services, {
    ...common,
    command: 'memglass.semaphore.tryWait',
    writes: true,
    run: async (found) => {
      const target = fileOf(found);
      const taken = await operations.tryWaitSemaphore(target);
      const words = taken ? vscode.l10n.t('Taken.') : vscode.l10n.t('Not taken: the value is 0.');
      return { ...(await tell(found, target, words, services)), taken };
    },
  });
  registerObjectCommand(context, services, {
    ...common,
    command: 'memglass.semaphore.inspect',
    writes: false,
    run: (found) => tell(found, fileOf(found), '', services),
  });
}

interface SemaphoreFacts {
  readonly value: number;
  readonly waiters: number;
  /** More are counted as waiting than there are processes that could. */
  readonly looksStale: boolean;
}

/** Says how the semaphore is now. */
async function tell(
  { object, look }: FoundObject,
  target: FileTarget,
  first: string,
  { platform }: Services,
): Promise<SemaphoreFacts> {
  const { value, waiters } = await platform.sharedMemoryOperations.inspectSemaphore(target);
  const threads = await platform.sharedMemoryOperations.threadsOf(object.users.map(({ process }) => process.pid));
  const looksStale = waitersLookStale({ waiters }, threads, look.sight);
  const label = objectLabel(object);
  const state = vscode.l10n.t('“{0}”: value {1}, {2} waiting.', label, value, waiters);
  const stale = looksStale
    ? vscode.l10n.t(
        'That looks stale: only {0} threads could wait. One that was killed while it waited stays counted, and a post goes to nobody.',
        threads,
      )
    : '';
  const words = [first, state, stale].filter((part) => part !== '').join(' ');
  if (looksStale) void vscode.window.showWarningMessage(words);
  else void vscode.window.showInformationMessage(words);
  return { value, waiters, looksStale };
}

function fileOf({ object }: FoundObject): FileTarget {
  const target = reach(object);
  if (target.kind !== 'file') throw new SourceError('notReachable');
  return target;
}
