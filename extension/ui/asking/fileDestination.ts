/** Which file something is saved into, by the user's choice or by a command's arguments. */
import * as vscode from 'vscode';
import { SourceError } from '../../core/sourceError.ts';
import { encodeUtf8 } from '../../core/text/utf8.ts';

export interface FileDestination {
  readonly path: Uint8Array;
  /** Whether what stands there is replaced; else it is refused. */
  readonly overwrite: boolean;
}

/** Offers `name` in the workspace's first folder, or in `home`. Undefined where the user left. */
export async function askDestination(title: string, name: string, home: string): Promise<FileDestination | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(home);
  // The dialog itself asks before it gives a file that is there.
  const uri = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(folder, name), title });
  return uri && { path: pathOnMachine(uri), overwrite: true };
}

/** What a dialog gave. Throws SourceError('notAFile') where that is on no file system of this machine. */
export function pathOnMachine({ scheme, path }: vscode.Uri): Uint8Array {
  if (scheme !== 'file') throw new SourceError('notAFile');
  return encodeUtf8(path);
}

/** `{ file: '/tmp/x', overwrite?: boolean }` */
export function readDestination(options: Readonly<Record<string, unknown>>): FileDestination {
  const { file, overwrite = false } = options;
  const isPath = typeof file === 'string' && file.startsWith('/');
  if (!isPath || typeof overwrite !== 'boolean') throw new SourceError('badArgument', { path: 'file' });
  return { path: encodeUtf8(file), overwrite };
}
