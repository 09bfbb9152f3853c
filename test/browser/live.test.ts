// A live view in a page: the host is a function, and looks come when the test says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Look } from '../../extension/core/look.ts';
import type { LiveStatus } from '../../extension/protocol/viewTypes.ts';
import { noCharacter } from '../../webview/model/hexRow.ts';
import { byteAt } from '../support/page/bytes.ts';
import { eventually, openView, useBrowser, type ViewOptions, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

const live: LiveStatus = { rate: 10, isPaused: false, age: 0 };
const levels = [0, 1, 2, 3, 4, 5].map((level) => `memglass-changed-${level}`);

interface Change {
  readonly offset: number;
  readonly bytes: readonly number[];
  readonly isNews?: boolean;
}

/** Opens a live view and waits until it told the host what it shows. */
async function openLive(options: ViewOptions = {}): Promise<ViewPage> {
  const view = await openView({ ...options, status: { live, ...options.status } });
  await view.untilRight(0);
  await eventually(async () => assert.ok((await view.calls('shows')).length > 0));
  return view;
}

/** Sends a look, and returns once the view has answered it and drawn. */
async function look(view: ViewPage, changes: readonly Change[], more: Partial<Look> = {}): Promise<void> {
  await view.page.evaluate(
    async ([given, rest]) => {
      await window.host.view.request('looked', {
        range: { offset: 0, length: 4096 },
        runs: given.map(({ offset, bytes, isNews }) => ({ offset, length: bytes.length, isNews: isNews ?? true })),
        bytes: Uint8Array.from(given.flatMap(({ bytes }) => bytes)),
        writing: [],
        isAfterPause: false,
        ...rest,
      });
    },
    [changes, more] as const,
  );
  await view.frame();
}

/** What is marked as changed, of any age. */
async function changed(view: ViewPage): Promise<string[]> {
  return (await Promise.all(levels.map((name) => view.highlighted(name)))).flat();
}

/** Frames that the page asks for within so many milliseconds. */
function framesIn(view: ViewPage, milliseconds: number): Promise<number> {
  return view.page.evaluate(async (duration) => {
    let count = 0;
    const { requestAnimationFrame } = window;
    window.requestAnimationFrame = (callback) => {
      count++;
      return requestAnimationFrame.call(window, callback);
    };
    await new Promise((done) => setTimeout(done, duration));
    window.requestAnimationFrame = requestAnimationFrame;
    return count;
  }, milliseconds);
}

test('what a look tells is in the row and lights up in both columns; then it fades, and then the page is at rest', async () => {
  const view = await openLive();
  assert.deepEqual((await view.calls('shows')).at(0), [{ offset: 0, length: (await view.rows()).length * 16 }]);
  await look(view, [{ offset: 0x21, bytes: [0x41, 0x42] }]);
  const row = await view.row(0x20);
  assert.equal(row?.hex?.slice(2, 6), '4142');
  assert.equal(row?.text.slice(1, 3), 'AB');
  assert.deepEqual(await view.highlighted('memglass-changed-0'), ['41 42', 'AB']);
  await view.screenshot('live-dark');
  // Other rows are as they were.
  for (const other of await view.rows()) if (other.offset !== 0x20) view.assertRight([other]);
  await eventually(async () => assert.deepEqual(await view.highlighted('memglass-changed-5'), ['41 42', 'AB']));
  assert.deepEqual(await view.highlighted('memglass-changed-0'), []);
  assert.equal(await framesIn(view, 1000), 0);
});

test('in the text, too, what a look tells lights up, in the characters that have the bytes', async () => {
  const view = await openView({
    bytes: { kind: 'lines', size: 64 * 1000 },
    state: { mode: 'text', column: 'text' },
    status: { live },
  });
  await view.untilRows((rows) => assert.ok(rows.length > 20));
  await look(view, [{ offset: 70, bytes: [0x41, 0x42] }], { writing: [{ offset: 71, length: 1 }] });
  assert.deepEqual(await view.highlighted('memglass-changed-0'), ['AB']);
  assert.deepEqual(await view.highlighted('memglass-writing'), ['B']);
  await eventually(async () => assert.deepEqual(await view.highlighted('memglass-changed-5'), ['AB']));
  // It is news in the other view of the same bytes as well, and there alone.
  await view.page.getByRole('radio', { name: 'Hex' }).click();
  await eventually(async () => assert.deepEqual(await view.highlighted('memglass-changed-5'), ['41 42', 'AB']));
});

test('of a run only the bytes that differ are news, and none where the host says so', async () => {
  const view = await openLive();
  const pattern = (offset: number) => byteAt(view.bytes, offset);
  const other = (pattern(0x11) + 1) & 0xff;
  await look(view, [
    { offset: 0x10, bytes: [pattern(0x10), other, pattern(0x12)] },
    { offset: 0x40, bytes: [1, 2, 3], isNews: false },
  ]);
  assert.equal((await view.row(0x40))?.hex?.slice(0, 6), '010203');
  assert.equal((await changed(view)).length, 2);
  assert.equal((await changed(view))[0], other.toString(16).toUpperCase().padStart(2, '0'));
});

test('the view and the cursor stay where they are, and a look that changes nothing draws nothing new', async () => {
  const view = await openLive();
  await view.notify('goTo', 0x8000);
  await view.untilState({ cursor: 0x8000 });
  const before = await view.untilRight();
  await look(view, [{ offset: before[3]?.offset ?? 0, bytes: [1] }], { range: { offset: 0x7000, length: 0x2000 } });
  assert.deepEqual(
    (await view.rows()).map(({ offset, top }) => [offset, top]),
    before.map(({ offset, top }) => [offset, top]),
  );
  assert.equal((await view.state()).cursor, 0x8000);
});

test('bytes that are being written have a look of their own, as long as they are', async () => {
  const view = await openLive();
  await look(view, [{ offset: 0x20, bytes: [1, 2] }], { writing: [{ offset: 0x20, length: 1 }] });
  assert.deepEqual(await view.highlighted('memglass-writing'), ['01', noCharacter]);
  await look(view, []);
  assert.deepEqual(await view.highlighted('memglass-writing'), []);
});

test('Space and the full stop are told to the host, and the header says how things are', async () => {
  const view = await openLive();
  const rate = view.page.locator('.live-rate');
  assert.equal(await rate.textContent(), 'live 10 Hz');
  await view.grid.focus();
  await view.page.keyboard.press('Space');
  await view.page.keyboard.press('.');
  await eventually(async () => assert.deepEqual(await view.calls('live'), [['pauseOrResume'], ['step']]));
  await view.change({ live: { ...live, isPaused: true, age: 3000 } });
  await eventually(async () => assert.equal(await rate.textContent(), 'paused · 3 s ago'));
  await eventually(async () => assert.equal(await rate.textContent(), 'paused · 4 s ago'));
  await view.page.getByRole('button', { name: 'Look Once (.)' }).click();
  await view.page.getByRole('button', { name: 'Resume (Space)' }).click();
  await rate.click();
  await eventually(async () =>
    assert.deepEqual(await view.calls('live'), [['pauseOrResume'], ['step'], ['step'], ['pauseOrResume']]),
  );
  await eventually(async () => assert.deepEqual(await view.calls('run'), [['setLiveRate']]));
  await view.change({ live: { rate: 'off', isPaused: false, age: undefined } });
  await eventually(async () => assert.match((await rate.textContent()) ?? '', /^as of \d\d:\d\d:\d\d$/));
  await view.change({ live: undefined });
  await eventually(async () => assert.equal(await rate.count(), 0));
});

test('where it is not live the keys do nothing', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.grid.focus();
  await view.page.keyboard.press('Space');
  await view.page.keyboard.press('.');
  await view.frame();
  assert.deepEqual(await view.calls('live'), []);
});

