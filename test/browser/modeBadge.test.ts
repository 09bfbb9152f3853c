// The badge of what becomes of typing: red while what is typed reaches others at once, and only then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EditingStatus } from '../../extension/protocol/viewTypes.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

type Colour = readonly [red: number, green: number, blue: number];
const editing: EditingStatus = { mode: 'live', isLocked: true, count: 0, isAutoSaved: false, taken: 0, others: 0 };

/** As they are painted, `background` undefined where there is none of its own. */
async function colours(view: ViewPage): Promise<{ readonly text: Colour; readonly background: Colour | undefined }> {
  await view.drawn();
  const [text = '', background = ''] = await view.page.locator('.mode-badge').evaluate((badge) => {
    const { color, backgroundColor } = getComputedStyle(badge);
    return [color, backgroundColor];
  });
  const parts = (css: string) => (css.match(/[\d.]+/g) ?? []).map(Number);
  const [red = 0, green = 0, blue = 0, alpha = 1] = parts(background);
  const [r = 0, g = 0, b = 0] = parts(text);
  return { text: [r, g, b], background: alpha === 0 ? undefined : [red, green, blue] };
}

/** Of WCAG 2: 1 … 21. */
function contrast(one: Colour, other: Colour): number {
  const luminance = (colour: Colour) => {
    const linear = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (linear[0] ?? 0) + 0.7152 * (linear[1] ?? 0) + 0.0722 * (linear[2] ?? 0);
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

for (const theme of ['dark', 'light', 'high-contrast'] as const) {
  test(`an unlocked process or segment has a red badge, which is legible, and a locked one has none, ${theme}`, async () => {
    const view = await openView({ theme, path: '[heap]', status: { isMemory: true, origin: '10000', editing } });
    const badge = view.page.locator('.mode-badge');
    await eventually(async () => assert.equal(await badge.textContent(), 'Live, locked'));
    assert.equal((await colours(view)).background, undefined);

    await view.change({ editing: { ...editing, isLocked: false } });
    await eventually(async () => assert.equal(await badge.textContent(), 'Live'));
    const { text, background } = await colours(view);
    assert.ok(background !== undefined);
    const [red, green, blue] = background;
    assert.ok(red > green + 60 && red > blue + 60, `red: ${background}`);
    assert.ok(contrast(text, background) >= 3, `${text} on ${background}: ${contrast(text, background)}`);
    // Neither by colour alone: it is said in words, and by a lock that is open.
    assert.match(
      (await badge.getAttribute('aria-label')) ?? '',
      /^Live\. What you type is stored at once, and others see it\./,
    );
    assert.equal(await view.page.locator('.edit-mode .codicon-unlock').count(), 1);
    await view.screenshot(`badge-unlocked-${theme}`);

    await view.change({ editing });
    await eventually(async () => assert.equal((await colours(view)).background, undefined));
    for (const [mode, words] of [
      ['staged', 'Staged'],
      ['scratch', 'Scratch'],
    ] as const) {
      await view.change({ editing: { ...editing, mode, isLocked: undefined } });
      await eventually(async () => assert.equal(await badge.textContent(), words));
      assert.equal((await colours(view)).background, undefined, mode);
    }
  });
}

test('the red badge stays in sight in a narrow view', async () => {
  const unlocked = { ...editing, isLocked: false };
  const region = { rights: 'rw-p', mapping: 'private anonymous', title: 'w  the process may write to it' };
  for (const width of [320, 400, 600]) {
    const view = await openView({
      width,
      path: '/usr/lib/x86_64-linux-gnu/libc.so.6',
      status: { isMemory: true, origin: '7f0000000000', region, editing: unlocked },
    });
    await view.page.locator('.mode-badge', { hasText: 'Live' }).waitFor();
    await view.assertHeaderFits();
    const box = await view.page.locator('.mode-badge').boundingBox();
    assert.ok(
      box !== null && box.x >= 0 && box.x + box.width <= width && box.width > 20,
      `${width}: ${JSON.stringify(box)}`,
    );
  }
});
