// What is written into a file while a text editor has unsaved changes of it: that one would save over it, without a word.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type DocumentRef, documentToUri } from '../../extension/core/editing/documentUri.ts';
import { refOfPath } from '../../extension/core/sourceRef.ts';
import { closeAllTabs, openEditor, until, useScratch } from './memglass.ts';

describe('While a text editor has unsaved changes of a file,', () => {
  const scratch = useScratch();
  const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
  const set = (section: string, name: string, value: unknown) =>
    vscode.workspace.getConfiguration(section).update(name, value, vscode.ConfigurationTarget.Global);
  before(async () => {
    // Megabytes of a text that is opened with no question.
    await set('workbench', 'editorLargeFileConfirmation', 1024);
  });
  after(async () => {
    await set('workbench', 'editorLargeFileConfirmation', undefined);
  });
  afterEach(async () => {
    await run('workbench.action.files.revert');
    await closeAllTabs();
  });

  const text = (path: string) => readFileSync(path, 'latin1');
  const write = (letter: string, offset: number) =>
    run('memglass.edit.writeNumber', { type: 'u8', value: letter.charCodeAt(0), offset });
  /** Opens it in a mode, and writes a first byte: a view that was just opened says a moment later where the user is. */
  async function openAndWrite(path: string, mode: DocumentRef['mode'], letter: string): Promise<vscode.Uri> {
    const uri = vscode.Uri.from(documentToUri({ ref: refOfPath(Buffer.from(path)), mode }));
    await openEditor(uri, uri.scheme === 'file' ? 'memglass.hex' : 'memglass.memory');
    const written = async () => {
      await run('memglass.edit.unlock', {});
      return await Promise.resolve(write(letter, 0)).then(
        (answer) => answer !== undefined,
        () => false,
      );
    };
    await until(written, (isWritten) => isWritten, 'something is written');
    return uri;
  }

  async function changeAsText(path: string): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document, { preview: false });
    const change = new vscode.WorkspaceEdit();
    change.replace(document.uri, new vscode.Range(0, 9, 0, 10), 'z');
    await vscode.workspace.applyEdit(change);
    assert.equal(document.isDirty, true);
    return document;
  }

  const refused = /Nothing was written: another editor has unsaved changes/;

  for (const where of ['an ordinary file', 'shared memory']) {
    it(`nothing is stored live into ${where}, nor undone there`, async () => {
      const folder = where === 'shared memory' ? '/dev/shm' : scratch().folder();
      const path = join(folder, `memglass-test-${process.pid}-unsaved`);
      scratch().defer(() => rmSync(path, { force: true }));
      writeFileSync(path, '0123456789');
      const link = join(scratch().folder(), 'link');
      symlinkSync(path, link);
      const uri = await openAndWrite(path, 'live', 'A');
      assert.equal(text(path), 'A123456789');
      const document = await changeAsText(link);
      await vscode.commands.executeCommand('vscode.openWith', uri, 'memglass.memory');
      await assert.rejects(async () => await write('B', 1), refused);
      await run('undo');
      assert.equal(text(path), 'A123456789');
      await document.save();
      assert.equal(text(path), 'A12345678z');
      await write('B', 1);
      assert.equal(text(path), 'AB2345678z');
    });
  }

  it('edits that are tried out are not applied', async () => {
    const path = join(scratch().folder(), 'file.bin');
    writeFileSync(path, '0123456789');
    const uri = await openAndWrite(path, 'scratch', 'A');
    const document = await changeAsText(path);
    assert.equal(await run('memglass.applyEdits', uri), false);
    assert.equal(text(path), '0123456789');
    await document.save();
    assert.equal(await run('memglass.applyEdits', uri), true);
    assert.equal(text(path), 'A12345678z');
  });

  it('shared memory is not saved over it, nor where it was', async () => {
    const name = `memglass-test-${process.pid}-saved`;
    scratch().defer(() => rmSync(`/dev/shm/${name}`, { force: true }));
    writeFileSync(`/dev/shm/${name}`, 'memory');
    const file = join(scratch().folder(), 'file.bin');
    writeFileSync(file, '0123456789');
    await changeAsText(file);
    const save = () => run('memglass.sharedMemory.saveToFile', { name, file, overwrite: true });
    await assert.rejects(async () => await save(), refused);
    assert.equal(text(file), '0123456789');
    rmSync(file);
    await assert.rejects(async () => await save(), refused);
    assert.equal(existsSync(file), false);
    await run('workbench.action.files.revert');
    await save();
    assert.equal(text(file), 'memory');
  });

  it('a text that only its editor knows is seen, too: one of more than 50 MiB', async () => {
    const path = join(scratch().folder(), 'large.txt');
    writeFileSync(path, `0123456789\n${'a line of a long text\n'.repeat(2.5 * 2 ** 20)}`);
    const live = await openAndWrite(path, 'live', 'A');
    const uri = vscode.Uri.file(path);
    await run('vscode.openWith', uri, 'default');
    const isTyped = async () => {
      await run('type', { text: 'z' });
      return vscode.window.tabGroups.activeTabGroup.activeTab?.isDirty;
    };
    await until(isTyped, (isDirty) => isDirty === true, 'the tab of the text is dirty');
    assert.ok(vscode.workspace.textDocuments.every((each) => each.uri.toString() !== uri.toString()));
    await run('vscode.openWith', live, 'memglass.memory');
    await assert.rejects(async () => await write('B', 1), refused);
    await run('vscode.openWith', uri, 'default');
  });
});
