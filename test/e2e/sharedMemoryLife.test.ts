// The whole life of a segment without leaving the workbench: made by questions, written, watched, resized, saved and
// unlinked by menus, with a second process that has it mapped.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { start } from '../support/programs.ts';
import { acceptRow, chooseInMenuOf, saveInDialog, tick } from './choosing.ts';
import { noteKeyboardElsewhere } from './keyboardElsewhere.ts';
import { Notices } from './notices.ts';
import { startCommand, until, useScene, waitForQuickInput } from './scene.ts';

const scene = useScene();
const { owner } = scene;
const page = () => scene.workbench.page;
const widget = () => page().locator('.quick-input-widget:visible');

/** A name that is free again after the tests. */
function freshName(what: string): string {
  const name = `memglass-test-${process.pid}-${what}`;
  scene.scratch.defer(() => rmSync(`/dev/shm/${name}`, { force: true }));
  return name;
}

/** Waits for the step that asks for this. */
async function asked(title: string, prompt: RegExp): Promise<void> {
  await waitForQuickInput(scene.workbench, title);
  await widget().locator('.quick-input-message').filter({ hasText: prompt }).waitFor();
}

/**
 * Types into the step that asks for this, which may hold something already, and goes on. A view that is refreshed as the
 * step comes up takes the keyboard back.
 */
async function answer(title: string, prompt: RegExp, text?: string): Promise<void> {
  await asked(title, prompt);
  const input = widget().locator('input').first();
  if (text !== undefined) await input.fill(text);
  await input.press('Enter');
}

/** Chooses in the step that asks for this. */
async function choose(title: string, placeholder: RegExp, label: string): Promise<void> {
  await waitForQuickInput(scene.workbench, title);
  await until(
    async () => (await widget().locator('input').first().getAttribute('placeholder')) ?? '',
    (found) => placeholder.test(found),
    `a step that asks ${placeholder}`,
  );
  await scene.workbench.pick(label);
}

async function message(): Promise<string> {
  return (await widget().locator('.quick-input-message').textContent()) ?? '';
}

/** The row of an object in the Shared Memory view. */
async function row(name: string): Promise<Locator> {
  // Exactly this one: a copy's name begins with it.
  const label = page().locator('.label-name', { hasText: new RegExp(`^${name}$`) });
  const found = page().locator('.pane-body .monaco-list-row').filter({ has: label }).first();
  await found.waitFor();
  return found;
}

/** What comes and goes elsewhere has the view forget for a moment which rows it has: a menu's command asks which is meant. */
async function showOnly(name: string): Promise<void> {
  await scene.workbench.executeCommand('memglass.sharedMemory.focus');
  await scene.workbench.executeCommand('memglass.sharedMemory.filter', name);
}

async function chooseInMenu(name: string, label: string): Promise<void> {
  await chooseInMenuOf(scene.workbench, await row(name), label);
}

const newSegment = 'New Shared Memory Segment';

test('made, written, watched, resized, saved, unlinked', async () => {
  const name = freshName('life');
  const path = `/dev/shm/${name}`;
  await showOnly(name);
  startCommand(scene.workbench, 'memglass.sharedMemory.create');
  await choose(newSegment, /find it/, 'POSIX');
  await answer(newSegment, /as shm_open takes it/, `/${name}`);
  await choose(newSegment, /What shall be in it/, 'Text…');
  await answer(newSegment, /Text that it begins with/, 'hello');
  await answer(newSegment, /Size/, '8K');
  await choose(newSegment, /set aside/, 'Reserve Now');
  await answer(newSegment, /who may read/, '640');
  const view = scene.view();
  await view.shows(0, '68656C6C6F'.padEnd(32, '0'));
  const { size, blocks, mode } = statSync(path);
  assert.deepEqual([size, blocks * 512, mode & 0o777], [8192, 8192, 0o640]);

  const consumer = await start(owner, 'attach', name, 8192);
  await chooseInMenu(name, 'Fill…');
  await answer(`Fill “${name}”`, /Range to fill/, '0x10..0x13');
  await answer(`Fill “${name}”`, /Bytes in hex/, 'C0 FF EE');
  const question = await scene.workbench.answerDialog('Write');
  assert.match(question, /Write 4 bytes/);
  assert.match(question, new RegExp(`shared_memory ${consumer.pid}`));
  await view.shows(16, 'C0FFEEC0'.padEnd(32, '0'));
  assert.equal(await consumer.ask('peek 17'), '255');

  await chooseInMenu(name, 'Resize…');
  await waitForQuickInput(scene.workbench, `Resize “${name}”`);
  await widget().locator('input').first().fill('4K');
  await until(message, (text) => /SIGBUS.*shared_memory/.test(text), 'who would lose memory');
  await page().keyboard.press('Enter');
  const warning = await scene.workbench.answerDialog('Shrink');
  assert.match(warning, new RegExp(`SIGBUS when it touches it: shared_memory ${consumer.pid}`));
  await until(
    () => statSync(path).size,
    (now) => now === 4096,
    'the new size',
  );

  const file = join(scene.scratch.folder(), 'saved.bin');
  await chooseInMenu(name, 'Save to File…');
  await saveInDialog(scene.workbench, file);
  await until(
    () => existsSync(file) && readFileSync(file).equals(readFileSync(path)),
    (isSame) => isSame,
    'the saved file, with the bytes that are in it',
  );
  assert.equal(statSync(file).size, 4096);

  await chooseInMenu(name, 'Unlink or Remove…');
  const last = await scene.workbench.answerDialog('Unlink');
  assert.match(last, /Unlink .* of 4 KiB\?/);
  assert.match(last, new RegExp(`1 process uses it: shared_memory ${consumer.pid}`));
  assert.match(last, /They keep it/);
  await until(
    () => existsSync(path),
    (is) => !is,
    'the name is gone',
  );
  await view.banner.waitFor();
  assert.equal(await consumer.ask('peek 16'), String(0xc0));
});

