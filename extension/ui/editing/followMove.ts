import * as vscode from 'vscode';
import { documentToUri } from '../../core/editing/documentUri.ts';
import type { SourceRef } from '../../core/sourceRef.ts';
import type { EditedSource } from '../../platform/editing/editedSource.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { tabOf } from './changeMode.ts';

/** Shows a file that others have moved where it is now, in the same mode; edits that it does not have yet go along. */
export async function followMove(session: ViewSession): Promise<void> {
  const { document, edited, panel } = session;
  const to = edited === undefined ? undefined : movedTo(edited);
  if (to === undefined) return;
  const { viewColumn = vscode.ViewColumn.Active } = panel;
  // They are written down for the document of the new path then, and this one's no more.
  const isHandedOver = edited?.hasEdits === true && (await document.handOver(to));
  const left = tabOf(session);
  if (isHandedOver) {
    if (document.isHeld) await document.revert();
    else {
      panel.reveal();
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
  }
  const uri = vscode.Uri.from(documentToUri({ ref: to, mode: document.mode }));
  const viewType = uri.scheme === 'file' ? 'memglass.hex' : 'memglass.memory';
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType, { viewColumn, preview: false });
  if (isHandedOver && left !== undefined) await vscode.window.tabGroups.close(left, true);
}

/**
 * Where it is now. What is watched hears of a move a moment after a save has met it, and not at all once the user has
 * chosen to keep looking.
 */
function movedTo({ conflict, watched }: EditedSource): SourceRef | undefined {
  const { fate } = watched.state;
  if (fate.kind === 'moved') return fate.to;
  return conflict?.kind === 'path' && conflict.fate.kind === 'moved' ? conflict.fate.to : undefined;
}
