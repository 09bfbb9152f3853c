import * as vscode from 'vscode';
import { type ProcessSummary, processList } from '../../core/processes/processSummary.ts';
import type { ProcessLookout } from '../../platform/processes/processLookout.ts';
import { processDescription, processLabel } from './words.ts';

export interface ProcessItem extends vscode.QuickPickItem {
  /** Undefined for what separates others. */
  readonly process?: ProcessSummary;
}

/**
 * Has the user choose a process, by its name, pid, memory or command line. The list comes up at once and is filled as soon
 * as the processes are known. Undefined where the user leaves. Rejects where they cannot be listed.
 */
export async function pickProcess(
  lookout: Pick<ProcessLookout, 'look' | 'ownUid'>,
  title: string,
): Promise<ProcessSummary | undefined> {
  const pick = vscode.window.createQuickPick<ProcessItem>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('Name, process ID, memory or command line');
  pick.matchOnDescription = true;
  pick.busy = true;
  const leave = new AbortController();
  try {
    return await new Promise<ProcessSummary | undefined>((resolve, reject) => {
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen?.process !== undefined) resolve(chosen.process);
      });
      pick.onDidHide(() => resolve(undefined));
      pick.show();
      lookout.look(leave.signal).then(({ processes }) => {
        pick.items = processItems(processes, lookout.ownUid);
        pick.busy = false;
      }, reject);
    });
  } finally {
    leave.abort();
    pick.dispose();
  }
}

/** The user's own first, those with most in memory before the others. */
export function processItems(processes: readonly ProcessSummary[], ownUid: number): readonly ProcessItem[] {
  const listed = processList(processes, 'memory', { firstUid: ownUid });
  const own = listed.filter(({ uid }) => uid === ownUid);
  const others = listed.slice(own.length);
  if (others.length === 0) return own.map(itemOf);
  return [
    separator(vscode.l10n.t('your own')),
    ...own.map(itemOf),
    separator(vscode.l10n.t('of other users')),
    ...others.map(itemOf),
  ];
}

function itemOf(process: ProcessSummary): ProcessItem {
  return {
    label: processLabel(process),
    description: processDescription(process),
    iconPath: new vscode.ThemeIcon(process.mayLook ? 'server-process' : 'lock'),
    process,
  };
}

function separator(label: string): ProcessItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
