// What a memory map explains on hovers, told to those who have no pointer: by keys, and in words for a screen reader.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mapColumns } from '../../extension/core/memoryMap/mapColumns.ts';
import { type MapPage, openMap, useMapBrowser } from '../support/page/mapPage.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser } from '../support/page/viewPage.ts';
import type { Described } from '../support/regions.ts';

useMapBrowser();
useBrowser();

const code: Described = { first: 0x400, pages: 2, rights: 'r-xp', name: '/usr/bin/node', inode: 5 };
const stack: Described = { first: 0x7ff000000, pages: 33, name: '[stack]' };
const regions = [code, stack];
const figures = regions.map(({ first, pages }) => ({ first, pages, rss: 8192, pss: 4096, flags: 'rd wr gd zz' }));
const look = { id: 1, regions, figures };

const hover = (map: MapPage) => map.page.locator('.main ~ .hover, .hover:visible').filter({ visible: true });
/** What is shown, once it is about this. */
const shown = async (map: MapPage, about: RegExp) =>
  await eventually(async () => {
    const lines = (await hover(map).innerText()).split('\n').filter((line) => line !== '');
    assert.match(lines[0] ?? '', about);
    return lines;
  });
const spoken = (map: MapPage) => map.page.locator('.screen-reader-only[aria-live]').textContent();

describe('Show Hover', () => {
  test('tells all that is known of the region at the cursor, flags and hidden columns included', async () => {
    const map = await openMap({ look, columns: ['start', 'name'] });
    await map.untilFooter(/Rss/);
    await map.notify('sharedWith', [
      { starts: [(0x7ff000000 * 4096).toString(16)], others: [{ pid: 7, startTime: 1, label: 'consumer 7' }] },
    ]);
    await map.grid.focus();
    await map.page.keyboard.press('End');
    await map.notify('showHover');
    assert.deepEqual(await shown(map, /^\[stack\]$/), [
      '[stack]',
      'stack: privateAnonymous',
      '7ff0 0000 0000 to 7ff0 0002 1000: 132 KiB, 135\u202f168 bytes',
      'r read',
      'w write',
      '- no execute',
      'p private',
      'rss 8 KiB, 8\u202f192 bytes: In memory',
      'pss 4 KiB, 4\u202f096 bytes: In memory, each shared page divided by those who share it',
      ...['privateDirty 0: Written to, and of this process alone'],
      'shared 0: In memory, and other processes have it too',
      'swap 0: Moved out to swap',
      'hugePages 0: Of it in huge pages',
      'rd may be read now',
      'wr may be written now',
      'gd grows down, as a stack does',
      'zz newer than this Memglass',
      'others 1 other',
      'consumer 7',
    ]);
    await eventually(async () =>
      assert.match((await spoken(map)) ?? '', /^\[stack\]\. .*gd {2}grows down, as a stack does\. .*consumer 7$/),
    );
  });

  test('tells of the first region that shows where there is no cursor, and ends with Escape, a key or a scroll', async () => {
    const map = await openMap({ look });
    await map.untilFooter(/Rss/);
    await map.grid.focus();
    await map.notify('showHover');
    assert.match((await shown(map, /^\/usr\/bin\/node$/)).join('\n'), /offset 0, device 8:1, inode 5/);
    await map.page.keyboard.press('ArrowDown');
    assert.equal(await hover(map).count(), 0);
    await map.page.keyboard.press('End');
    await map.notify('showHover');
    await shown(map, /^\[stack\]$/);
    await map.page.keyboard.press('Escape');
    assert.equal(await hover(map).count(), 0);
    assert.deepEqual(await map.selection(), [1], 'the first Escape is the hover’s');
  });

  test('comes with the pointer, also after the wheel has turned', async () => {
    const many = Array.from({ length: 200 }, (_, at): Described => ({ first: 0x1000 + 2 * at, pages: 1 }));
    const map = await openMap({ look: { id: 1, regions: many } });
    await map.untilFooter(/200 regions/);
    const first = await map.page.locator('[role=row][data-start="1000000"] [data-cell=size]').boundingBox();
    assert.ok(first !== null);
    const point = async (step: number) => {
      await map.page.mouse.move(first.x + 5 + step, first.y + 5);
      return await hover(map).innerText({ timeout: 2000 });
    };
    assert.equal(await eventually(() => point(0)), '4\u202f096 bytes');
    await map.page.mouse.wheel(0, 600);
    await eventually(async () => assert.equal(await hover(map).count(), 0));
    // While rows pass none is pointed at, so the pointer moves until they stand still.
    let step = 0;
    assert.equal(await eventually(() => point(++step % 4)), '4\u202f096 bytes');
  });

  test('stays within the view, in any theme, and in a low and narrow one', async () => {
    for (const [theme, width, height] of [
      ['dark', 1280, 700],
      ['light', 900, 500],
      ['high-contrast', 400, 700],
    ] as const) {
      const map = await openMap({ look, theme, width, height, picture: true });
      await map.untilFooter(/Rss/);
      await map.grid.focus();
      await map.page.keyboard.press('End');
      await map.notify('showHover');
      await shown(map, /^\[stack\]$/);
      const box = await hover(map).boundingBox();
      assert.ok(box !== null && box.x >= 0 && box.y >= 0);
      assert.ok(box.x + box.width <= width && box.y + box.height <= height, JSON.stringify(box));
      await map.screenshot(`map-hover-${theme}`);
    }
  });

  test('of a byte tells what its hover does', async () => {
    const view = await openView({ bytes: { kind: 'pattern', size: 2 ** 16 } });
    await view.untilRight(0);
    await view.notify('goTo', 0x1234);
    await view.untilState({ cursor: 0x1234 });
    await view.notify('showHover');
    const words = await view.page.locator('.hover:visible').innerText();
    assert.match(words, /^0x1234 \(4660\) · page 1\nbyte [0-9A-F]{2}, \d+/);
    await view.page.keyboard.press('Escape');
    assert.equal(await view.page.locator('.hover:visible').count(), 0);
  });
});

