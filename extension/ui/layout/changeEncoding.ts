import * as vscode from 'vscode';
import { findEncoding, TEXT_ENCODINGS } from '../../core/text/textEncodings.ts';
import type { ActiveViews } from '../views/activeViews.ts';

/** "Change Text Encoding…": of the text view, and of the decoded column where a byte alone is a character. */
export function registerChangeEncoding(context: vscode.ExtensionContext, views: ActiveViews): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('memglass.changeEncoding', async (label?: unknown) => {
      const session = views.active;
      if (session === undefined) return;
      const given = typeof label === 'string' ? findEncoding(label) : undefined;
      if (label !== undefined && given === undefined) {
        throw new Error(vscode.l10n.t('There is no encoding “{0}”.', String(label)));
      }
      const chosen = given?.label ?? (await pick(session.state?.encoding));
      if (chosen !== undefined) session.view.notify('setEncoding', chosen);
      session.view.notify('focusGrid');
    }),
  );
}

async function pick(now: string | undefined): Promise<string | undefined> {
  const items = TEXT_ENCODINGS.map(({ name, label }) => ({
    label: name,
    description: label === now ? `${label} · ${vscode.l10n.t('now')}` : label,
    encoding: label,
  }));
  const options = { title: vscode.l10n.t('Text Encoding'), matchOnDescription: true };
  return (await vscode.window.showQuickPick(items, options))?.encoding;
}
