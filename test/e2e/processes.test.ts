// The Processes view as a user meets it: found, filtered, opened down to a region; and pictures in out/screenshots.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { debuggerExtension } from '../host/paths.ts';
import type { Theme } from '../host/workbench.ts';
import { start, startSpace } from '../support/programs.ts';
import { acceptRow, chooseInMenuOf, expand, takeStep } from './choosing.ts';
import { startCommand, until, useScene, waitForQuickInput } from './scene.ts';

const scene = useScene({ settings: { 'workbench.reduceMotion': 'on' }, extensions: [debuggerExtension] });
const { owner } = scene;
const page = () => scene.workbench.page;
const view = () => page().locator('.pane', { has: page().locator('.pane-header', { hasText: 'Processes' }) });
const rows = () => view().locator('.monaco-list-row');
const row = (text: string) => rows().filter({ hasText: text }).first();
const themes: Record<string, Theme> = { dark: 'Default Dark Modern', light: 'Default Light Modern' };

async function show(): Promise<void> {
  await scene.workbench.executeCommand('memglass.processes.focus');
  await rows().first().waitFor();
}

test('from a process to the bytes of a region, in both themes', async () => {
  const ring = await start(owner, 'memfd', 'ring', 65536);
  await ring.ask('pattern 0 65536');
  await scene.workbench.executeCommand('memglass.sharedMemory.focus');
  await show();
  await scene.workbench.executeCommand('memglass.processes.filter', String(ring.pid));
  await expand(row('shared_memory'));
  await row('Executable and libraries').waitFor();
  for (const [name, theme] of Object.entries(themes)) {
    await scene.workbench.setTheme(theme);
    await scene.workbench.screenshot(`processes-${name}`);
  }
  await expand(row('Shared memory'));
  const region = row('/memfd:ring');
  assert.match(await region.innerText(), /rw-s · 64 KiB · shared file/);
  await scene.workbench.screenshot('processes-region');
  await takeStep(
    (limits) => region.click(limits),
    () => scene.view().rows.first().isVisible(),
    'the region is open',
  );
  await scene.workbench.executeCommand('memglass.processes.clearFilter');
});

test('as a tree, and by the file that is mapped', async () => {
  const folder = scene.scratch.folder();
  const program = await startSpace(owner, 'names', folder);
  await show();
  await scene.workbench.executeCommand('memglass.processes.showTree');
  await rows()
    .filter({ hasText: /^Regions$/ })
    .first()
    .waitFor();
  await scene.workbench.screenshot('processes-tree');
  startCommand(scene.workbench, 'memglass.processes.filterByFile');
  await waitForQuickInput(scene.workbench, 'Show Processes That Map a File');
  await page().keyboard.type(`${folder}/fake`);
  await page().keyboard.press('Enter');
  await view().locator('.message').filter({ hasText: '1 of' }).waitFor();
  await row(`address_space ${program.pid}`).waitFor();
  await scene.workbench.screenshot('processes-mapped');
  await scene.workbench.executeCommand('memglass.processes.clearFilter');
  await scene.workbench.executeCommand('memglass.processes.showFlat');
  await rows().nth(3).waitFor();
});

test('a process is chosen by typing, and its map opens', async () => {
  const program = await startSpace(owner, 'regions', 10);
  startCommand(scene.workbench, 'memglass.openMemoryMap');
  await waitForQuickInput(scene.workbench, 'Open Memory Map');
  const listed = page().locator('.quick-input-list .monaco-list-row');
  await listed.nth(2).waitFor();
  await scene.workbench.screenshot('processes-picker');
  await page().keyboard.type(String(program.pid));
  await acceptRow(scene.workbench, `address_space ${program.pid}`);
  await until(
    () => scene.workbench.tabTitles(),
    (titles) => titles.includes(`address_space (${program.pid})`),
    'the tab of the map',
  );
});

test('from a debug session to the map of its process, and from a variable to its address', async () => {
  const program = await start(owner, 'memfd', 'ring', 65536);
  const address = `0x${program.address.toString(16)}`;
  await scene.workbench.inHost(
    async (vscode, pid, value) => {
      const variables = [
        { name: 'ring', type: 'char *', value },
        { name: 'count', type: 'int', value: '42' },
      ];
      const configuration = { type: 'memglass-test', name: 'test', request: 'attach', processId: pid, variables };
      await vscode.debug.startDebugging(undefined, configuration);
    },
    program.pid,
    address,
  );
  const toolbar = page().locator('.debug-toolbar');
  const action = toolbar.getByRole('button', { name: 'Memory Map of the Debuggee' });
  await action.waitFor();
  await scene.workbench.executeCommand('workbench.debug.action.focusVariablesView');
  const variable = (name: string) =>
    page().locator('.debug-variables .monaco-list-row').filter({ hasText: name }).first();
  await variable('ring').waitFor();
  await scene.workbench.screenshot('processes-debug');
  const menu = page().locator('.monaco-menu');
  await takeStep(
    (limits) => variable('count').click({ button: 'right', ...limits }),
    () => menu.getByText('Copy Value').first().isVisible(),
    'the menu of a variable',
  );
  assert.equal(await menu.getByText('Open This Address in Memglass').count(), 0);
  await page().keyboard.press('Escape');
  await menu.first().waitFor({ state: 'hidden' });
  await chooseInMenuOf(scene.workbench, variable('ring'), 'Open This Address in Memglass');
  await scene.view().rows.first().waitFor();
  await action.click();
  await until(
    () => scene.workbench.tabTitles(),
    (titles) => titles.includes(`shared_memory (${program.pid})`),
    'the tab of the map',
  );
  await scene.workbench.inHost(async (vscode) => await vscode.debug.stopDebugging());
  await action.waitFor({ state: 'detached' });
});
