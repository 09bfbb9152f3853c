// What a user chooses in a memory map in a page: an order, a filter, a selection; and that all of it comes back.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type MapOptions, openMap, useMapBrowser } from '../support/page/mapPage.ts';
import {
  anonymousStart,
  codeStart,
  heapStart,
  look,
  memfdStart,
  regions,
  stackStart,
  starts,
} from '../support/page/sampleMap.ts';
import { eventually } from '../support/page/shownPage.ts';

useMapBrowser();

describe('sorting and filtering', () => {
  const open = (options: MapOptions = {}) => openMap({ look, ...options });
  const head = (column: string) => `[role=columnheader][data-column=${column}]`;

  test('a column sorts by the most first, then the other way round, and says so', async () => {
    const map = await open();
    await map.untilStarts(starts);
    await map.page.locator(head('size')).click();
    await map.untilStarts([memfdStart, heapStart, stackStart, anonymousStart, codeStart]);
    assert.equal(await map.page.locator(head('size')).getAttribute('aria-sort'), 'descending');
    await map.page.locator(head('size')).click();
    await map.untilStarts([codeStart, anonymousStart, stackStart, heapStart, memfdStart]);
    await map.page.locator(head('name')).press('Enter');
    await map.untilStarts([anonymousStart, memfdStart, codeStart, heapStart, stackStart]);
    assert.equal(await map.page.locator(head('size')).getAttribute('aria-sort'), 'none');
  });

  test('the columns are reached with the keyboard, one by one', async () => {
    const map = await open();
    await map.page.locator(head('start')).focus();
    await map.page.keyboard.press('ArrowRight');
    await map.page.keyboard.press('Enter');
    await eventually(async () =>
      assert.equal(await map.page.locator(head('size')).getAttribute('aria-sort'), 'descending'),
    );
    assert.equal(await map.page.evaluate(() => (document.activeElement as HTMLElement).dataset['column']), 'size');
  });

  test('text filters by name and by address, and Escape takes it away', async () => {
    const map = await open();
    await map.untilStarts(starts);
    await map.notify('focusFilter');
    await map.page.keyboard.type('RING');
    await map.untilStarts([memfdStart]);
    await map.page.keyboard.press('Escape');
    await map.page.keyboard.type('0x7ff');
    await map.untilStarts([stackStart]);
    await map.page.keyboard.press('Enter');
    assert.equal(await map.page.evaluate(() => document.activeElement?.id), 'grid');
    await map.page.keyboard.press('ArrowDown');
    assert.deepEqual(await map.selection(), [4]);
  });

  test('kinds, mappings and rights filter as the host says, shown as a chip that ends it', async () => {
    const map = await open();
    await map.notify('setFilter', { kinds: ['heap', 'stack'], rights: 'w' });
    await map.untilStarts([heapStart, stackStart]);
    const chip = map.page.locator('.map-chip:visible');
    assert.equal(await chip.innerText(), 'heap · stack · w');
    await chip.click();
    await map.untilStarts(starts);
    await map.untilCalled('filtered', {});
  });

  test('it all comes back when the view is shown again', async () => {
    const map = await open({ look: { id: 2, regions: { stripes: 5000 }, figures: { rss: 4096 } } });
    await map.untilFooter(/5\u202f000 regions/);
    await map.page.locator(head('rights')).click();
    await map.grid.focus();
    await map.page.keyboard.press('PageDown');
    await map.page.keyboard.press('PageDown');
    await map.page.keyboard.press('PageDown');
    await eventually(async () => assert.ok(((await map.selection())[0] ?? 0) > 60));
    const before = await map.untilRows((rows) => assert.ok(rows.some(({ isSelected }) => isSelected)));
    await map.page.reload();
    await map.untilRows((rows) => {
      assert.equal(rows[0]?.start, before[0]?.start);
      assert.equal(
        rows.find(({ isSelected }) => isSelected)?.start,
        before.find(({ isSelected }) => isSelected)?.start,
      );
    });
    assert.equal(await map.page.locator(head('rights')).getAttribute('aria-sort'), 'ascending');
  });
});

