// A save that was killed midway in a file that another program has changed since: told where a user meets it, and each way on.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Scene as Saving } from '../native/saveScene.ts';
import { acceptRow } from './choosing.ts';
import { hex, text, useEditScene } from './editScene.ts';
import { Notices } from './notices.ts';
import { startCommand, until, waitForQuickInput } from './scene.ts';

const { scene, press, type, run, openToType, untilDirty, untilKept, crash } = useEditScene();
const notices = new Notices(scene);

const journals = () => join(scene.server.controlFolder, '../data/User/globalStorage/memglass.memglass/journals');
const left = () => readdirSync(journals()).filter((name) => name.endsWith('.journal'));
const untilOver = () => until(left, (names) => names.length === 0, 'no journal is left');

/** A file whose save was killed between its two ranges. */
function killedSave(): Saving {
  mkdirSync(journals(), { recursive: true });
  const saving = new Saving(scene.scratch.folder(), {
    name: '',
    way: 'inPlace',
    size: 20_000,
    edits: [
      { offset: 3, length: 5, text: 'FIRST' },
      { offset: 9000, length: 6, text: 'SECOND' },
    ],
  });
  const { dev, ino } = statSync(saving.path, { bigint: true });
  saving.journal = join(journals(), `${dev.toString(16)}-${ino.toString(16)}.journal`);
  assert.equal(saving.save('-e', 'inject=pwrite64:signal=KILL:when=3').status, 137);
  return saving;
}

/** Another program writes over a byte that the save was still to write. */
function changeByOther({ path }: Saving): string {
  const script = 'import sys; f = open(sys.argv[1], "r+b"); f.seek(9001); f.write(b"#")';
  execFileSync('python3', ['-c', script, path]);
  return text(path);
}

/** The same, shown, with what it is that is in the way. */
async function opened() {
  const saving = killedSave();
  const theirs = changeByOther(saving);
  const view = await scene.open(saving.path);
  await view.banner.getByText(/^A save of this file was cut off on .*: 11 B in 2 ranges, from 0x3/).waitFor();
  return { saving, theirs, view };
}

test('its bytes are shown beside those that are there, staged as edits, saved and undone', async () => {
  const { saving, theirs, view } = await opened();
  await view.banner.getByRole('button', { name: 'Show' }).click();
  await waitForQuickInput(scene.workbench, 'Bytes of the Save That Was Cut Off');
  const rows = scene.workbench.page.locator('.quick-input-list .monaco-list-row');
  await rows.filter({ hasText: '0x2328 (9000)' }).waitFor();
  assert.equal(await rows.count(), 1);
  assert.match(await rows.innerText(), /to be written 53 45 43 4F 4E 44\s+there now [0-9A-F ]*23/);
  await press('Escape');
  await view.banner.getByRole('button', { name: 'Stage Its Bytes' }).click();
  await untilDirty(true);
  await view.banner.waitFor({ state: 'hidden' });
  await untilOver();
  await untilKept(1);
  assert.equal(text(saving.path), theirs);
  await view.shows(8992, hex(saving.wanted.slice(8992, 9008)));
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(saving.path), saving.wanted);
  await view.focus();
  await press('Control+Z');
  await untilDirty(true);
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(saving.path), theirs);
});

test('one that another window has settled meanwhile is said to be so, and nothing is done for it', async () => {
  const { saving, theirs, view } = await opened();
  const [name = ''] = left();
  rmSync(join(journals(), name));
  await view.banner.getByRole('button', { name: 'Show' }).click();
  await notices.waitFor('is settled already');
  await view.banner.waitFor({ state: 'hidden' });
  assert.equal(text(saving.path), theirs);
  await notices.clear();
});

