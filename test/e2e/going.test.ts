// Going places in a file, and selecting there.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatCount } from '../../extension/core/expressions/numbers.ts';
import { makeSparse } from '../support/scratch.ts';
import { Notices } from './notices.ts';
import { bytes, row, size, useSampleScene } from './sampleScene.ts';
import { hexOf, startCommand, titleOf, until, waitForQuickInput, waitForStatus } from './scene.ts';

const { scene, sample, press, goTo } = useSampleScene();
const notices = new Notices(scene);

const clipboard = () => scene.workbench.page.evaluate(() => navigator.clipboard.readText());

test('Ctrl+G shows the place while it is typed; Escape goes back, Enter goes there', async () => {
  const view = await scene.open(sample());
  await view.shows(0, row(0));
  await view.focus();
  await press('Control+G');
  await waitForQuickInput(scene.workbench, 'Go to Offset');
  await scene.workbench.page.keyboard.type('0x80000');
  await view.shows(0x80000, row(0x80000));
  await press('Escape');
  await view.waitForTop((top) => top === 0, 'the view is back at the start');
  await view.waitForCursor(0);
  await goTo(view, '50%');
  await view.shows(Math.floor(size / 2 / 16) * 16, row(Math.floor(size / 2 / 16) * 16));
  await goTo(view, '0x80003');
  await view.waitForCursor(0x80003);
  await goTo(view, 'end-1');
  await view.waitForCursor(size - 1);
  await goTo(view, '4K');
  await view.waitForCursor(4096);
  await goTo(view, '+16');
  await view.waitForCursor(4112);
});

test('a place that was only shown while it was typed is not the one that reopening comes back to', async () => {
  const path = sample();
  const view = await scene.open(path);
  await view.focus();
  await press('Control+G');
  await waitForQuickInput(scene.workbench, 'Go to Offset');
  await scene.workbench.page.keyboard.type('0x80000');
  await view.shows(0x80000, row(0x80000));
  await press('Escape');
  await view.waitForTop((top) => top === 0, 'the view is back at the start');
  await view.settled();
  await scene.workbench.executeCommand('workbench.action.closeAllEditors');
  assert.equal(await (await scene.open(path)).top(), 0);
});

test('what is no offset is refused in words and moves nothing', async () => {
  const view = await scene.open(sample());
  await view.focus();
  await press('Control+G');
  await waitForQuickInput(scene.workbench, 'Go to Offset');
  await scene.workbench.answerInput('ff');
  const message = scene.workbench.page.locator('.quick-input-message:visible');
  await until(
    () => message.innerText(),
    (text) => text.includes('0xff') || text.includes('0xFF'),
    'a hint',
  );
  await press('Escape');
  await view.waitForCursor(0);
});

test('the keys of back and forward travel, and fall through to VS Code where there is nowhere to go', async () => {
  const first = await scene.open(sample());
  await first.waitForCursor(0);
  const other = join(scene.scratch.folder(), 'other.bin');
  writeFileSync(other, 'other');
  const view = await scene.open(other);
  await view.shows(0, Buffer.from('other'));
  await view.focus();
  // Nowhere to go in this view: VS Code's own Go Back shows the editor before.
  await press('Control+Alt+-');
  await until(
    () => scene.workbench.page.locator('.tab.active').getAttribute('data-resource-name'),
    (name) => name === 'sample.bin',
    'the tab before is active',
  );
  const sampleView = scene.view();
  await sampleView.shows(0, row(0));
  await goTo(sampleView, '0x1000');
  await sampleView.waitForCursor(0x1000);
  await goTo(sampleView, '0x90000');
  await sampleView.waitForCursor(0x90000);
  await sampleView.focus();
  await press('Control+Alt+-');
  await sampleView.waitForCursor(0x1000);
  await press('Control+Alt+-');
  await sampleView.waitForCursor(0);
  await press('Control+Shift+-');
  await sampleView.waitForCursor(0x1000);
  await press('Control+Shift+-');
  await sampleView.waitForCursor(0x90000);
  await sampleView.shows(0x90000, row(0x90000));
});