test('who has mapped a segment while its new size is typed is named before it is shrunk', async () => {
  const name = freshName('mapped-later');
  const path = `/dev/shm/${name}`;
  writeFileSync(path, Buffer.alloc(8192));
  await showOnly(name);
  await chooseInMenu(name, 'Resize…');
  await waitForQuickInput(scene.workbench, `Resize “${name}”`);
  await widget().locator('input').first().fill('4K');
  await until(message, (text) => text.includes('4 KiB'), 'the size that it is to have');
  const late = await start(owner, 'attach', name, 8192);
  await page().keyboard.press('Enter');
  const warning = await scene.workbench.answerDialog('Cancel');
  assert.match(warning, new RegExp(`SIGBUS when it touches it: shared_memory ${late.pid}`));
  assert.equal(statSync(path).size, 8192);
});

test('what is typed is checked as it is typed, and the way back keeps what was answered', async () => {
  const name = freshName('taken');
  writeFileSync(`/dev/shm/${name}`, 'taken');
  startCommand(scene.workbench, 'memglass.sharedMemory.create');
  await choose(newSegment, /find it/, 'POSIX');
  await asked(newSegment, /as shm_open takes it/);
  const input = widget().locator('input').first();
  const says = async (text: string, words: RegExp) => {
    await input.fill(text);
    await until(message, (found) => words.test(found), `${text}: ${words}`);
  };
  await says('a/b', /no slash/);
  await says('..', /name folders/);
  await says('n'.repeat(256), /too long: 256 bytes of at most 255/);
  await says(`/${name}`, /exists already/);
  await says('sem.x', /taken for a semaphore/);
  await says(`/${name}-new`, new RegExp(`/dev/shm/${name}-new`));
  await page().keyboard.press('Enter');
  await choose(newSegment, /What shall be in it/, 'Zeros');
  await asked(newSegment, /Size/);
  await says('64K + x', /no number/);
  await says('0x10000', /65.?536 bytes/);
  await says('999T', /more than the .* that are free/);
  await widget().getByRole('button', { name: 'Back' }).click();
  await choose(newSegment, /What shall be in it/, 'Repeated Pattern…');
  await asked(newSegment, /repeated to the end/);
  await says('A', /two digits/);
  await says('AX', /no hex digit/);
  await page().keyboard.press('Escape');
  await widget().waitFor({ state: 'hidden' });
  assert.ok(!existsSync(`/dev/shm/${name}-new`));
});

test('the selection of a view is filled from its own menu', async () => {
  const name = freshName('filled');
  writeFileSync(`/dev/shm/${name}`, new Uint8Array(256));
  await scene.workbench.executeCommand('memglass.sharedMemory.open', { name });
  const view = scene.view();
  await view.shows(0, '00'.repeat(16));
  await scene.workbench.executeCommand('memglass.selectRange', '4 +3');
  const bytes = view.row(0).locator('[data-cell="hex"]');
  await chooseInMenuOf(scene.workbench, bytes, 'Fill…', { x: 110, y: 8 });
  await asked(`Fill “${name}”`, /Range to fill .* 3 bytes/);
  await page().keyboard.press('Enter');
  await answer(`Fill “${name}”`, /Bytes in hex/, 'EE');
  assert.match(await scene.workbench.answerDialog('Write'), /No process is seen to use it/);
  await view.shows(0, `00000000EEEEEE${'00'.repeat(9)}`);
});

