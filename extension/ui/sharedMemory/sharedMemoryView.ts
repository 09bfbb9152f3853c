/** The view "Shared Memory": live while it shows, silent while it is hidden. */
import * as vscode from 'vscode';
import type { Platform } from '../../platform/platform.ts';
import type { SharedMemoryLook } from '../../platform/sharedMemory/sharedMemoryLookout.ts';
import { sentenceFor } from '../errors.ts';
import { registerOpenSharedMemory } from './openSharedMemory.ts';
import { SharedMemoryTree } from './sharedMemoryTree.ts';
import { spaceText } from './words.ts';

export const sharedMemoryView = 'memglass.sharedMemory';

export function registerSharedMemoryView(context: vscode.ExtensionContext, platform: Platform): void {
  const lookout = platform.sharedMemory;
  const tree = new SharedMemoryTree({ sort: 'name', isFlat: false, filter: '' }, () => lookout.look());
  const view = vscode.window.createTreeView(sharedMemoryView, { treeDataProvider: tree, showCollapseAll: true });
  let stopWatching: (() => void) | undefined;
  const show = (look: SharedMemoryLook) => {
    view.description = spaceText(look);
    view.message = look.folderFailure === undefined ? '' : sentenceFor(look.folderFailure);
    tree.show(look);
  };
  const follow = () => {
    if (view.visible) stopWatching ??= lookout.watch(show);
    else {
      stopWatching?.();
      stopWatching = undefined;
    }
  };
  context.subscriptions.push(
    tree,
    view,
    view.onDidChangeVisibility(follow),
    { dispose: () => stopWatching?.() },
    vscode.commands.registerCommand('memglass.sharedMemory.refresh', async () => show(await lookout.look())),
  );
  registerOpenSharedMemory(context, platform);
  follow();
}
