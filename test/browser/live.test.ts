// A live view in a page: the host is a function, and looks come when the test says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Look } from '../../extension/core/live/look.ts';
import type { LiveStatus } from '../../extension/protocol/viewTypes.ts';
import { noCharacter } from '../../webview/model/hexRow.ts';
import { byteAt } from '../support/page/bytes.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser, type ViewOptions, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

const live: LiveStatus = { rate: 10, isPaused: false, age: 0 };
const levels = [0, 1, 2, 3, 4, 5].map((level) => `memglass-changed-${level}`);

interface Change {
  readonly offset: number;
  readonly bytes: readonly number[];
  readonly isNews?: boolean;
}

/** Opens a live view and waits until it told the host what it shows. Its clock stands still: news stays as new as it is. */
async function openLive(options: ViewOptions = {}): Promise<ViewPage> {
  const view = await openView({ ...options, status: { live, ...options.status } });
  await view.untilRight(0);
  await eventually(async () => assert.ok((await view.calls('shows')).length > 0));
  await stopClock(view);
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
const changed = (view: ViewPage) => view.highlighted(...levels);

/** The page's clock, by which news ages. */
function stopClock(view: ViewPage): Promise<void> {
  return view.page.evaluate(() => {
    const stopped = performance.now();
    performance.now = () => stopped;
  });
}

function letClockGoOn(view: ViewPage): Promise<void> {
  return view.page.evaluate(() => void Reflect.deleteProperty(performance, 'now'));
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
  await letClockGoOn(view);
  await eventually(async () => assert.deepEqual(await view.highlighted('memglass-changed-5'), ['41 42', 'AB']));
  assert.deepEqual(await view.highlighted(...levels.slice(0, 5)), []);
  assert.equal(await framesIn(view, 1000), 0);
});

test('in the text, too, what a look tells lights up, in the characters that have the bytes', async () => {
  const view = await openView({
    bytes: { kind: 'lines', size: 64 * 1000 },
    state: { mode: 'text', column: 'text' },
    status: { live },
  });
  await view.untilRows((rows) => assert.ok(rows.length > 20));
  await stopClock(view);
  await look(view, [{ offset: 70, bytes: [0x41, 0x42] }], { writing: [{ offset: 71, length: 1 }] });
  assert.deepEqual(await view.highlighted('memglass-changed-0'), ['AB']);
  assert.deepEqual(await view.highlighted('memglass-writing'), ['B']);
  await letClockGoOn(view);
  await eventually(async () => assert.deepEqual(await view.highlighted('memglass-changed-5'), ['AB']));
  await stopClock(view);
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
  const news = await changed(view);
  assert.equal(news.length, 2);
  assert.equal(news[0], other.toString(16).toUpperCase().padStart(2, '0'));
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

test('the host is told where a view has come to, by however many places that was', async () => {
  const view = await openLive();
  await view.forgetCalls();
  const places = Array.from({ length: 20 }, (_, i) => 0x1000 * (i + 1));
  for (const place of places) await view.notify('goTo', place);
  await view.untilState({ cursor: places.at(-1) ?? 0 });
  const [first] = await view.untilRight();
  await eventually(async () => {
    const shown = (await view.calls('shows')).map(([range]) => (range as { offset: number }).offset);
    assert.equal(shown.at(-1), first?.offset);
  });
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
  assert.equal(await rate.textContent(), 'watching 10 Hz');
  await view.grid.focus();
  await view.page.keyboard.press('Space');
  await view.page.keyboard.press('.');
  await eventually(async () => assert.deepEqual(await view.calls('live'), [['pauseOrResume'], ['step']]));
  await view.change({ live: { ...live, isPaused: true, age: 3000 } });
  const age = async () => Number(/^paused · (\d+) s ago$/.exec((await rate.textContent()) ?? '')?.[1] ?? -1);
  const told = await eventually(async () => {
    const seconds = await age();
    assert.ok(seconds >= 3, `${seconds} s`);
    return seconds;
  });
  await eventually(async () => assert.ok((await age()) > told));
  await view.page.getByRole('button', { name: 'Look Once (.)' }).click();
  await view.page.getByRole('button', { name: 'Resume (Space)' }).click();
  await rate.click();
  await eventually(async () =>
    assert.deepEqual(await view.calls('live'), [['pauseOrResume'], ['step'], ['step'], ['pauseOrResume']]),
  );
  await eventually(async () => assert.deepEqual(await view.calls('run'), [['setWatchRate']]));
  await view.change({ live: { rate: 'off', isPaused: false, age: undefined } });
  await eventually(async () => assert.match((await rate.textContent()) ?? '', /^as of \d\d:\d\d:\d\d$/));
  await view.change({ live: undefined });
  await eventually(async () => assert.equal(await rate.count(), 0));
});

test('where nothing is watched the keys do nothing', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.grid.focus();
  await view.page.keyboard.press('Space');
  await view.page.keyboard.press('.');
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

test('while it is watched a change of the file alone reads nothing: looks tell', async () => {
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
  await letClockGoOn(view);
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
    await view.assertHeaderFits();
    await view.screenshot(`live-narrow-${width}`);
  });
}

for (const width of [300, 400, 480, 600, 800, 920]) {
  test(`${width} pixels wide, all buttons are in sight beside edits that are held`, async () => {
    const view = await openLive({ width, path: '/dev/shm/a-segment-with-a-long-name' });
    const editing = { mode: 'staged', isHeld: true, count: 12_345, isAutoSaved: false, taken: 0, others: 0 } as const;
    await view.change({ live, editing });
    await view.page.locator('.held').waitFor({ state: 'attached' });
    await view.assertHeaderFits();
    await view.screenshot(`held-narrow-${width}`);
  });
}

for (const width of [300, 400, 560]) {
  test(`${width} pixels wide, all buttons are in sight beside what becomes of typing`, async () => {
    const view = await openLive({ width, path: '/dev/shm/a-segment-with-a-long-name' });
    const editing = {
      mode: 'live',
      isLocked: true,
      isHeld: false,
      count: 0,
      isAutoSaved: false,
      taken: 0,
      others: 0,
    } as const;
    await view.change({ live, editing });
    await view.page.locator('.mode-badge').waitFor();
    await view.assertHeaderFits();
    await view.screenshot(`badge-narrow-${width}`);
  });
}
