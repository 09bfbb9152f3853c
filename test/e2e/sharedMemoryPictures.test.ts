// Pictures of the questions that shared memory is made and changed by, in out/screenshots, for people to look at.
import { rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Theme } from '../host/workbench.ts';
import { start } from '../support/programs.ts';
import { acceptRow, tick } from './choosing.ts';
import { startCommand, useScene, waitForQuickInput } from './scene.ts';

const scene = useScene({ settings: { 'workbench.reduceMotion': 'on' } });
const { owner, press } = scene;
const page = () => scene.workbench.page;
const input = () => page().locator('.quick-input-widget:visible input').first();
const newSegment = 'New Shared Memory Segment';

const themes: Record<string, Theme> = { dark: 'Default Dark Modern', light: 'Default Light Modern' };

/** Waits for the step of this number, which takes what is typed then. */
async function step(number: number): Promise<void> {
  await waitForQuickInput(scene.workbench, `${newSegment} (${number}/`);
}

async function askForName(name: string): Promise<void> {
  startCommand(scene.workbench, 'memglass.sharedMemory.create');
  await step(1);
  await scene.workbench.pick('POSIX');
  await step(2);
  await input().fill(name);
}

async function startOn(command: string, name: string): Promise<void> {
  // With an element of the view, as its menu gives it, the questions are asked.
  await scene.workbench.inHost(
    (vscode, id, wanted) => void vscode.commands.executeCommand(id).then(undefined, () => wanted),
    command,
    name,
  );
  await input().waitFor();
  await input().fill(name);
  await acceptRow(scene.workbench, name);
}

const states: Record<string, () => Promise<void>> = {
  'create-kind': async () => {
    startCommand(scene.workbench, 'memglass.sharedMemory.create');
    await step(1);
  },
  'create-name-wrong': async () => {
    await askForName('/frames/ring');
    await page().locator('.quick-input-message').filter({ hasText: 'slash' }).waitFor();
  },
  'create-contents': async () => {
    await askForName('/frames');
    await press('Enter');
    await step(3);
  },
  'create-size': async () => {
    await askForName('/frames');
    await press('Enter');
    await step(3);
    await press('Enter');
    await step(4);
    await input().fill('1.5MiB');
    await page().locator('.quick-input-message').filter({ hasText: 'bytes' }).waitFor();
  },
  'choose-object': async () => {
    startCommand(scene.workbench, 'memglass.sharedMemory.saveToFile');
    await input().waitFor();
    await page().locator('.quick-input-list .monaco-list-row').first().waitFor();
  },
  'unlink-used': async () => {
    await startOn('memglass.sharedMemory.unlink', 'picture-ring');
    await scene.workbench.dialog.waitFor();
  },
  shrink: async () => {
    await startOn('memglass.sharedMemory.resize', 'picture-ring');
    await waitForQuickInput(scene.workbench, 'Resize “picture-ring”');
    await input().fill('4K');
    await page().locator('.quick-input-message').filter({ hasText: 'SIGBUS' }).waitFor();
  },
  leaks: async () => {
    startCommand(scene.workbench, 'memglass.sharedMemory.findLeaks');
    await waitForQuickInput(scene.workbench, 'Leaked Segments');
    const row = page().locator('.quick-input-list .monaco-list-row').filter({ hasText: 'picture-left' });
    await tick(row);
  },
};

for (const [name, theme] of Object.entries(themes)) {
  for (const [state, show] of Object.entries(states)) {
    test(`a picture of ${state}, ${name}`, async () => {
      await scene.workbench.setTheme(theme);
      await scene.workbench.executeCommand('memglass.sharedMemory.focus');
      // What comes and goes refreshes the view, and a view that has the focus takes it back as it is refreshed.
      await scene.workbench.executeCommand('workbench.action.focusActiveEditorGroup');
      const left = '/dev/shm/picture-left';
      writeFileSync(left, new Uint8Array(300_000));
      // Of a run that was killed.
      rmSync('/dev/shm/picture-ring', { force: true });
      const producer = await start(owner, 'create', 'picture-ring', 65_536);
      const consumer = await start(owner, 'attach', 'picture-ring', 65_536);
      try {
        await show();
        await scene.workbench.screenshot(`shm-${state}-${name}`);
      } finally {
        await press('Escape');
        await press('Escape');
        await consumer.end();
        await producer.end();
        rmSync(left, { force: true });
      }
    });
  }
}
