import * as vscode from 'vscode';
import { hexWithDecimal } from '../core/numbers.ts';
import { type OffsetContext, parseOffset } from '../core/offsetExpression.ts';
import type { ActiveViews } from './activeViews.ts';
import { askOffset } from './offsetInput.ts';
import { sentenceForProblem } from './offsetProblems.ts';
import type { ViewSession } from './viewSession.ts';

/** "Go to Offset…": an expression, previewed in the view while it is typed; Escape goes back. */
export function registerGoToOffset(context: vscode.ExtensionContext, views: ActiveViews): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('memglass.goToOffset', async (expression?: unknown) => {
      const session = views.active;
      if (session?.watched === undefined) return;
      if (typeof expression === 'string' || typeof expression === 'number') {
        const result = read(String(expression), session);
        if (!result.ok) throw new Error(result.why);
        return await session.show(result.value, 'goTo');
      }
      const offset = await askOffset({
        title: vscode.l10n.t('Go to Offset'),
        placeholder: vscode.l10n.t('0x1F, 1Fh, 31, +16, -0x10, 50%, end, end-0x100, 4K, 1.5GiB, or sums of these'),
        read: (text) => read(text, session),
        preview: (value) => {
          if (value === undefined) session.cancelPreview();
          else void session.show(value, 'preview');
        },
      });
      if (offset === undefined) session.cancelPreview();
      else await session.show(offset, 'goTo');
      session.panel.reveal(undefined, false);
      session.view.notify('focusGrid');
    }),
  );
}

function read(text: string, session: ViewSession) {
  const result = parseOffset(text, offsetContext(session));
  if (!result.ok) return { ok: false, why: sentenceForProblem(result.problem) } as const;
  return { ok: true, value: result.offset, words: `→ ${hexWithDecimal(result.offset)}` } as const;
}

/** What offsets typed into this view count from. */
export function offsetContext(session: ViewSession): OffsetContext {
  return {
    cursor: session.state?.cursor ?? 0,
    size: session.watched?.state.size ?? 0,
    sizeKind: session.watched?.source.sizeKind ?? 'exact',
  };
}
