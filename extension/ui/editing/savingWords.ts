import * as vscode from 'vscode';
import type { FileTask } from '../../core/editing/stagedSave.ts';
import { formatSize } from '../../core/expressions/numbers.ts';

/** Says how far a save is. */
export function savingWords(say: (how: string) => void): FileTask['report'] {
  return (done, total, what) => {
    if (total === 0) return;
    const [part, whole] = [formatSize(Math.min(done, total)), formatSize(total)];
    say(
      what === 'deleted'
        ? vscode.l10n.t('reading what you deleted, {0} of {1}', part, whole)
        : vscode.l10n.t('{0} of {1}', part, whole),
    );
  };
}
