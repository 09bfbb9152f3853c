/** `memglass.edit.unlock` and `memglass.edit.lock`: whether live edits may be stored into memory that others use. */
import * as vscode from 'vscode';
import { isSourceOf } from '../../core/sharedMemory/sharedMemoryRef.ts';
import type { SharedMemoryLookout } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import { type Options, registerRegionCommand } from '../regions/regionCommand.ts';
import { checkTrust, confirm } from '../sharedMemory/objectCommand.ts';
import { usersText } from '../sharedMemory/users.ts';
import { processTitle } from '../sourceTitle.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { refusalWords } from './refusalWords.ts';

interface LockServices {
  readonly views: ActiveViews;
  readonly sharedMemory: Pick<SharedMemoryLookout, 'look'>;
}

export function registerEditLock(context: vscode.ExtensionContext, { views, sharedMemory }: LockServices): void {
  // `region`: what they were called while only regions could be unlocked.
  for (const subject of ['edit', 'region']) {
    registerRegionCommand(context, `memglass.${subject}.unlock`, async (options) => {
      const session = views.active;
      return session === undefined ? false : await unlock(session, sharedMemory, options);
    });
    registerRegionCommand(context, `memglass.${subject}.lock`, async () =>
      views.active?.document.access.setUnlocked(false),
    );
  }
}

/** With options nothing is asked. Answers whether it is unlocked then. */
async function unlock(
  session: ViewSession,
  sharedMemory: LockServices['sharedMemory'],
  options: Options,
): Promise<boolean> {
  checkTrust();
  const { access } = session.document;
  await access.findRefusal();
  if (!access.isLocked) return access.isEditable;
  if (access.refusal !== undefined) {
    void vscode.window.showInformationMessage(refusalWords(access.refusal));
    return false;
  }
  const mayUnlock = options !== undefined || (await ask(session, sharedMemory));
  if (mayUnlock) access.setUnlocked(true);
  // A question takes the keyboard; where none was asked, somebody else may have it.
  if (options === undefined) session.view.notify('focusGrid');
  return mayUnlock;
}

async function ask({ document, watched, regionRef }: ViewSession, sharedMemory: LockServices['sharedMemory']) {
  const yes = vscode.l10n.t('Unlock');
  const stored = vscode.l10n.t('What you type is stored at once then, while this tab is open.');
  if (regionRef !== undefined) {
    const process = processTitle(regionRef.pid, watched?.source.details ?? {});
    const detail = vscode.l10n.t('{0} The process goes on meanwhile, and a wrong byte may end it.', stored);
    return await confirm(vscode.l10n.t('Unlock this memory of {0} for writing?', process), detail, yes);
  }
  const ref = watched?.source.ref;
  const found = await sharedMemory.look().catch(() => undefined);
  const object = found?.objects.find((one) => ref !== undefined && isSourceOf(ref, one));
  const users = found === undefined || object === undefined ? '' : `\n\n${usersText(object, found)}`;
  return await confirm(vscode.l10n.t('Unlock {0} for writing?', document.path), `${stored}${users}`, yes);
}
