// Typing where each edit is stored at once: what waits, what is dropped, and what is always in sight.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EditingStatus, TypedEdit } from '../../extension/protocol/viewTypes.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

const editing: EditingStatus = { mode: 'live', isLocked: false, count: 0, isAutoSaved: false, taken: 0, others: 0 };

async function openToType(status: Partial<EditingStatus> = {}, theme: 'dark' | 'light' | 'high-contrast' = 'dark') {
  const view = await openView({ theme, status: { editing: { ...editing, ...status } } });
  await view.untilRight(0);
  await view.grid.focus();
  return view;
}

async function calls(view: ViewPage, method: string): Promise<unknown[]> {
  return (await view.calls(method)).map(([said]) => said);
}

const hexAt = async (view: ViewPage, offset: number) => (await view.row(0))?.hex?.slice(2 * offset, 2 * offset + 2);

test('one digit waits in sight, over the byte as it is; the second sends the whole byte with what was shown', async () => {
  const view = await openToType();
  const before = await hexAt(view, 0);
  await view.page.keyboard.type('a');
  const waiting = view.page.locator('.waiting-digit:visible');
  await eventually(async () => assert.equal(await waiting.textContent(), 'A_'));
  assert.deepEqual([await calls(view, 'edit'), await hexAt(view, 0)], [[], before]);
  await view.page.keyboard.type('5');
  await eventually(async () => assert.equal(await hexAt(view, 0), 'A5'));
  await eventually(async () => assert.equal(await waiting.count(), 0));
  const [sent, ...others] = (await calls(view, 'edit')) as TypedEdit[];
  assert.deepEqual(others, []);
  assert.deepEqual([sent?.offset, sent?.length, Object.values(sent?.bytes ?? {})], [0, 1, [0xa5]]);
  assert.deepEqual(Object.values(sent?.shown ?? {}), [Number.parseInt(before ?? '', 16)]);
  // It is in the source: no edit to be saved.
  assert.deepEqual(await view.highlighted('memglass-edited'), []);
});

test('what is typed and not stored shows as it was, and only what others have put there is news', async () => {
  const view = await openToType();
  const changed = () => view.highlighted(...[0, 1, 2, 3, 4, 5].map((level) => `memglass-changed-${level}`));
  const before = await hexAt(view, 0);
  const shown = Uint8Array.of(Number.parseInt(before ?? '', 16));
  await view.page.keyboard.type('a5');
  await eventually(async () => assert.equal(await hexAt(view, 0), 'A5'));
  await view.notify('notStored', 0, shown, shown);
  await eventually(async () => assert.equal(await hexAt(view, 0), before));
  assert.deepEqual(await changed(), []);
  await view.page.keyboard.press('ArrowLeft');
  await view.page.keyboard.type('a5');
  await eventually(async () => assert.equal(await hexAt(view, 0), 'A5'));
  await view.notify('notStored', 0, Uint8Array.of(0x42), shown);
  await eventually(async () => assert.equal(await hexAt(view, 0), '42'));
  await eventually(async () => assert.deepEqual(await changed(), ['42', 'B']));
});

for (const leave of ['Escape', 'ArrowRight', 'Backspace', 'Tab']) {
  test(`${leave} drops a digit that waits`, async () => {
    const view = await openToType();
    await view.page.keyboard.type('a');
    await view.page.locator('.waiting-digit:visible').waitFor();
    await view.page.keyboard.press(leave);
    await view.page.locator('.waiting-digit').waitFor({ state: 'hidden' });
    assert.deepEqual(await calls(view, 'edit'), []);
  });
}

for (const [what, change] of [
  ['locked', { isLocked: true }],
  ['read-only', { refusal: 'Read-only: because of a test.' }],
] as const) {
  test(`a digit that waits as it becomes ${what} is dropped`, async () => {
    const view = await openToType();
    await view.page.keyboard.type('a');
    await view.page.locator('.waiting-digit:visible').waitFor();
    const status = await view.page.evaluate(() => window.host.status);
    await view.notify('statusChanged', { ...status, editing: { ...editing, ...change } });
    await view.page.locator('.waiting-digit').waitFor({ state: 'hidden' });
    await view.page.keyboard.type('5');
    assert.deepEqual(await calls(view, 'edit'), []);
  });
}

test('Delete and Insert change nothing, and say why', async () => {
  const view = await openToType();
  const hint = view.page.locator('.hint:visible');
  await view.page.keyboard.press('Delete');
  await eventually(async () => assert.match((await hint.textContent()) ?? '', /Live edits keep the size/));
  await view.notify('toggleInsertMode');
  await eventually(async () => assert.match((await hint.textContent()) ?? '', /Live edits only overwrite/));
  assert.deepEqual(await calls(view, 'edit'), []);
});

test('the first key in what is locked asks to unlock, and other keys do what else they mean', async () => {
  const view = await openToType({ isLocked: true });
  await view.page.keyboard.type('a');
  await eventually(async () => assert.deepEqual((await calls(view, 'run')).at(-1), 'unlock'));
  assert.deepEqual([await calls(view, 'edit'), await view.page.locator('.waiting-digit:visible').count()], [[], 0]);
});

const badges = [
  ['Staged', { mode: 'staged', isLocked: undefined }],
  ['Scratch', { mode: 'scratch', isLocked: undefined }],
  ['Live, locked', { isLocked: true }],
  ['Live', {}],
  ['Read-only', { refusal: 'Read-only: because of a test.' }],
] as const;
for (const [words, status] of badges) {
  test(`the badge says ${words}, and a click changes the mode`, async () => {
    const view = await openToType(status);
    const badge = view.page.locator('.mode-badge');
    await eventually(async () => assert.equal(await badge.textContent(), words));
    assert.match((await badge.getAttribute('aria-label')) ?? '', new RegExp(`^${words}\\. .*Select to edit`));
    await badge.click();
    await eventually(async () => assert.deepEqual((await calls(view, 'run')).at(-1), 'changeMode'));
    const lock = view.page.locator('.edit-mode .icon-button:visible');
    assert.equal(await lock.count(), words.startsWith('Live') ? 1 : 0);
    if (words === 'Live') {
      await lock.click();
      await eventually(async () => assert.deepEqual((await calls(view, 'run')).at(-1), 'lock'));
    }
  });
}

for (const theme of ['dark', 'light', 'high-contrast'] as const) {
  test(`pictures of a digit that waits, ${theme}`, async () => {
    const view = await openToType({}, theme);
    await view.page.keyboard.type('a');
    await view.page.locator('.waiting-digit:visible').waitFor();
    await view.screenshot(`live-editing-${theme}`);
  });
}
