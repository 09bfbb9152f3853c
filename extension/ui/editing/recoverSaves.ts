import * as vscode from 'vscode';
import type { Platform } from '../../platform/platform.ts';

/** Not while the first view is on its way. Milliseconds. */
const patience = 2000;

/** Completes saves that were cut off when VS Code ended, and says what could not be completed. */
export function recoverSaves(context: vscode.ExtensionContext, platform: Platform): void {
  const timer = setTimeout(() => {
    platform.recoverSaves().then(
      (left) => {
        if (left > 0) void vscode.window.showWarningMessage(leftText(left));
      },
      // What could not be looked at now is looked at when the file is saved again.
      () => {},
    );
  }, patience);
  context.subscriptions.push({ dispose: () => clearTimeout(timer) });
}

function leftText(count: number): string {
  return vscode.l10n.t(
    'Saves that were cut off when VS Code ended could not be completed, because their files have changed since: {0}. Compare those files with what you meant to save.',
    count,
  );
}
