// Typing into a file, and what becomes of it: undo, save, revert, save as, and VS Code being killed.
import assert from 'node:assert/strict';
import { readdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { acceptRow, saveInDialog } from './choosing.ts';
import { content, hex, text, useEditScene } from './editScene.ts';
import { startCommand, until, waitForQuickInput, waitForStatus } from './scene.ts';

const {
  scene,
  press,
  type,
  typeAtOnce,
  typeByte,
  run,
  status,
  sample,
  openToType,
  noneStaged,
  isDirty,
  untilDirty,
  untilKept,
  heard,
} = useEditScene();

test('digits typed show at once, make the tab dirty, and are in the file once saved', async () => {
  const path = sample();
  const view = await openToType(path);
  await type('4142');
  await view.shows(0, hex('AB23456789abcdef'));
  await untilDirty(true);
  await status('staged 1 edit');
  assert.equal(text(path), content);
  await press('Control+S');
  await untilDirty(false);
  await noneStaged();
  assert.equal(text(path), 'AB23456789abcdef0123456789ABCDEF');
  assert.deepEqual(scene.workbench.hostErrors, []);
});

test('what is typed is undone and done again, also beyond a save', async () => {
  const path = sample();
  const view = await openToType(path);
  await typeByte('A');
  await view.shows(0, hex('A123456789abcdef'));
  await untilDirty(true);
  await status('staged 1 edit');
  await press('Control+Z');
  await view.shows(0, hex('0123456789abcdef'));
  await untilDirty(false);
  await press('Control+Shift+Z');
  await view.shows(0, hex('A123456789abcdef'));
  await untilDirty(true);
  await status('staged 1 edit');
  await press('Control+S');
  await untilDirty(false);
  await noneStaged();
  assert.equal(text(path), `A${content.slice(1)}`);
  await press('Control+Z');
  await view.shows(0, hex('0123456789abcdef'));
  await untilDirty(true);
  await run('workbench.action.files.revert');
  await view.shows(0, hex('A123456789abcdef'));
  await untilDirty(false);
  assert.deepEqual(scene.workbench.hostErrors, []);
});

test('what is typed in one go is one step of undo, where the machine was not held up meanwhile', async () => {
  const view = await openToType(sample());
  const [before, typed] = [hex('0123456789abcdef'), hex('AB23456789abcdef')];
  const isTakenBack = async () => {
    await press('Control+Home');
    await typeAtOnce('4142');
    await view.shows(0, typed);
    await untilDirty(true);
    await heard();
    await press('Control+Z');
    const row = await until(
      () => view.hex(0),
      (found) => found !== typed,
      'something is undone',
    );
    await run('workbench.action.files.revert');
    await untilDirty(false);
    await view.shows(0, before);
    return row === before;
  };
  await until(isTakenBack, (is) => is, 'one undo takes all of it back');
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
  await typeByte('A');
  await untilDirty(true);
  await press('Control+S');
  await untilDirty(false);
  await noneStaged();
  await press('Control+Z');
  await view.shows(0, hex('0123456789abcdef'));
  await untilDirty(true);
  await press('ArrowRight');
  await press('ArrowRight');
  await typeByte('B');
  await status('staged 2 edits');
  await untilDirty(true);
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(path), `012B${content.slice(4)}`);
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
  await status('staged 1 edit');
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
  run('memglass.paste', '51 52').catch(() => {});
  await waitForQuickInput(scene.workbench, 'Paste, Overwriting');
  await acceptRow(scene.workbench, /./);
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
  await heard();
  await press('Control+Home');
  await view.waitForCursor(0);
  await press('F8');
  await until(
    () => scene.workbench.statusBarText(),
    (found) => found.includes('2 selected'),
    'an edit is selected',
  );
  startCommand(scene.workbench, 'memglass.showEdits');
  await waitForQuickInput(scene.workbench, '2 Staged Edits');
  const list = scene.workbench.page.locator('.quick-input-widget:visible');
  // What a screen reader says of each: where, how much, and what became what.
  await until(
    () => list.getByRole('option').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label'))),
    (names) =>
      names.join('\n') ===
      '0x0 (0), overwritten · 2 bytes, 30 31 → 51 52\n0x4 (4), overwritten · 2 bytes, 34 35 → EE EE',
    'each edit has its name',
  );
  await list.getByRole('option').first().hover();
  await list.getByRole('option').first().getByRole('button', { name: 'Discard This Edit' }).waitFor();
  await press('Escape');
  await view.focus();
  await press('Control+A');
  await waitForStatus(scene.workbench, (found) => found.includes('32 selected'), 'all is selected');
  await run('memglass.discardEdits');
  await view.shows(0, hex('0123456789abcdef'));
  await noneStaged();
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

test('where theirs are kept, the edits that were in nobody’s way stay, and those given up can be had back', async () => {
  const path = sample();
  const view = await openToType(path);
  await type('41');
  await press('Control+End');
  await view.waitForCursor(31);
  await type('5A');
  await status('staged 2 edits');
  const theirs = `Y${content.slice(1)}`;
  writeFileSync(path, theirs);
  await press('Control+S');
  await view.banner.getByRole('button', { name: 'Keep Theirs' }).click();
  await view.shows(0, hex('Y123456789abcdef'));
  await view.shows(16, hex('0123456789ABCDEZ'));
  await status('staged 1 edit');
  await view.banner.waitFor({ state: 'hidden' });
  assert.equal(text(path), theirs);
  await view.focus();
  await press('Control+Z');
  await view.shows(0, hex('A123456789abcdef'));
  await status('staged 2 edits');
  await press('Control+Shift+Z');
  await view.shows(0, hex('Y123456789abcdef'));
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(path), `${theirs.slice(0, 31)}Z`);
});

test('where a save met others’ bytes, both are shown, place by place', async () => {
  const path = sample();
  const view = await openToType(path);
  await type('41');
  await untilDirty(true);
  writeFileSync(path, 'Z123456789abcdef0123456789ABCDEF');
  await press('Control+S');
  await view.banner.getByRole('button', { name: 'Show' }).click();
  await waitForQuickInput(scene.workbench, 'Bytes That Others Have Changed');
  await acceptRow(scene.workbench, /yours 41.*theirs 5A/);
  await view.waitForCursor(0);
  await untilDirty(true);
  assert.equal(text(path)[0], 'Z');
});

test('a file that was cut under its edits says so, and is saved with those inside once that is chosen', async () => {
  const path = sample();
  const view = await openToType(path);
  await type('41');
  await press('Control+End');
  await view.waitForCursor(31);
  await type('5A');
  await status('staged 2 edits');
  truncateSync(path, 20);
  await press('Control+S');
  await view.banner.getByText('1 of your edits is past its end').waitFor();
  assert.equal(text(path), '0123456789abcdef0123');
  await status('staged 2 edits');
  await view.banner.getByRole('button', { name: 'Keep Only Those Inside' }).click();
  await status('staged 1 edit');
  await untilDirty(true);
  await view.focus();
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(path), 'A123456789abcdef0123');
});

