/** What the palette, keys and menus do with the memory map in the active tab. */
import * as vscode from 'vscode';
import type { MapColumn } from '../../core/memoryMap/mapColumns.ts';
import { mapColumns } from '../../core/memoryMap/mapColumns.ts';
import { readMapColumns, readShowsPicture, writeMapColumns, writeShowsPicture } from '../settings.ts';
import type { ActiveMaps } from './activeMaps.ts';
import { copyRegions, sayNothingSelected } from './copyRegions.ts';
import { askFilterBy } from './filterBy.ts';
import type { MapSession } from './mapSession.ts';
import { ageText, columnLabel } from './mapWords.ts';

export function registerMapCommands(context: vscode.ExtensionContext, maps: ActiveMaps): void {
  const register = (name: string, run: (session: MapSession) => unknown) =>
    context.subscriptions.push(
      vscode.commands.registerCommand(`memglass.map.${name}`, async () => {
        if (maps.active !== undefined) await run(maps.active);
      }),
    );
  register('refresh', (session) => session.document.watch?.refresh());
  register('pause', (session) => session.pauseOrResume());
  register('filter', (session) => session.view.notify('focusFilter'));
  register('filterBy', askFilterBy);
  register('compareWith', askCompareWith);
  register('endComparison', (session) => session.compareWith(undefined));
  register('nextChange', (session) => goToChange(session, 1));
  register('previousChange', (session) => goToChange(session, -1));
  register('showHover', (session) => session.view.notify('showHover'));
  register('openRegion', openSelected);
  register('copy', (session) => copyRegions(session, 'text'));
  register('copyCsv', (session) => copyRegions(session, 'csv'));
  register('copyJson', (session) => copyRegions(session, 'json'));
  register('copyAddress', copyAddress);
  // The columns are the same in all maps.
  context.subscriptions.push(vscode.commands.registerCommand('memglass.map.columns', askColumns));
  context.subscriptions.push(
    vscode.commands.registerCommand('memglass.map.togglePicture', () => writeShowsPicture(!readShowsPicture())),
  );
}

async function askColumns(): Promise<void> {
  const shown = readMapColumns();
  const items = mapColumns.map((column) => ({ label: columnLabel(column), column, picked: shown.includes(column) }));
  const title = vscode.l10n.t('Columns of Memory Maps');
  const chosen = await vscode.window.showQuickPick(items, { title, canPickMany: true });
  const columns: readonly MapColumn[] | undefined = chosen?.map(({ column }) => column);
  if (columns === undefined) return;
  if (columns.length > 0) await writeMapColumns(columns);
  else {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('A memory map has at least one column. Those that there were stay: choose which you want to see.'),
    );
  }
}

async function goToChange(session: MapSession, step: 1 | -1): Promise<void> {
  if (await session.view.request('nextChange', step)) return;
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'No region that shows has changed. Refresh the map after something has happened in the process, or compare it with an earlier look.',
    ),
  );
}

async function askCompareWith(session: MapSession): Promise<void> {
  const { watch } = session.document;
  // The last one is what shows.
  const looks = watch?.looks.slice(0, -1).toReversed() ?? [];
  if (looks.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is no earlier look yet. Refresh the map after something has happened in the process.'),
    );
    return;
  }
  const items = looks.map((look) => ({
    label: ageText(Date.now() - look.at),
    description: [
      new Date(look.at).toLocaleTimeString(vscode.env.language),
      vscode.l10n.t('{0} regions', look.space.count),
    ].join(' · '),
    look,
  }));
  const title = vscode.l10n.t('Compare with an Earlier Look');
  const placeHolder = vscode.l10n.t('What has changed since then is marked');
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder });
  if (chosen !== undefined) session.compareWith(chosen.look);
}

async function openSelected(session: MapSession): Promise<void> {
  const selected = await session.selected();
  if (selected === undefined) sayNothingSelected();
  else await session.open(selected.start);
}

async function copyAddress(session: MapSession): Promise<void> {
  const selected = await session.selected();
  if (selected === undefined) sayNothingSelected();
  else await vscode.env.clipboard.writeText(`0x${selected.start.toString(16)}`);
}
