// Edits that are held here and not by VS Code: staged over shared memory, and tried in a scratch. Nobody else sees them
// before they are applied, no auto save applies them, and nothing loses them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LiveWriter } from '../support/liveWriter.ts';
import { content, hex, text } from './editScene.ts';
import { useHeldScene } from './heldScene.ts';
import { Notices } from './notices.ts';
import type { View } from './scene.ts';

const { scene, press, type, typeByte, run, untilNoneDirty, untilKept, untilBegins, crash, ...holding } = useHeldScene();
const { object, openStaged, openScratch, untilHeld, untilNoneHeld } = holding;
const notices = new Notices(scene);

async function stage(path: string): Promise<View> {
  const view = await openStaged(path);
  await press('Control+Home');
  await typeByte('A');
  await view.shows(0, hex('A123456789abcdef'));
  await untilHeld(view, '1 edit not applied');
  return view;
}

test('edits staged over shared memory are seen by nobody else until they are applied, and undone by VS Code', async () => {
  const path = object();
  const view = await stage(path);
  assert.equal(text(path), content);
  await untilNoneDirty();
  await press('Control+Z');
  await view.shows(0, hex('0123456789abcdef'));
  await untilNoneHeld(view);
  await untilNoneDirty();
  await press('Control+Shift+Z');
  await view.shows(0, hex('A123456789abcdef'));
  await untilNoneDirty();
  assert.equal(text(path), content);
  await press('Control+S');
  await untilBegins(path, 'A123456789abcdef0123');
  await untilNoneHeld(view);
  await untilKept(0);
});

test('auto save applies nothing', async () => {
  const path = object();
  await scene.workbench.changeSettings({ 'files.autoSave': 'afterDelay', 'files.autoSaveDelay': 100 });
  try {
    const view = await stage(path);
    // Time for many of them, and for one on a change of focus.
    await scene.workbench.page.waitForTimeout(1500);
    await run('workbench.action.files.saveAll');
    assert.equal(text(path), content);
    await untilHeld(view, '1 edit not applied');
    await view.header.getByRole('button', { name: 'Apply', exact: true }).click();
    await untilBegins(path, 'A12345');
  } finally {
    await scene.workbench.changeSettings({ 'files.autoSave': 'off' });
  }
});

test('a tab that is closed loses nothing: its edits are back where it is opened again', async () => {
  const path = object();
  await stage(path);
  await untilKept(1, 1);
  await scene.workbench.closeAllEditors();
  const view = await openStaged(path);
  await view.shows(0, hex('A123456789abcdef'));
  await untilHeld(view, '1 edit not applied');
  assert.equal(text(path), content);
  await run('memglass.discardAllEdits', { confirmed: true });
  await view.shows(0, hex('0123456789abcdef'));
  await untilKept(0);
});

test('after all of VS Code was killed, staged edits of shared memory are there again and can be applied', async () => {
  const path = object();
  await stage(path);
  await untilKept(1, 1);
  await crash();
  const view = await openStaged(path);
  await view.shows(0, hex('A123456789abcdef'));
  assert.equal(text(path), content);
  await untilNoneDirty();
  await press('Control+S');
  await untilBegins(path, 'A12345');
  await untilKept(0);
});

test('what an apply that was killed has stored already is said as its edits come back, and as they are thrown away', async () => {
  const path = object();
  const staged = await stage(path);
  await press('ArrowDown');
  await typeByte('B');
  await untilHeld(staged, '2 edits not applied');
  await untilKept(1, 2);
  // As a kill leaves it between the first place and the second.
  await crash(() => writeFileSync(path, `A${content.slice(1)}`));
  const view = await openStaged(path);
  const words = '1 of the 2 edited places have your bytes already';
  await notices.waitFor(`2 edits that were not saved are back. ${words}`);
  await notices.clear();
  await view.focus();
  await view.header.getByRole('button', { name: 'Discard…', exact: true }).click();
  assert.match(await scene.workbench.answerDialog('Throw Away'), new RegExp(words));
  await untilNoneHeld(view);
  await untilKept(0);
  assert.equal(text(path), `A${content.slice(1)}`);
});

test('bytes that another process has stored under an edit are asked about, not gone over', async () => {
  const path = object();
  const view = await stage(path);
  const writer = await LiveWriter.start(scene.scratch, path);
  await writer.store(0, Buffer.from('Z'));
  await press('Control+S');
  await view.banner.getByText('Not applied: others have changed bytes that you edited').waitFor();
  assert.equal(text(path)[0], 'Z');
  await view.banner.getByRole('button', { name: 'Overwrite' }).click();
  await untilBegins(path, 'A12345');
  await untilNoneHeld(view);
});

test('a scratch over a file is compared, applied and thrown away, and is never saved by itself', async () => {
  const path = join(scene.scratch.folder(), 'file.txt');
  writeFileSync(path, content);
  const view = await openScratch(path);
  await view.shows(0, hex('0123456789abcdef'));
  await typeByte('J');
  await view.shows(0, hex('J123456789abcdef'));
  await untilHeld(view, '1 edit not applied');
  await press('Control+S');
  assert.equal(text(path), content);
  await untilNoneDirty();
  await view.header.getByRole('button', { name: 'Compare' }).click();
  const diff = scene.workbench.page.locator('.monaco-diff-editor');
  await diff.locator('.original').getByText('30 31 32 33').first().waitFor();
  await diff.locator('.modified').getByText('4A 31 32 33').first().waitFor();
  await run('workbench.action.closeActiveEditor');
  await view.grid.waitFor();
  await view.shows(0, hex('J123456789abcdef'));
  await run('memglass.discardAllEdits', { confirmed: true });
  await view.shows(0, hex('0123456789abcdef'));
  await view.focus();
  await press('Control+Home');
  await typeByte('C');
  await untilHeld(view, '1 edit not applied');
  await run('memglass.applyEdits');
  await untilBegins(path, 'C123456789abcdef0123456789ABCDEF');
  await untilNoneHeld(view);
});

test('pictures of edits that are held, for people to look at', async () => {
  const path = join(scene.scratch.folder(), 'tried.txt');
  writeFileSync(path, content.repeat(64));
  const themes = [
    ['dark', 'Default Dark Modern'],
    ['light', 'Default Light Modern'],
  ] as const;
  for (const [name, theme] of themes) {
    await scene.workbench.setTheme(theme);
    await stage(object());
    await scene.workbench.screenshot(`held-staged-${name}`);
    await run('memglass.discardAllEdits', { confirmed: true });
    const view = await openScratch(path);
    await view.shows(0, hex('0123456789abcdef'));
    await press('Control+Home');
    await type('41');
    await untilHeld(view, '1 edit not applied');
    await scene.workbench.screenshot(`held-scratch-${name}`);
    await run('memglass.compareWithOriginal');
    const diff = scene.workbench.page.locator('.monaco-diff-editor');
    await diff.locator('.modified').getByText('41 31 32 33').first().waitFor();
    await scene.workbench.screenshot(`held-compared-${name}`);
    await run('workbench.action.closeActiveEditor');
    await view.grid.waitFor();
    await run('memglass.discardAllEdits', { confirmed: true });
    await scene.workbench.closeAllEditors();
  }
});
