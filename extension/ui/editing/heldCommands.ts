/** What is done with edits that are held here, not by VS Code: apply them, look at what they change, throw them away. */
import * as vscode from 'vscode';
import { formatCount } from '../../core/expressions/numbers.ts';
import { sentenceFor } from '../errors.ts';
import { checkTrust, confirm, isPlain } from '../sharedMemory/objectCommand.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import type { HexDocument } from '../views/hexDocument.ts';
import { applyEdits } from './applyEdits.ts';
import { registerComparisons } from './compareEdits.ts';
import { sayingWhatStays, storedWords } from './storedWords.ts';

/** Each takes the URI of an open document, and else is about the active one; and answers whether it was done. */
export function registerHeldCommands(context: vscode.ExtensionContext, views: ActiveViews): void {
  const compare = registerComparisons(context);
  const register = (command: string, run: (document: HexDocument, options: unknown) => Promise<boolean>) =>
    vscode.commands.registerCommand(command, async (...given: readonly unknown[]) => {
      const [uri] = given.filter((argument) => argument instanceof vscode.Uri);
      const [options] = given.filter(isPlain);
      const session =
        uri === undefined ? views.active : views.of(({ document }) => document.uri.toString() === uri.toString());
      if (session === undefined) return false;
      try {
        return await run(session.document, options);
      } catch (error) {
        void vscode.window.showErrorMessage(sentenceFor(error));
        return false;
      } finally {
        // It may be closed by now.
        if (views.active === session) session.view.notify('focusGrid');
      }
    });
  context.subscriptions.push(
    register('memglass.applyEdits', async (document) => {
      checkTrust();
      return await applyEdits(document);
    }),
    register(
      'memglass.discardAllEdits',
      async (document, options) => await discardAll(document, options !== undefined),
    ),
    register('memglass.compareWithOriginal', async (document) => {
      await compare(document);
      return true;
    }),
  );
}

/** `isAgreed`: given options, nothing is asked. */
async function discardAll(document: HexDocument, isAgreed: boolean): Promise<boolean> {
  const edited = document.opened.ok ? document.opened.edited : undefined;
  if (edited === undefined || !edited.hasEdits) return false;
  const { count } = edited.overlay;
  const question =
    count === 1
      ? vscode.l10n.t('Throw 1 edit of {0} away?', document.path)
      : vscode.l10n.t('Throw {0} edits of {1} away?', formatCount(count), document.path);
  const all = { offset: 0, length: edited.state.size };
  if (isAgreed) return await sayingWhatStays(document, undefined, () => document.discard(all));
  const detail = (await storedWords(document)) ?? vscode.l10n.t('What they were made over stays as it is.');
  return (await confirm(question, detail, vscode.l10n.t('Throw Away'))) && (await document.discard(all));
}
