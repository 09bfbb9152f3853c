// The memory map of a real process in a real workbench: what it shows, what changes, and what a user does with it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { FrameLocator, Locator } from 'playwright-core';
import { usualColumns } from '../../extension/core/memoryMap/mapColumns.ts';
import { type Program, start, startSpace, startTimeOf } from '../support/programs.ts';
import { chooseRow, takeStep, tick } from './choosing.ts';
import { Notices } from './notices.ts';
import { settled, startCommand, until, untilKeysAreHeard, useScene, waitForQuickInput } from './scene.ts';

// Chosen, so that none gives way beside the side bar.
const scene = useScene({ settings: { 'memglass.memoryMap.columns': usualColumns } });
const { owner } = scene;
const page = 4096;
const hex = (address: bigint) => address.toString(16);
const command = scene.run;
const clipboard = () => scene.workbench.page.evaluate(() => navigator.clipboard.readText());
const title = (text: string) => scene.workbench.page.locator('.tabs-container .tab.active', { hasText: text });

class MapView {
  readonly frame: FrameLocator = scene.workbench.webview();

  get rows(): Locator {
    return this.frame.locator('[role=row][data-start]');
  }

  row(address: bigint): Locator {
    return this.frame.locator(`[role=row][data-start="${hex(address)}"]`);
  }

  cell(address: bigint, column: string): Locator {
    return this.row(address).locator(`[data-cell=${column}]`);
  }

  /** All names that show, whole. */
  async names(): Promise<string[]> {
    return await this.frame
      .locator('[role=row] [data-cell=name]')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label') ?? cell.textContent ?? ''));
  }

  async untilCell(address: bigint, column: string, wanted: string | RegExp): Promise<void> {
    // A name that shows in part is whole in its label.
    const whole = (cell: Element) => cell.getAttribute('aria-label') ?? cell.textContent;
    await until(
      async () =>
        (await this.row(address).count()) === 0 ? undefined : await this.cell(address, column).evaluate(whole),
      (text) => (typeof wanted === 'string' ? text === wanted : wanted.test(text ?? '')),
      `${column} of ${hex(address)} is ${wanted}`,
    );
  }

  async untilText(selector: string, wanted: RegExp): Promise<void> {
    const element = this.frame.locator(selector).filter({ visible: true }).first();
    await until(
      async () => ((await element.count()) === 0 ? '' : (await element.innerText()).replace(/\s+/g, ' ')),
      (text) => wanted.test(text),
      `${selector} says ${wanted}`,
    );
  }

  async reveal(program: Program, address: bigint): Promise<void> {
    await command('memglass.showInMemoryMap', { pid: program.pid, address: `0x${hex(address)}` });
    await this.row(address).and(this.frame.locator('[aria-selected=true]')).waitFor();
  }
}

async function open(program: Program): Promise<MapView> {
  await command('memglass.openMemoryMap', program.pid);
  const view = new MapView();
  await view.rows.first().waitFor();
  return view;
}

function mapsLines({ pid }: Program): readonly (readonly string[])[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'latin1').trimEnd().split('\n');
  return lines.map((line) => line.split(/[ -]+/));
}

test('a map has a row for each line of maps, and the figures of smaps', async () => {
  const program = await start(owner, 'memfd', 'ring', 16 * page);
  await program.ask(`pattern 0 ${16 * page}`);
  const view = await open(program);
  await title(`shared_memory (${program.pid})`).waitFor();
  const lines = mapsLines(program);
  await view.untilText(
    '.header',
    new RegExp(`shared_memory \\(${program.pid}\\) ${lines.length} regions · RSS [\\d.]+ [KM]iB`),
  );
  const starts = await view.rows.evaluateAll((rows) =>
    rows
      .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map((row) => (row as HTMLElement).dataset['start']),
  );
  assert.deepEqual(
    starts,
    lines.slice(0, starts.length).map(([from = '']) => from.replace(/^0+/, '')),
  );
  await view.reveal(program, program.address);
  await view.untilCell(program.address, 'size', '64 KiB');
  await view.untilCell(program.address, 'rights', 'rw-s');
  await view.untilCell(program.address, 'kind', 'shared memory');
  await view.untilCell(program.address, 'mapping', 'shared file');
  await view.untilCell(program.address, 'rss', '64 KiB');
  await view.untilCell(program.address, 'name', '/memfd:ring (deleted)');
});

