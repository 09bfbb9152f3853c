import * as vscode from 'vscode';
import { formatCount } from '../../core/expressions/numbers.ts';
import type { HexDocument } from '../views/hexDocument.ts';
import { storedWords } from './storedWords.ts';

/** Edits are there again that VS Code does not know of: the user may not expect them. */
export async function sayBroughtBack(document: HexDocument): Promise<void> {
  if (!document.opened.ok) return;
  const { count } = document.opened.edited.overlay;
  const { path } = document;
  const text =
    count === 1
      ? vscode.l10n.t('{0}: 1 edit that was not saved is back.', path)
      : vscode.l10n.t('{0}: {1} edits that were not saved are back.', path, formatCount(count));
  const stored = await storedWords(document);
  void vscode.window.showInformationMessage(stored === undefined ? text : `${text} ${stored}`);
}

/** Once, until it goes again. */
export function sayNotKept(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      'What you edit cannot be written down at the moment, and would be lost if VS Code were killed: {0}',
      reason,
    ),
  );
}