test('wheel, scrollbar and keys reach every part of the file', async () => {
  const view = await scene.open(sample());
  await view.shows(0, row(0));
  const { page } = scene.workbench;
  const box = await view.grid.boundingBox();
  assert.ok(box !== null);
  await page.mouse.move(box.x + 200, box.y + 200);
  await page.mouse.wheel(0, 2000);
  const scrolled = await view.waitForTop((top) => top > 0, 'the wheel scrolls');
  await view.shows(scrolled, row(scrolled));
  await view.waitForCursor(0);

  const bar = await view.frame.getByRole('scrollbar').boundingBox();
  assert.ok(bar !== null);
  const thumb = await view.frame.locator('.scrollbar-thumb').boundingBox();
  assert.ok(thumb !== null);
  await page.mouse.move(thumb.x + 5, thumb.y + 5);
  await page.mouse.down();
  await page.mouse.move(thumb.x + 5, bar.y + bar.height / 2, { steps: 5 });
  const middle = await view.waitForTop((top) => top > size / 4 && top < (3 * size) / 4, 'a drag goes to the middle');
  // With Shift a pixel of the hand is a row.
  await page.keyboard.down('Shift');
  await page.mouse.move(thumb.x + 5, bar.y + bar.height / 2 + 3, { steps: 3 });
  await view.waitForTop((top) => Math.abs(top - middle - 48) <= 16, 'three pixels with Shift are three rows');
  await page.keyboard.up('Shift');
  await page.mouse.move(thumb.x + 5, bar.y + bar.height + 50, { steps: 5 });
  await view.shows(Math.floor((size - 1) / 16) * 16, bytes.subarray(Math.floor((size - 1) / 16) * 16));
  await page.mouse.up();

  await view.focus();
  await press('Control+Home');
  await view.shows(0, row(0));
  await press('Control+End');
  await view.shows(Math.floor((size - 1) / 16) * 16, bytes.subarray(Math.floor((size - 1) / 16) * 16));
  await view.waitForCursor(size - 1);
  await press('PageUp');
  await until(
    () => scene.workbench.statusBarText(),
    (text) => !text.includes(`(${size - 1})`),
    'Page Up moves',
  );
});

test('the arrow keys, Home, End and Tab move the one cursor of both columns', async () => {
  const view = await scene.open(sample());
  await view.focus();
  await press('ArrowDown');
  await view.waitForCursor(16);
  await press('ArrowRight');
  await view.waitForCursor(17);
  await press('End');
  await view.waitForCursor(31);
  await press('Home');
  await view.waitForCursor(16);
  const inHex = await view.caret.boundingBox();
  await press('Tab');
  await until(
    () => view.caret.boundingBox(),
    (box) => (box?.x ?? 0) > (inHex?.x ?? 0) + 100,
    'Tab changes the column',
  );
  await press('Shift+Tab');
  await until(
    () => view.caret.boundingBox(),
    (box) => box?.x === inHex?.x,
    'Shift+Tab changes back',
  );
});

test('everything can be reached by the keyboard alone', async () => {
  const view = await scene.open(sample());
  const active = () =>
    view.frame.locator(':focus').evaluate((element) => element.getAttribute('aria-label') ?? element.textContent);
  await view.focus();
  const names: (string | null)[] = [];
  // Backwards out of the grid: its buttons come one by one, and nothing holds the focus.
  for (let i = 0; i < 5; i++) {
    await press('Shift+Tab');
    names.push(await active());
  }
  for (const name of ['Change Layout…', 'Copy As…', 'Go to Offset…']) assert.ok(names.includes(name), names.join());
  for (let i = 0; i < 5; i++) await press('Tab');
  assert.match((await active()) ?? '', /^Bytes of/);
  // The toolbar's commands and the palette reach what the mouse reaches.
  await press('ArrowDown');
  await view.waitForCursor(16);
  await scene.workbench.runCommand(titleOf('memglass.showAsText'));
  await until(
    () => view.frame.getByRole('radio', { name: 'Text' }).getAttribute('aria-checked'),
    (checked) => checked === 'true',
    'text',
  );
  await scene.workbench.runCommand(titleOf('memglass.showAsHex'));
  await view.shows(16, row(16));
});

