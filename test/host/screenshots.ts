// `npm run screenshots`: the pictures of the README, taken in a real VS Code from the demo workspace.
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser } from './browser.ts';
import { startDemo } from './demo.ts';
import { root, vsix } from './paths.ts';
import { VSCode } from './vscode.ts';
import { type Theme, Workbench } from './workbench.ts';

const folder = join(root, 'media/screenshots');
const viewport = { width: 1200, height: 640 };
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

/** The demo's segment while it is written to: its ring goes round in 6.4 seconds, so that there is news of every age. */
async function takeLive(workbench: Workbench, name: string): Promise<void> {
  await show(workbench, `/dev/shm/${demo.segment}`);
  await workbench.executeCommand('memglass.goToOffset', '0x1200');
  await workbench.page.waitForTimeout(8000);
  const frame = await workbench.webviewFrame();
  await frame.waitForFunction(() =>
    [0, 1].every((level) => (CSS.highlights.get(`memglass-changed-${level}`)?.size ?? 0) > 0),
  );
  await workbench.page.screenshot({ path: join(folder, `${name}.png`) });
}

mkdirSync(folder, { recursive: true });
// Not in the repository's own folder: whose machine it is belongs in no picture.
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
  await workbench.setTheme('Default Light Modern');
  await takeLive(workbench, 'live-light');
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