test('in a pause nothing that the file says moves the bytes, and news stays until a look finds other news', async () => {
  const view = await openLive();
  await look(view, [{ offset: 0, bytes: [1] }]);
  await view.change({ live: { ...live, isPaused: true, age: 0 } }, { kind: 'zeros', size: 1 << 20 });
  await view.frame();
  assert.equal((await view.row(0))?.hex?.slice(0, 2), '01');
  await look(view, [], { isAfterPause: true });
  assert.deepEqual((await changed(view))[0], '01');
  await look(view, [{ offset: 0x10, bytes: [2] }], { isAfterPause: true });
  assert.deepEqual(await changed(view), ['02', noCharacter]);
});

test('while it is live a change of the file alone reads nothing: looks tell', async () => {
  const view = await openLive();
  await eventually(async () => assert.ok((await view.calls('read')).length > 0));
  await view.frame();
  await view.forgetCalls();
  await view.change({});
  await view.frame();
  const visible = (await view.rows()).length * 16;
  const reads = await view.calls('read');
  assert.deepEqual(
    reads.filter(([offset]) => Number(offset) < visible),
    [],
  );
});

test('what is lost stays, struck out, and is told on a hover', async () => {
  const view = await openLive({ bytes: { kind: 'pattern', size: 0x1000 } });
  const before = await view.rows();
  await view.change({ size: 0x24, shownSize: 0x1000 }, { kind: 'pattern', size: 0x24 });
  await eventually(async () => assert.ok((await view.highlighted('memglass-lost')).length > 0));
  assert.deepEqual((await view.rows())[2]?.hex, before[2]?.hex);
  assert.equal((await view.rows())[5]?.hex, before[5]?.hex);
  const { x, y } = await view.pointOf(0x35);
  await view.page.mouse.move(x, y);
  const hover = view.page.getByRole('tooltip');
  await eventually(async () => assert.match((await hover.textContent()) ?? '', /as it was: past the end now/));
  await view.screenshot('live-lost-dark');
});