test('a save that it is in the way of is refused with the ways on, and completed it is in the file', async () => {
  const saving = killedSave();
  const kept = scene.scratch.folder();
  const [name = ''] = left();
  // The file is shown as if nothing were; the journal comes back later.
  execFileSync('mv', [join(journals(), name), kept]);
  changeByOther(saving);
  const view = await openToType(saving.path);
  execFileSync('mv', [join(kept, name), journals()]);
  await type('41');
  await untilDirty(true);
  await press('Control+S');
  await notices.waitFor('was not saved. A save of this file was cut off');
  await view.banner.getByText('A save of this file was cut off').waitFor();
  await notices.answer('Complete…');
  assert.match(
    await scene.workbench.answerDialog('Cancel', 'Complete the save of'),
    /11 B in 2 ranges, from 0x3 \(3\) to 0x232D.*The edit that is staged here is saved, too/s,
  );
  await untilDirty(true);
  await view.banner.getByRole('button', { name: 'Complete the Save…' }).click();
  await scene.workbench.answerDialog('Complete the Save');
  await untilDirty(false);
  await untilOver();
  assert.equal(text(saving.path), `A${saving.wanted.slice(1)}`);
});

test('the file is kept as it is once that is confirmed, and can be saved again', async () => {
  const { saving, theirs, view } = await opened();
  await view.banner.getByRole('button', { name: 'Keep the File As It Is…' }).click();
  await scene.workbench.answerDialog('Cancel', 'What the save of');
  assert.equal(left().length, 1);
  await view.banner.getByRole('button', { name: 'Keep the File As It Is…' }).click();
  await scene.workbench.answerDialog('Keep the File As It Is');
  await view.banner.waitFor({ state: 'hidden' });
  await untilOver();
  await view.focus();
  await type('42');
  await untilDirty(true);
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(saving.path), `B${theirs.slice(1)}`);
});

test('a file that somebody has put back stays as it is until the user says what becomes of the save', async () => {
  const saving = killedSave();
  writeFileSync(saving.path, saving.old);
  const view = await scene.open(saving.path);
  await view.banner.getByText('Nothing of it is in the file, as if somebody had put back what was there').waitFor();
  assert.equal(text(saving.path), saving.old);
  assert.equal(left().length, 1);
  await view.banner.getByRole('button', { name: 'Stage Its Bytes' }).click();
  await untilDirty(true);
  await untilOver();
  assert.equal(text(saving.path), saving.old);
  await view.focus();
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(saving.path), saving.wanted);
});

test('one is not completed beneath the unsaved changes of a text editor, and is once they are given up', async () => {
  const saving = killedSave();
  const torn = text(saving.path);
  const isChanged = await scene.workbench.inHost(async (vscode, target) => {
    const document = await vscode.workspace.openTextDocument(target);
    await vscode.window.showTextDocument(document, { preview: false });
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'a text of its own ');
    await vscode.workspace.applyEdit(edit);
    return document.isDirty;
  }, saving.path);
  assert.equal(isChanged, true);
  const view = await scene.open(saving.path);
  await view.banner.getByText('Another editor has unsaved changes of the file').waitFor();
  startCommand(scene.workbench, 'memglass.cutOffSaves');
  await waitForQuickInput(scene.workbench, 'Saves That Were Cut Off');
  await press('Escape');
  assert.deepEqual([left().length, text(saving.path)], [1, torn]);
  await scene.workbench.openWith(saving.path, 'default');
  await run('workbench.action.files.revert');
  await untilOver();
  assert.equal(text(saving.path), saving.wanted);
  const again = await scene.open(saving.path);
  await again.banner.waitFor({ state: 'hidden' });
});

test('one that was cut off with VS Code is told at the next start, listed with its file, and damaged it only goes', async () => {
  let saving: Saving | undefined;
  await crash(() => {
    saving = killedSave();
    changeByOther(saving);
  });
  assert.ok(saving !== undefined);
  await run('memglass.openActive');
  await notices.waitFor(`A save of ${saving.path} was cut off on`);
  await notices.answer('Show');
  const view = scene.view();
  await view.banner.getByText('A save of this file was cut off').waitFor();
  await scene.workbench.closeAllEditors();
  writeFileSync(saving.journal, 'no journal at all'.repeat(9));
  startCommand(scene.workbench, 'memglass.cutOffSaves');
  await waitForQuickInput(scene.workbench, 'Saves That Were Cut Off');
  await acceptRow(scene.workbench, /./);
  await scene.workbench.answerDialog('Keep the File As It Is', 'The damaged journal stays');
  await untilOver();
  assert.equal(readdirSync(journals()).filter((name) => name.includes('.unreadable-')).length, 1);
  await run('memglass.cutOffSaves');
  await notices.waitFor('No save was cut off');
});
