import * as vscode from 'vscode';
import { formatSize } from '../../core/expressions/numbers.ts';
import type { SaveCost } from '../../core/saving/savePlan.ts';
import type { HexDocument } from '../views/hexDocument.ts';

/** Before a save that takes long: no modal, since VS Code may be saving by itself. */
export async function approveSave({ path }: HexDocument, { written, seconds }: SaveCost): Promise<boolean> {
  const go = vscode.l10n.t('Save');
  const message = vscode.l10n.t(
    'To save {0}, {1} are written, which may take {2} s. Until then the file stays as it is.',
    path,
    formatSize(written),
    Math.ceil(seconds),
  );
  return (await vscode.window.showWarningMessage(message, go, vscode.l10n.t('Not Now'))) === go;
}
