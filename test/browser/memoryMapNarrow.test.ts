// A memory map's table in little room: what gives way, and what stays in view.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualColumns } from '../../extension/core/memoryMap/mapColumns.ts';
import { type MapPage, openMap, useMapBrowser } from '../support/page/mapPage.ts';
import { eventually } from '../support/page/shownPage.ts';
import type { Described } from '../support/regions.ts';

useMapBrowser();

const regions: readonly Described[] = [
  { first: 0x400, pages: 8, rights: 'r-xp', name: '/usr/lib/x86_64-linux-gnu/libc.so.6', inode: 5 },
  { first: 0x7f2a_10d0_0, pages: 2 ** 18 - 1, name: '[heap]' },
  { first: 2 ** 52 - 2 ** 11 - 512, pages: 1, rights: '--xp', name: '[vsyscall]' },
];
const look = { id: 1, regions, figures: regions.map(({ first, pages }) => ({ first, pages, rss: 4096 })) };

const heads = (map: MapPage) =>
  map.page
    .locator('[role=columnheader]')
    .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset['column']));

/** What of the first row's cells, and of the names of columns, is cut off: by the edge of the view or by their own. */
const cutOff = (map: MapPage, wholes: readonly string[]) =>
  map.page.evaluate((columns) => {
    const edge = document.querySelector('.scrollbar')?.getBoundingClientRect().left ?? 0;
    const isCut = (cell: Element) =>
      cell.getBoundingClientRect().right > edge + 1 || cell.scrollWidth > cell.clientWidth + 1;
    const found = [...document.querySelectorAll(columns.map((each) => `.cell-${each}`).join())];
    return found.filter(isCut).map((cell) => `${cell.className} ${cell.textContent}`);
  }, wholes);

const overflow = (map: MapPage) =>
  map.page.locator('.viewport').evaluate((viewport) => viewport.scrollWidth - viewport.clientWidth);

for (const [width, extra] of [
  [320, []],
  [400, []],
  [600, ['rss']],
  [900, ['kind', 'rss', 'change']],
] as const) {
  for (const theme of ['dark', 'light'] as const) {
    test(`${width} pixels show start, size, rights and name without scrolling sideways, ${theme}`, async () => {
      const map = await openMap({ look, width, theme, picture: true });
      const wanted = ['start', 'size', 'rights', ...extra, 'name'];
      const shown = await eventually(async () => {
        const found = (await heads(map)).map(String);
        assert.ok(
          wanted.every((column) => found.includes(column)),
          found.join(),
        );
        assert.ok(extra.length > 0 || found.length === wanted.length, found.join());
        return found;
      });
      const rows = await map.untilRows((found) => assert.equal(found.length, 3));
      assert.equal(await overflow(map), 0);
      assert.deepEqual(await cutOff(map, shown), []);
      const names = await map.page.locator('[role=row] [data-cell=name]').allTextContents();
      assert.ok(
        names.includes('[heap]') && names.some((name) => /^(….*libc\.so\.6|libc\..*…)$/.test(name)),
        names.join(),
      );
      // What has no room is told whole to those who do not see it.
      assert.equal(rows[0]?.cells.name, '/usr/lib/x86_64-linux-gnu/libc.so.6');
      assert.match(rows[2]?.cells.start ?? '', /^ffffffffff600000$/);
      await map.screenshot(`map-${width}-${theme}`);
    });
  }
}

test('columns come and go as the view is made wider and narrower, and rows stay as they are', async () => {
  const map = await openMap({ look, width: 1400 });
  await eventually(async () => assert.deepEqual(await heads(map), usualColumns));
  await map.row('7f2a10d00000').click();
  await map.page.setViewportSize({ width: 400, height: 600 });
  await eventually(async () => assert.deepEqual(await heads(map), ['start', 'size', 'rights', 'name']));
  const rows = await map.untilRows((found) => assert.ok(found[1]?.isSelected));
  assert.equal(rows[1]?.cells.start, '7f2a 10d0 0000');
  await map.page.locator('[data-column=name]').click();
  await map.page.setViewportSize({ width: 1400, height: 600 });
  await eventually(async () => assert.deepEqual(await heads(map), usualColumns));
  assert.equal(await map.page.locator('[data-column=name]').getAttribute('aria-sort'), 'ascending');
});

test('columns that somebody chose stay, and scroll sideways', async () => {
  const map = await openMap({ look, width: 400, columns: usualColumns });
  await eventually(async () => assert.deepEqual(await heads(map), usualColumns));
  assert.ok((await overflow(map)) > 100);
  await map.notify('layoutChanged', 'usual', { lineHeight: 0, letterSpacing: 0, fontWeight: 'normal' });
  await eventually(async () => assert.deepEqual(await heads(map), ['start', 'size', 'rights', 'name']));
  await map.notify('layoutChanged', ['end', 'flags', 'inode', 'device', 'name'], {
    ...{ lineHeight: 0, letterSpacing: 0, fontWeight: 'normal' },
  });
  await eventually(async () => assert.deepEqual(await heads(map), ['end', 'flags', 'inode', 'device', 'name']));
});
