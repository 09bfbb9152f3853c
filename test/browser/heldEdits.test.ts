// Edits that are held until they are applied: in sight, within reach of keys alone, and told by name, in narrow tabs too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Banner, EditingStatus } from '../../extension/protocol/viewTypes.ts';
import { eventually } from '../support/page/shownPage.ts';
import type { ThemeName } from '../support/page/themes.ts';
import { openView, useBrowser, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

const path = '/dev/shm/a-segment-with-a-long-name';
const editing: EditingStatus = { mode: 'staged', isHeld: true, count: 12_345, isAutoSaved: false, taken: 0, others: 0 };
const banner: Banner = {
  severity: 'warning',
  text: 'Not applied: others have changed bytes that you edited, in 2 places.',
  actions: [
    { id: 'overwrite', label: 'Overwrite' },
    { id: 'keepTheirs', label: 'Keep Theirs' },
    { id: 'showConflict', label: 'Show' },
  ],
};

interface Shown {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly status?: Partial<EditingStatus>;
}

/** A view with bytes that were typed over, and what is said of them. */
async function openHeld({ theme = 'dark', width = 1000, status = {} }: Shown = {}): Promise<ViewPage> {
  const view = await openView({ theme, width, path, status: { editing: { ...editing, count: 0, ...status } } });
  await view.untilRight(0);
  await view.grid.focus();
  await view.page.keyboard.type('AABB');
  await eventually(async () => assert.equal((await view.highlighted('memglass-edited'))[0], 'AA BB'));
  return view;
}

const runs = async (view: ViewPage) => (await view.calls('run')).map(([command]) => command);

for (const theme of ['dark', 'high-contrast'] as const) {
  for (const [name, status] of [
    ['staged', { isHeld: false, isAutoSaved: true }],
    ['held', {}],
    ['scratch', { mode: 'scratch' }],
  ] as const) {
    test(`${name} edits are marked, and what becomes of them is said, in a wide tab and in a narrow one, ${theme}`, async () => {
      for (const width of [1000, 300]) {
        const view = await openHeld({ theme, width, status });
        await view.change({ editing: { ...editing, ...status } });
        const badge = view.page.locator('.mode-badge');
        await eventually(async () =>
          assert.equal(await badge.textContent(), name === 'scratch' ? 'Scratch' : 'Staged'),
        );
        await view.assertHeaderFits();
        await view.screenshot(`edits-${name}-${theme}-${width}`);
      }
    });
  }
}

for (const [theme, of, region] of [
  ['dark', 'shared memory'],
  ['light', 'shared memory'],
  ['dark', 'a region', { rights: 'rw-s', mapping: 'file mapping, deleted', title: '' }],
] as const) {
  test(`beside held edits of ${of} the name keeps its place, and what can be done gives way, ${theme}`, async () => {
    const live = { rate: 10, isPaused: false, age: 0 } as const;
    const view = await openHeld({ theme });
    await view.change({ editing, live, region, users: 'mapped by 3 processes' });
    const name = view.page.locator('.header-name');
    const apply = view.page.getByRole('button', { name: 'Apply', exact: true });
    await apply.waitFor();
    // One pixel less is another fold of the header.
    for (const width of [1200, 1061, 1000, 901, 800, 741, 641, 600, 561, 501, 441, 391, 361, 320]) {
      await view.page.setViewportSize({ width, height: 200 });
      await eventually(async () => assert.equal(await view.page.evaluate(() => innerWidth), width));
      await view.assertHeaderFits();
      assert.ok(((await name.boundingBox())?.width ?? 0) >= (width > 640 ? 120 : 80), `the name at ${width}`);
      assert.equal(await apply.isVisible(), width > 390, `Apply at ${width}`);
      await view.screenshot(`edits-name-${of.split(' ').at(-1)}-${theme}-${width}`);
    }
    // Without such edits too.
    await view.change({ editing: { ...editing, count: 0 } });
    await apply.waitFor({ state: 'hidden' });
    for (const width of [700, 681, 641, 561, 541, 501, 441, 361, 300]) {
      await view.page.setViewportSize({ width, height: 200 });
      await eventually(async () => assert.equal(await view.page.evaluate(() => innerWidth), width));
      await view.assertHeaderFits();
      assert.ok(((await name.boundingBox())?.width ?? 0) >= 60, `the name at ${width}`);
    }
  });
}

test('what is held is said, compared, applied and thrown away by keys alone', async () => {
  const view = await openHeld();
  await view.change({ editing });
  await view.page.locator('.held:visible').waitFor();
  for (const [name, command] of [
    ['Discard…', 'discardAllEdits'],
    ['Compare', 'compareWithOriginal'],
    ['Apply', 'applyEdits'],
  ] as const) {
    const button = view.page.getByRole('button', { name, exact: true });
    await view.grid.focus();
    await eventually(async () => {
      await view.page.keyboard.press('Shift+Tab');
      assert.ok(await button.evaluate((element) => element === document.activeElement));
    });
    await view.page.keyboard.press('Enter');
    await eventually(async () => assert.equal((await runs(view)).at(-1), command));
  }
  const badge = view.page.locator('.mode-badge');
  assert.match((await badge.getAttribute('aria-label')) ?? '', /^Staged\. .*until you apply it\. Select to edit/);
});

test('300 pixels wide, each way out of a conflict is in sight and within reach of keys', async () => {
  const view = await openHeld({ width: 300, theme: 'high-contrast' });
  await view.change({ editing, banner });
  for (const { label } of banner.actions) {
    const button = view.page.locator('.banner').getByRole('button', { name: label, exact: true });
    await button.waitFor();
    const box = await button.boundingBox();
    assert.ok(box && box.x >= 0 && box.x + box.width <= 300, label);
  }
  await view.assertHeaderFits();
  await view.screenshot('edits-conflict-300');
});

test('edits that are undone while the view is watched are not marked any more', async () => {
  const view = await openHeld();
  const live = { rate: 10, isPaused: false, age: 0 } as const;
  await view.change({ live, editing: { ...editing, count: 1, taken: 4 } });
  await view.change({ live, editing: { ...editing, count: 0, taken: 4, others: 1 } });
  await eventually(async () => assert.deepEqual(await view.highlighted('memglass-edited'), []));
  await view.untilRight(0);
});
