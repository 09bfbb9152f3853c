// Text that comes otherwise than a key at a time: input methods, dead keys, AltGr.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CDPSession } from 'playwright-core';
import type { EditingStatus, TypedEdit, ViewState } from '../../extension/protocol/viewTypes.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

const editing: EditingStatus = { mode: 'staged', isHeld: false, count: 0, isAutoSaved: false, taken: 0, others: 0 };

interface TextView {
  readonly view: ViewPage;
  readonly input: CDPSession;
}

async function openText(encoding: string, state: Partial<ViewState> = {}): Promise<TextView> {
  const view = await openView({ status: { editing }, state: { column: 'text', encoding, ...state } });
  await view.untilRight(0);
  await view.grid.focus();
  await view.frame();
  return { view, input: await view.page.context().newCDPSession(view.page) };
}

/** What was typed, as the host heard it. */
async function edits(view: ViewPage): Promise<{ offset: number; length: number; bytes: number[] }[]> {
  const typed = (await view.calls('edit')).map(([edit]) => edit as TypedEdit);
  return typed.map(({ offset, length, bytes }) => ({ offset, length, bytes: Object.values(bytes) }));
}

const compose = ({ input }: TextView, text: string) =>
  input.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
const commit = ({ input }: TextView, text: string) => input.send('Input.insertText', { text });
const composing = ({ view }: TextView) => view.page.locator('.composing:visible');

test('what an input method composes shows at the cursor, and is typed once, when it is done', async () => {
  const text = await openText('utf-8');
  await compose(text, 'に');
  await eventually(async () => assert.equal(await composing(text).textContent(), 'に'));
  await compose(text, 'にほん');
  await eventually(async () => assert.equal(await composing(text).textContent(), 'にほん'));
  assert.deepEqual(await edits(text.view), []);
  await commit(text, '日本');
  const bytes = [...new TextEncoder().encode('日本')];
  await eventually(async () => assert.deepEqual(await edits(text.view), [{ offset: 0, length: 6, bytes }]));
  await eventually(async () => assert.equal(await composing(text).count(), 0));
  await text.view.untilState({ cursor: 6 });
  // The next one begins anew.
  await compose(text, '´');
  await commit(text, 'é');
  await eventually(async () =>
    assert.deepEqual((await edits(text.view))[1], { offset: 6, length: 2, bytes: [0xc3, 0xa9] }),
  );
});

test('what is given up while it is composed types nothing', async () => {
  const text = await openText('utf-8');
  await compose(text, 'に');
  await compose(text, '');
  await eventually(async () => assert.equal(await composing(text).count(), 0));
  await text.view.page.keyboard.type('a');
  await eventually(async () => assert.deepEqual(await edits(text.view), [{ offset: 0, length: 1, bytes: [0x61] }]));
});

test('composed text is written in the encoding of the view, and what that lacks is refused in words', async () => {
  const text = await openText('windows-1252');
  await compose(text, '´');
  await commit(text, 'é');
  await eventually(async () => assert.deepEqual(await edits(text.view), [{ offset: 0, length: 1, bytes: [0xe9] }]));
  await compose(text, 'に');
  await commit(text, '日');
  const hint = text.view.page.locator('.hint:visible');
  await eventually(async () =>
    assert.match((await hint.textContent()) ?? '', /has no “日”\. Choose another encoding\./),
  );
  assert.equal((await edits(text.view)).length, 1);
});

test('text that comes at once, without keys, is typed', async () => {
  const text = await openText('utf-16le');
  await commit(text, '😀');
  const bytes = [0x3d, 0xd8, 0x00, 0xde];
  await eventually(async () => assert.deepEqual(await edits(text.view), [{ offset: 0, length: 4, bytes }]));
});

test('characters of AltGr are typed, however the system tells of that key', async () => {
  const text = await openText('utf-8');
  const press = (key: string, more: object) =>
    text.view.grid.evaluate((grid, init) => grid.dispatchEvent(new KeyboardEvent('keydown', init)), { key, ...more });
  await press('AltGraph', { modifierAltGraph: true });
  await press('@', { modifierAltGraph: true });
  await press('{', { ctrlKey: true, altKey: true, modifierAltGraph: true });
  // A chord is none of ours.
  await press('q', { ctrlKey: true, altKey: true });
  await press('Dead', {});
  const bytes = (await edits(text.view)).map((edit) => edit.bytes);
  assert.deepEqual(bytes, [[0x40], [0x7b]]);
});

test('keys of an input method that composes are its own', async () => {
  const text = await openText('utf-8');
  await text.view.grid.evaluate((grid) => {
    for (const key of ['Backspace', 'Enter', ' ', 'ArrowRight', 'a']) {
      grid.dispatchEvent(new KeyboardEvent('keydown', { key, isComposing: true }));
    }
  });
  assert.deepEqual(await edits(text.view), []);
  await text.view.untilState({ cursor: 0 });
});

test('hex digits are keys: no input method is offered there, and the grid is a grid in either column', async () => {
  const text = await openText('utf-8');
  const offered = () => text.view.grid.evaluate((grid) => 'editContext' in grid && grid.editContext != null);
  const roles = async () => {
    const { nodes } = await text.input.send('Accessibility.getFullAXTree');
    const focused = nodes.filter(({ properties }) =>
      properties?.some(({ name, value }) => name === 'focused' && value.value === true),
    );
    return focused.map(({ role }) => role?.value).filter((role) => role !== 'RootWebArea');
  };
  await text.input.send('Accessibility.enable');
  await eventually(async () => assert.equal(await offered(), true));
  await eventually(async () => assert.deepEqual(await roles(), ['grid']));
  await text.view.page.keyboard.press('Shift+Tab');
  await eventually(async () => assert.equal(await offered(), false));
  await eventually(async () => assert.deepEqual(await roles(), ['grid']));
  await commit(text, 'a');
  assert.deepEqual(await edits(text.view), []);
});