/** Has a segment made of what is selected, up to the question about its size. */
async function makeOfSelection(name: string, size: RegExp): Promise<void> {
  startCommand(scene.workbench, 'memglass.sharedMemory.create');
  await choose(newSegment, /find it/, 'POSIX');
  await answer(newSegment, /as shm_open takes it/, `/${name}`);
  await widget().locator('.monaco-list-row').filter({ hasText: 'The Selection' }).filter({ hasText: size }).waitFor();
  await choose(newSegment, /What shall be in it/, 'The Selection');
  await asked(newSegment, /Size/);
}

/** Answers the questions that are left. */
async function goOn(): Promise<void> {
  await answer(newSegment, /Size/);
  await choose(newSegment, /set aside/, 'Reserve Now');
  await answer(newSegment, /Mode/);
}

/** A segment that was made is opened. */
async function untilShown(name: string, bytes: Uint8Array): Promise<void> {
  await until(
    () => scene.workbench.tabTitles(),
    (titles) => titles.includes(name),
    'the tab of the segment',
  );
  await scene.view().shows(0, bytes);
}

test('a segment is made of what was selected when that was chosen, whatever is written and selected meanwhile', async () => {
  const name = freshName('selected');
  const path = `/dev/shm/${name}`;
  writeFileSync(path, '0123456789abcdef');
  await scene.workbench.executeCommand('memglass.sharedMemory.open', { name });
  await scene.view().shows(0, Buffer.from('0123456789abcdef'));
  await scene.workbench.executeCommand('memglass.selectRange', '4 +6');
  const copy = freshName('selected-copy');
  await makeOfSelection(copy, /6 B of/);
  writeFileSync(path, 'others have come');
  await scene.workbench.executeCommand('memglass.selectRange', '0 +1');
  await goOn();
  await untilShown(copy, Buffer.from('456789'));
});

test('who selected too much to be kept is asked where it has changed before the segment is made', async () => {
  const path = join(scene.scratch.folder(), 'large.bin');
  writeFileSync(path, new Uint8Array(17 * 2 ** 20));
  const view = await scene.open(path);
  await view.shows(0, '00'.repeat(16));
  await scene.workbench.executeCommand('memglass.selectRange', 'all');
  const name = freshName('large');
  await makeOfSelection(name, /17 MiB of/);
  writeFileSync(path, 'changed', { flag: 'r+' });
  const changed = Buffer.from(`changed${'\0'.repeat(9)}`);
  await view.shows(0, changed);
  await goOn();
  const words = await scene.workbench.answerDialog('Put In', 'has changed since you chose the selection in it');
  assert.match(words, /17 MiB are too many to be kept/);
  await untilShown(name, changed);
});

test('a file is loaded into it, it is duplicated, closed to others, and attached to by lines of C', async () => {
  const name = freshName('loaded');
  const path = `/dev/shm/${name}`;
  const copy = `${path}-copy`;
  scene.scratch.defer(() => rmSync(copy, { force: true }));
  writeFileSync(path, new Uint8Array(4096), { mode: 0o644 });
  const file = join(scene.scratch.folder(), 'new.bin');
  writeFileSync(file, 'from a file');
  await showOnly(name);

  const title = `Load a File into “${name}”`;
  await chooseInMenu(name, 'Load File…');
  await waitForQuickInput(scene.workbench, title);
  await widget().locator('input').first().fill(file);
  await acceptRow(scene.workbench, 'new.bin');
  await answer(title, /Offset that the file’s first byte goes to/, '0x20');
  assert.match(await scene.workbench.answerDialog('Write'), /From offset 0x20 \(32\) on, 11 B of its 4 KiB/);
  await until(
    () => readFileSync(path).subarray(32, 43).toString(),
    (text) => text === 'from a file',
    'the file is in it',
  );

  await chooseInMenu(name, 'Duplicate…');
  await answer(`Duplicate “${name}”`, /Name of the copy/);
  await until(
    () => existsSync(copy) && readFileSync(copy).equals(readFileSync(path)),
    (is) => is,
    'a copy with the same bytes',
  );
  // The tree is drawn anew for it, which would take a menu away that is open then.
  await row(`${name}-copy`);

  const owner = `Mode and Owner of “${name}”`;
  await chooseInMenu(name, 'Change Mode and Owner…');
  await asked(owner, /in octal/);
  await widget().locator('input').first().fill('888');
  await until(
    message,
    (text) => /octal/i.test(text) && !/who may read and write it/.test(text),
    'what is wrong with it',
  );
  await answer(owner, /./, '600');
  await answer(owner, /User id/);
  await answer(owner, /Group id/);
  await until(
    () => statSync(path).mode & 0o777,
    (mode) => mode === 0o600,
    'the new mode',
  );

  await chooseInMenu(name, 'Copy as C');
  const code = await until(
    () => page().evaluate(() => navigator.clipboard.readText()),
    (text) => text.includes('shm_open'),
    'the clipboard has the lines',
  );
  assert.match(code, new RegExp(`shm_open\\("/${name}"`));
});

