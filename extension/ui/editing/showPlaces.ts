import * as vscode from 'vscode';
import type { ByteRange } from '../../core/byteRange.ts';
import { asHex } from '../../core/expressions/copyFormats.ts';
import type { ViewSession } from '../views/viewSession.ts';

/** A place of the view, with the bytes that are or would be there. */
export interface ShownPlace extends ByteRange {
  readonly description: string;
  readonly detail: string;
}

/** Bytes of a place that are shown. */
export const shownBytes = 16;

/** `DE AD BE EF …`: the first bytes of a place of that length. */
export function startOf(bytes: Uint8Array, length: number): string {
  return `${asHex(bytes.subarray(0, shownBytes))}${length > shownBytes ? ' …' : ''}`;
}

/** The places one by one; the view shows the one that is looked at. */
export function showPlaces(session: ViewSession, title: string, places: readonly ShownPlace[]): void {
  const pick = vscode.window.createQuickPick<ShownPlace & vscode.QuickPickItem>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('The view follows as you go through them; Enter selects the bytes');
  pick.items = places.map((place) => ({ ...place, label: session.placeText(place.offset) }));
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
