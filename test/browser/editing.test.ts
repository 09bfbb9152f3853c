// What keys type into the bytes, before the host has said a word.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EditingStatus, TypedEdit } from '../../extension/protocol/viewTypes.ts';
import { eventually, openView, useBrowser, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

const editing: EditingStatus = { count: 0, isAutoSaved: false, taken: 0 };

async function openToType(status: Partial<EditingStatus> = {}): Promise<ViewPage> {
  const view = await openView({ status: { editing: { ...editing, ...status } } });
  await view.untilRight(0);
  await view.grid.focus();
  return view;
}

async function edits(view: ViewPage): Promise<TypedEdit[]> {
  return await view.page.evaluate(() =>
    window.host.calls.filter(({ method }) => method === 'edit').map(({ args }) => args[0] as TypedEdit),
  );
}

const hexAt = async (view: ViewPage, offset: number) => (await view.row(0))?.hex?.slice(2 * offset, 2 * offset + 2);

test('a digit shows in the next frame, marked, and the host hears what was there', async () => {
  const view = await openToType();
  const before = await hexAt(view, 0);
  await view.page.keyboard.type('a');
  await eventually(async () => assert.equal(await hexAt(view, 0), `A${before?.[1]}`));
  await view.page.keyboard.type('5');
  await eventually(async () => assert.equal(await hexAt(view, 0), 'A5'));
  await eventually(async () => assert.equal((await view.highlighted('memglass-edited'))[0], 'A5'));
  const sent = await edits(view);
  assert.deepEqual(
    sent.map(({ offset, length }) => [offset, length]),
    [
      [0, 1],
      [0, 1],
    ],
  );
  assert.equal(
    Object.values(sent[0]?.shown ?? {})[0]
      ?.toString(16)
      .padStart(2, '0')
      .toUpperCase(),
    before,
  );
  await view.untilState({ cursor: 1 });
});

test('what the host tells late does not take back what was typed since', async () => {
  const view = await openToType();
  await view.page.keyboard.type('a5');
  await eventually(async () => assert.equal(await hexAt(view, 0), 'A5'));
  // It has taken the first digit only.
  const status = await view.page.evaluate(() => window.host.status);
  await view.notify('edited', {
    status: { ...status, generation: 2, editing: { ...editing, count: 1, taken: 1 } },
    offset: 0,
    bytes: Uint8Array.of(0xa0),
    edits: [{ offset: 0, length: 1 }],
  });
  await view.frame();
  assert.equal(await hexAt(view, 0), 'A5');
});

test('a key that changes nothing says why, beside the cursor and to a screen reader', async () => {
  const view = await openToType({ refusal: 'Read-only: because of a test.' });
  await view.page.keyboard.type('a');
  const hint = view.page.locator('.hint:visible');
  await eventually(async () => assert.equal(await hint.textContent(), 'Read-only: because of a test.'));
  await eventually(async () =>
    assert.equal(await view.page.locator('[aria-live=polite]').textContent(), 'Read-only: because of a test.'),
  );
  assert.deepEqual(await edits(view), []);
  await view.page.keyboard.press('ArrowRight');
  await eventually(async () => assert.equal(await hint.count(), 0));
});

test('a screen reader hears what was typed, and where the cursor is then', async () => {
  const view = await openToType();
  await view.page.keyboard.type('a5');
  const live = view.page.locator('[aria-live=polite]');
  await eventually(async () => assert.match((await live.textContent()) ?? '', /typed A5\. offset 0x1, /));
});

test('where nothing is edited, keys do what else they mean', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.grid.focus();
  const before = await hexAt(view, 0);
  await view.page.keyboard.type('a');
  await view.page.keyboard.press('Insert');
  await view.page.keyboard.press('Delete');
  await view.frame();
  assert.deepEqual(await edits(view), []);
  assert.equal(await hexAt(view, 0), before);
});
