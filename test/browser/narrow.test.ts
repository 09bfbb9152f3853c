import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given } from '../support/page/bytes.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

/** Scrolls the view sideways, as far as there is something to scroll to, and waits until that was drawn. */
async function scrollSideways(view: ViewPage, pixels: number): Promise<void> {
  const { x, y } = await centre(view);
  await view.page.mouse.move(x, y);
  await view.page.mouse.wheel(pixels, 0);
  await eventually(async () => {
    const { scrollLeft, most } = await view.page
      .locator('.viewport')
      .evaluate(({ scrollLeft, scrollWidth, clientWidth }) => ({ scrollLeft, most: scrollWidth - clientWidth }));
    assert.ok(most > 0);
    assert.ok(Math.abs(scrollLeft - Math.min(pixels, most)) <= 1, `${scrollLeft} of ${most}`);
  });
  await view.frame();
}

async function centre(view: ViewPage): Promise<{ x: number; y: number }> {
  const box = await view.grid.boundingBox();
  assert.ok(box);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** What is seen at the left edge of a row: the name of the cell. */
async function cellAtLeft(view: ViewPage, offset: number, x: number): Promise<string | undefined> {
  return await view.page.evaluate(
    ([of, at]) => {
      const row = document.querySelector(`[role=row][data-offset="${of}"]`)?.getBoundingClientRect();
      if (!row) return 'no row';
      const seen = document.elementFromPoint(at ?? 0, row.top + row.height / 2);
      return seen instanceof HTMLElement ? seen.dataset['cell'] : undefined;
    },
    [offset, x],
  );
}

for (const theme of ['dark', 'light', 'high-contrast'] as const) {
  test(`in a narrow view the addresses stay while the bytes scroll sideways, ${theme}`, async () => {
    const view = await openView({ theme, width: 360, bytes: { kind: 'pattern', size: 2 ** 20 } });
    await view.untilRight(0);
    await view.notify('select', 0x20, 0x40);
    await view.untilState({ anchor: 0x20 });
    await scrollSideways(view, 150);
    const left = (selector: string) => view.page.locator(selector).first().boundingBox();
    assert.equal((await left('[data-cell=address]'))?.x, 0);
    assert.equal((await left('.column-header .cell-address'))?.x, 0);
    for (const x of [2, 20, 80]) assert.equal(await cellAtLeft(view, 0x10, x), 'address');
    assert.equal(await cellAtLeft(view, 0x10, 130), 'hex');
    await view.screenshot(`narrow-scrolled-${theme}`);
  });
}

test('what is under the addresses is neither hit nor outlined', async () => {
  const view = await openView({ width: 360, bytes: { kind: 'pattern', size: 2 ** 20 } });
  await view.untilRight(0);
  await scrollSideways(view, 100);
  // A byte that shows is hit where it shows.
  const shown = await view.pointOf(0x38);
  assert.ok(shown.x > 120);
  await view.page.mouse.click(shown.x, shown.y);
  await view.untilState({ cursor: 0x38 });
  await eventually(async () => assert.equal(await view.page.locator('.caret.outline-active').isVisible(), true));
  // On an address is its row, whatever is scrolled under it.
  await view.page.mouse.click(40, shown.y);
  await view.untilState({ cursor: 0x30 });
  await eventually(async () => assert.equal(await view.page.locator('.caret.outline-active').isVisible(), false));
  // The keyboard brings the byte to light.
  await view.page.keyboard.press('ArrowRight');
  await view.untilState({ cursor: 0x31 });
  await eventually(async () => {
    const caret = await view.page.locator('.caret.outline-active').boundingBox();
    const address = await view.page.locator('[data-cell=address]').first().boundingBox();
    assert.ok(caret && address && caret.x >= address.x + address.width, JSON.stringify({ caret, address }));
  });
});

test('addresses that would take most of the view scroll away with the rest', async () => {
  const view = await openView({ width: 200, bytes: { kind: 'pattern', size: 2 ** 44 } });
  await view.untilRight(0);
  await scrollSideways(view, 200);
  assert.notEqual(await cellAtLeft(view, 0x10, 60), 'address');
});

test('text in a view too narrow for it scrolls sideways', async () => {
  const view = await openView({
    width: 220,
    bytes: given('WWWWWWWW'.repeat(20)),
    state: { mode: 'text', column: 'text' },
  });
  await view.untilRows((rows) => assert.ok(rows.length > 10));
  await scrollSideways(view, 500);
  const { end, right } = await view.page.evaluate(() => {
    const text = document.querySelector('[data-cell=text]')?.getBoundingClientRect();
    return { end: text?.right ?? 0, right: document.querySelector('.viewport')?.getBoundingClientRect().right ?? 0 };
  });
  assert.ok(end <= right, `${end} of ${right}`);
  await view.screenshot('narrow-text');
});
