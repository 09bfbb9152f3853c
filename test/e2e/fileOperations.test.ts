// What VS Code itself does with a file while it is edited: renames it, deletes it, saves it as another.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { saveInDialog } from './choosing.ts';
import { content, hex, text, useEditScene } from './editScene.ts';
import { Notices } from './notices.ts';
import { startCommand, until } from './scene.ts';

const { scene, press, typeByte, status, sample, openToType, untilDirty, untilKept } = useEditScene();
const notices = new Notices(scene);

/** As the explorer does, where its user has said that what has the name is replaced. */
async function rename(from: string, to: string): Promise<void> {
  await scene.workbench.inHost(
    async (vscode, source, target) => {
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(vscode.Uri.file(source), vscode.Uri.file(target), { overwrite: true });
      await vscode.workspace.applyEdit(edit);
    },
    from,
    to,
  );
}

async function remove(path: string): Promise<void> {
  await scene.workbench.inHost(async (vscode, target) => {
    const edit = new vscode.WorkspaceEdit();
    edit.deleteFile(vscode.Uri.file(target));
    await vscode.workspace.applyEdit(edit);
  }, path);
}

const untilTabs = (...wanted: string[]) =>
  until(
    () => scene.workbench.tabTitles(),
    (found) => found.join() === wanted.join(),
    `the tabs are ${wanted}`,
  );

async function stage(path: string): Promise<void> {
  const view = await openToType(path);
  await press('ArrowRight');
  await view.waitForCursor(1);
  await typeByte('A');
  await view.shows(0, hex('0A23456789abcdef'));
  await untilDirty(true);
}

test('a file that is renamed while it is edited stays in Memglass, where the user was, with its edits', async () => {
  const path = sample();
  const renamed = join(dirname(path), 'renamed.bin');
  await stage(path);
  await rename(path, renamed);
  await untilTabs('renamed.bin');
  const view = scene.view();
  await view.grid.waitFor();
  await view.shows(0, hex('0A23456789abcdef'));
  await view.waitForCursor(2);
  await status('staged 1 edit');
  await untilDirty(true);
  await untilKept(1);
  await view.focus();
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(renamed), `0A${content.slice(2)}`);
  assert.ok(!existsSync(path));
  await untilKept(0);
  assert.deepEqual(scene.workbench.hostErrors, []);
});

test('a file that takes the name of another one keeps its own edits, and gets none of those of the other', async () => {
  const [path, replaced] = [sample(), sample(content.replaceAll('0', 'Z'))];
  const other = await openToType(replaced);
  await press('End');
  await other.waitForCursor(15);
  await typeByte('B');
  await untilDirty(true);
  await stage(path);
  await untilKept(2, 2);
  await rename(path, replaced);
  await untilTabs(basename(replaced));
  const view = scene.view();
  await view.shows(0, hex('0A23456789abcdef'));
  await status('staged 1 edit');
  await untilKept(1, 1);
  await view.focus();
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(replaced), `0A${content.slice(2)}`);
  await untilKept(0);
});

test('so it is where its folder is renamed, and in each group that shows it', async () => {
  const folder = join(scene.scratch.folder(), 'old');
  mkdirSync(folder);
  const path = join(folder, 'file.bin');
  writeFileSync(path, content);
  await stage(path);
  await scene.run('workbench.action.splitEditor');
  await scene.view(1).shows(0, hex('0A23456789abcdef'));
  await rename(folder, join(dirname(folder), 'new'));
  await untilTabs('file.bin', 'file.bin');
  for (const index of [0, 1]) {
    await scene.view(index).grid.waitFor();
    await scene.view(index).shows(0, hex('0A23456789abcdef'));
  }
  await scene.view(1).focus();
  await press('Control+S');
  await until(
    () => text(join(dirname(folder), 'new', 'file.bin')),
    (found) => found.startsWith('0A23'),
    'the file of the new name has the edits',
  );
});

test('a copy that is saved in another file is shown in Memglass, and the file keeps its bytes', async () => {
  const path = sample();
  const copy = join(dirname(path), 'copy.bin');
  await stage(path);
  startCommand(scene.workbench, 'workbench.action.files.saveAs');
  await saveInDialog(scene.workbench, copy);
  await untilTabs('copy.bin');
  const view = scene.view();
  await view.grid.waitFor();
  await view.shows(0, hex('0A23456789abcdef'));
  await view.waitForCursor(2);
  await untilDirty(false);
  await untilKept(0);
  assert.deepEqual([text(path), text(copy)], [content, `0A${content.slice(2)}`]);
});

test('a copy is not saved over a file of which a text editor has unsaved changes', async () => {
  const [path, other] = [sample(), sample('a text\n')];
  const isChanged = await scene.workbench.inHost(async (vscode, target) => {
    const document = await vscode.workspace.openTextDocument(target);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'another ');
    await vscode.workspace.applyEdit(edit);
    return document.isDirty;
  }, other);
  assert.equal(isChanged, true);
  await stage(path);
  startCommand(scene.workbench, 'workbench.action.files.saveAs');
  await saveInDialog(scene.workbench, other);
  await notices.waitFor('Nothing was written: another editor has unsaved changes');
  await untilDirty(true);
  assert.deepEqual([text(path), text(other)], [content, 'a text\n']);
});

test('edits of a file that is deleted go with it: another of that name does not get them', async () => {
  const path = sample();
  await stage(path);
  await untilKept(1);
  await remove(path);
  await untilTabs();
  await untilKept(0);
  writeFileSync(path, content);
  const view = await openToType(path);
  await view.shows(0, hex('0123456789abcdef'));
  await untilDirty(false);
});

test('a file that another program moves is said to be moved, and its edits are saved where the user wants', async () => {
  const path = sample();
  await stage(path);
  renameSync(path, `${path}.moved`);
  const view = scene.view();
  await view.focus();
  await press('Control+S');
  await view.banner.getByText('Not saved: this file was moved').waitFor();
  await view.banner.getByRole('button', { name: 'Open It There' }).click();
  await until(
    () => scene.workbench.tabTitles(),
    (found) => found.some((title) => title.endsWith('.moved')),
    'it is open there',
  );
  const there = scene.view();
  await there.grid.waitFor();
  await there.shows(0, hex('0A23456789abcdef'));
  await there.focus();
  await press('Control+S');
  await until(
    () => text(`${path}.moved`),
    (found) => found === `0A${content.slice(2)}`,
    'it has the edits',
  );
});