test('what another process maps as well is told by name', async () => {
  const name = `/memglass-map-${process.pid}`;
  const program = await start(owner, 'create', name, 16 * page);
  const other = await start(owner, 'attach', name, 16 * page);
  const view = await open(program);
  await view.reveal(program, program.address);
  await view.untilCell(program.address, 'others', '1 other');
  await view.cell(program.address, 'others').hover();
  await view.untilText('.hover', new RegExp(`^shared_memory ${other.pid}$`));
});

test('hostile names are shown so that each looks like what it is', async () => {
  const folder = scene.scratch.folder();
  const program = await startSpace(owner, 'names', folder);
  const view = await open(program);
  await view.frame.locator('.map-filter').fill(folder);
  const shown = [
    'line\\nbreak',
    'literal\\\\012',
    'fake (deleted)',
    '\\x1b[31mred',
    '\\xff\\xfe',
    '[heap]',
    '  blanks  ',
    'tab\\tand\\rreturn',
  ];
  for (const name of shown) {
    await until(
      () => view.names(),
      (names) => names.some((text) => text.endsWith(`/${name}`)),
      `a row of ${name}`,
    );
  }
});

test('65,530 regions are all there, from the first to the last', async () => {
  const program = await startSpace(owner, 'regions', 70_000);
  const view = await open(program);
  const lines = mapsLines(program);
  await view.untilText(
    '.header',
    new RegExp(`^address_space .* ${lines.length.toLocaleString('fr').replace(/\s/g, ' ')} regions · RSS`),
  );
  await view.frame.locator('[role=grid]').focus();
  await scene.workbench.page.keyboard.press('Control+End');
  const last = BigInt(`0x${lines.at(-1)?.[0]}`);
  await view.row(last).waitFor();
  assert.ok((await view.rows.count()) < 80);
});

test('what a process maps, unmaps and closes is marked as it happens', async () => {
  const program = await startSpace(owner, 'reservation', 2 ** 30);
  const view = await open(program);
  await view.untilText('.map-footer', /Rss/);
  const address = BigInt(await program.ask(`map ${(8 * page).toString(16)}`));
  await view.untilText('.map-footer', /1 change \(F8\)/);
  await command('memglass.map.nextChange');
  await view.untilCell(address, 'change', '+ new');
  await program.ask(`close ${hex(address + BigInt(2 * page))} ${(2 * page).toString(16)}`);
  await view.untilCell(address, 'change', /^⊂ split in 3/);
  await program.ask(`unmap ${hex(address)} ${(8 * page).toString(16)}`);
  await view.untilCell(address, 'change', '− gone');
});

test('an earlier look is compared with, and the comparison ends', async () => {
  await scene.workbench.changeSettings({ 'memglass.memoryMap.refresh': 'off' });
  try {
    const program = await startSpace(owner, 'reservation', 2 ** 30);
    const view = await open(program);
    await view.untilText('.map-footer', /Rss/);
    for (let turn = 0; turn < 2; turn++) {
      await program.ask('map 1000');
      await program.ask('map 7000');
      await command('memglass.map.refresh');
    }
    startCommand(scene.workbench, 'memglass.map.compareWith');
    await waitForQuickInput(scene.workbench, 'Compare with an Earlier Look');
    // The earliest one.
    const earliest = scene.workbench.page.locator('.quick-input-list .monaco-list-row[data-last-element=true]');
    await chooseRow(scene.workbench, (await earliest.textContent()) ?? '');
    await view.untilText('.map-chip', /compared with \d+ s ago/);
    await view.frame.locator('.map-chip:visible').click();
    await view.frame.locator('.map-chip:visible').waitFor({ state: 'detached' });
  } finally {
    await scene.workbench.changeSettings({ 'memglass.memoryMap.refresh': 2 });
  }
});

