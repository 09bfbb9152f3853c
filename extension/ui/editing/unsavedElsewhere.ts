import * as vscode from 'vscode';
import { SourceError } from '../../core/sourceError.ts';
import { posixShmPath, refKey, type SourceRef, uriToRef } from '../../core/sourceRef.ts';
import { printableName } from '../../core/text/printableName.ts';
import type { Platform } from '../../platform/platform.ts';

/** Rejects with SourceError('unsavedElsewhere') where another editor would go over what is written now, without a word. */
export async function mustBeSavedElsewhere(ref: SourceRef, platform: Pick<Platform, 'isSameFile'>): Promise<void> {
  const path = pathOf(ref);
  if (path === undefined || !(await isUnsavedElsewhere(async () => path, platform))) return;
  throw new SourceError('unsavedElsewhere', { path: printableName(path) });
}

/**
 * Whether another editor of VS Code has changes of a file that it has not saved; `path`: which file that is, asked for only
 * where there is such an editor. It saves the whole file as it has it, over
 * whatever is saved here before: it looks for others' changes by the size alone.
 */
export async function isUnsavedElsewhere(
  path: () => Promise<Uint8Array | undefined>,
  { isSameFile }: Pick<Platform, 'isSameFile'>,
): Promise<boolean> {
  const others = unsaved().map(uriToRef);
  const own = others.length === 0 ? undefined : await path();
  if (own === undefined) return false;
  const key = refKey({ kind: 'file', path: own });
  for (const other of others) {
    if (other.kind !== 'file') continue;
    // Of a file that is gone there is the path alone.
    if (refKey(other) === key || (await isSameFile(own, other.path))) return true;
  }
  return false;
}

function pathOf(ref: SourceRef): Uint8Array | undefined {
  if (ref.kind === 'posixShm') return posixShmPath(ref);
  return ref.kind === 'file' ? ref.path : undefined;
}

/** Files with unsaved changes in editors that are not Memglass's: its own look at the bytes before they save. */
function unsaved(): vscode.Uri[] {
  const documents = [...vscode.workspace.textDocuments, ...vscode.workspace.notebookDocuments];
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const found = [
    ...documents.filter(({ isDirty }) => isDirty).map(({ uri }) => uri),
    ...tabs.filter(({ isDirty }) => isDirty).flatMap(({ input }) => savedBy(input)),
  ];
  return found.filter(({ scheme, authority }) => scheme === 'file' && authority === '');
}

/** What a tab saves. A text of more than 50 MiB is a document to nobody but its editor. */
function savedBy(input: unknown): vscode.Uri[] {
  if (input instanceof vscode.TabInputCustom) return input.viewType.startsWith('memglass.') ? [] : [input.uri];
  if (input instanceof vscode.TabInputTextDiff) return [input.original, input.modified];
  return input instanceof vscode.TabInputText ? [input.uri] : [];
}