for (const theme of ['Default High Contrast', 'Default High Contrast Light'] as const) {
  test(`the view can be read in ${theme}`, async () => {
    const view = await scene.open(sample());
    await scene.workbench.setTheme(theme);
    const contrast = async (selector: string) =>
      await view.frame
        .locator(selector)
        .first()
        .evaluate((element) => {
          const channel = (value: number) => {
            const part = value / 255;
            return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
          };
          const luminance = (colour: string) => {
            const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
            return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
          };
          const fore = luminance(getComputedStyle(element).color);
          const back = luminance(getComputedStyle(document.body).backgroundColor);
          return (Math.max(fore, back) + 0.05) / (Math.min(fore, back) + 0.05);
        });
    for (const selector of ['[data-cell="hex"]', '[data-cell="address"]', '.header-name', '.header-facts']) {
      await until(
        () => contrast(selector),
        (found) => found >= 7,
        `contrast of ${selector}`,
      );
    }
    await scene.workbench.setTheme('Default Dark Modern');
  });
}

test('a selection by key or by mouse is told, and Ctrl+C copies it as hex', async () => {
  const view = await scene.open(sample());
  await view.focus();
  for (let i = 0; i < 3; i++) await press('Shift+ArrowRight');
  await waitForStatus(scene.workbench, (text) => text.includes('4 selected (0x4)'), '4 selected');
  await press('Control+C');
  const upper = (part: Uint8Array) => [...part].map((byte) => hexOf(Uint8Array.of(byte))).join(' ');
  await until(clipboard, (text) => text === upper(bytes.subarray(0, 4)), 'the clipboard has the hex');

  // By mouse, across rows: from the first byte of row 1 to the second of row 2.
  const from = await view.row(16).locator('[data-cell="hex"]').boundingBox();
  const to = await view.row(32).locator('[data-cell="hex"]').boundingBox();
  assert.ok(from !== null && to !== null);
  const { mouse } = scene.workbench.page;
  await mouse.move(from.x + 4, from.y + from.height / 2);
  await mouse.down();
  await mouse.move(to.x + 30, to.y + to.height / 2, { steps: 4 });
  await mouse.up();
  await waitForStatus(scene.workbench, (text) => text.includes('18 selected (0x12)'), '18 selected');
  await scene.workbench.executeCommand('memglass.copyAsHexDump');
  const dump = await until(clipboard, (text) => text.startsWith('00000010: '), 'the clipboard has a dump');
  assert.equal(dump.trim().split('\n').length, 2, dump);

  await press('Control+A');
  await waitForStatus(scene.workbench, (text) => text.includes(`${formatCount(size)} selected`), 'all selected');
  const painted = await view.frame.locator('body').evaluate(() => String(document.getSelection()));
  assert.equal(painted, '', 'nothing outside of the grid is selected');
  await press('Escape');
  await until(
    () => scene.workbench.statusBarText(),
    (text) => !text.includes('selected'),
    'no selection',
  );
});

test('a range is selected by typing it, and a copy over the limit is refused in words', async () => {
  const path = join(scene.scratch.folder(), 'huge.bin');
  makeSparse(path, 2 ** 40);
  const view = await scene.open(path);
  await view.focus();
  startCommand(scene.workbench, 'memglass.selectRange');
  await waitForQuickInput(scene.workbench, 'Select Range');
  await scene.workbench.answerInput('0x100..0x1FF');
  await waitForStatus(scene.workbench, (text) => text.includes('256 selected (0x100)'), '256 selected');
  await view.focus();
  await press('Control+A');
  await waitForStatus(scene.workbench, (text) => text.includes('(0x10000000000)'), '1 TiB selected');
  await scene.workbench.page.evaluate(() => navigator.clipboard.writeText('as it was'));
  await view.focus();
  await press('Control+C');
  await notices.waitFor('clipboard takes at most 16 MiB');
  await notices.clear();
  assert.equal(await clipboard(), 'as it was');
});
