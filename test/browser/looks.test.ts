import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser, type ViewOptions, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

const path = '/var/lib/systemd/coredump/core.postgres.1000.8d1f3a.4121';
const banner = {
  severity: 'warning',
  text: 'Another file has taken this path. You are looking at the old one.',
  actions: [
    { id: 'reopen', label: 'Reopen the Path' },
    { id: 'keep', label: 'Keep Looking at the Old File' },
  ],
} as const;

for (const theme of ['dark', 'light', 'high-contrast'] as const) {
  test(`pictures in ${theme}`, async () => {
    const view = await openView({ theme, path, bytes: { kind: 'pattern', size: 2 ** 40 } });
    await view.untilRight(0);
    await view.notify('select', 0x25, 0x40);
    await view.untilState({ anchor: 0x25 });
    await eventually(async () => assert.ok((await view.calls('overview')).length > 0));
    await eventually(async () =>
      assert.match((await view.page.locator('.strip').getAttribute('aria-label')) ?? '', /in the page cache/),
    );
    const { x, y } = await view.pointOf(0x93);
    await view.page.mouse.move(x, y);
    await eventually(async () => assert.equal(await view.page.getByRole('tooltip').isVisible(), true));
    await view.screenshot(`hex-${theme}`);
    await view.change({ banner });
    await eventually(async () => assert.equal(await view.page.getByText(banner.text).isVisible(), true));
    await view.screenshot(`banner-${theme}`);
    const text = await openView({
      theme,
      path,
      bytes: { kind: 'lines', size: 2 ** 24 },
      state: { mode: 'text', column: 'text', cursor: 70, anchor: 140 },
    });
    await text.untilRows((rows) => assert.ok(rows.length > 10));
    await text.screenshot(`text-${theme}`);
    const empty = await openView({ theme, path, bytes: { kind: 'given', hex: '' } });
    await eventually(async () => assert.equal(await empty.page.getByText('This file is empty.').isVisible(), true));
    await empty.screenshot(`empty-${theme}`);
  });
}

for (const [width, sizeKind] of [
  [300, 'exact'],
  [300, 'clamped'],
  [480, 'read'],
] as const) {
  test(`${width} pixels wide, size ${sizeKind}, nothing of the header lies over another`, async () => {
    const options: ViewOptions = {
      width,
      path,
      status: { banner, sizeKind },
      bytes: { kind: 'pattern', size: 2 ** 40 },
    };
    const view = await openView(options);
    await view.untilRight(0);
    await view.assertHeaderFits();
    // A size cut short would be another size.
    if (sizeKind === 'exact') {
      const isCut = await view.page.locator('.header-facts').evaluate((facts) => facts.scrollWidth > facts.clientWidth);
      assert.equal(isCut, false);
    }
    for (const button of await view.page.locator('button').all()) assert.ok((await button.boundingBox())?.width);
    // The columns that have no room are a scroll away.
    await view.grid.focus();
    await view.page.keyboard.press('Tab');
    await view.untilState({ column: 'text' });
    await view.page.keyboard.press('ArrowRight');
    await eventually(async () => {
      const caret = await view.page.locator('.caret.outline-active').boundingBox();
      assert.ok(caret && caret.x >= 0 && caret.x + caret.width <= width, JSON.stringify(caret));
    });
    await view.screenshot(`narrow-${width}-${sizeKind}`);
  });
}

test('without motion and with forced colours everything is there, the selection and the caret too', async () => {
  const view = await openView({ path, status: { banner } });
  await view.untilRight(0);
  await view.notify('select', 0x25, 0x40);
  await view.untilState({ anchor: 0x25 });
  await view.page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
  await view.frame();
  await view.untilRight(0);
  for (const selector of ['.header', '.banner', '.scrollbar-thumb', '.strip', '.caret.outline-active']) {
    assert.equal(await view.page.locator(selector).first().isVisible(), true, selector);
  }
  await view.screenshot('forced-colours');
  // What is selected looks selected, and nothing else does: not a zero, not a byte that does not print.
  const blue = (offset: number, column: 'hex' | 'text') => isDark(view, offset, column);
  assert.equal(await blue(0x41, 'hex'), true);
  assert.equal(await blue(0x41, 'text'), true);
  assert.equal(await blue(0x91, 'hex'), false);
  assert.equal(await blue(0, 'hex'), false);
  assert.equal(await blue(0x91, 'text'), false);
  const outlines = await view.page
    .getByRole('radio')
    .evaluateAll((radios) => radios.map((radio) => getComputedStyle(radio).outlineStyle));
  assert.deepEqual(outlines, ['solid', 'none']);
});

/** Whether a byte stands on a dark ground, in a page whose ground is white. */
async function isDark(view: ViewPage, offset: number, column: 'hex' | 'text'): Promise<boolean> {
  const { x, y } = await view.pointOf(offset, column);
  // Over the digits, where nothing is drawn but the ground.
  const png = await view.page.screenshot({ clip: { x: x - 1, y: y - 8, width: 2, height: 1 } });
  return await view.page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    return (context?.getImageData(0, 0, 1, 1).data[0] ?? 255) < 128;
  }, png.toString('base64'));
}

test('the grid shows that it has the keyboard', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.click(5);
  await view.untilState({ cursor: 5 });
  const fill = async () => {
    await view.drawn();
    const caret = view.page.locator('.caret.outline-active').first();
    return await caret.evaluate((element) => getComputedStyle(element).backgroundColor);
  };
  const focused = await fill();
  await view.page.locator('.icon-button').first().focus();
  await eventually(async () => assert.notEqual(await fill(), focused));
});
