import * as vscode from 'vscode';
import { endOf } from '../../core/byteRange.ts';
import { formatCount } from '../../core/expressions/numbers.ts';
import { parseRange } from '../../core/expressions/rangeExpression.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { offsetContext } from './goToOffset.ts';
import { askOffset } from './offsetInput.ts';
import { sentenceForProblem } from './offsetProblems.ts';

/** "Select Range…": from, to or length, of any size; nothing is read for it. */
export function registerSelectRange(context: vscode.ExtensionContext, views: ActiveViews): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('memglass.selectRange', async (expression?: unknown) => {
      const session = views.active;
      if (session?.watched === undefined) return;
      if (typeof expression === 'string') {
        const result = read(expression, session);
        if (!result.ok) throw new Error(result.why);
        session.view.notify('select', result.value.offset, result.value.length);
        // The next command of whoever runs several is of this selection. Closed meanwhile there is none.
        await session.settled().catch(() => {});
        return;
      }
      const range = await askOffset({
        title: vscode.l10n.t('Select Range'),
        placeholder: vscode.l10n.t('0x100..0x1FF (both included), 0x100 +16, 4K length 1MiB, all'),
        read: (text) => read(text, session),
      });
      if (range !== undefined) session.view.notify('select', range.offset, range.length);
      session.panel.reveal(undefined, false);
      session.view.notify('focusGrid');
    }),
  );
}

function read(text: string, session: ViewSession) {
  const result = parseRange(text, offsetContext(session));
  if (!result.ok) return { ok: false, why: sentenceForProblem(result.problem) } as const;
  const { range } = result;
  const words = vscode.l10n.t(
    '→ {0} to {1}, {2} bytes',
    session.placeText(range.offset),
    session.placeText(endOf(range) - 1),
    formatCount(range.length),
  );
  return { ok: true, value: range, words } as const;
}
