/** What the user can do to the list in the Processes view: filter, sort, the user's own or all. */
import * as vscode from 'vscode';
import type { ProcessSort } from '../../core/processes/processSummary.ts';
import { askFilter } from '../askFilter.ts';
import { writeProcessSetting } from '../settings.ts';
import type { ProcessesLayout } from './processTree.ts';

/** `arrange` changes how the view shows now; the rest are settings, and come back from there. */
export function registerArrangeProcesses(
  context: vscode.ExtensionContext,
  current: () => ProcessesLayout,
  arrange: (layout: Partial<ProcessesLayout>) => void,
): void {
  const register = (name: string, run: (argument?: unknown) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(`memglass.processes.${name}`, run));
  register('filter', (filter) => {
    const words = {
      title: vscode.l10n.t('Filter Processes'),
      placeholder: vscode.l10n.t('Part of a name, of a command line, or the beginning of a pid'),
    };
    if (typeof filter === 'string') arrange({ filter });
    else askFilter(words, current().filter, (text) => arrange({ filter: text }));
  });
  register('clearFilter', () => arrange({ filter: '' }));
  register('showAll', () => writeProcessSetting('show', 'all'));
  register('showOwn', () => writeProcessSetting('show', 'own'));
  register('sort', async (sort) => {
    const chosen = isSort(sort) ? sort : await askSort(current().sort);
    if (chosen !== undefined) await writeProcessSetting('sort', chosen);
  });
}

async function askSort(current: ProcessSort): Promise<ProcessSort | undefined> {
  const items: (vscode.QuickPickItem & { readonly sort: ProcessSort })[] = [
    { sort: 'name', label: vscode.l10n.t('Name') },
    { sort: 'pid', label: vscode.l10n.t('Process ID') },
    { sort: 'memory', label: vscode.l10n.t('Memory'), description: vscode.l10n.t('most first') },
  ];
  const marked = items.map((item) => ({
    ...item,
    iconPath: new vscode.ThemeIcon(item.sort === current ? 'check' : 'blank'),
  }));
  const chosen = await vscode.window.showQuickPick(marked, { title: vscode.l10n.t('Sort Processes By') });
  return chosen?.sort;
}

function isSort(value: unknown): value is ProcessSort {
  return value === 'name' || value === 'pid' || value === 'memory';
}
