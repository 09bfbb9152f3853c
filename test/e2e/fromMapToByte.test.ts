// What a process holds, the byte in it, another value, and back: in a real workbench, by keyboard alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FrameLocator, Locator } from 'playwright-core';
import { type Owner, startSpace } from '../support/programs.ts';
import { until, untilKeysAreHeard, useScene, waitForStatus } from './scene.ts';

const scene = useScene();
const owner: Owner = { after: (undo) => scene.scratch.defer(undo) };
const press = (key: string) => scene.workbench.page.keyboard.press(key);
const type = (text: string) => scene.workbench.page.keyboard.type(text);
const upper = (address: bigint) => `0x${address.toString(16).toUpperCase()}`;
const map = (): FrameLocator => scene.workbench.webview();
const selected = () => map().locator('[role=row][data-start][aria-selected=true]');

/** Waits until a part of the map has the keyboard. */
async function untilFocused(selector: string): Promise<void> {
  const part = map().locator(selector);
  await until(
    () => part.evaluate((each) => each === document.activeElement && document.hasFocus()),
    (isFocused) => isFocused,
    `the keyboard in ${selector}`,
  );
}

/** By the keys of VS Code's own hovers, once VS Code knows what has the keyboard. */
async function showHover(hover: Locator): Promise<void> {
  await untilKeysAreHeard(scene.workbench);
  await press('Control+k');
  await press('Control+i');
  await hover.waitFor();
}

test('from the memory map to a byte, another value for it, and back to the map', async () => {
  const program = await startSpace(owner, 'pointers');
  const start = program.address.toString(16);
  await scene.workbench.executeCommand('memglass.openMemoryMap', program.pid);
  await map().locator('[role=row][data-start]').first().waitFor();
  await map().locator('.map-footer').filter({ hasText: 'Rss' }).waitFor();
  // Whoever opens a map can go on by keys at once.
  await untilFocused('[role=grid]');

  // What is it holding? The region by its address, and all that is known of it.
  await untilKeysAreHeard(scene.workbench);
  await press('Control+f');
  await untilFocused('.map-filter');
  await type(start);
  await press('Enter');
  await press('ArrowDown');
  await selected()
    .and(map().locator(`[data-start="${start}"]`))
    .waitFor();
  const hover = map().locator('.hover').filter({ visible: true });
  await showHover(hover);
  await hover.filter({ hasText: /the process may write to it/ }).waitFor();
  await hover.filter({ hasText: /counted against the limit of committed memory/ }).waitFor();
  await scene.workbench.screenshot('map-show-hover');
  await press('Escape');
  await hover.waitFor({ state: 'hidden' });

  // To the byte, which the view locks until it is asked to write.
  await press('Enter');
  const view = scene.view();
  await view.header.locator('.mode-badge').filter({ hasText: 'Live, locked' }).waitFor();
  await waitForStatus(scene.workbench, (text) => text.includes(upper(program.address)), 'the first byte');
  await view.focus();
  assert.equal((await scene.workbench.tabTitles()).length, 2, 'the map keeps its tab');
  for (let row = 0; row < 4; row++) await press('ArrowDown');
  await waitForStatus(scene.workbench, (text) => text.includes(upper(program.address + 0x40n)), 'the byte');
  await scene.workbench.executeCommand('memglass.edit.unlock', {});
  await view.header
    .locator('.mode-badge')
    .filter({ hasText: /^Live$/ })
    .waitFor();
  await view.focus();
  await type('dead');
  await view.shows(0x40, `DEAD${'00'.repeat(14)}`);
  // The view shows what is typed before it is stored.
  await until(
    () => program.ask(`load ${(program.address + 0x41n).toString(16)}`),
    (found) => found === String(0xad),
    'the second byte in the memory',
  );
  await until(
    () =>
      scene.workbench.inHost((vscode) =>
        vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ isDirty }) => isDirty)),
      ),
    (dirty) => !dirty.includes(true),
    'nothing is left to be saved',
  );
  const ofByte = view.frame.locator('.hover').filter({ visible: true });
  await showHover(ofByte);
  await ofByte.filter({ hasText: /byte 00/ }).waitFor();
  await press('Escape');

  // And back, to the region that it came from, as it was left; and to the byte once more.
  await press('Alt+ArrowUp');
  await selected()
    .and(map().locator(`[data-start="${start}"]`))
    .waitFor();
  await until(
    () => map().locator('.map-filter').inputValue(),
    (text) => text === start,
    'the filter as it was left',
  );
  await untilFocused('[role=grid]');
  await press('Enter');
  await scene.view().shows(0x40, `DEAD${'00'.repeat(14)}`);
  assert.equal((await scene.workbench.tabTitles()).length, 2);
});

test('the rights in a view’s header lead to the map as well', async () => {
  const program = await startSpace(owner, 'pointers');
  const { pid, address } = program;
  await scene.workbench.executeCommand('memglass.processes.openRegion', { pid, address: `0x${address.toString(16)}` });
  await scene.view().grid.waitFor();
  const rights = scene.view().header.getByRole('button', { name: /^rw-p.*Select to show it in the Memory Map\.$/ });
  await rights.focus();
  await press('Shift+Tab');
  await press('Tab');
  const hint = scene.view().frame.locator('.hover').filter({ visible: true });
  await hint.filter({ hasText: /private: .* no other process sees it/ }).waitFor();
  await press('Enter');
  await selected()
    .and(map().locator(`[data-start="${address.toString(16)}"]`))
    .waitFor();
});
