// `npm run screenshots`: the pictures of the README, taken in a real VS Code from the demo workspace.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser } from './browser.ts';
import { startDemo } from './demo.ts';
import { root, vsix } from './paths.ts';
import { VSCode } from './vscode.ts';
import { type Theme, Workbench } from './workbench.ts';

const folder = join(root, 'media/screenshots');
const viewport = { width: 1280, height: 640 };
const sidebarWidth = 500;
const hexRow = '[data-cell="hex"]:not(:empty)';

async function take(workbench: Workbench, name: string): Promise<void> {
  // The strip and the page's residency come a moment after the bytes.
  await workbench.page.waitForFunction(() =>
    document.querySelector('.part.statusbar')?.textContent?.includes('resident'),
  );
  await workbench.page.waitForTimeout(1500);
  await workbench.page.screenshot({ path: join(folder, `${name}.png`) });
}

async function show(workbench: Workbench, file: string): Promise<void> {
  await workbench.executeCommand('memglass.open', file);
  await workbench.webview().locator(hexRow).first().waitFor();
}

/** Waits for news of every age: the demo's ring goes round in 6.4 seconds. */
async function untilNews(workbench: Workbench): Promise<void> {
  await workbench.page.waitForTimeout(8000);
  const frame = await workbench.webviewFrame();
  await frame.waitForFunction(() =>
    [0, 1].every((level) => (CSS.highlights.get(`memglass-changed-${level}`)?.size ?? 0) > 0),
  );
}

/** The demo's segment while it is written to. */
async function takeLive(workbench: Workbench, name: string): Promise<void> {
  await show(workbench, `/dev/shm/${demo.segment}`);
  await workbench.executeCommand('memglass.goToOffset', '0x1200');
  await untilNews(workbench);
  await workbench.page.screenshot({ path: join(folder, `${name}.png`) });
}

/** The list, the demo's segment opened from it, and who uses that. */
async function takeSharedMemory(workbench: Workbench, name: string): Promise<void> {
  const { page } = workbench;
  await workbench.executeCommand('workbench.action.closeAllEditors');
  await workbench.executeCommand('workbench.view.extension.memglass');
  // Room for what stands beside the names.
  const sash = await page.locator('.part.sidebar').boundingBox();
  const edge = (sash?.x ?? 0) + (sash?.width ?? 0) + 2;
  await page.mouse.move(edge, 300);
  await page.mouse.down();
  await page.mouse.move(sidebarWidth, 300, { steps: 5 });
  await page.mouse.up();
  const label = page.locator('.label-name', { hasText: new RegExp(`^${demo.segment}$`) });
  const row = page.locator('.part.sidebar .monaco-list-row').filter({ has: label }).first();
  await row.dblclick();
  await workbench.webview().locator(hexRow).first().waitFor();
  await row.click();
  await page.keyboard.press('ArrowRight');
  await page.locator('.part.sidebar .monaco-list-row', { hasText: 'consumer' }).first().waitFor();
  await workbench.executeCommand('memglass.goToOffset', '0x1200');
  await untilNews(workbench);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await workbench.executeCommand('workbench.view.explorer');
}

/** The demo's process of this name. */
function demoProcess(name: string): number {
  const named = (pid: number): number | undefined => {
    if (readFileSync(`/proc/${pid}/comm`, 'latin1').trim() === name) return pid;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').map(Number);
    return children.flatMap((child) => (child > 0 ? (named(child) ?? []) : [])).at(0);
  };
  const found = demo.pid === undefined ? undefined : named(demo.pid);
  if (found === undefined) throw new Error(`the demo has no process called ${name}`);
  return found;
}

/** Where a process that sleeps has come to on its stack; see proc_pid_syscall(5). */
async function stackPointer(pid: number): Promise<string> {
  for (;;) {
    const pointer = readFileSync(`/proc/${pid}/syscall`, 'latin1').trim().split(' ').at(-2);
    if (pointer?.startsWith('0x') === true) return pointer;
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** The memory map of one of the demo's processes, with its heap chosen. */
async function takeMap(workbench: Workbench, name: string): Promise<void> {
  await workbench.executeCommand('workbench.action.closeAllEditors');
  await workbench.executeCommand('workbench.action.closeSidebar');
  await workbench.executeCommand('memglass.openMemoryMap', demoProcess('producer'));
  const map = workbench.webview();
  await map.locator('.picture-total').nth(1).filter({ hasText: /B$/ }).waitFor();
  await map.getByRole('row').filter({ hasText: '[heap]' }).first().click();
  await map.locator('.pages-state:visible').first().waitFor();
  await workbench.page.waitForTimeout(1500);
  await workbench.page.screenshot({ path: join(folder, `${name}.png`) });
  await workbench.executeCommand('workbench.action.toggleSidebarVisibility');
}

/** The stack of one of the demo's processes, entered from its map: it is full of pointers. */
async function takeRegion(workbench: Workbench, name: string): Promise<void> {
  const pid = demoProcess('producer');
  await workbench.executeCommand('workbench.action.closeSidebar');
  await workbench.executeCommand('memglass.openMemoryMap', pid);
  await workbench.webview().locator('.map-filter').fill('[stack]');
  await workbench.webview().getByRole('row').filter({ hasText: '[stack]' }).first().dblclick();
  await workbench.webview().locator(hexRow).first().waitFor();
  await workbench.executeCommand('memglass.goToOffset', await stackPointer(pid));
  await take(workbench, name);
  await workbench.executeCommand('workbench.action.toggleSidebarVisibility');
}

mkdirSync(folder, { recursive: true });
// Not in the repository's own folder, and the system's own Python: whose machine it is belongs in no picture.
process.env['PATH'] = `/usr/bin:${process.env['PATH']}`;
const demo = startDemo(join(tmpdir(), 'demo'));
const settings = { 'workbench.colorTheme': 'Default Dark Modern' satisfies Theme };
const server = await VSCode.start({ vsix, workspace: demo.folder, settings });
const browser = await launchBrowser();
try {
  const workbench = await Workbench.open(server, browser, { viewport });
  await show(workbench, join(demo.folder, 'disk.img'));
  await workbench.executeCommand('memglass.selectRange', '0x1F0 +16');
  await workbench.page
    .locator('iframe.webview.ready')
    .filter({ visible: true })
    .first()
    .click({ position: { x: 760, y: 500 } });
  await workbench.executeCommand('memglass.selectRange', '0x1C0..0x1FF');
  await take(workbench, 'hex-dark');
  const asked = workbench.executeCommand('memglass.goToOffset');
  await workbench.page.locator('.quick-input-widget:visible input').first().waitFor();
  await workbench.page.keyboard.type('end - 1.5KiB');
  await take(workbench, 'go-to-dark');
  await workbench.page.keyboard.press('Escape');
  await asked;
  await takeLive(workbench, 'live-dark');
  await takeSharedMemory(workbench, 'shared-memory-dark');
  await takeMap(workbench, 'map-dark');
  await takeRegion(workbench, 'region-dark');
  await workbench.setTheme('Default Light Modern');
  await takeLive(workbench, 'live-light');
  await takeSharedMemory(workbench, 'shared-memory-light');
  await takeMap(workbench, 'map-light');
  await show(workbench, join(demo.folder, 'server.log'));
  await workbench.executeCommand('memglass.goToOffset', '50%');
  await workbench.executeCommand('memglass.showAsText');
  await take(workbench, 'text-light');
  await workbench.close();
} finally {
  await browser.close();
  await server.stop();
  await demo.stop();
  rmSync(demo.folder, { recursive: true, force: true });
}
