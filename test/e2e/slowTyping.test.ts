// Typing over a slow connection: a key is of the view as the user saw it, and goes into a document that is another by then.
import { after, afterEach, beforeEach, test } from 'node:test';
import { acceptRow } from './choosing.ts';
import { content, hex, text, useEditScene } from './editScene.ts';
import { startCommand, until, View, waitForQuickInput, waitForStatus } from './scene.ts';
import { openSlowWindow, type SlowWindow } from './slowConnection.ts';

const { scene, sample } = useEditScene();

/** One for all tests, until one of them fails: then its server is another one. */
let opened: SlowWindow | undefined;
let window: SlowWindow;

beforeEach(async () => {
  opened ??= await openSlowWindow(scene);
  window = opened;
});
afterEach(async (t) => {
  if (opened === undefined) return;
  opened.letGo();
  const hasFailed = 'error' in t && t.error != null;
  if (!hasFailed) await opened.workbench.closeAllEditors({ discard: true });
  else {
    const { close } = opened;
    opened = undefined;
    await close().catch(() => {});
  }
});
after(() => opened?.close());

const press = (key: string) => window.workbench.page.keyboard.press(key);
const type = (keys: string) => window.workbench.page.keyboard.type(keys);
/** As its character: one key, and one step of undo. Two digits are two of them where the second comes late. */
const typeByte = async (character: string) => {
  await press('Tab');
  await type(character);
  await press('Shift+Tab');
};
const status = (entry: string) => waitForStatus(window.workbench, (found) => found.split('\n').includes(entry), entry);

async function openToInsert(path: string): Promise<View> {
  await window.workbench.openWith(path, 'memglass.hex');
  const view = new View(window.workbench, 0);
  // All that the page is made of comes through here, too.
  await view.grid.waitFor({ timeout: 90_000 });
  await view.focus();
  await status('OVR');
  await press('Insert');
  await status('INS');
  return view;
}

/** VS Code saves nothing in a tab that it takes for clean, as it does between an undo and word of what was typed after it. */
async function save(path: string, wanted: string): Promise<void> {
  window.letGo();
  await until(
    async () => {
      await press('Control+S');
      return text(path);
    },
    // While it is saved it may be a part of that.
    (found) => found === wanted,
    'the file is saved as it is meant',
  );
}

test('what is typed right after the undo of an insertion goes where the cursor was, among the bytes there are', async () => {
  const path = sample();
  const view = await openToInsert(path);
  await typeByte('X');
  await view.shows(0, hex('X0123456789abcde'));
  await status('staged 1 edit');
  window.hold();
  await press('Control+Z');
  await type('5960');
  await save(path, `Y\`${content}`);
  await view.shows(0, hex('Y`0123456789abcd'));
  // The cursor has gone with them.
  await view.waitForCursor(2);
});

test('what is pasted right after the undo of an insertion goes where the cursor was', async () => {
  const path = sample();
  const view = await openToInsert(path);
  for (let i = 0; i < 3; i++) await press('ArrowRight');
  await view.waitForCursor(3);
  await typeByte('X');
  await view.shows(0, hex('012X3456789abcde'));
  await view.waitForCursor(4);
  await status('staged 1 edit');
  await window.workbench.page.evaluate(() => navigator.clipboard.writeText('?!'));
  window.hold();
  await press('Control+Z');
  await press('Control+V');
  window.letGo();
  await waitForQuickInput(window.workbench, 'Paste, Inserting');
  await acceptRow(window.workbench, /Text/);
  await view.shows(0, hex('012?!3456789abcd'));
  await view.focus();
  await save(path, `012?!${content.slice(3)}`);
});

test('the digit typed after the undo of a digit is the first of its byte', async () => {
  const path = sample();
  const view = await openToInsert(path);
  await press('Insert');
  await status('OVR');
  await type('4');
  await status('staged 1 edit');
  window.hold();
  await press('Control+Z');
  await type('51');
  await save(path, `Q${content.slice(1)}`);
  await view.shows(0, hex('Q123456789abcdef'));
});

