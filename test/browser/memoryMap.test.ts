// A memory map in a page: its rows, sorting, filtering, selecting, marks and keys, against a host that only answers.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mapColumns } from '../../extension/core/memoryMap/mapColumns.ts';
import { type MapOptions, openMap, useMapBrowser } from '../support/page/mapPage.ts';
import { eventually } from '../support/page/viewPage.ts';
import type { Described } from '../support/regions.ts';

useMapBrowser();

const code: Described = { first: 0x400, pages: 2, rights: 'r-xp', name: '/usr/bin/node', inode: 5 };
const heap: Described = { first: 0x10000, pages: 64, name: '[heap]' };
const anonymous: Described = { first: 0x20000, pages: 16 };
const memfd: Described = { first: 0x7f0000000, pages: 256, rights: 'rw-s', name: '/memfd:ring (deleted)', inode: 9 };
const stack: Described = { first: 0x7ff000000, pages: 33, name: '[stack]' };
const regions = [code, heap, anonymous, memfd, stack];
const startOf = ({ first }: Described) => (first * 4096).toString(16);
const [codeStart, heapStart, anonymousStart, memfdStart, stackStart] = regions.map(startOf) as [
  string,
  string,
  string,
  string,
  string,
];

const kib = 1024;
const measured = regions.map(({ first, pages }, at) => ({
  ...{ first, pages, rss: (at + 1) * 8 * kib, pss: (at + 1) * 4 * kib, privateDirty: at * 4 * kib },
  flags: at === 4 ? 'rd wr mr mw me gd ac' : 'rd mr',
}));
const look = { id: 1, regions, figures: measured };

describe('the table', () => {
  test('shows each region with its facts and figures, the first ones before the host has said a word', async () => {
    const map = await openMap({ first: { id: 1, regions }, columns: mapColumns, width: 2400 });
    const rows = await map.rows();
    assert.deepEqual(
      rows.map(({ start }) => start),
      [codeStart, heapStart, anonymousStart, memfdStart, stackStart],
    );
    const { cells } = rows[3] ?? assert.fail();
    assert.equal(cells.start, '7f00 0000 0000'.replace('7f00', '7f00'));
    assert.deepEqual(
      { size: cells.size, rights: cells.rights, kind: cells.kind, mapping: cells.mapping, inode: cells.inode },
      { size: '1 MiB', rights: 'rw-s', kind: 'file', mapping: 'sharedFile', inode: '9' },
    );
    assert.equal(cells.device, '8:1');
    assert.equal(cells.rss, '', 'unknown is not 0');
    await map.look(look);
    await map.untilRows((shown) => {
      assert.equal(shown[4]?.cells.rss, '40 KiB');
      assert.equal(shown[0]?.cells.privateDirty, '0');
      assert.equal(shown[4]?.cells.flags, 'rd wr mr mw me gd ac');
    });
  });

  test('draws the rows that show and no more of 65,530, wherever it is scrolled to', async () => {
    const map = await openMap({ look: { id: 2, regions: { stripes: 65_530 }, figures: { rss: 4096 } } });
    const start = (row: number) => ((2 ** 34 + row) * 4096).toString(16);
    await map.untilRows((rows) => assert.equal(rows[0]?.start, start(0)));
    await map.untilFooter(/^65\u202f530 regions: 256 MiB .*Rss 128 MiB/);
    await map.grid.focus();
    await map.page.keyboard.press('Control+End');
    await map.untilRows((rows) => assert.equal(rows.at(-1)?.start, start(65_529)));
    await map.page.keyboard.press('Control+Home');
    await map.page.mouse.move(600, 400);
    await map.page.mouse.wheel(0, 19 * 30_000);
    const rows = await map.untilRows((shown) =>
      assert.ok(Number.parseInt(shown[0]?.start ?? '', 16) > 2 ** 46 + 2 ** 26),
    );
    assert.ok(rows.length < 60, `${rows.length} rows`);
    rows.forEach((row, at) => {
      assert.equal(Number.parseInt(row.start, 16), Number.parseInt(rows[0]?.start ?? '', 16) + at * 4096);
    });
    const nodes = await map.page.evaluate(() => document.querySelectorAll('*').length);
    assert.ok(nodes < 900, `${nodes} elements`);
    assert.equal(await map.grid.getAttribute('aria-rowcount'), '65531');
  });

  test('leaves rows where they are when it scrolls by a screen and more, and writes what differs alone', async () => {
    const map = await openMap({ look: { id: 2, regions: { stripes: 65_530 }, figures: { rss: 4096 } } });
    await map.untilRows((rows) => assert.notEqual(rows[0]?.cells.rss, ''));
    const wheel = (rows: number) =>
      map.page.evaluate(async (lines) => {
        const grid = document.querySelector('[role=grid]');
        const height = document.querySelector('[role=row][data-start]')?.getBoundingClientRect().height ?? 0;
        grid?.dispatchEvent(new WheelEvent('wheel', { deltaY: lines * height, bubbles: true, cancelable: true }));
        for (let frame = 0; frame < 2; frame++) await new Promise((done) => requestAnimationFrame(done));
      }, rows);
    await wheel(3);
    await wheel(200);
    await map.page.evaluate(() => {
      const written: (string | null)[] = [];
      Object.assign(window, { written });
      new MutationObserver((records) => {
        for (const { attributeName } of records) written.push(attributeName);
      }).observe(document.querySelector('.rows') ?? document, { subtree: true, attributes: true });
    });
    await wheel(200);
    const start = (row: number) => ((2 ** 34 + row) * 4096).toString(16);
    const rows = await map.untilRows((shown) => assert.equal(shown[0]?.start, start(403)));
    for (const [at, row] of rows.entries()) assert.equal(row.start, start(403 + at));
    const written = await map.page.evaluate(() => (window as unknown as { written: string[] }).written);
    assert.deepEqual(new Set(written), new Set(['id', 'data-start', 'aria-rowindex']));
    await wheel(-403);
    await map.untilRows((shown) => assert.equal(shown[0]?.start, start(0)));
  });

  test('tells with names what cannot be text, and runs none of it', async () => {
    const name = '/tmp/<img src=x onerror=alert(1)>\n\u202e';
    const map = await openMap({ look: { id: 1, regions: [{ first: 1, pages: 1, name, inode: 3 }] } });
    await map.untilRows((rows) => assert.equal(rows[0]?.cells.name, '/tmp/<img src=x onerror=alert(1)>\\n\\u{202e}'));
  });
});

