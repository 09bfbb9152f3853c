// Typing into a file, and what becomes of it: undo, save, revert, save as, and VS Code being killed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as plainTest } from 'node:test';
import { saveInDialog, startCommand, until, useScene, type View, waitForQuickInput, waitForStatus } from './scene.ts';

const scene = useScene();

/** A test leaves nothing to be saved: VS Code would ask what to do with it. */
function test(name: string, body: () => Promise<void>): void {
  plainTest(name, async () => {
    try {
      await scene.workbench.attempt(name, body);
    } finally {
      await scene.workbench.page.keyboard.press('Escape');
      await scene.workbench.closeAllEditors({ discard: true });
    }
  });
}

const press = (key: string) => scene.workbench.page.keyboard.press(key);
const type = (text: string) => scene.workbench.page.keyboard.type(text);
const run = (command: string, ...args: unknown[]) => scene.workbench.executeCommand(command, ...args);
const text = (path: string) => readFileSync(path, 'latin1');
const status = (words: string) => waitForStatus(scene.workbench, (found) => found.split('\n').includes(words), words);
const noStaged = () => waitForStatus(scene.workbench, (found) => !found.includes('staged'), 'nothing staged');
const isDirty = () => scene.workbench.page.locator('.tab.active.dirty').count();
const untilDirty = (wanted: boolean) =>
  until(isDirty, (count) => count === (wanted ? 1 : 0), wanted ? 'the tab is dirty' : 'the tab is clean');

let count = 0;

function sample(content = '0123456789abcdef0123456789ABCDEF'): string {
  const path = join(scene.scratch.folder(), `edited${++count}.txt`);
  writeFileSync(path, content);
  return path;
}

async function openToType(path: string): Promise<View> {
  const view = await scene.open(path);
  await view.focus();
  await status('OVR');
  return view;
}

const hex = (value: string) => Buffer.from(value, 'latin1').toString('hex').toUpperCase();

test('digits typed show at once, make the tab dirty, are undone and done again, and are in the file once saved', async () => {
  const path = sample();
  const view = await openToType(path);
  await type('4142');
  await view.shows(0, hex('AB23456789abcdef'));
  await untilDirty(true);
  await status('staged 1 edit');
  assert.equal(text(path), '0123456789abcdef0123456789ABCDEF');
  await press('Control+Z');
  await view.shows(0, hex('0123456789abcdef'));
  await untilDirty(false);
  await press('Control+Shift+Z');
  await view.shows(0, hex('AB23456789abcdef'));
  await press('Control+S');
  await untilDirty(false);
  await noStaged();
  assert.equal(text(path), 'AB23456789abcdef0123456789ABCDEF');
  // Undo goes on beyond the save.
  await press('Control+Z');
  await view.shows(0, hex('0123456789abcdef'));
  await untilDirty(true);
  await run('workbench.action.files.revert');
  await view.shows(0, hex('AB23456789abcdef'));
  await untilDirty(false);
});

test('the text column takes characters in the encoding of the view', async () => {
  const path = sample();
  const view = await openToType(path);
  await press('Tab');
  await type('Hi . ok');
  await view.shows(0, hex('Hi . ok789abcdef'));
  await untilDirty(true);
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(path).slice(0, 9), 'Hi . ok78');
});

test('what is saved, undone and typed over is not taken for saved', async () => {
  const path = sample();
  const view = await openToType(path);
  await type('41');
  await untilDirty(true);
  await press('Control+S');
  await untilDirty(false);
  await press('Control+Z');
  await view.shows(0, hex('0123456789abcdef'));
  await untilDirty(true);
  await press('ArrowRight');
  await press('ArrowRight');
  await type('42');
  await status('staged 2 edits');
  await untilDirty(true);
  await press('Control+S');
  await untilDirty(false);
  assert.notEqual(text(path).indexOf('B'), -1);
  assert.equal(text(path)[0], '0');
});

test('bytes are inserted and deleted, also at the end, and saved as another file', async () => {
  const path = sample('0123456789');
  const view = await openToType(path);
  await press('Insert');
  await status('INS');
  // VS Code's own editors overwrite nothing because of it.
  assert.equal(await scene.workbench.page.locator('.statusbar-item').filter({ hasText: 'OVR' }).count(), 0);
  await type('58');
  await view.shows(0, hex('X0123456789'));
  await press('Control+End');
  await view.waitForCursor(11);
  await type('5960');
  await view.shows(0, hex('X0123456789Y`'));
  await press('Backspace');
  await press('Control+Home');
  await press('Delete');
  await view.shows(0, hex('0123456789Y'));
  const copy = join(scene.scratch.folder(), 'copy.txt');
  startCommand(scene.workbench, 'workbench.action.files.saveAs');
  await saveInDialog(scene.workbench, copy);
  await until(
    () => scene.workbench.tabTitles(),
    (titles) => titles.includes('copy.txt'),
    'the copy is open',
  );
  assert.equal(text(copy), '0123456789Y');
  assert.equal(text(path), '0123456789');
});