test('what cannot be done with the regions is told, and what was mapped since the last look is shown', async () => {
  await scene.workbench.changeSettings({ 'memglass.memoryMap.refresh': 'off' });
  const notices = new Notices(scene);
  const told = async (words: string) => {
    await notices.waitFor(words);
    await notices.clear();
  };
  try {
    const program = await startSpace(owner, 'reservation', 2 ** 30);
    const view = await open(program);
    await view.untilText('.map-footer', /Rss/);
    for (const name of ['openRegion', 'copy', 'copyAddress']) {
      await command(`memglass.map.${name}`);
      await told('No region is selected. Choose one in the table first.');
    }
    await view.frame.locator('[role=grid]').focus();
    await scene.workbench.page.keyboard.press('Enter');
    await told('No region is selected.');
    await command('memglass.map.nextChange');
    await told('No region that shows has changed.');
    await view.frame.locator('[role=grid]').focus();
    await scene.workbench.page.keyboard.press('Space');
    await told('There is nothing to pause');

    const address = BigInt(await program.ask('map 8000'));
    await view.reveal(program, address);
    await program.ask(`unmap ${hex(address)} 8000`);
    await command('memglass.map.refresh');
    await view.untilCell(address, 'change', '− gone');
    await command('memglass.map.nextChange');
    await view.row(address).and(view.frame.locator('[aria-selected=true]')).waitFor();
    await command('memglass.map.copy');
    await told('What is selected is not mapped any more.');
    await command('memglass.map.copyAddress');
    await until(clipboard, (text) => text === `0x${hex(address)}`, 'the address that it had');
    await view.frame.locator('[role=grid]').focus();
    await scene.workbench.page.keyboard.press('Enter');
    await told(`0x${hex(address)} is in no region.`);
    await command('memglass.showInMemoryMap', { pid: program.pid, address: `0x${hex(address)}` });
    await told(`0x${hex(address)} is in no region.`);
  } finally {
    await scene.workbench.changeSettings({ 'memglass.memoryMap.refresh': 2 });
  }
});

