// Pictures of the main states, in out/screenshots, for people to look at: dark, light and high contrast.
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Theme } from '../host/workbench.ts';
import { LiveWriter } from '../support/liveWriter.ts';
import { start } from '../support/programs.ts';
import { makeSparse, sampleBytes } from '../support/scratch.ts';
import { expand } from './choosing.ts';
import { startCommand, until, useScene, waitForQuickInput, waitForStatus } from './scene.ts';

// Without motion no picture catches a box half faded in.
const scene = useScene({ settings: { 'workbench.reduceMotion': 'on' } });
const { press } = scene;

const themes: Record<string, Theme> = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  contrast: 'Default High Contrast',
};

/** A large executable under a path of its own, so that no picture begins where another one ended. */
function program(): string {
  const path = join(scene.scratch.folder(), 'program.elf');
  symlinkSync(process.execPath, path);
  return path;
}

let isSharing = false;

/** Programs that share memory in several ways, for all pictures. */
async function startSharing(): Promise<void> {
  if (isSharing) return;
  isSharing = true;
  const owner = { after: (end: () => void | Promise<void>) => scene.scratch.defer(end) };
  // Of a run that was killed.
  rmSync('/dev/shm/memglass-ring', { force: true });
  await start(owner, 'create', 'memglass-ring', 65_536);
  await start(owner, 'attach', 'memglass-ring', 65_536);
  await start(owner, 'sysv-removed', 0, 100_000);
  await start(owner, 'memfd', 'frames', 2 ** 20);
}