test('an insertion in one view moves what is typed in another one to the same byte', async () => {
  const path = sample();
  const left = await openToInsert(path);
  await window.workbench.executeCommand('workbench.action.splitEditor');
  const right = new View(window.workbench, 1);
  await right.shows(0, hex('0123456789abcdef'));
  await right.focus();
  for (let i = 0; i < 4; i++) await press('ArrowRight');
  await right.waitForCursor(4);
  await left.focus();
  // VS Code knows by then that this page has lost the keyboard, see View.focus.
  await right.settled();
  window.hold();
  await type('5859');
  await right.grid.focus();
  await type('41');
  window.letGo();
  await right.shows(0, hex('XY0123A56789abcd'));
  await left.shows(0, hex('XY0123A56789abcd'));
  await right.focus();
  await save(path, `XY0123A${content.slice(5)}`);
  await right.waitForCursor(7);
});

test('a byte that is gone is not written elsewhere, and that is said', async () => {
  const path = sample();
  const left = await openToInsert(path);
  await window.workbench.executeCommand('workbench.action.splitEditor');
  const right = new View(window.workbench, 1);
  await right.shows(0, hex('0123456789abcdef'));
  await left.focus();
  await right.settled();
  window.hold();
  await press('Delete');
  await right.grid.focus();
  await type('41');
  window.letGo();
  // Also where it is hidden again.
  await until(
    () => right.frame.locator('.hint').textContent(),
    (found) => found?.startsWith('Not typed') === true,
    'it says why',
  );
  await right.shows(0, hex('123456789abcdef0'));
  await left.shows(0, hex('123456789abcdef0'));
  await right.focus();
  await save(path, content.slice(1));
});

test('a command that comes as its tab has just been left says that nothing is done, and holds no undo up', async () => {
  const path = sample();
  await window.workbench.openWith(sample(), 'memglass.hex');
  const view = await openToInsert(path);
  await typeByte('X');
  await view.shows(0, hex('X0123456789abcde'));
  await status('staged 1 edit');
  const tabs = window.workbench.page.locator('.tabs-container .tab');
  window.hold();
  await tabs.first().click();
  await tabs.first().and(window.workbench.page.locator('.active')).waitFor();
  // The host has not heard yet that it is another tab.
  await window.workbench.inHost((vscode) => {
    Object.assign(globalThis, { memglassTestDone: vscode.commands.executeCommand('memglass.edit.invert') });
  });
  window.letGo();
  await status('Nothing done: the tab was left meanwhile.');
  await window.workbench.inHost(() => (globalThis as unknown as { memglassTestDone: Promise<void> }).memglassTestDone);
  await tabs.last().click();
  await view.shows(0, hex('X0123456789abcde'));
  await view.focus();
  await press('Control+Z');
  await view.shows(0, hex(content.slice(0, 16)));
});

test('edits that are discarded from the list one right after the other are those that were clicked', async () => {
  await window.workbench.openWith(sample(), 'memglass.hex');
  const view = new View(window.workbench, 0);
  await view.grid.waitFor({ timeout: 90_000 });
  await view.focus();
  await status('OVR');
  for (const offset of [0, 4, 8]) {
    await window.workbench.executeCommand('memglass.fillSelection', { offset, length: 1, bytes: '5A' });
  }
  await view.shows(0, hex('Z123Z567Z9abcdef'));
  startCommand(window.workbench, 'memglass.showEdits');
  await waitForQuickInput(window.workbench, '3 Staged Edits');
  const rows = window.workbench.page.locator('.quick-input-widget:visible .monaco-list-row');
  window.hold();
  for (const at of [0, 1]) {
    await rows.nth(at).hover();
    await rows.nth(at).getByRole('button', { name: 'Discard This Edit' }).click();
  }
  window.letGo();
  await waitForQuickInput(window.workbench, '1 Staged Edit');
  await view.shows(0, hex('01234567Z9abcdef'));
  await rows.first().getByText('no edit any more').waitFor();
  await press('Escape');
});
