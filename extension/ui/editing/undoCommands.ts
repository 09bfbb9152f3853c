import * as vscode from 'vscode';
import type { ActiveViews } from '../views/activeViews.ts';
import type { HexDocument } from '../views/hexDocument.ts';

/**
 * VS Code's own undo and redo, in the order of the keys. It hears of a step a moment after it was typed, and until then its
 * undo is of the step before; and while one undo runs it refuses another. So the keys of both lead here.
 *
 * What does not lead here is at VS Code's pace: its Edit menu, the palette, and keys that a user has given to its commands.
 */
export function registerUndo(context: vscode.ExtensionContext, views: ActiveViews): void {
  for (const turn of ['undo', 'redo'] as const) {
    const command = `memglass.${turn}`;
    const run = async () => {
      if (views.active !== undefined) await turnInOrder(views, views.active.document, turn);
    };
    context.subscriptions.push(vscode.commands.registerCommand(command, run));
    // Before a command runs for the first time, VS Code asks all extensions whether one begins with it; what is typed after
    // the key would go ahead of it meanwhile. No view is active yet.
    void vscode.commands.executeCommand(command);
  }
}

/** VS Code's undo or redo of the document that is active. Resolves when it is done, and all that VS Code was to hear of it. */
export async function turnInOrder(views: ActiveViews, document: HexDocument, turn: 'undo' | 'redo'): Promise<void> {
  await document.order.turn(async () => {
    await document.heard();
    // VS Code's command is for the active tab, whichever view of the document that is.
    if (views.active?.document !== document) {
      vscode.window.setStatusBarMessage(
        vscode.l10n.t('Nothing undone or redone: the tab is not active any more.'),
        5000,
      );
      return;
    }
    await vscode.commands.executeCommand(turn);
    await document.heard();
  });
}