/** The states of the view worth looking at; each leaves the window as the picture shall show it. */
const states: Record<string, () => Promise<void>> = {
  hex: async () => {
    const view = await scene.open(program());
    await view.focus();
    await press('ArrowDown');
    for (let i = 0; i < 20; i++) await press('Shift+ArrowRight');
    await waitForStatus(
      scene.workbench,
      (text) => text.includes('21 selected') && text.includes('resident'),
      '21 selected',
    );
    await strip();
  },
  hover: async () => {
    const view = await scene.open(program());
    await view
      .row(32)
      .locator('[data-cell="hex"]')
      .hover({ position: { x: 60, y: 8 } });
    await view.frame.getByRole('tooltip').waitFor();
  },
  'sparse-1TiB': async () => {
    const path = join(scene.scratch.shmFolder(), 'ring');
    makeSparse(path, 2 ** 40);
    writeFileSync(path, sampleBytes(300_000), { flag: 'r+' });
    await scene.open(path);
    await scene.workbench.executeCommand('memglass.goToOffset', '0x49380');
    await scene.view().row(0x493e0).waitFor();
    await strip();
  },
  text: async () => {
    const path = join(scene.scratch.folder(), 'server.log');
    const lines = Array.from(
      { length: 500 },
      (_, i) =>
        `2025-01-01T00:00:${String(i % 60).padStart(2, '0')}Z worker-${i % 16} größer als erwartet 接続しました кэш ${i}`,
    );
    lines[3] = `control \u0001\u001b[31m characters \t tab and a line that is long ${'x'.repeat(300)}`;
    writeFileSync(path, `${lines.join('\n')}\n`);
    const view = await scene.open(path);
    await scene.workbench.executeCommand('memglass.showAsText');
    await view.row(0).filter({ hasText: 'worker-0' }).waitFor();
    await view.focus();
    for (let i = 0; i < 20; i++) await press('Shift+ArrowRight');
    await strip();
  },
  'go-to': async () => {
    const view = await scene.open(program());
    await view.focus();
    startCommand(scene.workbench, 'memglass.goToOffset');
    await waitForQuickInput(scene.workbench, 'Go to Offset');
    await scene.workbench.page.keyboard.type('50%+0x20');
    await view.waitForTop((top) => top > 0, 'the preview');
  },
  'go-to-wrong': async () => {
    const view = await scene.open(program());
    await view.focus();
    startCommand(scene.workbench, 'memglass.goToOffset');
    await waitForQuickInput(scene.workbench, 'Go to Offset');
    await scene.workbench.page.keyboard.type('deadbeef');
  },
  layout: async () => {
    await scene.open(program());
    startCommand(scene.workbench, 'memglass.changeLayout');
    await waitForQuickInput(scene.workbench, 'Layout');
  },
  'open-file': async () => {
    startCommand(scene.workbench, 'memglass.openFile');
    await waitForQuickInput(scene.workbench, 'Open File in Memglass');
    await scene.workbench.page.locator('.quick-input-widget:visible input').first().fill('/proc/self/');
    await scene.workbench.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'maps' })
      .first()
      .waitFor();
  },
  truncated: async () => {
    const path = join(scene.scratch.folder(), 'shrunk.bin');
    writeFileSync(path, sampleBytes(40_000));
    const view = await scene.open(path);
    truncateSync(path, 100);
    await view.banner.waitFor();
    await view.shows(160, '??'.repeat(16));
  },
  replaced: async () => {
    const path = join(scene.scratch.folder(), 'replaced.bin');
    writeFileSync(path, sampleBytes(40_000));
    const view = await scene.open(path);
    writeFileSync(`${path}.new`, '');
    renameSync(`${path}.new`, path);
    await view.banner.waitFor();
  },
  unmapped: async () => {
    const view = await scene.open('/proc/self/mem');
    await view.shows(0, '??'.repeat(16));
  },
  refused: async () => {
    const path = join(scene.scratch.folder(), 'a folder');
    mkdirSync(path);
    await scene.workbench.openWith(path, 'memglass.hex');
    await scene.view().frame.getByRole('button').first().waitFor();
  },
  live: async () => {
    const path = join(scene.scratch.shmFolder(), 'ring');
    makeSparse(path, 3 * 4096);
    writeFileSync(path, sampleBytes(0x140), { flag: 'r+' });
    const view = await scene.open(path);
    await view.frame.locator('.live[data-state="running"]').waitFor();
    const writer = await LiveWriter.start(scene.scratch, path);
    await writer.store(0x48, new TextEncoder().encode('größer'));
    await writer.store(0x91, sampleBytes(40, 3));
    await until(
      async () => (await scene.workbench.webviewFrame()).evaluate(() => CSS.highlights.get('memglass-changed-5')?.size),
      (count) => count !== undefined && count > 4,
      'news',
    );
    await scene.workbench.executeCommand('memglass.watching.pause');
    await view.frame.locator('.live[data-state="paused"]').waitFor();
    await strip();
  },
  missing: async () => {
    await scene.workbench.openWith(join(scene.scratch.folder(), 'missing.bin'), 'memglass.hex');
    await scene.view().frame.getByRole('button').first().waitFor();
  },
  empty: async () => {
    const path = join(scene.scratch.folder(), 'empty.bin');
    writeFileSync(path, '');
    await scene.workbench.openWith(path, 'memglass.hex');
    await scene.view().frame.locator('.empty:visible').waitFor();
  },
  'shared-memory': async () => {
    const { workbench } = scene;
    await startSharing();
    await workbench.executeCommand('memglass.sharedMemory.focus');
    await workbench.executeCommand('memglass.sharedMemory.filter', 'shared_memory');
    const row = workbench.page.getByRole('treeitem', { name: /^memglass-ring .*2 procs/ });
    await expand(row);
    const hover = workbench.page.locator('.workbench-hover').filter({ hasText: 'POSIX shared memory' });
    // A row that is refreshed while the pointer rests on it wants it to come again.
    const isThere = async () => {
      await workbench.page.mouse.move(900, 500);
      await row.hover({ position: { x: 100, y: 10 } });
      await workbench.page.waitForTimeout(1500);
      return await hover.isVisible();
    };
    await until(isThere, (there) => there, 'the hover');
  },
  split: async () => {
    await scene.open(program());
    await scene.workbench.executeCommand('workbench.action.splitEditor');
    await scene.view(1).rows.first().waitFor();
  },
};

const strip = () =>
  until(
    () => scene.view().frame.getByRole('img').getAttribute('aria-label'),
    (label) => label?.includes('%') === true,
    'the strip',
  );

for (const [name, theme] of Object.entries(themes)) {
  for (const [state, show] of Object.entries(states)) {
    test(`a picture of ${state}, ${name}`, async () => {
      await scene.workbench.setTheme(theme);
      await show();
      await scene.workbench.screenshot(`${state}-${name}`);
    });
  }
}
