/** The view "Processes": live while it shows, silent while it is hidden. */
import * as vscode from 'vscode';
import type { Platform } from '../../platform/platform.ts';
import type { ProcessLook } from '../../platform/processes/processLookout.ts';
import { sentenceFor } from '../errors.ts';
import { onDidChangeProcessSettings, readProcessSettings } from '../settings.ts';
import { registerArrangeProcesses } from './arrangeProcesses.ts';
import { registerOpenRegion } from './openRegion.ts';
import { type ProcessesLayout, ProcessTree } from './processTree.ts';

const viewId = 'memglass.processes';

export function registerProcessesView(context: vscode.ExtensionContext, platform: Platform): void {
  const lookout = platform.processes;
  const tree = new ProcessTree({ ...readProcessSettings(), filter: '' }, lookout);
  const view = vscode.window.createTreeView(viewId, { treeDataProvider: tree, showCollapseAll: true });
  let stopWatching: (() => void) | undefined;

  const say = () => {
    const { filter } = tree.layout;
    const { shown, whole } = tree.counts;
    view.message = filter === '' ? '' : vscode.l10n.t('Filter “{0}”: {1} of {2}', filter, shown, whole);
  };
  const show = (look: ProcessLook) => {
    tree.show(look);
    say();
  };
  const watched = (look: ProcessLook) => {
    show(look);
    void tree.followRegions('rested');
  };
  const arrange = (layout: Partial<ProcessesLayout>) => {
    tree.arrange({ ...tree.layout, ...layout });
    void vscode.commands.executeCommand('setContext', `${viewId}.filtered`, tree.layout.filter !== '');
    void vscode.commands.executeCommand('setContext', `${viewId}.all`, tree.layout.isAll);
    say();
  };
  const follow = () => {
    if (view.visible) stopWatching ??= lookout.watch(watched);
    else {
      stopWatching?.();
      stopWatching = undefined;
    }
  };
  context.subscriptions.push(
    tree,
    view,
    view.onDidChangeVisibility(follow),
    view.onDidExpandElement(({ element }) => tree.expanded(element)),
    view.onDidCollapseElement(({ element }) => tree.collapsed(element)),
    { dispose: () => stopWatching?.() },
    onDidChangeProcessSettings(() => arrange(readProcessSettings())),
    vscode.commands.registerCommand('memglass.processes.refresh', async () => {
      try {
        await vscode.window.withProgress({ location: { viewId } }, async () => {
          show(await lookout.look());
          await tree.followRegions('all');
        });
      } catch (error) {
        void vscode.window.showErrorMessage(sentenceFor(error));
      }
    }),
  );
  registerArrangeProcesses(context, () => tree.layout, arrange);
  registerOpenRegion(context, lookout);
  arrange({});
  follow();
}