test('from one question to the next, and back, the keyboard goes nowhere else', async () => {
  const name = freshName('asked');
  writeFileSync(`/dev/shm/${name}`, new Uint8Array(4096));
  await showOnly(name);
  startCommand(scene.workbench, 'memglass.sharedMemory.create');
  await waitForQuickInput(scene.workbench, newSegment);
  const elsewhere = await noteKeyboardElsewhere(page());
  await choose(newSegment, /find it/, 'POSIX');
  await answer(newSegment, /as shm_open takes it/, `/${name}-new`);
  await choose(newSegment, /What shall be in it/, 'Zeros');
  await asked(newSegment, /Size/);
  await widget().getByRole('button', { name: 'Back' }).click();
  await choose(newSegment, /What shall be in it/, 'Text…');
  await asked(newSegment, /Text that it begins with/);
  assert.deepEqual(await elsewhere(), []);
  await page().keyboard.press('Escape');
  await widget().waitFor({ state: 'hidden' });
  // Also where it is the answer that brings the next one.
  await chooseInMenu(name, 'Resize…');
  await waitForQuickInput(scene.workbench, `Resize “${name}”`);
  await widget().locator('input').first().fill('16K');
  await elsewhere();
  await widget().locator('input').first().press('Enter');
  await widget().getByText('Reserve Now').first().waitFor();
  assert.deepEqual(await elsewhere(), []);
  await page().keyboard.press('Escape');
  await widget().waitFor({ state: 'hidden' });
  assert.equal(statSync(`/dev/shm/${name}`).size, 4096);
});

test('a semaphore is chosen and posted, and who waits goes on', async () => {
  const name = freshName('ready');
  const waiter = await start(owner, 'semaphore', name, 0);
  startCommand(scene.workbench, 'memglass.semaphore.post');
  await scene.workbench.pick(name);
  await until(
    () => waiter.ask('peek 0'),
    (passed) => passed === '1',
    'it was let through',
  );
});

test('leaked segments are ticked, summed, saved and removed', async () => {
  const names = [freshName('left-a'), freshName('left-b')];
  for (const name of names) writeFileSync(`/dev/shm/${name}`, Buffer.alloc(64 * 1024, 7));
  const used = freshName('used');
  await start(owner, 'create', used, 4096);
  startCommand(scene.workbench, 'memglass.sharedMemory.findLeaks');
  await waitForQuickInput(scene.workbench, 'Leaked Segments');
  const item = (name: string) => page().locator('.quick-input-list .monaco-list-row').filter({ hasText: name });
  assert.equal(await item(used).count(), 0);
  // Nothing is ticked: the list, which says what to do, stays.
  await widget().getByRole('button', { name: 'OK' }).click();
  for (const name of names) await tick(item(name));
  await until(
    async () => (await widget().locator('.quick-input-title').textContent()) ?? '',
    (title) => /2 ticked, 128 KiB/.test(title),
    'the sum of what is ticked',
  );
  await widget().getByRole('button', { name: 'OK' }).click();
  const folder = scene.scratch.folder();
  assert.match(await scene.workbench.answerDialog('Save Each, Then Remove'), /Remove 2 objects of 128 KiB/);
  await saveInDialog(scene.workbench, `${folder}/`);
  for (const name of names)
    await until(
      () => existsSync(`/dev/shm/${name}`),
      (is) => !is,
      `${name} is gone`,
    );
  for (const name of names) assert.ok(readFileSync(join(folder, `${name}.bin`)).equals(Buffer.alloc(64 * 1024, 7)));
  assert.ok(existsSync(`/dev/shm/${used}`));
});

test('a leaked segment that grows once it is ticked is not removed', async () => {
  const name = freshName('left-c');
  writeFileSync(`/dev/shm/${name}`, Buffer.alloc(64 * 1024, 7));
  startCommand(scene.workbench, 'memglass.sharedMemory.findLeaks');
  await waitForQuickInput(scene.workbench, 'Leaked Segments');
  await tick(page().locator('.quick-input-list .monaco-list-row').filter({ hasText: name }));
  await until(
    async () => (await widget().locator('.quick-input-title').textContent()) ?? '',
    (title) => /1 ticked, 64 KiB/.test(title),
    'it is ticked',
  );
  await widget().getByRole('button', { name: 'OK' }).click();
  appendFileSync(`/dev/shm/${name}`, 'more');
  assert.match(await scene.workbench.answerDialog('Remove'), /of 64 KiB/);
  await new Notices(scene).waitFor('it has another size now.');
  assert.equal(statSync(`/dev/shm/${name}`).size, 64 * 1024 + 4);
});
