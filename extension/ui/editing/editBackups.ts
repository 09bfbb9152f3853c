import * as vscode from 'vscode';

/** Writes edits down where VS Code wants them, for the case that it ends before they are saved. */
export async function writeBackup(
  bytes: Uint8Array,
  { destination }: vscode.CustomDocumentBackupContext,
): Promise<vscode.CustomDocumentBackup> {
  await vscode.workspace.fs.writeFile(destination, bytes);
  return {
    id: destination.toString(),
    // It may be gone with its folder.
    delete: () => void Promise.resolve(vscode.workspace.fs.delete(destination)).catch(() => {}),
  };
}

export async function readBackup(id: string): Promise<Uint8Array> {
  return await vscode.workspace.fs.readFile(vscode.Uri.parse(id));
}
