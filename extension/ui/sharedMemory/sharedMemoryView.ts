/** The view "Shared Memory": live while it shows, silent while it is hidden. */
import * as vscode from 'vscode';
import type { SharedMemoryLook } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import { sentenceFor } from '../errors.ts';
import { onDidChangeTreeSettings, readTreeSettings } from '../settings.ts';
import { watchWhileVisible } from '../views/watchWhileVisible.ts';
import { registerArrangeSharedMemory } from './arrangeSharedMemory.ts';
import type { Services } from './chooseObject.ts';
import { registerOpenSharedMemory } from './openSharedMemory.ts';
import { SharedMemoryTree, type TreeLayout } from './sharedMemoryTree.ts';
import { notListedText, spaceText } from './words.ts';

const viewId = 'memglass.sharedMemory';

export function registerSharedMemoryView(context: vscode.ExtensionContext, services: Services): void {
  const lookout = services.platform.sharedMemory;
  const tree = new SharedMemoryTree({ ...readTreeSettings(), filter: '' }, lookout);
  const view = vscode.window.createTreeView(viewId, { treeDataProvider: tree, showCollapseAll: true });
  let latest: SharedMemoryLook | undefined;

  const say = () => {
    const { filter } = tree.layout;
    const filtered = filter && vscode.l10n.t('Filter “{0}”: {1} of {2}', filter, tree.count, tree.whole);
    const missing = latest && notListedText(latest);
    const { folderFailure } = latest ?? {};
    view.message =
      folderFailure === undefined ? [filtered, missing].filter(Boolean).join(' · ') : sentenceFor(folderFailure);
  };
  const show = (look: SharedMemoryLook) => {
    latest = look;
    view.description = spaceText(look);
    tree.show(look);
    say();
  };
  const arrange = (layout: Partial<TreeLayout>) => {
    tree.arrange({ ...tree.layout, ...layout });
    void vscode.commands.executeCommand('setContext', `${viewId}.filtered`, tree.layout.filter !== '');
    void vscode.commands.executeCommand('setContext', `${viewId}.flat`, tree.layout.isFlat);
    say();
  };
  context.subscriptions.push(
    tree,
    view,
    onDidChangeTreeSettings(() => arrange(readTreeSettings())),
    vscode.commands.registerCommand('memglass.sharedMemory.refresh', async () => {
      try {
        await vscode.window.withProgress({ location: { viewId } }, async () => show(await lookout.look()));
      } catch (error) {
        void vscode.window.showErrorMessage(sentenceFor(error));
      }
    }),
  );
  registerArrangeSharedMemory(context, () => tree.layout, arrange);
  registerOpenSharedMemory(context, services);
  arrange({});
  context.subscriptions.push(watchWhileVisible(view, () => lookout.watch(show)));
}