test('what was never written is fainter than zeros, no character, and says so', async () => {
  for (const theme of ['dark', 'light'] as const) {
    const view = await openLive({ bytes: { kind: 'zeros', size: 0x1000 }, theme });
    await look(view, [], { unwritten: [{ offset: 0x28, length: 0x100 }] });
    const row = await view.row(0x20);
    assert.equal(row?.hex, '00'.repeat(16));
    assert.equal(row?.text, '·'.repeat(8));
    assert.equal((await view.row(0x30))?.text, '');
    assert.equal((await view.highlighted('memglass-unwritten'))[0], ' 00 00 00 00 00 00 00 00'.trim());
    const { x, y } = await view.pointOf(0x35);
    await view.page.mouse.move(x, y);
    const hover = view.page.getByRole('tooltip');
    await eventually(async () => assert.match((await hover.textContent()) ?? '', /never written/));
    await view.screenshot(`unwritten-${theme}`);
    // Written, with a zero.
    await look(view, [], { unwritten: [] });
    assert.equal((await view.row(0x30))?.text, '·'.repeat(16));
    assert.deepEqual(await view.highlighted('memglass-unwritten'), []);
  }
});

test('where motion is unwanted nothing fades, and news is underlined at once', async () => {
  const view = await openLive({ context: { reducedMotion: 'reduce' } });
  await look(view, [{ offset: 0x20, bytes: [0x41] }]);
  assert.deepEqual(await view.highlighted('memglass-changed-5'), ['41', 'A']);
  assert.equal(await framesIn(view, 500), 0);
});

test('in forced colours a row with news has a mark, and nothing looks selected that is not', async () => {
  const view = await openLive({ context: { forcedColors: 'active' } });
  await look(view, [{ offset: 0x20, bytes: [0x41] }]);
  const marks = () =>
    view.page
      .locator('.row.changed')
      .evaluateAll((rows) => rows.map((row) => getComputedStyle(row, '::before').content));
  assert.deepEqual(await marks(), ['"•"']);
  assert.equal(await view.page.evaluate(() => CSS.highlights.has('memglass-changed-0')), false);
});

test('text follows too', async () => {
  const view = await openView({
    bytes: { kind: 'lines', size: 1 << 16 },
    state: { mode: 'text', column: 'text' },
    status: { live },
  });
  await view.untilRows((rows) => assert.match(rows[0]?.text ?? '', /^line 0/));
  await eventually(async () => assert.ok((await view.calls('shows')).length > 0));
  await look(view, [{ offset: 0, bytes: [...new TextEncoder().encode('LINE')] }]);
  await view.untilRows((rows) => assert.match(rows[0]?.text ?? '', /^LINE 0/));
});

for (const width of [300, 480, 800]) {
  test(`${width} pixels wide, nothing of a paused view's header lies over another`, async () => {
    const view = await openLive({ width, path: '/dev/shm/a-segment-with-a-long-name' });
    await view.change({ live: { ...live, isPaused: true, age: 59 * 60_000 } });
    await eventually(async () => assert.equal(await view.page.locator('.live').getAttribute('data-state'), 'paused'));
    const boxes = await view.page.evaluate(() =>
      [...document.querySelectorAll('.header > *')]
        .map((item) => ({ box: item.getBoundingClientRect(), name: item.className }))
        .filter(({ box }) => box.width > 0)
        .map(({ box, name }) => ({ left: box.left, right: box.right, name })),
    );
    for (const [index, { left, right, name }] of boxes.entries()) {
      assert.ok(left >= 0 && right <= width + 0.5, `${name} from ${left} to ${right}`);
      assert.ok(left >= (boxes[index - 1]?.right ?? 0) - 0.5, `${name} lies over ${boxes[index - 1]?.name}`);
    }
    await view.screenshot(`live-narrow-${width}`);
  });
}
