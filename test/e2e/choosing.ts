// Choosing in what VS Code draws anew at any time: menus, lists of a quick input, trees. What is chosen once must not be
// chosen twice, so a step is taken again only where it is seen that it was not taken.
import type { Locator } from 'playwright-core';
import type { Workbench } from '../host/workbench.ts';
import { until } from './until.ts';

/** Milliseconds until something that was clicked counts as not clicked; a click itself takes long where much else runs. */
const patience = 5000;

/** Acts until it is seen to have been taken. Each act must end by itself, and do no harm where the one before is just late. */
export async function takeStep(
  act: (limits: { readonly timeout: number }) => Promise<void>,
  isTaken: () => Promise<boolean>,
  what: string,
): Promise<void> {
  await until(
    async () => {
      if (await isTaken()) return true;
      await act({ timeout: patience });
      return await soon(isTaken);
    },
    (isIt) => isIt,
    what,
  );
}

/** Opens an element of a tree, where it is not open. */
export async function expand(item: Locator): Promise<void> {
  await takeStep(
    (limits) => item.locator('.monaco-tl-twistie').click(limits),
    async () => (await item.getAttribute('aria-expanded', { timeout: patience })) === 'true',
    'the element is open',
  );
}

/** Ticks a row of a quick pick of several. */
export async function tick(row: Locator): Promise<void> {
  await takeStep(
    (limits) => row.click(limits),
    async () => (await row.getAttribute('aria-checked', { timeout: patience })) === 'true',
    'the row is ticked',
  );
}

/** Goes on with the row of the quick pick that is the chosen one, once that is the one with these words. */
export async function acceptRow({ page }: Workbench, words: string | RegExp): Promise<void> {
  await page.locator('.quick-input-widget:visible .monaco-list-row.focused').filter({ hasText: words }).waitFor();
  await page.keyboard.press('Enter');
}

/** Chooses the row of the quick pick that has these words, by the arrow keys: a list that is drawn anew takes no click. */
export async function chooseRow({ page }: Workbench, words: string | RegExp): Promise<void> {
  const row = page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: words });
  await row.first().waitFor();
  await until(
    async () => {
      if ((await row.and(page.locator('.focused')).count()) === 1) return true;
      await page.keyboard.press('ArrowDown');
      return false;
    },
    (isChosen) => isChosen,
    `the row of ${words}`,
  );
  await page.keyboard.press('Enter');
}

/**
 * Chooses from the context menu of an element. By keys: for a tenth of a second a menu that has just come up ignores the
 * mouse. It goes away with the row that it belongs to as that is drawn anew, so Enter is pressed in the page, where it is
 * known to be there.
 */
export async function chooseInMenuOf(
  { page }: Workbench,
  item: Locator,
  label: string,
  position?: { readonly x: number; readonly y: number },
): Promise<void> {
  const entry = page.getByRole('menuitem', { name: label }).first();
  const focused = page.locator('.context-view .action-item.focused').filter({ hasText: label });
  await until(
    async () => {
      if (!(await entry.isVisible())) {
        await item.click({ button: 'right', timeout: patience, ...(position === undefined ? {} : { position }) });
        await entry.waitFor({ timeout: patience });
      }
      while ((await entry.isVisible()) && (await focused.count()) === 0) await page.keyboard.press('ArrowDown');
      return await focused.evaluateAll(pressEnter);
    },
    (isPressed) => isPressed,
    `"${label}" in the menu`,
  );
}

/** Runs in the page. Whether there was exactly one entry to press it on. */
function pressEnter(entries: readonly Element[]): boolean {
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return false;
  const enter = { key: 'Enter', code: 'Enter', keyCode: 13, bubbles: true };
  for (const type of ['keydown', 'keyup']) entry.dispatchEvent(new KeyboardEvent(type, enter));
  return true;
}

/**
 * Answers VS Code's own dialog, which lists a folder once it is typed and takes nothing before. Of a file that is there it
 * asks then, without the list, and is told yes.
 */
export async function saveInDialog({ page }: Workbench, file: string): Promise<void> {
  const widget = page.locator('.quick-input-widget:visible');
  const list = widget.filter({ has: page.locator('.monaco-list-row').filter({ hasText: '..' }) });
  const dialog = list.or(widget.filter({ hasText: 'already exists' }));
  const input = widget.locator('input').first();
  await dialog.waitFor();
  await until(
    async () => {
      if ((await widget.count()) === 0) return true;
      // Typed anew it would be looked at anew, and the answer to the click before be lost.
      if ((await input.inputValue({ timeout: patience })) !== file) await input.fill(file, { timeout: patience });
      await dialog.waitFor({ timeout: patience });
      await widget.getByRole('button', { name: /^(OK|Save|Save Here)$/ }).click({ timeout: patience });
      return await soon(async () => (await widget.count()) === 0);
    },
    (isClosed) => isClosed,
    'the dialog is answered',
  );
}

/** Whether it is so before long. */
async function soon(isIt: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + patience; Date.now() < end; ) if (await isIt()) return true;
  return false;
}
