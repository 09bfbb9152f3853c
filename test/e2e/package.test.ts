// The package as a user installs it: in a folder that is not trusted, over a reload of the window and a closed tab, and
// without a word to the network.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Request } from 'playwright-core';
import { vsix } from '../host/paths.ts';
import { VSCode } from '../host/vscode.ts';
import { Workbench } from '../host/workbench.ts';
import { sampleBytes } from '../support/scratch.ts';
import { until, useScene, View, waitForQuickInput, waitForStatus } from './scene.ts';

const scene = useScene({ vsix });
const { press } = scene;
const size = 1_000_003;
const bytes = sampleBytes(size);
const row = (offset: number) => bytes.subarray(offset, offset + 16);

function sample(name = 'packaged.bin'): string {
  const path = join(scene.scratch.folder(), name);
  writeFileSync(path, bytes);
  return path;
}

async function goTo(expression: string): Promise<void> {
  const view = scene.view();
  await view.focus();
  await press('Control+G');
  await waitForQuickInput(scene.workbench, 'Go to Offset');
  await scene.workbench.answerInput(expression);
  await scene.workbench.page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden' });
  // VS Code gives the keyboard back a moment later.
  await view.focus();
}

test('the installed package opens a file, and asks nothing of the network', async () => {
  const asked: string[] = [];
  const note = (request: Request) => asked.push(request.url());
  scene.workbench.page.context().on('request', note);
  const view = await scene.open(sample());
  await view.shows(0, row(0));
  await goTo('0x90000');
  await view.shows(0x90000, row(0x90000));
  await view.frame.getByRole('radio', { name: 'Text' }).click();
  await view.frame.getByRole('radio', { name: 'Hex' }).click();
  await view.shows(0x90000, row(0x90000));
  scene.workbench.page.context().off('request', note);
  // What a webview loads comes from VS Code's own host name, answered inside the browser by its service worker.
  const isInside = (url: string) =>
    /^(data|blob|vscode-\w+):/.test(url) ||
    new URL(url).host === new URL(scene.server.url).host ||
    /\.vscode-(resource\.vscode-)?cdn\.net$/.test(new URL(url).host);
  assert.ok(
    asked.some((url) => url.includes('webview')),
    `requests are seen at all: ${asked.join('\n')}`,
  );
  assert.deepEqual(
    asked.filter((url) => !isInside(url)),
    [],
  );
});

test('the extension that runs is the installed one', async () => {
  const found = await scene.workbench.inHost((vscode) => {
    const extension = vscode.extensions.getExtension('memglass.memglass');
    return [extension?.extensionPath, String(extension?.isActive)];
  });
  assert.match(found[0] ?? '', /\/ext\/memglass\.memglass-/);
  assert.equal(found[1], 'true');
});

test('place, selection, history and what is shown survive a reload of the window', async () => {
  await scene.open(sample('reloaded.bin'));
  await goTo('0x1000');
  await scene.view().waitForCursor(0x1000);
  await goTo('0x90000');
  await scene.view().waitForCursor(0x90000);
  for (let i = 0; i < 3; i++) await press('Shift+ArrowRight');
  await waitForStatus(scene.workbench, (text) => text.includes('4 selected (0x4)'), '4 selected');
  const top = await scene.view().top();
  await scene.view().settled();
  await scene.workbench.saveWindowState(String(0x90003));
  await scene.workbench.reload();
  const view = scene.view();
  await view.shows(0x90000, row(0x90000));
  await view.waitForTop((found) => found === top, 'the same first row');
  await view.focus();
  await waitForStatus(scene.workbench, (text) => text.includes('4 selected (0x4)'), '4 selected');
  await press('Control+Alt+-');
  await view.waitForCursor(0x1000);
});

test('place and mode survive closing and reopening the tab', async () => {
  const path = sample('closed.bin');
  const view = await scene.open(path);
  await goTo('0x90000');
  await view.waitForCursor(0x90000);
  await view.settled();
  await scene.workbench.executeCommand('workbench.action.closeAllEditors');
  await scene.open(path);
  await scene.view().shows(0x90000, row(0x90000));
  await scene.view().waitForCursor(0x90000);
  await scene.view().frame.getByRole('radio', { name: 'Text' }).click();
  const isText = () => scene.view().frame.getByRole('radio', { name: 'Text' }).getAttribute('aria-checked');
  await until(isText, (checked) => checked === 'true', 'text');
  await scene.view().settled();
  await scene.workbench.executeCommand('workbench.action.closeAllEditors');
  await scene.open(path);
  await until(isText, (checked) => checked === 'true', 'still text');
});

test('reading works in a folder that is not trusted', async () => {
  const server = await VSCode.start({
    vsix,
    workspaceTrust: true,
    settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
  });
  try {
    const workbench = await Workbench.open(server, scene.browser);
    assert.equal(await workbench.inHost((vscode) => vscode.workspace.isTrusted), false);
    await workbench.page.getByText('Restricted Mode').first().waitFor();
    const path = sample('untrusted.bin');
    await workbench.openWith(path, 'memglass.hex');
    await new View(workbench, 0).shows(16, row(16));
    await workbench.close();
  } finally {
    await server.stop();
  }
});