test('a process that has become another program is said to be one, and shown when asked for', async () => {
  const program = await start(owner, 'memfd', 'ring', 16 * page);
  const view = await open(program);
  await view.reveal(program, program.address);
  program.tell('exec');
  await view.untilText('.banner', /has become another program \(exec\)/);
  assert.equal(await view.row(program.address).count(), 1, 'the last look stays');
  await view.frame.getByRole('button', { name: 'Show the New Program' }).click();
  await view.untilText('.header', /^cat \(/);
  await view.frame.locator('.banner').waitFor({ state: 'hidden' });
});

test('a process that has ended leaves its last look, and a new map of it says that it has ended', async () => {
  const program = await start(owner, 'memfd', 'ring', 16 * page);
  const key = { pid: program.pid, startTime: startTimeOf(program.pid) };
  const view = await open(program);
  await view.reveal(program, program.address);
  await program.kill();
  await view.untilText('.banner', /has ended\. What shows is what it mapped/);
  assert.equal(await view.row(program.address).count(), 1);
  await command('workbench.action.closeAllEditors');
  await command('memglass.openMemoryMap', key);
  await new MapView().untilText('.empty', /Process .+: It has ended\. Choose Another Process…$/);
});

test('Enter opens a region in the hex view, and a filter finds it by its address', async () => {
  const program = await start(owner, 'memfd', 'ring', 16 * page);
  await program.ask(`pattern 0 ${16 * page}`);
  const view = await open(program);
  await view.frame.locator('.map-filter').fill(hex(program.address));
  await until(
    () => view.rows.count(),
    (count) => count === 1,
    'one row',
  );
  await scene.workbench.page.keyboard.press('Enter');
  await scene.workbench.page.keyboard.press('ArrowDown');
  await scene.workbench.page.keyboard.press('Enter');
  await title('ring ').waitFor();
  await scene.view().rows.first().waitFor();
});

test('the keys of undo take back what is typed into the filter', async () => {
  const view = await open(await start(owner, 'memfd', 'ring', 16 * page));
  const filter = view.frame.locator('.map-filter');
  const has = (text: string) =>
    until(
      () => filter.inputValue(),
      (found) => found === text,
      `the filter has ${text}`,
    );
  await filter.focus();
  await scene.workbench.page.keyboard.type('r');
  await has('r');
  await scene.workbench.page.keyboard.press('Control+Z');
  await has('');
  await scene.workbench.page.keyboard.press('Control+Shift+Z');
  await has('r');
});

test('regions are copied as maps has them, as CSV and as JSON', async () => {
  const program = await start(owner, 'memfd', 'ring', 16 * page);
  const view = await open(program);
  await view.untilText('.map-footer', /Rss/);
  await view.reveal(program, program.address);
  await view.frame.locator('[role=grid]').focus();
  await untilKeysAreHeard(scene.workbench);
  const [from = '', to = ''] =
    mapsLines(program).find(([place = '']) => BigInt(`0x${place}`) === program.address) ?? [];
  await scene.workbench.page.keyboard.press('Control+c');
  await until(clipboard, (text) => text.startsWith(`${from}-${to} rw-s`), 'a line of maps');
  await command('memglass.map.copyCsv');
  await until(
    clipboard,
    (text) => text.split('\r\n')[1]?.startsWith(`0x${from},0x${to},65536,rw-s,shared`) === true,
    'CSV',
  );
  await command('memglass.map.copyJson');
  const text = await until(clipboard, (found) => found.startsWith('['), 'JSON');
  assert.equal(JSON.parse(text)[0].name, '/memfd:ring (deleted)');
  await command('memglass.map.copyAddress');
  await until(clipboard, (found) => found === `0x${from}`, 'the address');
});

test('kinds are chosen from a list, and so are columns', async () => {
  const program = await start(owner, 'memfd', 'ring', 16 * page);
  const view = await open(program);
  startCommand(scene.workbench, 'memglass.map.filterBy');
  await waitForQuickInput(scene.workbench, 'Filter Regions');
  const listed = scene.workbench.page.locator('.quick-input-list .monaco-list-row');
  await tick(listed.filter({ hasText: 'shared memory' }).first());
  await scene.workbench.page.keyboard.press('Enter');
  await until(
    () => view.rows.count(),
    (count) => count === 1,
    'one row',
  );
  await view.untilText('.map-chip', /shared memory/);
  try {
    startCommand(scene.workbench, 'memglass.map.columns');
    await waitForQuickInput(scene.workbench, 'Columns of Memory Maps');
    await tick(listed.filter({ hasText: 'Offset' }));
    await scene.workbench.page.keyboard.press('Enter');
    await view.untilCell(program.address, 'offset', '0');
  } finally {
    await scene.workbench.changeSettings({ 'memglass.memoryMap.columns': usualColumns });
  }
});

test('who chooses no column at all is told that there is always one', async () => {
  await scene.workbench.changeSettings({ 'memglass.memoryMap.columns': ['start'] });
  try {
    await open(await start(owner, 'memfd', 'ring', 16 * page));
    startCommand(scene.workbench, 'memglass.map.columns');
    await waitForQuickInput(scene.workbench, 'Columns of Memory Maps');
    const row = scene.workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Start' });
    await takeStep(
      (limits) => row.click(limits),
      async () => (await row.getAttribute('aria-checked')) === 'false',
      'the column is not ticked any more',
    );
    await scene.workbench.page.keyboard.press('Enter');
    await new Notices(scene).waitFor('A memory map has at least one column.');
  } finally {
    await scene.workbench.changeSettings({ 'memglass.memoryMap.columns': usualColumns });
  }
});

test('a map comes back as it was left: shown again after it was hidden, and with the window', async () => {
  const program = await startSpace(owner, 'regions', 400);
  const view = await open(program);
  await view.untilText('.map-footer', /Rss/);
  const keys = scene.workbench.page.keyboard;
  const text = hex(program.address).slice(0, 5);
  await view.frame.locator('.map-filter').fill(text);
  await view.frame.locator('[role=columnheader][data-column=rights]').click();
  await view.frame.locator('[role=grid]').focus();
  for (let turn = 0; turn < 4; turn++) await keys.press('PageDown');
  await keys.press('Shift+ArrowDown');
  await keys.press('Shift+ArrowDown');
  const shown = async (map: MapView) => ({
    rows: await map.rows.evaluateAll((rows) =>
      rows
        .map((row) => ({ start: row.getAttribute('data-start'), top: row.getBoundingClientRect().top }))
        .sort((a, b) => a.top - b.top),
    ),
    selected: await map.frame
      .locator('[role=row][aria-selected=true]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-start')).sort()),
    sort: await map.frame.locator('[role=columnheader][data-column=rights]').getAttribute('aria-sort'),
    text: await map.frame.locator('.map-filter').inputValue(),
  });
  let last = '';
  const before = await until(
    () => shown(view),
    (now) => {
      const isAtRest = JSON.stringify(now) === last;
      last = JSON.stringify(now);
      return now.selected.length === 3 && isAtRest;
    },
    'three rows are selected',
  );
  await settled(view.frame);
  assert.deepEqual([before.sort, before.text], ['ascending', text]);
  const comesBack = (what: string) =>
    until(
      () => shown(new MapView()),
      (now) => JSON.stringify(now) === JSON.stringify(before),
      `${what}: ${JSON.stringify(before.selected)}`,
    );
  await command('workbench.action.files.newUntitledFile');
  await view.frame.locator('[role=grid]').waitFor({ state: 'hidden' });
  await command('workbench.action.closeActiveEditor');
  await comesBack('shown again');
  await scene.workbench.saveWindowState(`${before.selected.at(-1)}`);
  await scene.workbench.reload();
  await comesBack('with the window');
});
