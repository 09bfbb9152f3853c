// A memory map in a page, against a host that only answers: its rows, its marks, and what stands around the table.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mapColumns } from '../../extension/core/memoryMap/mapColumns.ts';
import { openMap, useMapBrowser } from '../support/page/mapPage.ts';
import { code, heap, look, memfd, memfdStart, regions, stack, stackStart, starts } from '../support/page/sampleMap.ts';
import { eventually } from '../support/page/shownPage.ts';

useMapBrowser();

describe('the table', () => {
  test('shows each region with its facts and figures, the first ones before the host has said a word', async () => {
    const map = await openMap({ first: { id: 1, regions }, columns: mapColumns, width: 2400 });
    const rows = await map.untilStarts(starts);
    const { cells } = rows[3] ?? assert.fail();
    assert.equal(cells.start, '7f00 0000 0000');
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
    const after = await map.untilStarts(before.map(({ start }) => start));
    assert.equal(after.find(({ isSelected }) => isSelected)?.start, (4000 * 4096).toString(16));
  });
});

describe('around the table', () => {
  test('the header tells what it is, how much, and how fresh; buttons do what they say', async () => {
    const map = await openMap({ look, status: { age: 61_000 } });
    const header = map.page.locator('.header');
    await eventually(async () =>
      assert.match(
        await header.innerText(),
        /node \(4121\)\s*5 regions · RSS 120 KiB\s*refreshed (6[1-9]|[7-9]\d|1[01]\d) s ago/,
      ),
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

  test('rights, flags and who else maps a region are explained under the pointer', async () => {
    const map = await openMap({ look, columns: ['start', 'rights', 'flags', 'others'] });
    await map.untilFooter(/Rss/);
    const other = (pid: number) => ({ pid, startTime: 1, label: `consumer ${pid}` });
    await map.notify('sharedWith', [{ starts: [memfdStart], others: [other(7), other(8)] }]);
    await map.untilRows((rows) => assert.equal(rows[3]?.cells.others, '2 others'));
    await map.row(memfdStart).locator('[data-cell=others]').hover();
    await eventually(async () =>
      assert.equal(await map.page.locator('.hover:visible').innerText(), 'consumer 7\nconsumer 8'),
    );
    await map.row(memfdStart).locator('[data-cell=rights]').hover();
    await eventually(async () =>
      assert.match(await map.page.locator('.hover:visible').innerText(), /r +read\nw +write\n- +no execute\ns +shared/),
    );
    await map.row(stackStart).locator('[data-cell=flags]').hover();
    await eventually(async () =>
      assert.match(await map.page.locator('.hover:visible').innerText(), /gd {1,2}grows down, as a stack does/),
    );
  });
});

test('all of it is reached with Tab alone, in the order in which it stands, and each thing has a name', async () => {
  const map = await openMap({ look, picture: true, columns: ['start', 'rights', 'name'] });
  await map.untilFooter(/Rss/);
  await map.page.getByRole('button', { name: /^Heap: .* resident/ }).waitFor();
  // From the top: the table has the keyboard already.
  await map.page.getByRole('button', { name: 'Refresh' }).focus();
  const seen: { readonly role: string; readonly name: string }[] = [];
  for (let press = 0; press < 60; press++) {
    if (press > 0) await map.page.keyboard.press('Tab');
    const found = await map.page.evaluate(() => {
      const at = document.activeElement;
      if (!(at instanceof HTMLElement) || at === document.body) return undefined;
      const label = at.getAttribute('aria-label') ?? at.innerText.replace(/\s+/g, ' ').trim();
      const box = at.getBoundingClientRect();
      const isDrawn = box.width > 0 && box.height > 0;
      return { role: at.getAttribute('role') ?? at.tagName.toLowerCase(), name: isDrawn ? label : '' };
    });
    if (found === undefined) break;
    seen.push(found);
  }
  assert.deepEqual(
    seen.filter(({ name }) => name === ''),
    [],
  );
  const names = seen.map(({ name }) => name);
  const inOrder = [
    'Refresh (F5)',
    'Filter by name or address',
    'Choose Columns…',
    'Address space',
    'Zoom In (+)',
    'Regions',
  ];
  const places = inOrder.map((name) => names.indexOf(name));
  assert.ok(
    places.every((place, at) => place > (places[at - 1] ?? -1)),
    `${names.join(' | ')}`,
  );
  // One stop for all columns: the arrows go on from there.
  assert.equal(seen.filter(({ role }) => role === 'columnheader').length, 1);
  assert.ok(names.some((name) => /^Heap: /.test(name)));
});
