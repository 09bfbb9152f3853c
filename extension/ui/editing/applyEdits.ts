import * as vscode from 'vscode';
import { formatCount } from '../../core/expressions/numbers.ts';
import { SourceError } from '../../core/sourceError.ts';
import { withLateProgress } from '../asking/lateProgress.ts';
import { sentenceFor } from '../errors.ts';
import { say } from '../sharedMemory/objectCommand.ts';
import type { HexDocument } from '../views/hexDocument.ts';
import { approveSave } from './approveSave.ts';

/** Brings the edits that a document holds into what they were made over. What is in the way is said in the view. */
export async function applyEdits(document: HexDocument): Promise<boolean> {
  if (!document.isHeld || !document.hasEdits) return false;
  const title = vscode.l10n.t('Applying edits of {0}', document.path);
  try {
    const count = await withLateProgress(title, (isCancelled) =>
      document.apply({ task: { report: () => {}, isCancelled }, approve: (cost) => approveSave(document, cost) }),
    );
    if (count > 0) {
      const said =
        count === 1 ? vscode.l10n.t('1 edit applied.') : vscode.l10n.t('{0} edits applied.', formatCount(count));
      say(said);
    }
    return count > 0;
  } catch (error) {
    const isTold = error instanceof SourceError && error.code === 'changedMeanwhile';
    if (!isTold) void vscode.window.showErrorMessage(sentenceFor(error));
    return false;
  }
}