describe('selecting', () => {
  test('with the mouse: one, a range, one more; the footer adds them up', async () => {
    const map = await openMap({ look });
    await map.untilFooter(
      /^5 regions: 1.4 MiB · committed .* · Rss 120 KiB · Pss 60 KiB · private dirty 40 KiB · swap 0 B$/,
    );
    await map.row(heapStart).click();
    assert.deepEqual(await map.selection(), [1]);
    await map.row(memfdStart).click({ modifiers: ['Shift'] });
    assert.deepEqual(await map.selection(), [1, 2, 3]);
    await map.untilFooter(/^3 selected: 1.3 MiB .* Rss 72 KiB/);
    await map.row(anonymousStart).click({ modifiers: ['Control'] });
    await map.row(codeStart).click({ modifiers: ['Control'] });
    assert.deepEqual(await map.selection(), [0, 1, 3]);
    await map.row(heapStart).click({ button: 'right' });
    assert.deepEqual(await map.selection(), [0, 1, 3]);
    await map.row(stackStart).click({ button: 'right' });
    assert.deepEqual(await map.selection(), [4]);
  });

  test('with the keyboard, and what has it is told to those who do not see it', async () => {
    const map = await openMap({ look });
    await map.untilStarts(starts);
    await map.grid.focus();
    await map.untilCalled('focusChanged', true);
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) await map.page.keyboard.press(key);
      return await map.selection();
    };
    assert.deepEqual(await press('ArrowDown', 'ArrowDown'), [1]);
    assert.deepEqual(await press('Shift+ArrowDown', 'Shift+ArrowDown'), [1, 2, 3]);
    assert.deepEqual(await press('Home'), [0]);
    assert.deepEqual(await press('Shift+End'), [0, 1, 2, 3, 4]);
    assert.deepEqual(await press('Home', 'Control+Space'), [0], 'without a selection, what has the keyboard');
    assert.deepEqual(await press('Control+a'), [0, 1, 2, 3, 4]);
    await press('End');
    await eventually(async () => {
      const active = await map.grid.getAttribute('aria-activedescendant');
      assert.equal(await map.page.locator(`#${active}`).getAttribute('data-start'), stackStart);
    });
    await press('Enter');
    await map.untilCalled('open', stackStart);
    await press('Space');
    await map.untilCalled('pauseOrResume');
    await press('.');
    await map.untilCalled('refresh');
  });

  test('a double click opens, and the copy key copies', async () => {
    const map = await openMap({ look });
    await map.row(heapStart).dblclick();
    await map.untilCalled('open', heapStart);
    await map.page.keyboard.press('Control+c');
    await map.untilCalled('run', 'copyText');
  });

  test('an address is revealed, whatever the filter keeps out', async () => {
    const map = await openMap({ look: { id: 2, regions: { stripes: 20_000 } } });
    await map.untilRows((rows) => assert.ok(rows.length > 0));
    await map.notify('setFilter', { kinds: ['heap'] });
    await map.untilRows((rows) => assert.equal(rows.length, 0));
    const address = (2 ** 34 + 15_000) * 4096;
    await map.notify('reveal', (address + 7).toString(16));
    await map.untilRows((rows) =>
      assert.ok(rows.some(({ start, isSelected }) => isSelected && start === address.toString(16))),
    );
  });
});

test('what was selected comes back with the document itself, where all regions are in it', async () => {
  const map = await openMap({ first: { id: 1, regions } });
  await map.row(anonymousStart).click();
  await map.untilRows((rows) => assert.ok(rows[2]?.isSelected));
  await map.page.goto('about:blank');
  await map.page.goto(map.serve('another document'));
  await map.untilRows((rows) => assert.ok(rows[2]?.isSelected));
});

test('several that were selected come back, and what the picture was zoomed to', async () => {
  const map = await openMap({ first: { id: 1, regions }, picture: true });
  await map.row(heapStart).click();
  await map.row(anonymousStart).click({ modifiers: ['Control'] });
  await map.row(stackStart).click({ modifiers: ['Control'] });
  const ends = () => map.page.locator('.picture-address').allTextContents();
  const whole = await eventually(async () => {
    const found = await ends();
    assert.ok(found.every((text) => text !== ''));
    return found;
  });
  await map.page.getByRole('button', { name: 'Zoom In' }).click();
  const near = await eventually(async () => {
    const found = await ends();
    assert.notDeepEqual(found, whole);
    return found;
  });
  await map.page.goto('about:blank');
  await map.page.goto(map.serve('another document'));
  await eventually(async () => assert.deepEqual(await map.selection(), [1, 2, 4]));
  await eventually(async () => assert.deepEqual(await ends(), near));
  await map.grid.focus();
  await map.page.keyboard.press('Control+a');
  await map.page.goto('about:blank');
  await map.page.goto(map.serve('a third document'));
  await eventually(async () => assert.deepEqual(await map.selection(), [0, 1, 2, 3, 4]));
});