test('cut, paste with a choice of meanings, fill, and going through the edits', async () => {
  const path = sample();
  const view = await openToType(path);
  scene.workbench.executeCommand('memglass.paste', '51 52').catch(() => {});
  await waitForQuickInput(scene.workbench, 'Paste, Overwriting');
  await press('Enter');
  await view.shows(0, hex('QR23456789abcdef'));
  await view.focus();
  await view.waitForCursor(1);
  for (const _ of [1, 2, 3]) await press('ArrowRight');
  await view.waitForCursor(4);
  await press('Shift+ArrowRight');
  await view.waitForCursor(5);
  await run('memglass.fillSelection', 'EE');
  await view.shows(0, hex('QR23\xee\xee6789abcdef'));
  await status('staged 2 edits');
  await press('Control+Home');
  await press('F8');
  await until(
    () => scene.workbench.statusBarText(),
    (found) => found.includes('2 selected'),
    'an edit is selected',
  );
  startCommand(scene.workbench, 'memglass.showEdits');
  await waitForQuickInput(scene.workbench, '2 Staged Edits');
  await press('Escape');
  await view.focus();
  await press('Control+A');
  await waitForStatus(scene.workbench, (found) => found.includes('32 selected'), 'all is selected');
  await run('memglass.discardEdits');
  await view.shows(0, hex('0123456789abcdef'));
  await noStaged();
});

test('a save over bytes that others have changed asks in the view, and does what is chosen', async () => {
  const path = sample();
  const view = await openToType(path);
  await type('41');
  await untilDirty(true);
  // In place: the very file that is open.
  writeFileSync(path, 'Z123456789abcdef0123456789ABCDEF');
  await press('Control+S');
  await view.banner.getByText('others have changed bytes that you edited').waitFor();
  await untilDirty(true);
  assert.equal(text(path)[0], 'Z');
  await view.banner.getByRole('button', { name: 'Overwrite' }).click();
  await untilDirty(false);
  assert.equal(text(path), 'A123456789abcdef0123456789ABCDEF');
  await view.focus();
  await press('Control+Home');
  await type('42');
  await untilDirty(true);
  writeFileSync(path, 'Y123456789abcdef0123456789ABCDEF');
  await press('Control+S');
  await view.banner.getByRole('button', { name: 'Keep Theirs' }).click();
  await view.shows(0, hex('Y123456789abcdef'));
  await untilDirty(false);
});

test('another file at the path is not written to unasked', async () => {
  const path = sample();
  const view = await openToType(path);
  await type('41');
  await untilDirty(true);
  writeFileSync(`${path}.new`, 'NEW3456789abcdef0123456789ABCDEF');
  renameSync(`${path}.new`, path);
  await press('Control+S');
  await view.banner.getByText('another file has taken this path').waitFor();
  assert.equal(text(path), 'NEW3456789abcdef0123456789ABCDEF');
  await view.banner.getByRole('button', { name: 'Keep Theirs' }).click();
  await view.shows(0, hex('NEW3456789abcdef'));
  await untilDirty(false);
});

test('two views of one file edit together', async () => {
  const path = sample();
  await openToType(path);
  await run('workbench.action.splitEditor');
  const [left, right] = [scene.view(0), scene.view(1)];
  await right.grid.waitFor();
  await right.shows(0, hex('0123456789abcdef'));
  await right.focus();
  await type('41');
  await left.shows(0, hex('A123456789abcdef'));
  await right.shows(0, hex('A123456789abcdef'));
  await left.focus();
  await press('Control+Z');
  await right.shows(0, hex('0123456789abcdef'));
});

test('what cannot be written to says so, and takes no key', async () => {
  const view = await scene.open('/proc/self/cmdline');
  await view.focus();
  await view.header.getByText('read-only').waitFor();
  const before = await view.hex(0);
  await type('41');
  await view.frame.locator('.hint:visible').getByText('writing to it is a command').waitFor();
  assert.equal(await view.hex(0), before);
  assert.equal(await isDirty(), 0);
});

test('auto save writes by itself, and the header says so', async () => {
  const path = sample();
  await scene.workbench.changeSettings({ 'files.autoSave': 'afterDelay', 'files.autoSaveDelay': 200 });
  try {
    const view = await openToType(path);
    await view.header.getByText('auto save').waitFor();
    await type('4142');
    await until(
      () => text(path).slice(0, 2),
      (found) => found === 'AB',
      'the file has what was typed',
    );
    await untilDirty(false);
  } finally {
    await scene.workbench.changeSettings({ 'files.autoSave': 'off' });
  }
});

/** What VS Code keeps of editors that are not saved: what they are, and what each wrote down itself. */
function backups(): string[] {
  const folder = join(scene.server.controlFolder, '../data/User/Backups');
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return found.map(({ name }) => name);
}

test('after VS Code was killed the edits are there again, and can be saved', async () => {
  const path = sample();
  const view = await openToType(path);
  await type('4142');
  await view.shows(0, hex('AB23456789abcdef'));
  await until(backups, (found) => found.length > 0, 'VS Code has written the edits down');
  // Which editor has which backup is a part of the window's state.
  await scene.workbench.saveWindowState('backupId');
  await scene.server.restart();
  await scene.workbench.reload();
  const again = scene.view();
  await again.grid.waitFor();
  await again.shows(0, hex('AB23456789abcdef'));
  await untilDirty(true);
  assert.equal(text(path), '0123456789abcdef0123456789ABCDEF');
  await again.focus();
  // What comes after it is undone, and it is still there to be saved.
  await press('Control+End');
  await type('5A');
  await again.shows(16, hex('0123456789ABCDEZ'));
  await press('Control+Z');
  await again.shows(16, hex('0123456789ABCDEF'));
  await untilDirty(true);
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(path), 'AB23456789abcdef0123456789ABCDEF');
});
