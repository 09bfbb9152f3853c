// What the end-to-end tests stand on: one that has passed leaves nothing to the next.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { useScene } from './scene.ts';

const scene = useScene();

test('staged edits, a question about them and another group are gone for the next test', async () => {
  const path = join(scene.scratch.folder(), 'left.txt');
  writeFileSync(path, '0123456789abcdef');
  const { page } = scene.workbench;
  const view = await scene.open(path);
  await view.focus();
  await page.keyboard.type('41');
  await page.locator('.tab.dirty').waitFor();
  await scene.workbench.executeCommand('workbench.action.splitEditor');
  const closed = scene.workbench.executeCommand('workbench.action.closeAllEditors');
  await scene.workbench.dialog.waitFor();
  await scene.clear();
  await closed;
  assert.equal(await scene.workbench.dialog.count(), 0);
  assert.deepEqual(await scene.workbench.tabTitles(), []);
  assert.equal(readFileSync(path, 'latin1'), '0123456789abcdef');
  const again = await scene.open(path);
  await again.shows(0, Buffer.from('0123456789abcdef'));
  assert.equal(await page.locator('.tab').count(), 1);
});
