import * as vscode from 'vscode';
import { posixShmPath, type SourceRef, uriToRef } from '../../core/sourceRef.ts';
import type { Platform } from '../../platform/platform.ts';

/**
 * Whether another editor of VS Code has changes of a file that it has not saved. It saves the whole file as it has it, over
 * whatever is saved here before: it looks for others' changes by the size alone.
 */
export async function isUnsavedElsewhere(ref: SourceRef, platform: Pick<Platform, 'isSameFile'>): Promise<boolean> {
  const path = ref.kind === 'posixShm' ? posixShmPath(ref) : ref.kind === 'file' ? ref.path : undefined;
  if (path === undefined) return false;
  for (const uri of unsaved()) {
    const other = uriToRef(uri);
    if (other.kind === 'file' && (await platform.isSameFile(path, other.path))) return true;
  }
  return false;
}

/** Files with unsaved changes in editors that are not Memglass's: its own look at the bytes before they save. */
function unsaved(): vscode.Uri[] {
  const documents = [...vscode.workspace.textDocuments, ...vscode.workspace.notebookDocuments];
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const others = tabs.flatMap(({ input, isDirty }) => {
    const isOther = isDirty && input instanceof vscode.TabInputCustom && !input.viewType.startsWith('memglass.');
    return isOther ? [input.uri] : [];
  });
  const found = [...documents.filter(({ isDirty }) => isDirty).map(({ uri }) => uri), ...others];
  return found.filter(({ scheme }) => scheme === 'file');
}
