import * as vscode from 'vscode';
import { SourceError } from '../../core/sourceError.ts';
import type { BannerAction, ProblemAction } from '../../protocol/viewTypes.ts';
import { followMove } from '../editing/followMove.ts';
import { resolveConflict } from '../editing/resolveConflict.ts';
import { resolveCutOff } from '../editing/resolveCutOff.ts';
import type { ViewSession } from './viewSession.ts';

/** What is the session's own to do. */
interface SessionActions {
  readNote(): void;
  /** Tries again to open what could not be opened, and shows what became of it. */
  retry(): Promise<void>;
}

/** Does what the user chose in a banner, or where a view says why it shows nothing. */
export async function carryOut(
  session: ViewSession,
  action: BannerAction | ProblemAction,
  own: SessionActions,
): Promise<void> {
  switch (action) {
    case 'reopen':
      return await session.document.reopen();
    case 'keep':
      return watchedIn(session).keepOld();
    case 'dismiss':
      return watchedIn(session).acknowledgeLoss();
    case 'overwrite':
    case 'keepTheirs':
    case 'showConflict':
    case 'keepInside':
    case 'applyToNew':
    case 'saveAs':
      return await resolveConflict(session, action);
    case 'showCutOff':
    case 'stageCutOff':
    case 'completeCutOff':
    case 'keepDespiteCutOff':
      return await resolveCutOff(session, action);
    case 'writeAnyway':
      return await session.document.writeAnyway();
    case 'lookAgain':
      return session.document.live?.lookAgain();
    case 'dismissNote':
      return own.readNote();
    case 'followMove':
      return await followMove(session);
    case 'retry':
      return await own.retry();
    case 'chooseFile':
      await vscode.commands.executeCommand('memglass.open', session.document.uri);
      return;
    case 'showSharedMemory':
      await vscode.commands.executeCommand('memglass.sharedMemory.focus');
      return;
    case 'showProcesses':
      await vscode.commands.executeCommand('memglass.processes.focus');
      return;
    case 'openOther':
      await vscode.commands.executeCommand('memglass.openFile');
  }
}

function watchedIn({ watched }: ViewSession) {
  if (watched === undefined) throw new SourceError('gone');
  return watched;
}
