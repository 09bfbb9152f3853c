import * as vscode from 'vscode';
import { asHex } from '../../core/copyFormats.ts';
import { formatCount, hexWithDecimal } from '../../core/numbers.ts';
import type { Change } from '../../core/overlay/overlay.ts';
import type { EditedSource } from '../../platform/editing/editedSource.ts';
import { byteCount } from '../sharedMemory/contentsSteps.ts';
import type { ViewSession } from '../viewSession.ts';

/** Edits in the list; one who has more goes through them by key. */
const mostListed = 1000;

/** Bytes of an edit that a line shows. */
const shown = 8;

/** All that is edited and not saved, to look at and to give up one by one. */
export function showEdits(session: ViewSession): void {
  const { edited, document } = session;
  if (edited === undefined) return;
  const pick = vscode.window.createQuickPick<ReturnType<typeof itemOf>>();
  const button = { iconPath: new vscode.ThemeIcon('discard'), tooltip: vscode.l10n.t('Discard This Edit') };
  const fill = () => {
    const { count } = edited.overlay;
    pick.title = count === 1 ? vscode.l10n.t('1 Staged Edit') : vscode.l10n.t('{0} Staged Edits', formatCount(count));
    pick.placeholder =
      count > mostListed
        ? vscode.l10n.t('The first {0}; F8 goes through all', formatCount(mostListed))
        : vscode.l10n.t('An edit to go to');
    pick.items = listed(edited, [button]);
  };
  fill();
  const following = edited.onDidEdit(fill);
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  let isChosen = false;
  pick.onDidChangeActive(([item]) => {
    if (item !== undefined) void session.show(item.change.offset, 'preview');
  });
  pick.onDidTriggerItemButton(({ item: { change } }) => {
    void document.discard({ offset: change.offset, length: change.kind === 'delete' ? 0 : change.length });
  });
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    if (item === undefined) return;
    isChosen = true;
    session.view.notify('select', item.change.offset, item.change.kind === 'delete' ? 0 : item.change.length);
    pick.hide();
  });
  pick.onDidHide(() => {
    following();
    if (!isChosen) session.cancelPreview();
    pick.dispose();
    session.view.notify('focusGrid');
  });
  pick.show();
}

function listed(edited: EditedSource, buttons: readonly vscode.QuickInputButton[]) {
  const items: ReturnType<typeof itemOf>[] = [];
  for (const change of edited.overlay.allChanges()) {
    if (items.length === mostListed) break;
    items.push(itemOf(edited, change, buttons));
  }
  return items;
}

function itemOf(edited: EditedSource, change: Change, buttons: readonly vscode.QuickInputButton[]) {
  const { kind, offset, length } = change;
  const more = length > shown ? ' …' : '';
  const old = kind === 'insert' || !change.isKept ? undefined : originals(edited, change);
  const put = kind === 'delete' ? undefined : edited.putIn({ offset, length: Math.min(length, shown) });
  const [before, after] = [old, put].map((bytes) => (bytes === undefined ? '' : `${asHex(bytes)}${more}`));
  const detail = kind === 'overwrite' ? `${before} → ${after}` : (before ?? '') + (after ?? '');
  return {
    label: hexWithDecimal(offset),
    description: `${kindWords(kind)} · ${byteCount(length)}`,
    detail,
    buttons,
    change,
  };
}

function originals(edited: EditedSource, { id, length }: Change): Uint8Array {
  const bytes = new Uint8Array(Math.min(length, shown));
  edited.overlay.readOriginals(id, 0, bytes);
  return bytes;
}

function kindWords(kind: Change['kind']): string {
  switch (kind) {
    case 'overwrite':
      return vscode.l10n.t('overwritten');
    case 'insert':
      return vscode.l10n.t('inserted');
    case 'delete':
      return vscode.l10n.t('deleted');
  }
}
