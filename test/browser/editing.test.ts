// What keys type into the bytes, before the host has said a word.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EditingStatus, TypedEdit } from '../../extension/protocol/viewTypes.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

const editing: EditingStatus = { mode: 'staged', isHeld: false, count: 0, isAutoSaved: false, taken: 0, others: 0 };

async function openToType(status: Partial<EditingStatus> = {}): Promise<ViewPage> {
  const view = await openView({ status: { editing: { ...editing, ...status } } });
  await view.untilRight(0);
  await view.grid.focus();
  return view;
}

async function edits(view: ViewPage): Promise<TypedEdit[]> {
  return (await view.calls('edit')).map(([edit]) => edit as TypedEdit);
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
  assert.equal(await hexAt(view, 0), 'A5');
});

test('what the host does not take is said to be nowhere but here, until it takes it', async () => {
  const view = await openToType();
  await view.page.clock.install();
  await view.page.keyboard.type('a5');
  await eventually(async () => assert.equal((await edits(view)).length, 2));
  const banner = view.page.locator('.banner:visible');
  await view.page.clock.runFor(4000);
  assert.equal(await banner.count(), 0);
  await view.page.clock.runFor(4000);
  await eventually(async () => assert.match((await banner.textContent()) ?? '', /shown here only/));
  const status = await view.page.evaluate(() => window.host.status);
  await view.notify('statusChanged', { ...status, editing: { ...editing, count: 1, taken: 2 } });
  await view.page.clock.runFor(1000);
  await eventually(async () => assert.equal(await banner.count(), 0));
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
  assert.deepEqual(await edits(view), []);
  assert.equal(await hexAt(view, 0), before);
});

test('an edit says what the view was told of, and which digit of its byte it is', async () => {
  const view = await openToType({ others: 3 });
  await view.page.keyboard.type('a5');
  await eventually(async () => assert.equal((await edits(view)).length, 2));
  assert.deepEqual(
    (await edits(view)).map(({ others, digit }) => [others, digit]),
    [
      [3, 'first'],
      [3, 'second'],
    ],
  );
});

test('where others move bytes, the cursor and what was typed since stay with theirs', async () => {
  const view = await openToType();
  for (let i = 0; i < 4; i++) await view.page.keyboard.press('ArrowRight');
  await view.page.keyboard.type('a5');
  await view.untilState({ cursor: 5 });
  // The host did not know of what was typed.
  await view.notify('othersEdited', {
    touched: { offset: 0, length: 2 },
    moves: [{ offset: 0, removed: 0, inserted: 2 }],
    taken: 0,
    others: 1,
  });
  await view.untilState({ cursor: 7 });
  await view.page.keyboard.type('b6');
  await eventually(async () => assert.equal((await edits(view)).length, 4));
  assert.deepEqual(
    (await edits(view)).slice(2).map(({ offset, others }) => [offset, others]),
    [
      [7, 1],
      [7, 1],
    ],
  );
});

test('a digit is the first of its byte after a key of undo, and where others have changed the byte', async () => {
  const view = await openToType();
  const digits = async () => (await edits(view)).map(({ digit }) => digit);
  await view.page.keyboard.type('a');
  await view.page.keyboard.press('Control+Z');
  await view.page.keyboard.type('b');
  await eventually(async () => assert.deepEqual(await digits(), ['first', 'first']));
  const elsewhere = { touched: { offset: 9, length: 1 }, moves: [], taken: 2, others: 1 };
  await view.notify('othersEdited', elsewhere);
  await view.frame();
  await view.page.keyboard.type('c');
  await eventually(async () => assert.deepEqual(await digits(), ['first', 'first', 'second']));
  await view.page.keyboard.type('d');
  await view.notify('othersEdited', { ...elsewhere, touched: { offset: 1, length: 1 }, others: 2 });
  await view.frame();
  await view.page.keyboard.type('e');
  await eventually(async () => assert.deepEqual(await digits(), ['first', 'first', 'second', 'first', 'first']));
});
