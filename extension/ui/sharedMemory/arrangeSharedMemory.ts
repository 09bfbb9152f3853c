/** What the user can do to the list in the Shared Memory view: filter, sort, groups or none. */
import * as vscode from 'vscode';
import type { SharedMemorySort } from '../../core/sharedMemory/sharedMemoryList.ts';
import { askFilter } from '../asking/askFilter.ts';
import { writeTreeSetting } from '../settings.ts';
import type { TreeLayout } from './sharedMemoryTree.ts';

/** `arrange` changes how the view shows now; sort and layout are settings, and come back from there. */
export function registerArrangeSharedMemory(
  context: vscode.ExtensionContext,
  current: () => TreeLayout,
  arrange: (layout: Partial<TreeLayout>) => void,
): void {
  const register = (name: string, run: (argument?: unknown) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(`memglass.sharedMemory.${name}`, run));
  register('filter', (filter) => {
    if (typeof filter === 'string') arrange({ filter });
    else {
      const words = {
        title: vscode.l10n.t('Filter Shared Memory'),
        placeholder: vscode.l10n.t('Part of a name, a key or a process’s name, or a pid'),
      };
      askFilter(words, current().filter, (text) => arrange({ filter: text }));
    }
  });
  register('clearFilter', () => arrange({ filter: '' }));
  register('showFlat', () => writeTreeSetting('layout', 'flat'));
  register('showGroups', () => writeTreeSetting('layout', 'tree'));
  register('sort', async (sort) => {
    const chosen = isSort(sort) ? sort : await askSort(current().sort);
    if (chosen !== undefined) await writeTreeSetting('sort', chosen);
  });
}

async function askSort(current: SharedMemorySort): Promise<SharedMemorySort | undefined> {
  const items: (vscode.QuickPickItem & { readonly sort: SharedMemorySort })[] = [
    { sort: 'name', label: vscode.l10n.t('Name') },
    { sort: 'size', label: vscode.l10n.t('Size'), description: vscode.l10n.t('largest first') },
    { sort: 'users', label: vscode.l10n.t('Users'), description: vscode.l10n.t('most processes first') },
    { sort: 'age', label: vscode.l10n.t('Age'), description: vscode.l10n.t('oldest first') },
  ];
  const marked = items.map((item) => ({ ...item, iconPath: item.sort === current ? check : blank }));
  const chosen = await vscode.window.showQuickPick(marked, { title: vscode.l10n.t('Sort Shared Memory By') });
  return chosen?.sort;
}

const check = new vscode.ThemeIcon('check');
const blank = new vscode.ThemeIcon('blank');

function isSort(value: unknown): value is SharedMemorySort {
  return value === 'name' || value === 'size' || value === 'users' || value === 'age';
}
