// The picture of a memory map in a real VS Code, of real processes: what it says, what it does; pictures in
// out/screenshots for people to look at.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../host/browser.ts';
import type { Theme } from '../host/workbench.ts';
import { startSpace, startTimeOf } from '../support/programs.ts';
import { until, useScene } from './scene.ts';

const scene = useScene({ settings: { 'workbench.reduceMotion': 'on', 'memglass.memoryMap.refresh': 'off' } });
const owner = { after: (undo: () => void | Promise<void>) => scene.scratch.defer(undo) };
const themes: Record<string, Theme> = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
};

const map = () => scene.workbench.webview();
const words = () => map().locator('.picture-words').textContent();
const strip = () => map().getByRole('slider', { name: 'Address space' });

/** Opens the map and waits for all figures. */
async function open(pid: number): Promise<void> {
  await scene.workbench.executeCommand('memglass.openMemoryMap', { pid, startTime: startTimeOf(pid) });
  await map().locator('.picture-total').nth(1).filter({ hasText: /B$/ }).waitFor();
}

async function screenshots(name: string): Promise<void> {
  for (const [theme, id] of Object.entries(themes)) {
    await scene.workbench.setTheme(id);
    await scene.workbench.page.mouse.move(2, 2);
    await scene.workbench.screenshot(`map-picture-${name}-${theme}`);
  }
  await scene.workbench.setTheme(themes['dark'] as Theme);
}

function keep(child: ChildProcess): number {
  owner.after(() => void child.kill('SIGKILL'));
  assert.ok(child.pid !== undefined);
  return child.pid;
}

/** The row of the table at the selection, in words. */
const selectedRow = () => map().locator('[role=row][aria-selected=true]').first().innerText();

test('a Node process: from the picture to the table and to its pages', async () => {
  const script = 'const kept = Buffer.alloc(64 << 20, 1); setInterval(() => kept.length, 1e6)';
  const pid = keep(spawn(process.execPath, ['-e', script], { stdio: 'ignore' }));
  await until(
    async () => Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]),
    (pages) => pages > (100 << 20) / 4096,
    'its memory is there',
  );
  await open(pid);
  assert.match((await words()) ?? '', /^\d+ regions, .* committed and .* more reserved$/);
  await strip().focus();
  await scene.workbench.page.keyboard.press('ArrowRight');
  await scene.workbench.page.keyboard.press('Enter');
  await map().locator('.pages-state:visible').first().waitFor();
  const said = (await strip().getAttribute('aria-valuetext')) ?? '';
  assert.ok((await selectedRow()).includes(said.split(' · ')[0] ?? ''), said);
  await screenshots('node');

  await map()
    .getByRole('button', { name: /^Heap: / })
    .click();
  await map()
    .locator('.map-footer')
    .filter({ hasText: /^1 region/ })
    .waitFor();
  await scene.workbench.screenshot('map-picture-node-heap');
  await scene.workbench.executeCommand('memglass.map.togglePicture');
  await map().locator('.picture').waitFor({ state: 'hidden' });
  await scene.workbench.screenshot('map-picture-hidden');
  await scene.workbench.executeCommand('memglass.map.togglePicture');
  await map().locator('.picture').waitFor();
});

test('gdb itself', async (t) => {
  if (!existsSync('/usr/bin/gdb')) return t.skip('gdb is not installed');
  const child = spawn('gdb', ['-q', '--nx', process.execPath], { stdio: ['pipe', 'pipe', 'ignore'] });
  const pid = keep(child);
  await new Promise((ready) => child.stdout.once('data', ready));
  await open(pid);
  await screenshots('gdb');
});

test('a process of a browser', async () => {
  const browser: Browser = await launchBrowser();
  owner.after(() => browser.close());
  const before = new Set(renderers());
  const page = await browser.newPage();
  await page.goto('data:text/html,<canvas width=2000 height=2000>');
  const pid = renderers().find((each) => !before.has(each));
  assert.ok(pid !== undefined);
  await open(pid);
  assert.match((await words()) ?? '', /TiB more reserved$/);
  await screenshots('browser');
});

test('65,530 regions, from afar and near', async () => {
  const program = await startSpace(owner, 'regions', 65_500);
  await open(program.pid);
  assert.match((await words()) ?? '', /^6[45]\d\d\d regions/);
  await screenshots('many');
  await strip().focus();
  for (let press = 0; press < 8; press++) await scene.workbench.page.keyboard.press('+');
  await scene.workbench.page.keyboard.press('ArrowRight');
  await scene.workbench.page.keyboard.press('Enter');
  await map().locator('.pages-state:visible').first().waitFor();
  await scene.workbench.screenshot('map-picture-many-near');
});

test('8 TiB that are only reserved: nothing else is drowned by them, and their pages are told', async () => {
  const program = await startSpace(owner, 'reservation', String(2n ** 43n));
  await scene.workbench.executeCommand('memglass.openMemoryMap', {
    pid: program.pid,
    startTime: startTimeOf(program.pid),
    address: `0x${program.address.toString(16)}`,
  });
  await map().locator('.pages-state').filter({ hasText: 'absent (8 TiB)' }).waitFor();
  assert.match((await words()) ?? '', /8 TiB more reserved/);
  await screenshots('reservation');
});

test('of a process that has ended the picture stays, and its pages cannot be counted any more', async () => {
  const program = await startSpace(owner, 'pages');
  await open(program.pid);
  const before = await words();
  await map().locator('[role=row]').filter({ hasText: '[heap]' }).click();
  await map().locator('.pages-state:visible').first().waitFor();
  await program.kill();
  await scene.workbench.executeCommand('memglass.map.refresh');
  await map().getByText('has ended').waitFor();
  assert.equal(await words(), before);
  await strip().focus();
  await scene.workbench.page.keyboard.press('End');
  await scene.workbench.page.keyboard.press('Enter');
  await map().getByText('The process is no longer there: its pages cannot be counted.').waitFor();
  await scene.workbench.screenshot('map-picture-ended');
});

function renderers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isRenderer(name))
    .map(Number);
}

function isRenderer(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('--type=renderer');
  } catch {
    // It has ended meanwhile.
    return false;
  }
}
