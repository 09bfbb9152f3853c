// Files that VS Code's own settings have read-only: Memglass writes nothing into them, and says by which setting.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { documentToUri, type EditMode } from '../../extension/core/editing/documentUri.ts';
import { closeAllTabs, openEditor, until, useScratch } from './memglass.ts';

describe('A file that VS Code’s settings have read-only', () => {
  const scratch = useScratch();
  const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
  const set = async (name: string, value: unknown) =>
    await vscode.workspace.getConfiguration('files').update(name, value, vscode.ConfigurationTarget.Global);
  afterEach(async () => {
    await run('workbench.action.files.revert');
    await closeAllTabs();
    for (const name of ['readonlyInclude', 'readonlyExclude', 'readonlyFromPermissions']) await set(name, undefined);
  });

  function file(path = join(scratch().folder(), 'image.bin')): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '0123456789');
    return path;
  }

  async function open(path: string, mode: EditMode = 'staged'): Promise<vscode.Uri> {
    const uri = vscode.Uri.from(documentToUri({ ref: { kind: 'file', path: Buffer.from(path) }, mode }));
    await openEditor(uri, uri.scheme === 'file' ? 'memglass.hex' : 'memglass.memory');
    return uri;
  }

  /** What becomes of a byte that is written in the active view: a view that was just opened says a moment later where it is. */
  const written = async () => {
    const write = run('memglass.edit.writeNumber', { type: 'u8', value: 0x41, offset: 0 });
    return await Promise.resolve(write).then(
      (answer) => (answer === undefined ? 'nothing' : 'written'),
      (error: Error) => error.message,
    );
  };
  const becomes = async (wanted: string) =>
    await until(written, (answer) => answer.includes(wanted), `an edit is met by “${wanted}”`);
  const byInclude = 'the setting files.readonlyInclude has this file read-only';

  it('by a pattern is not edited in any mode, and is once the pattern is gone or excepts it', async () => {
    for (const mode of ['staged', 'live', 'scratch'] as const) {
      const path = file();
      await set('readonlyInclude', { '**/*.bin': true });
      await open(path, mode);
      await becomes(byInclude);
      assert.equal(readFileSync(path, 'latin1'), '0123456789');
      await set('readonlyExclude', { [path]: true });
      await becomes('written');
      await set('readonlyExclude', undefined);
      await becomes(byInclude);
      await set('readonlyInclude', { '**/*.bin': false });
      await becomes('written');
      await run('workbench.action.files.revert');
      await closeAllTabs();
    }
  });

  it('is not stored into by an undo of a live edit either', async () => {
    const path = file();
    await open(path, 'live');
    await becomes('written');
    await set('readonlyInclude', { '**/*.bin': true });
    await becomes(byInclude);
    await run('undo');
    await becomes(byInclude);
    assert.equal(readFileSync(path, 'latin1'), 'A123456789');
  });

  it('of the workspace is named by its path below the folder, or by its whole path', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder is open');
    scratch().defer(() => rmSync(join(folder, 'dumps'), { recursive: true }));
    const path = file(join(folder, 'dumps', 'core.bin'));
    await open(path);
    await becomes('written');
    for (const pattern of ['dumps/**', path, 'dumps/core.{bin,dmp}']) {
      await set('readonlyInclude', { [pattern]: true });
      await becomes(byInclude);
      await set('readonlyInclude', { 'core.bin': true, '/elsewhere/**': true });
      await becomes('written');
    }
  });

  it('by its mode is not edited, where the setting says so, by whoever could', async () => {
    const path = file();
    chmodSync(path, 0o444);
    await set('readonlyFromPermissions', true);
    await open(path);
    await becomes(process.getuid?.() === 0 ? 'the setting files.readonlyFromPermissions' : 'You may not change');
  });

  it('once something was edited is not saved, and the edits are kept', async () => {
    const path = file();
    const uri = await open(path);
    await becomes('written');
    const isDirty = () => vscode.window.tabGroups.activeTabGroup.activeTab?.isDirty;
    await until(isDirty, (found) => found === true, 'the tab is dirty');
    await set('readonlyInclude', { '**/image.bin': true });
    await becomes(byInclude);
    await assert.rejects(async () => await vscode.workspace.save(uri), /the setting files.readonlyInclude/);
    assert.deepEqual([isDirty(), readFileSync(path, 'latin1')], [true, '0123456789']);
    await set('readonlyInclude', undefined);
    await becomes('written');
    await vscode.workspace.save(uri);
    assert.equal(readFileSync(path, 'latin1'), 'A123456789');
  });
});
