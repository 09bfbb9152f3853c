/** What the user can do to the list in the Processes view: filter, sort, a list or a tree, the user's own or all. */
import * as vscode from 'vscode';
import { type ProcessSort, processSorts } from '../../core/processes/processSummary.ts';
import type { ProcessLookout } from '../../platform/processes/processLookout.ts';
import { askFilter } from '../asking/askFilter.ts';
import { sentenceFor } from '../errors.ts';
import { writeProcessSetting } from '../settings.ts';
import { MappedFile } from './mappedFile.ts';
import type { ProcessesLayout } from './shownProcesses.ts';

/** Settings come back from where they are written; what is no setting is changed here. */
interface Arranged {
  readonly lookout: ProcessLookout;
  current(): ProcessesLayout;
  arrange(layout: Partial<ProcessesLayout>): void;
  filterByFile(file: MappedFile | undefined): void;
  /** What is filtered by now; empty for nothing. */
  mappedText(): string;
}

export function registerArrangeProcesses(context: vscode.ExtensionContext, view: Arranged): void {
  const register = (name: string, run: (argument?: unknown) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(`memglass.processes.${name}`, run));
  register('filter', (filter) => {
    const words = {
      title: vscode.l10n.t('Filter Processes'),
      placeholder: vscode.l10n.t('Part of a name, of a command line, or the beginning of a pid'),
    };
    if (typeof filter === 'string') view.arrange({ filter });
    else askFilter(words, view.current().filter, (text) => view.arrange({ filter: text }));
  });
  register('filterByFile', async (file) => {
    const text = textOf(file) ?? (await askFile(view.mappedText()));
    if (text === undefined) return;
    try {
      if (text === '') view.filterByFile(undefined);
      const found = text === '' ? undefined : await MappedFile.search(text, view.lookout);
      if (found !== undefined) view.filterByFile(found);
    } catch (error) {
      void vscode.window.showErrorMessage(sentenceFor(error));
    }
  });
  register('clearFilter', () => {
    view.arrange({ filter: '' });
    view.filterByFile(undefined);
  });
  register('showAll', () => writeProcessSetting('show', 'all'));
  register('showOwn', () => writeProcessSetting('show', 'own'));
  register('showTree', () => writeProcessSetting('layout', 'tree'));
  register('showFlat', () => writeProcessSetting('layout', 'flat'));
  register('sort', async (sort) => {
    const chosen = isSort(sort) ? sort : await askSort(view.current().sort);
    if (chosen !== undefined) await writeProcessSetting('sort', chosen);
  });
}

/** A keybinding gives a text, other extensions and menus a resource. */
function textOf(file: unknown): string | undefined {
  if (file instanceof vscode.Uri) return file.path;
  return typeof file === 'string' ? file : undefined;
}

async function askFile(before: string): Promise<string | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Show Processes That Map a File'),
    placeHolder: vscode.l10n.t('Part of a path: libssl, /dev/shm/ring, memfd:'),
    prompt: vscode.l10n.t('All processes are looked into.'),
    value: before,
  });
  return text?.trim();
}

async function askSort(current: ProcessSort): Promise<ProcessSort | undefined> {
  const items: (vscode.QuickPickItem & { readonly sort: ProcessSort })[] = [
    { sort: 'name', label: vscode.l10n.t('Name') },
    { sort: 'pid', label: vscode.l10n.t('Process ID') },
    { sort: 'memory', label: vscode.l10n.t('Memory'), description: vscode.l10n.t('most first') },
    { sort: 'threads', label: vscode.l10n.t('Threads'), description: vscode.l10n.t('most first') },
    { sort: 'age', label: vscode.l10n.t('Start'), description: vscode.l10n.t('latest first') },
  ];
  const marked = items.map((item) => ({
    ...item,
    iconPath: new vscode.ThemeIcon(item.sort === current ? 'check' : 'blank'),
  }));
  const chosen = await vscode.window.showQuickPick(marked, { title: vscode.l10n.t('Sort Processes By') });
  return chosen?.sort;
}

function isSort(value: unknown): value is ProcessSort {
  return processSorts.some((sort) => sort === value);
}
