import * as vscode from 'vscode';
import { isLiveRate, type LiveRate, liveRates } from '../../core/live/liveRate.ts';
import { readLiveRate } from '../settings.ts';
import type { ActiveViews } from '../views/activeViews.ts';
import type { ViewSession } from '../views/viewSession.ts';

/** How often the bytes of a view are looked at, and stopping, going on and looking once. */
export function registerLiveCommands(context: vscode.ExtensionContext, views: ActiveViews): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('memglass.setWatchRate', async (rate?: unknown) => {
      const session = views.active;
      if (session?.live === undefined) return;
      if (rate !== undefined && !isLiveRate(rate)) {
        throw new Error(vscode.l10n.t('There is no rate “{0}”. Rates are: {1}.', String(rate), liveRates.join(', ')));
      }
      const chosen = rate ?? (await pickRate(session));
      if (chosen !== undefined) session.live.setRate(chosen);
      session.view.notify('focusGrid');
    }),
    vscode.commands.registerCommand('memglass.watching.pause', () => views.active?.live?.act('pauseOrResume')),
    vscode.commands.registerCommand('memglass.watching.step', () => views.active?.live?.act('step')),
  );
}

/** A rate as people say it. */
function rateText(rate: LiveRate): string {
  return rate === 'off' ? vscode.l10n.t('Off') : vscode.l10n.t('{0} Hz', rate);
}

async function pickRate(session: ViewSession): Promise<LiveRate | undefined> {
  const now = session.live?.rate;
  const usual = readLiveRate(session.document.uri);
  const items = liveRates.map((rate) => ({
    label: rateText(rate),
    description: [
      ...(rate === now ? [vscode.l10n.t('now')] : []),
      ...(rate === usual ? [vscode.l10n.t('the setting, for shared memory')] : []),
    ].join(' · '),
    rate,
  }));
  const quickPick = vscode.window.createQuickPick<(typeof items)[number]>();
  quickPick.title = vscode.l10n.t('Watch Rate');
  quickPick.placeholder = vscode.l10n.t('How often the bytes that show are read and compared; for this view');
  quickPick.items = items;
  quickPick.activeItems = items.filter(({ rate }) => rate === now);
  try {
    return await new Promise((done) => {
      quickPick.onDidAccept(() => done(quickPick.selectedItems[0]?.rate));
      quickPick.onDidHide(() => done(undefined));
      quickPick.show();
    });
  } finally {
    quickPick.dispose();
  }
}
