// Staged edits of files, as VS Code handles the document: dirty, undo, save, revert, auto save.
import assert from 'node:assert/strict';
import {
  chmodSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import * as vscode from 'vscode';
import { closeAllTabs, openEditor, until, useScratch } from './memglass.ts';
import { activeTab, fileWith, openAndStage, run, setAutoSave, stage, text, untilDirty, useStaging } from './staging.ts';

/** Journals of saves that this very process has open. */
function journalsOpen(): number {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return links.filter((link) => /\.journal\b/.test(link)).length;
}

describe('Staged edits of a file', () => {
  useStaging();
  const scratch = useScratch();
  const file = (content: string) => fileWith(scratch(), content);

  it('are in nobody’s way until they are saved, and are undone past that', async () => {
    const uri = file('0123456789');
    await openAndStage(uri, 0, 'AB');
    assert.equal(text(uri.fsPath), '0123456789');
    await run('undo');
    await untilDirty(false);
    await run('redo');
    await untilDirty(true);
    await vscode.workspace.save(uri);
    await untilDirty(false);
    assert.equal(text(uri.fsPath), 'AB23456789');
    await run('undo');
    await untilDirty(true);
    await vscode.workspace.save(uri);
    await untilDirty(false);
    assert.equal(text(uri.fsPath), '0123456789');
  });

  it('are given up by a revert, which leaves the file', async () => {
    const uri = file('0123456789');
    await openAndStage(uri, 3, 'x');
    await run('workbench.action.files.revert');
    await untilDirty(false);
    await vscode.workspace.save(uri);
    assert.equal(text(uri.fsPath), '0123456789');
  });

  it('are saved by auto save, when that is on', async () => {
    await setAutoSave('afterDelay');
    try {
      const uri = file('0123456789');
      await openAndStage(uri, 9, '!');
      await until(
        () => text(uri.fsPath),
        (found) => found === '012345678!',
        'the file has what was edited',
      );
      await untilDirty(false);
    } finally {
      await setAutoSave('off');
    }
  });

  it('are of one document in two views, and saved once for both', async () => {
    const uri = file('0123456789');
    await openAndStage(uri, 0, 'A');
    await run('workbench.action.splitEditor');
    const dirty = () => vscode.window.tabGroups.all.map(({ activeTab: tab }) => tab?.isDirty);
    await until(dirty, (all) => all.length === 2 && all.every((is) => is === true), 'both tabs are dirty');
    await stage(9, 'Z');
    await vscode.workspace.save(uri);
    await until(dirty, (all) => all.every((is) => is === false), 'both tabs are clean');
    assert.equal(text(uri.fsPath), 'A12345678Z');
  });

  it('are not written over bytes that others have changed, nor into another file, nor into one that was cut', async () => {
    const uri = file('0123456789');
    await openAndStage(uri, 2, 'x');
    const refused = async (others: string) => {
      await assert.rejects(async () => await vscode.workspace.save(uri), /Not saved: the file is not what it was/);
      assert.deepEqual([activeTab().isDirty, text(uri.fsPath)], [true, others]);
    };
    writeFileSync(uri.fsPath, '01THEIRS89');
    await refused('01THEIRS89');
    truncateSync(uri.fsPath, 1);
    await refused('0');
    const other = `${uri.fsPath}.other`;
    writeFileSync(other, 'another one');
    renameSync(other, uri.fsPath);
    await refused('another one');
  });

  it('are not saved while another editor has unsaved changes of the file, which would go over them', async () => {
    const uri = file('0123456789');
    const link = vscode.Uri.file(`${uri.fsPath}.link`);
    symlinkSync(uri.fsPath, link.fsPath);
    for (const other of [uri, link]) {
      writeFileSync(uri.fsPath, '0123456789');
      await openAndStage(uri, 0, 'A');
      const memglassTab = activeTab();
      const document = await vscode.workspace.openTextDocument(other);
      await vscode.window.showTextDocument(document, { preview: false });
      const change = new vscode.WorkspaceEdit();
      change.replace(document.uri, new vscode.Range(0, 9, 0, 10), 'z');
      await vscode.workspace.applyEdit(change);
      assert.equal(document.isDirty, true);
      await vscode.commands.executeCommand('vscode.openWith', uri, 'memglass.hex');
      await run('workbench.action.files.save');
      assert.deepEqual([memglassTab.isDirty, text(uri.fsPath)], [true, '0123456789']);
      await document.save();
      assert.deepEqual([memglassTab.isDirty, text(uri.fsPath)], [true, '012345678z']);
      await run('workbench.action.files.save');
      await untilDirty(false);
      assert.equal(text(uri.fsPath), 'A12345678z');
      await closeAllTabs();
    }
  });

  it('beside bytes that others have changed are saved, and theirs stay', async () => {
    const uri = file('0123456789');
    await openAndStage(uri, 2, 'x');
    writeFileSync(uri.fsPath, '0123THEIRS');
    await vscode.workspace.save(uri);
    await untilDirty(false);
    assert.equal(text(uri.fsPath), '01x3THEIRS');
  });

  it('keep the file, its mode and its links when they are saved', async () => {
    const uri = file('0123456789');
    chmodSync(uri.fsPath, 0o640);
    const { ino } = statSync(uri.fsPath);
    const umask = process.umask(0o077);
    scratch().defer(() => void process.umask(umask));
    await openAndStage(uri, 0, 'AB');
    await vscode.workspace.save(uri);
    await untilDirty(false);
    const { mode, ino: now } = statSync(uri.fsPath);
    assert.deepEqual([mode & 0o777, now], [0o640, ino]);
  });

  it('that are made while others are saved are still to be saved, and so are those undone meanwhile', async () => {
    const MiB = 2 ** 20;
    const uri = file('');
    truncateSync(uri.fsPath, 48 * MiB);
    const inFile = (offset: number) => readFileSync(uri.fsPath)[offset];
    /** Begins a save that takes a while, and waits until it is under way: what is asked for then comes after it. */
    const begin = async (byte: string) => {
      await run('memglass.fillSelection', { offset: 0, length: 16 * MiB, bytes: byte });
      const saving = vscode.workspace.save(uri);
      await until(journalsOpen, (open) => open > 0, 'a save is under way');
      return { saving };
    };
    /** Whether VS Code takes it for unsaved: what it tells of tabs comes in order, and of a new one now. */
    const looksUnsaved = async () => {
      const tab = activeTab();
      await openEditor(file('another'));
      const { isDirty } = tab;
      await run('workbench.action.closeActiveEditor');
      return isDirty;
    };
    await openAndStage(uri, 0, 'A');
    const { saving: first } = await begin('41');
    await stage(40 * MiB, 'B');
    await first;
    assert.deepEqual([inFile(0), inFile(40 * MiB), await looksUnsaved()], [0x41, 0, true]);
    await vscode.workspace.save(uri);
    await untilDirty(false);
    assert.equal(inFile(40 * MiB), 0x42);
    const { saving: second } = await begin('43');
    const undone = run('undo');
    await Promise.all([second, undone]);
    assert.deepEqual([inFile(0), await looksUnsaved()], [0x43, true]);
    await vscode.workspace.save(uri);
    await untilDirty(false);
    assert.equal(inFile(0), 0x41);
  });
});
