import * as vscode from 'vscode';
import { asHex } from '../../core/expressions/copyFormats.ts';
import { formatCount, hexWithDecimal } from '../../core/expressions/numbers.ts';
import type { Change } from '../../core/overlay/changes.ts';
import type { EditedSource } from '../../platform/editing/editedSource.ts';
import { byteCount } from '../sharedMemory/contentsSteps.ts';
import type { ViewSession } from '../views/viewSession.ts';
import { sayingWhatStays } from './storedWords.ts';

/** Edits in the list. Of more, it has those around the cursor: one who goes elsewhere finds those there. */
const mostListed = 1000;

/** Bytes of an edit that a line shows. */
const shown = 8;

/** All that is edited and not saved, to look at and to give up one by one. */
export function showEdits(session: ViewSession): void {
  const { edited, document } = session;
  if (edited === undefined) return;
  const pick = vscode.window.createQuickPick<Row>();
  const button = { iconPath: new vscode.ThemeIcon('discard'), tooltip: vscode.l10n.t('Discard This Edit') };
  // What is looked at meanwhile moves the view, not the cursor.
  const from = session.state?.cursor ?? 0;
  let rows: readonly Row[] = [];
  const fill = () => {
    const { count } = edited.overlay;
    pick.title = count === 1 ? vscode.l10n.t('1 Staged Edit') : vscode.l10n.t('{0} Staged Edits', formatCount(count));
    pick.placeholder =
      count > mostListed
        ? vscode.l10n.t('The {0} around the cursor; F8 goes through all', formatCount(mostListed))
        : vscode.l10n.t('An edit to go to');
    rows = listed(edited, from, rows, [button]);
    pick.items = rows;
  };
  fill();
  const following = edited.onDidEdit(fill);
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  let isChosen = false;
  pick.onDidChangeActive(([item]) => {
    if (item?.change !== undefined) void session.show(item.change.offset, 'preview');
  });
  pick.onDidTriggerItemButton(({ item: { change } }) => {
    if (change === undefined) return;
    const range = { offset: change.offset, length: change.kind === 'delete' ? 0 : change.length };
    void sayingWhatStays(document, range, () => document.discard(range));
  });
  pick.onDidAccept(() => {
    const [{ change } = {}] = pick.selectedItems;
    if (change === undefined) return;
    isChosen = true;
    session.view.notify('select', change.offset, change.kind === 'delete' ? 0 : change.length);
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

interface Row extends vscode.QuickPickItem {
  /** Undefined once it does not stand any more. */
  readonly change: Change | undefined;
  readonly id: number;
}

/**
 * Each edit stays in the row that it had before: VS Code tells by the row's number which button was clicked, in the list
 * that the user saw, and that may not know yet what was discarded a moment ago.
 */
function listed(
  edited: EditedSource,
  around: number,
  before: readonly Row[],
  buttons: readonly vscode.QuickInputButton[],
): Row[] {
  const changes = [...edited.overlay.allChanges()];
  const after = changes.findIndex(({ offset }) => offset >= around);
  const middle = (after < 0 ? changes.length : after) - mostListed / 2;
  const first = Math.max(0, Math.min(middle, changes.length - mostListed));
  const known = new Set(before.map(({ id }) => id));
  const standing = new Map(changes.filter(({ id }) => known.has(id)).map((change) => [change.id, change]));
  const kept = before.map((row) => {
    const change = standing.get(row.id);
    return change === undefined ? goneRow(row) : itemOf(edited, change, buttons);
  });
  const added = changes.slice(first, first + mostListed - standing.size).filter(({ id }) => !known.has(id));
  return [...kept, ...added.map((change) => itemOf(edited, change, buttons))];
}

function goneRow({ label, id }: Row): Row {
  return { label, description: vscode.l10n.t('no edit any more'), change: undefined, id };
}

function itemOf(edited: EditedSource, change: Change, buttons: readonly vscode.QuickInputButton[]): Row {
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
    id: change.id,
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
