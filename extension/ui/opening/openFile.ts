import * as vscode from 'vscode';
import { SourceError } from '../../core/sourceError.ts';
import { refToUri } from '../../core/sourceRef.ts';
import { printableName } from '../../core/text/printableName.ts';
import type { Platform } from '../../platform/platform.ts';
import { askPath } from '../asking/askPath.ts';
import { sentenceFor } from '../errors.ts';
import { hexViewType, memoryViewType } from '../views/hexEditor.ts';

/** "Open File…", "Open Active File", the explorer's menu, and `memglass.open(uri | path)` for everybody else. */
export function registerOpenFile(context: vscode.ExtensionContext, platform: Platform): void {
  const register = (command: string, run: (target?: unknown, selected?: unknown) => Promise<void>) =>
    context.subscriptions.push(
      vscode.commands.registerCommand(command, async (target?: unknown, selected?: unknown) => {
        try {
          await run(target, selected);
        } catch (error) {
          void vscode.window.showErrorMessage(sentenceFor(error));
        }
      }),
    );
  register('memglass.open', async (target, selected) => {
    // The explorer gives the file under the pointer, and then all that are selected.
    const targets = Array.isArray(selected) && selected.length > 1 ? selected : [target];
    for (const each of targets) await openTarget(each, platform);
  });
  register('memglass.openFile', async () => {
    const path = await askPath(platform);
    if (path !== undefined) await openPath(path);
  });
  register('memglass.openActive', async () => {
    const uri = activeUri();
    if (uri !== undefined) return await openTarget(uri, platform);
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No file is open in the active editor. Use “Memglass: Open File…” to choose one.'),
    );
  });
}

/** Opens what a command was given: a URI, or a full path as text. Nothing given asks for one. */
export async function openTarget(target: unknown, platform: Platform): Promise<void> {
  if (target === undefined) {
    await vscode.commands.executeCommand('memglass.openFile');
  } else if (target instanceof vscode.Uri) {
    await openUri(target, platform);
  } else if (typeof target === 'string') {
    const path = target === '~' || target.startsWith('~/') ? platform.home + target.slice(1) : target;
    if (!path.startsWith('/')) throw new SourceError('notAbsolute', { path: printableName(target) });
    await openUri(vscode.Uri.from({ scheme: 'file', path }), platform);
  } else {
    throw new SourceError('badUri', { path: String(target) });
  }
}

/** Opens a path as bytes: under `file:` where that can spell it. */
async function openPath(path: Uint8Array): Promise<void> {
  await openWith(vscode.Uri.from(refToUri({ kind: 'file', path })));
}

async function openUri(uri: vscode.Uri, platform: Platform): Promise<void> {
  // VS Code shows bytes that are not UTF-8 as U+FFFD and so has lost them: find the file by listing its folder.
  if (uri.scheme !== 'file' || !uri.path.includes('\uFFFD')) return await openWith(uri);
  const paths = await platform.pathsShownAs(uri.path);
  const [path, ...others] = paths;
  if (path === undefined) throw new SourceError('notFound', { path: printableName(uri.path) });
  if (others.length === 0) return await openPath(path);
  const items = paths.map((candidate) => ({ label: printableName(candidate), candidate }));
  const placeHolder = vscode.l10n.t('Several files are shown under this name. Which one?');
  const chosen = await vscode.window.showQuickPick(items, { placeHolder });
  if (chosen !== undefined) await openPath(chosen.candidate);
}

async function openWith(uri: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', uri, uri.scheme === 'file' ? hexViewType : memoryViewType);
}

/** The resource of the active tab, whatever kind of editor it is. */
function activeUri(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputTextDiff || input instanceof vscode.TabInputNotebookDiff) return input.modified;
  const hasUri =
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook;
  return hasUri ? input.uri : undefined;
}