describe('what the keyboard comes to', () => {
  test('shows its title beside it: columns, buttons and kinds; a click does not', async () => {
    const map = await openMap({ look, columns: mapColumns, picture: true, width: 2400 });
    await map.untilFooter(/Rss/);
    await map.page.locator('[data-column=start]').focus();
    const titles: string[] = [];
    for (const column of mapColumns) {
      if (column !== 'start') await map.page.keyboard.press('ArrowRight');
      const title = (await map.page.locator(`[data-column=${column}]`).getAttribute('title')) ?? '';
      titles.push(title);
      await eventually(async () => assert.equal(await hover(map).innerText(), title));
    }
    assert.equal(new Set(titles.filter((title) => title !== '')).size, mapColumns.length);
    await map.page.keyboard.press('Escape');
    assert.equal(await hover(map).count(), 0);
    await map.page.getByRole('button', { name: /^Stacks: / }).focus();
    await map.page.keyboard.press('Shift+Tab');
    await map.page.keyboard.press('Tab');
    assert.match((await shown(map, /^Stacks: 1 region, /)).join('\n'), /\nCommitted: Address space that .*\nDirty: /s);
    await map.page.getByRole('button', { name: 'Refresh' }).click();
    assert.equal(await hover(map).count(), 0);
  });
});

test('what became of a region is explained, and its words have room', async () => {
  const before: readonly Described[] = [
    { first: 0x1000, pages: 16 },
    { first: 0x1010, pages: 16, rights: '---p' },
    stack,
  ];
  const after: readonly Described[] = [
    { first: 0x1000, pages: 24 },
    { first: 0x1018, pages: 8, rights: '---p' },
    { ...stack, first: stack.first - 2, pages: 35 },
  ];
  const map = await openMap({ look: { id: 1, regions: before }, width: 1400 });
  await map.untilFooter(/3 regions/);
  await map.look({ id: 2, regions: after }, { id: 1, regions: before });
  await map.untilRows((rows) => assert.match(rows[0]?.cells.change ?? '', /^≠ border moved, rights/));
  const cells = map.page.locator('[role=row] [data-cell=change]');
  const isCut = await cells.evaluateAll((all) => all.map((cell) => cell.scrollWidth > cell.clientWidth));
  assert.deepEqual(new Set(isCut), new Set([false]));
  await map.grid.focus();
  await map.page.keyboard.press('Home');
  await map.notify('showHover');
  const lines = await shown(map, /./);
  const at = lines.findIndex((line) => line.startsWith('≠ border moved'));
  assert.equal(lines[at + 1], 'The borders between regions lie elsewhere.');
  await map.page.keyboard.press('Escape');
  await cells.nth(2).hover();
  await eventually(async () => assert.match(await hover(map).innerText(), /^↑ 8 KiB\nIt is longer now\.$/));
});
