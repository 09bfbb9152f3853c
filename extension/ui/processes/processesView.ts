/** The view "Processes": live while it shows, silent while it is hidden. */
import * as vscode from 'vscode';
import type { ProcessLook } from '../../platform/processes/processLookout.ts';
import { sentenceFor } from '../errors.ts';
import type { RegionServices } from '../regions/openAddress.ts';
import { onDidChangeProcessSettings, readProcessSettings } from '../settings.ts';
import { watchWhileVisible } from '../views/watchWhileVisible.ts';
import { registerArrangeProcesses } from './arrangeProcesses.ts';
import type { MappedFile } from './mappedFile.ts';
import { registerOpenRegion } from './openRegion.ts';
import { ProcessTree } from './processTree.ts';
import type { ProcessesLayout } from './shownProcesses.ts';
import { filterText } from './words.ts';

const viewId = 'memglass.processes';

export function registerProcessesView(context: vscode.ExtensionContext, { lookout, views }: RegionServices): void {
  const tree = new ProcessTree({ ...readProcessSettings(), filter: '' }, lookout);
  const view = vscode.window.createTreeView(viewId, { treeDataProvider: tree, showCollapseAll: true });
  let mapped: MappedFile | undefined;

  const say = () => {
    view.message = filterText(tree.layout.filter, mapped, tree.counts);
  };
  const arrange = (layout: Partial<ProcessesLayout>) => {
    tree.arrange({ ...tree.layout, ...layout });
    const { filter, isAll, isTree } = tree.layout;
    const setContext = (key: string, value: boolean) =>
      void vscode.commands.executeCommand('setContext', `${viewId}.${key}`, value);
    setContext('filtered', filter !== '' || mapped !== undefined);
    setContext('all', isAll);
    setContext('tree', isTree);
    say();
  };
  const filterByFile = (file: MappedFile | undefined) => {
    mapped = file;
    arrange({ mapping: mapped?.keys });
  };
  const show = (look: ProcessLook) => {
    tree.show(look);
    say();
  };
  const watched = (look: ProcessLook) => {
    show(look);
    void tree.followRegions('rested');
    const following = mapped;
    void following?.follow(look).then(
      (isNews) => isNews && mapped === following && filterByFile(following),
      // What could not be asked now is asked with the next look.
      () => {},
    );
  };
  context.subscriptions.push(
    tree,
    view,
    view.onDidExpandElement(({ element }) => tree.expanded(element)),
    view.onDidCollapseElement(({ element }) => tree.collapsed(element)),
    onDidChangeProcessSettings(() => arrange(readProcessSettings())),
    vscode.commands.registerCommand('memglass.processes.refresh', async () => {
      try {
        await vscode.window.withProgress({ location: { viewId } }, async () => {
          show(await lookout.look());
          await tree.followRegions('all');
        });
        if (mapped !== undefined && (await mapped.renew())) filterByFile(mapped);
      } catch (error) {
        void vscode.window.showErrorMessage(sentenceFor(error));
      }
    }),
  );
  registerArrangeProcesses(context, {
    lookout,
    current: () => tree.layout,
    arrange,
    filterByFile,
    mappedText: () => mapped?.text ?? '',
  });
  registerOpenRegion(context, { lookout, views });
  arrange({});
  context.subscriptions.push(watchWhileVisible(view, () => lookout.watch(watched)));
}
