import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Hole } from '../../extension/core/byteSource.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser } from '../support/page/viewPage.ts';

useBrowser();

test('holes are ??, and say why where one asks', async () => {
  const holes: Hole[] = [
    { offset: 0x24, length: 0x8, reason: 'ioError', errno: 'EIO' },
    { offset: 0x40, length: 0x40, reason: 'noPermission', errno: 'EACCES' },
  ];
  const view = await openView({ holes });
  await view.untilRows((rows) => {
    assert.match(rows[2]?.hex ?? '', /^[0-9A-F]{8}\?{16}[0-9A-F]{8}$/);
    assert.equal(rows[4]?.hex, '?'.repeat(32));
    assert.match(rows[4]?.text ?? '', /no permission/);
  });
  const hover = view.page.getByRole('tooltip');
  for (const [offset, words] of [
    [0x26, /an error of the device or file system \(EIO\)/],
    [0x45, /no permission \(EACCES\)/],
  ] as const) {
    const { x, y } = await view.pointOf(offset);
    await view.page.mouse.move(x, y);
    await eventually(async () => assert.match((await hover.textContent()) ?? '', words));
  }
  await view.screenshot('holes-dark');
});

test('growth moves nothing', async () => {
  const view = await openView({ bytes: { kind: 'pattern', size: 0x10000 } });
  await view.notify('goTo', 0x8000);
  const there = await view.untilRows((rows) => assert.ok(rows.some(({ offset }) => offset === 0x8000)));
  await view.page.mouse.move(300, 300);
  await view.page.mouse.wheel(0, 5);
  const before = await view.untilRows((rows) => {
    assert.equal(rows[0]?.top, (there[0]?.top ?? 0) - 5);
    view.assertRight(rows);
  });
  await view.forgetCalls();
  await view.change({ size: 0x20000, shownSize: 0x20000 }, { kind: 'pattern', size: 0x20000 });
  // What shows is read anew.
  await eventually(async () => assert.ok((await view.calls('read')).length > 0));
  await view.untilRows((rows) => assert.deepEqual(rows, before));
  await view.page.keyboard.press('Control+End');
  await view.untilState({ cursor: 0x1ffff });
  await view.untilRows((rows) => {
    assert.equal(rows.at(-1)?.offset, 0x1fff0);
    view.assertRight(rows);
  });
});

test('what was lost is past the end, until the user lets go of it', async () => {
  const view = await openView({ bytes: { kind: 'pattern', size: 0x1000 } });
  await view.page.keyboard.press('Control+End');
  await view.untilState({ cursor: 0xfff });
  const banner = {
    severity: 'warning',
    text: 'Another process shrank this file to 3.8 KiB.',
    actions: [{ id: 'dismiss', label: 'End the View There' }],
  } as const;
  const before = await view.untilRows((rows) => {
    assert.equal(rows.at(-1)?.offset, 0xff0);
    view.assertRight(rows);
  });
  await view.change({ size: 0xf05, shownSize: 0x1000, banner }, { kind: 'pattern', size: 0xf05 });
  await view.untilRows((rows) => {
    assert.equal(rows[0]?.offset, before[0]?.offset);
    const cut = rows.find((row) => row.offset === 0xf00);
    assert.match(cut?.hex ?? '', /^[0-9A-F]{10}\?{22}$/);
    assert.equal(rows.at(-1)?.hex, '?'.repeat(32));
  });
  await view.page.getByText(banner.text).waitFor();
  await view.screenshot('shrunk-dark');
  await view.page.getByRole('button', { name: 'End the View There' }).click();
  await eventually(async () => assert.deepEqual(await view.calls('chose'), [['dismiss']]));
  await view.change({ shownSize: 0xf05, banner: undefined });
  await view.untilState({ cursor: 0xf04 });
  await view.untilRows((rows) => assert.equal(rows.at(-1)?.hex?.length, 10));
  await view.page.getByText(banner.text).waitFor({ state: 'hidden' });
});

test('shrunk to nothing, and the view ended there: the sentence', async () => {
  const view = await openView({ bytes: { kind: 'pattern', size: 0x1000 } });
  await view.untilRight(0);
  await view.change({ size: 0, shownSize: 0x1000 }, { kind: 'pattern', size: 0 });
  await view.untilRows((rows) => assert.ok(rows.length > 5 && rows.every((row) => row.hex === '?'.repeat(32))));
  await view.change({ size: 0, shownSize: 0 });
  await eventually(async () => assert.equal(await view.page.getByText('This file is empty.').isVisible(), true));
});

test('a banner tells hostile words as words, and each button says what was chosen', async () => {
  const text = 'This file was moved to /tmp/<img src=x onerror="document.title=1">.';
  const view = await openView({
    status: {
      banner: {
        severity: 'info',
        text,
        actions: [
          { id: 'followMove', label: 'Open It There' },
          { id: 'keep', label: 'Keep <i>Looking</i>' },
        ],
      },
    },
  });
  await eventually(async () => assert.equal(await view.page.locator('.banner-text').textContent(), text));
  assert.equal(await view.page.locator('img, i').count(), 0);
  for (const button of await view.page.locator('.banner button').all()) await button.click();
  await eventually(async () => assert.deepEqual(await view.calls('chose'), [['followMove'], ['keep']]));
});

test('bytes that changed are shown, and what was asked before the change is dropped', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.page.evaluate(() => {
    window.host.reading = 'hold';
  });
  // The answers to this are late: of the old bytes, under the old generation.
  await view.notify('goTo', 0x80000);
  await view.untilState({ cursor: 0x80000 });
  await eventually(async () =>
    assert.ok((await view.calls('read')).some(([offset]) => Math.abs(Number(offset) - 0x80000) < 0x2000)),
  );
  await view.change({}, { kind: 'zeros', size: 1 << 20 });
  await view.page.evaluate(() => {
    window.host.reading = 'answer';
    window.host.release();
  });
  await view.untilRows((rows) => {
    assert.ok(rows.some((row) => row.offset === 0x80000));
    view.assertRight(rows);
  });
});

test('while bytes are on their way rows are blank, never zeros', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.page.evaluate(() => {
    window.host.reading = 'hold';
  });
  await view.notify('goTo', 0x80000);
  await view.untilRows((rows) => {
    assert.ok(rows.some((row) => row.offset === 0x80000));
    assert.ok(rows.every((row) => row.hex === '' && row.text === ''));
  });
  await view.page.evaluate(() => {
    window.host.reading = 'answer';
    window.host.release();
  });
  await view.untilRight();
});

test('reading fails: it says so, asks again, and takes its words back', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.page.evaluate(() => {
    window.host.reading = 'fail';
  });
  await view.notify('goTo', 0x80000);
  const words = view.page.locator('.banner', { hasText: 'The file cannot be read at the moment' });
  await eventually(async () => assert.equal(await words.isVisible(), true));
  await view.screenshot('failing-dark');
  await view.page.evaluate(() => {
    window.host.reading = 'answer';
  });
  await view.untilRows((rows) => {
    assert.ok(rows.some((row) => row.offset === 0x80000));
    view.assertRight(rows);
  });
  await eventually(async () => assert.equal(await words.isVisible(), false));
});