test('what an input method composes is typed once, and no key of it is a command', async () => {
  const path = sample();
  const view = await openToType(path);
  await press('Tab');
  await until(
    () => view.grid.evaluate((grid) => 'editContext' in grid && grid.editContext != null),
    (isOffered) => isOffered,
    'the text column takes composed text',
  );
  const { page } = scene.workbench;
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
  await view.frame.locator('.composing:visible').getByText('に').waitFor();
  await session.send('Input.insertText', { text: '日本' });
  await view.shows(0, `${Buffer.from('日本').toString('hex').toUpperCase()}${hex('6789abcdef')}`);
  await status('staged 1 edit');
  await untilDirty(true);
  await press('Control+Z');
  await view.shows(0, hex('0123456789abcdef'));
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
  await view.banner.getByRole('button', { name: 'Discard My Edits' }).click();
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
  await typeByte('A');
  await left.shows(0, hex('A123456789abcdef'));
  await right.shows(0, hex('A123456789abcdef'));
  await untilDirty(true);
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
  await scene.said.waitFor('writing to it is a command');
  assert.equal(await view.hex(0), before);
  assert.equal(await isDirty(), false);
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
  await typeByte('A');
  await view.shows(0, hex('A123456789abcdef'));
  await untilKept(1, 1);
  await until(backups, (found) => found.length > 0, 'VS Code has written the edits down');
  // Which editor has which backup is a part of the window's state.
  await scene.workbench.saveWindowState('backupId');
  await scene.server.restart();
  await scene.workbench.reload();
  const again = scene.view();
  await again.grid.waitFor();
  await again.shows(0, hex('A123456789abcdef'));
  await untilDirty(true);
  assert.equal(text(path), content);
  await again.focus();
  // What comes after it is undone, and it is still there to be saved.
  await press('Control+End');
  await again.waitForCursor(31);
  await typeByte('Z');
  await again.shows(16, hex('0123456789ABCDEZ'));
  await press('Control+Z');
  await again.shows(16, hex('0123456789ABCDEF'));
  await untilDirty(true);
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(path), `A${content.slice(1)}`);
});
