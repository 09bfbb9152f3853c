import * as vscode from 'vscode';
import type { SourceRef } from '../../core/sourceRef.ts';
import { lossyName } from '../../core/text/utf8.ts';
import type { Platform } from '../../platform/platform.ts';

/** A setting of VS Code's, under `files`, by which a file that could be written to is read-only. */
export type ReadOnlySetting = 'readonlyInclude' | 'readonlyFromPermissions';

/**
 * By which setting VS Code has a file read-only; undefined where by none. It tells no extension which files are, so this
 * repeats what it does itself: a pattern that matches goes before the mode, and an exception before the pattern. What its user
 * says for one editor in one session is not known to anybody else.
 */
export async function readOnlySetting(
  ref: SourceRef,
  platform: Pick<Platform, 'isLockedByMode'>,
): Promise<ReadOnlySetting | undefined> {
  if (ref.kind !== 'file') return undefined;
  const uri = vscode.Uri.from({ scheme: 'file', path: lossyName(ref.path) });
  const files = vscode.workspace.getConfiguration('files', uri);
  if (isMatched(uri, files.get('readonlyInclude'))) {
    return isMatched(uri, files.get('readonlyExclude')) ? undefined : 'readonlyInclude';
  }
  const goesByMode = files.get('readonlyFromPermissions') === true;
  return goesByMode && (await platform.isLockedByMode(ref.path)) ? 'readonlyFromPermissions' : undefined;
}

/** Calls `listener` when something changes that `readOnlySetting` reads. */
export function onDidChangeReadOnlySettings(listener: () => void): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('files')) listener();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(listener),
  );
}

/**
 * Whether a file is one of those that a setting's patterns name. In a folder of the workspace they are held against the path
 * below it; where one of them is absolute, all against the whole path as well.
 */
function isMatched(uri: vscode.Uri, setting: unknown): boolean {
  if (typeof setting !== 'object' || setting === null) return false;
  const patterns = Object.entries(setting).flatMap(([pattern, isOn]) => (isOn === true ? [pattern] : []));
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const below = folder === undefined ? [] : patterns.map((pattern) => new vscode.RelativePattern(folder, pattern));
  const isWhole = folder === undefined || Object.keys(setting).some((pattern) => pattern.startsWith('/'));
  const filters = [...below, ...(isWhole ? patterns : [])].map((pattern) => ({ pattern }));
  return filters.length > 0 && vscode.languages.match(filters, asDocument(uri)) > 0;
}

/** All that `match` looks at where a filter is a pattern alone: a file is not to be loaded for it. */
function asDocument(uri: vscode.Uri): vscode.TextDocument {
  return { uri, languageId: '' } satisfies Partial<vscode.TextDocument> as unknown as vscode.TextDocument;
}
