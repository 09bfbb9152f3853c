// What the tests of staged edits of files share: a file in an editor, and edits staged in it, with no auto save.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Scratch } from '../support/scratch.ts';
import { closeAllTabs, openEditor, until } from './memglass.ts';

export const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
export const text = (path: string) => readFileSync(path, 'latin1');
export const activeTab = () => vscode.window.tabGroups.activeTabGroup.activeTab as vscode.Tab;
export const untilDirty = (wanted: boolean) =>
  until(
    () => activeTab().isDirty,
    (isDirty) => isDirty === wanted,
    wanted ? 'the tab is dirty' : 'the tab is clean',
  );

/** Resolves when VS Code has heard of each step so far, and that there is nothing for it to save. */
export async function untilHeard(): Promise<void> {
  // What the host tells it hears in order.
  for (let i = 0; i < 3; i++) await run('setContext', 'memglass.test.isHeard', true);
  await untilDirty(false);
}

/** Makes a file. */
export function fileWith(scratch: Scratch, content: string): vscode.Uri {
  const path = join(scratch.folder(), 'file.bin');
  writeFileSync(path, content);
  return vscode.Uri.file(path);
}

/** Stages bytes in the active editor. */
export async function stage(offset: number, bytes: string): Promise<void> {
  const hex = Buffer.from(bytes, 'latin1').toString('hex');
  await run('memglass.fillSelection', { offset, length: bytes.length, bytes: hex });
}

/** Opens an editor, and waits until something may be edited there. */
export async function openToStage(uri: vscode.Uri, viewType?: string): Promise<void> {
  await openEditor(uri, viewType);
  // What is no number is refused for that alone where something may be edited, and before that for other reasons.
  const refusal = async () => {
    try {
      return await run('memglass.edit.writeNumber', { type: 'none' });
    } catch (error) {
      return (error as Error).message;
    }
  };
  await until(refusal, (words) => String(words).includes('cannot use this'), 'something may be edited');
}

/** Opens an editor and stages a first edit, once that may be done there. */
export async function openAndStage(uri: vscode.Uri, offset: number, bytes: string): Promise<void> {
  await openToStage(uri);
  await stage(offset, bytes);
  await untilDirty(true);
}

/** Off for all tests, where it is not set: what sets it sets it off again, for VS Code's own default in a browser is another. */
export async function setAutoSave(mode: 'off' | 'afterDelay'): Promise<void> {
  const files = vscode.workspace.getConfiguration('files');
  await files.update('autoSave', mode, vscode.ConfigurationTarget.Global);
}

/** Within a `describe`: each test leaves no editor and no edits. */
export function useStaging(): void {
  afterEach(async () => {
    await run('workbench.action.files.revert');
    await closeAllTabs();
  });
}