describe('sorting and filtering', () => {
  const open = (options: MapOptions = {}) => openMap({ look, ...options });
  const head = (column: string) => `[role=columnheader][data-column=${column}]`;

  test('a column sorts by the most first, then the other way round, and says so', async () => {
    const map = await open();
    await map.untilStarts([codeStart, heapStart, anonymousStart, memfdStart, stackStart]);
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
    await map.untilStarts([codeStart, heapStart, anonymousStart, memfdStart, stackStart]);
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
    await map.untilStarts([codeStart, heapStart, anonymousStart, memfdStart, stackStart]);
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

test('what was selected comes back with the document itself, where all regions are in it', async () => {
  const map = await openMap({ first: { id: 1, regions } });
  await map.row(anonymousStart).click();
  await map.untilRows((rows) => assert.ok(rows[2]?.isSelected));
  await map.page.goto('about:blank');
  await map.page.goto(map.serve('another document'));
  await map.untilRows((rows) => assert.ok(rows[2]?.isSelected));
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
    await map.untilStarts([codeStart, heapStart, anonymousStart, memfdStart, stackStart]);
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

describe('what changed', () => {
  const later = { id: 2, regions: [code, { ...heap, pages: 80 }, memfd, { first: 0x7fe000000, pages: 4 }, stack] };

  test('is marked in words: new, gone, grown; and gone through with F8', async () => {
    const map = await openMap({ look });
    await map.untilFooter(/5 regions/);
    await map.look(later, look);
    const rows = await map.untilRows((shown) =>
      assert.equal(shown.filter(({ change }) => change !== undefined).length, 3),
    );
    assert.deepEqual(
      rows.map(({ change, cells }) => change && cells.change),
      [undefined, '↑ 64 KiB', '− gone', undefined, '+ new', undefined],
    );
    await map.untilFooter(/^5 regions: .* · 3 changes \(F8\)$/);
    await map.notify('nextChange', 1);
    assert.deepEqual(await map.selection(), [1]);
    await map.notify('nextChange', -1);
    assert.deepEqual(await map.selection(), [3]);
    await map.notify('noBase');
    await map.untilRows((shown) => assert.ok(shown.every(({ change }) => change === undefined)));
  });

  test('moves nothing that the user looks at, and keeps what is selected', async () => {
    const stripes = Array.from({ length: 3000 }, (_, i) => ({ first: 1000 + 2 * i, pages: 1 }));
    const map = await openMap({ look: { id: 1, regions: stripes } });
    await map.untilRows((rows) => assert.ok(rows.length > 0));
    await map.notify('reveal', (4000 * 4096).toString(16));
    const before = await map.untilRows((rows) => assert.ok(rows.some(({ isSelected }) => isSelected)));
    const above = Array.from({ length: 700 }, (_, i) => ({
      first: 100 + i,
      pages: 1,
      rights: i % 2 ? 'r--p' : 'rw-p',
    }));
    await map.look({ id: 2, regions: [...above, ...stripes] }, { id: 1, regions: stripes });
    await map.untilFooter(/3\u202f700 regions: .*700 changes/);
    const after = await map.rows();
    assert.deepEqual(
      after.map(({ start }) => start),
      before.map(({ start }) => start),
    );
    assert.equal(after.find(({ isSelected }) => isSelected)?.start, (4000 * 4096).toString(16));
  });
});

describe('around the table', () => {
  test('the header tells what it is, how much, and how fresh; buttons do what they say', async () => {
    const map = await openMap({ look, status: { age: 61_000 } });
    const header = map.page.locator('.header');
    await eventually(async () =>
      assert.match(await header.innerText(), /node \(4121\)\s*5 regions · RSS 120 KiB\s*refreshed 6\d s ago/),
    );
    await header.getByRole('button', { name: 'Refresh' }).click();
    await map.untilCalled('refresh');
    await header.getByRole('button', { name: 'Pause' }).click();
    await map.untilCalled('pauseOrResume');
    await header.getByRole('button', { name: 'Compare with…' }).click();
    await map.untilCalled('run', 'compareWith');
    await header.getByRole('button', { name: 'Choose Columns…' }).click();
    await map.untilCalled('run', 'chooseColumns');
  });

  test('a banner says what happened to the process, and the rows stay', async () => {
    const map = await openMap({ look });
    await map.untilFooter(/5 regions/);
    const banner = {
      severity: 'warning',
      text: 'It has ended.',
      actions: [{ id: 'chooseProcess', label: 'Another…' }],
    } as const;
    const status = { title: 'node (4121)', age: 0, interval: 2, isPaused: false, isOver: true };
    await map.notify('statusChanged', { ...status, comparedWith: undefined, banner });
    await map.page.locator('.banner', { hasText: 'It has ended.' }).getByRole('button', { name: 'Another…' }).click();
    await map.untilCalled('chose', 'chooseProcess');
    assert.equal((await map.rows()).length, 5);
    assert.ok(await map.page.getByRole('button', { name: 'Refresh' }).isDisabled());
  });

  test('a refusal stands in the middle, with what can be done', async () => {
    const problem = {
      text: 'It runs as another user (uid 7).',
      actions: [{ id: 'retry', label: 'Try Again' }],
    } as const;
    const map = await openMap({ problem });
    assert.equal(await map.page.locator('.empty p').innerText(), problem.text);
    await map.page.getByRole('button', { name: 'Try Again' }).click();
    await map.untilCalled('chose', 'retry');
  });

  test('flags and who else maps a region are explained under the pointer', async () => {
    const map = await openMap({ look, columns: ['start', 'flags', 'others'] });
    await map.untilFooter(/Rss/);
    const other = (pid: number) => ({ pid, startTime: 1, label: `consumer ${pid}` });
    await map.notify('sharedWith', [{ starts: [memfdStart], others: [other(7), other(8)] }]);
    await map.untilRows((rows) => assert.equal(rows[3]?.cells.others, '2 others'));
    await map.row(memfdStart).locator('[data-cell=others]').hover();
    await eventually(async () => assert.equal(await map.page.locator('.hover').innerText(), 'consumer 7\nconsumer 8'));
    await map.row(stackStart).locator('[data-cell=flags]').hover();
    await eventually(async () =>
      assert.match(await map.page.locator('.hover').innerText(), /gd {1,2}grows down, as a stack does/),
    );
  });
});
