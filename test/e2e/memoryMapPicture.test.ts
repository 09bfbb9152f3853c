// The picture of a memory map in a real VS Code, of real processes: what it says, what it does; pictures in
// out/screenshots for people to look at.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../host/browser.ts';
import type { Theme } from '../host/workbench.ts';
import { startSpace, startTimeOf } from '../support/programs.ts';
import { until, useScene } from './scene.ts';

const scene = useScene({ settings: { 'workbench.reduceMotion': 'on', 'memglass.memoryMap.refresh': 'off' } });
const { owner } = scene;
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
  await until(selectedRow, (text) => text.includes(said.split(' · ')[0] ?? ''), said);
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
  const page = await browser.newPage();
  await page.goto('data:text/html,<canvas width=2000 height=2000>');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const pid = processInfo.find(({ type }) => type === 'renderer')?.id;
  assert.ok(pid !== undefined);
  await open(pid);
  assert.match((await words()) ?? '', /TiB more reserved$/);
  await screenshots('browser');
});

const java = `class Holder {
  public static void main(String[] arguments) throws Exception {
    byte[][] kept = new byte[48][];
    for (int at = 0; at < kept.length; at++) java.util.Arrays.fill(kept[at] = new byte[1 << 20], (byte) at);
    System.out.println("ready");
    Thread.sleep(Long.MAX_VALUE);
    System.out.println(kept.length);
  }
}`;

test('a Java virtual machine', async (t) => {
  if (spawnSync('javac', ['-version']).status !== 0) return t.skip('there is no JDK');
  const source = join(scene.scratch.folder(), 'Holder.java');
  writeFileSync(source, java);
  const child = spawn('java', ['-Xmx512m', source], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = keep(child);
  await new Promise((ready) => child.stdout.once('data', ready));
  await open(pid);
  await screenshots('jvm');
  // What the heap of a JVM is cannot be told from other anonymous memory: it shows by its size.
  await map()
    .getByRole('button', { name: /^Private anonymous: / })
    .waitFor();
});

test('a narrow tab, a magnified window and high contrast', async () => {
  const { page } = scene.workbench;
  const program = await startSpace(owner, 'names', scene.scratch.folder());
  await open(program.pid);
  const size = page.viewportSize() ?? { width: 1280, height: 800 };
  const fits = async () => {
    const body = map().locator('body');
    const sticksOut = await body.evaluate((element) =>
      [...element.querySelectorAll('*')]
        .filter((part) => part.getBoundingClientRect().right > element.clientWidth && part.closest('.main') === null)
        .map((part) => `${part.tagName} ${part.className}`),
    );
    assert.deepEqual(sticksOut, []);
    for (const part of ['.header', '.map-footer', '.picture']) {
      const box = await map().locator(part).first().boundingBox();
      assert.ok(box !== null && box.width > 0 && box.height > 0, part);
    }
    assert.ok((await map().locator('[role=row][data-start]').count()) > 2, 'rows show');
    const edge = (await map().locator('.main .scrollbar').boundingBox())?.x ?? 0;
    for (const column of ['start', 'size', 'rights', 'name']) {
      const head = await map().locator(`[role=columnheader][data-column=${column}]`).boundingBox();
      assert.ok(head !== null && head.x + head.width <= edge + 1, column);
    }
  };
  try {
    await scene.workbench.executeCommand('workbench.action.closeSidebar');
    // The tab is 400 wide beside the activity bar.
    await page.setViewportSize({ width: 455, height: 800 });
    await scene.workbench.screenshot('map-narrow');
    await until(fits, () => true, 'it fits');
    // As VS Code is at twice its size: half the pixels for everything.
    await page.setViewportSize({ width: 640, height: 400 });
    await scene.workbench.screenshot('map-magnified');
    await until(fits, () => true, 'it fits');
    await page.setViewportSize(size);
    for (const theme of ['Default High Contrast', 'Default High Contrast Light'] as const) {
      await scene.workbench.setTheme(theme);
      await map().locator('[role=row][data-start]').nth(2).click();
      await scene.workbench.screenshot(`map-${theme.replaceAll(' ', '-').toLowerCase()}`);
    }
  } finally {
    await page.setViewportSize(size);
    await scene.workbench.setTheme('Default Dark Modern');
    await scene.workbench.executeCommand('workbench.view.explorer');
  }
});

test('65,530 regions, from afar and near', async () => {
  const program = await startSpace(owner, 'regions', 65_500);
  await open(program.pid);
  assert.match((await words()) ?? '', /^6[45]\u202f?\d\d\d regions/);
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
