import * as vscode from 'vscode';
import { asHex } from '../../core/copyFormats.ts';
import { hexWithDecimal } from '../../core/numbers.ts';
import type { BannerAction } from '../../protocol/viewTypes.ts';
import type { ViewSession } from '../viewSession.ts';

type Choice = Extract<BannerAction, 'overwrite' | 'keepTheirs' | 'showConflict' | 'saveAs'>;

/** Bytes of a place that are shown. */
const shownBytes = 16;

/** Does what the user chose where a save met something else than was edited. */
export async function resolveConflict(session: ViewSession, choice: Choice): Promise<void> {
  const { document, edited, panel } = session;
  if (edited === undefined) return;
  switch (choice) {
    case 'overwrite':
      document.overwrites = true;
      try {
        // By way of VS Code: its tab is dirty until it has saved.
        await vscode.workspace.save(document.uri);
      } finally {
        document.overwrites = false;
      }
      return;
    case 'saveAs':
      panel.reveal();
      await vscode.commands.executeCommand('workbench.action.files.saveAs');
      return;
    case 'keepTheirs': {
      const wasReplaced = edited.conflict?.kind === 'path' && edited.conflict.fate.kind === 'replaced';
      panel.reveal();
      await vscode.commands.executeCommand('workbench.action.files.revert');
      if (wasReplaced && !edited.hasEdits) await edited.watched.reopen();
      return;
    }
    case 'showConflict':
      await showPlaces(session);
  }
}

/** The places one by one, with what is there now and what was edited; the view shows the one that is looked at. */
async function showPlaces(session: ViewSession): Promise<void> {
  const { edited } = session;
  if (edited?.conflict?.kind !== 'changed') return;
  const places = await Promise.all(
    edited.conflict.ranges.map(async ({ offset: source, length }) => {
      const offset = edited.overlay.toView(source) ?? source;
      const [ours, theirs] = await Promise.all([
        edited.read(offset, Math.min(length, shownBytes)),
        edited.watched.read(source, Math.min(length, shownBytes)),
      ]);
      const more = length > shownBytes ? ' …' : '';
      return {
        label: hexWithDecimal(offset),
        description: vscode.l10n.t('yours {0}', `${asHex(ours.bytes)}${more}`),
        detail: vscode.l10n.t('theirs {0}', `${asHex(theirs.bytes)}${more}`),
        offset,
        length,
      };
    }),
  );
  const pick = vscode.window.createQuickPick<(typeof places)[number]>();
  pick.title = vscode.l10n.t('Bytes That Others Have Changed');
  pick.items = places;
  pick.onDidChangeActive(([place]) => {
    if (place !== undefined) void session.show(place.offset, 'preview');
  });
  let isChosen = false;
  pick.onDidAccept(() => {
    const [place] = pick.selectedItems;
    isChosen = place !== undefined;
    if (place !== undefined) session.view.notify('select', place.offset, place.length);
    pick.hide();
  });
  pick.onDidHide(() => {
    if (!isChosen) session.cancelPreview();
    pick.dispose();
    session.view.notify('focusGrid');
  });
  pick.show();
}
