// The Shared Memory view in a real workbench: it tells what real programs share, at once what comes and goes, and opens it.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, type TestContext, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { type Program, start } from '../support/programs.ts';
import { expand, takeStep } from './choosing.ts';
import { startCommand, until, useScene, waitForQuickInput } from './scene.ts';

const scene = useScene({ settings: { 'workbench.reduceMotion': 'on' } });
const { press } = scene;
const size = 65_536;

const pane = () => {
  const container = scene.workbench.page.locator(`[id="workbench.view.extension.memglass"]`);
  return container
    .locator('.pane')
    .filter({ has: scene.workbench.page.locator('.pane-header', { hasText: 'Shared Memory' }) });
};

/** The row of the view that says `text`, as a person hears it. */
const row = (text: string | RegExp): Locator => pane().getByRole('treeitem', { name: text }).first();

const rows = (): Promise<string[]> =>
  pane()
    .getByRole('treeitem')
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));

let serial = 0;
function unique(t: TestContext, word: string): string {
  const name = `memglass-e2e-${process.pid}-${serial++}-${word}`;
  t.after(() => rmSync(`/dev/shm/${name}`, { force: true }));
  return name;
}

const label = ({ pid }: Program) => `shared_memory ${pid}`;

beforeEach(async () => {
  await scene.workbench.executeCommand('memglass.sharedMemory.focus');
  await scene.workbench.executeCommand('memglass.sharedMemory.clearFilter');
  await scene.workbench.changeSettings({
    'memglass.sharedMemory.layout': 'tree',
    'memglass.sharedMemory.sort': 'name',
  });
});

test('a producer and its consumer, with what each of them has', async (t) => {
  const name = unique(t, 'ring');
  const producer = await start(t, 'create', name, size);
  const consumer = await start(t, 'attach', name, size);
  // Whatever else is there, its rows show.
  await scene.workbench.executeCommand('memglass.sharedMemory.filter', name);
  const object = row(name);
  await until(
    () => object.getAttribute('aria-label'),
    (text) => /64 KiB · 2 procs/.test(text ?? ''),
    'two users',
  );
  await expand(object);
  await row(label(producer)).waitFor();
  const words = await row(label(consumer)).getAttribute('aria-label');
  assert.match(words ?? '', new RegExp(`r--s ${consumer.address.toString(16)}–`));
  await producer.end();
  await expand(row('Deleted, still mapped'));
  const store = row(new RegExp(`^${name} .*1 proc`));
  await store.waitFor();
  await consumer.end();
  await store.waitFor({ state: 'detached' });
});

test('a creation and a removal show at once; a link, a pipe and a folder do not show at all', async (t) => {
  const name = unique(t, 'comes');
  const path = `/dev/shm/${name}`;
  const folder = `${path}-folder`;
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(folder);
  symlinkSync('/etc/passwd', join(folder, 'link'));
  writeFileSync(path, 'something');
  await row(name).waitFor();
  writeFileSync(join(folder, 'inner'), 'something else');
  await row(`${name}-folder/inner`).waitFor();
  assert.match((await row(`${name}-folder/inner`).getAttribute('aria-label')) ?? '', /not reachable by shm_open/);
  assert.equal(await row(`${name}-folder/link`).count(), 0);
  rmSync(path);
  await row(new RegExp(`^${name} `)).waitFor({ state: 'detached' });
});

test('parent and child, a passed memfd, a System V pair, an unlinked buffer and a semaphore, each under its kind', async (t) => {
  const ready = unique(t, 'ready');
  const programs = {
    'Anonymous, shared': await start(t, 'anonymous', size),
    memfd: await start(t, 'memfd', 'passed', size),
    'System V': await start(t, 'sysv-removed', 0, size),
    'Deleted, still mapped': await start(t, 'unlinked', scene.scratch.folder(), size),
  };
  await start(t, 'semaphore', ready, 0);
  t.after(() => rmSync(`/dev/shm/sem.${ready}`, { force: true }));
  for (const [group, program] of Object.entries(programs)) {
    await scene.workbench.executeCommand('memglass.sharedMemory.filter', String(program.pid));
    await until(rows, (all) => all.some((one) => one.startsWith(`${group} 1`)), `${group}, and one in it`);
    await expand(row(group));
    const object = pane().locator('[aria-level="2"]').first();
    await expand(object);
    await row(label(program)).waitFor();
  }
  await scene.workbench.executeCommand('memglass.sharedMemory.filter', ready);
  await expand(row('Semaphores'));
  await row(new RegExp(`${ready} value 0 · 1 waiting · 2 procs`)).waitFor();
});

test('it filters while one types, says so, and shows all again', async (t) => {
  const [wanted, other] = [unique(t, 'Wanted'), unique(t, 'other')];
  for (const name of [wanted, other]) writeFileSync(`/dev/shm/${name}`, 'bytes');
  await row(other).waitFor();
  startCommand(scene.workbench, 'memglass.sharedMemory.filter');
  await waitForQuickInput(scene.workbench, 'Filter Shared Memory');
  await scene.workbench.page.keyboard.type(wanted.toLowerCase());
  await row(other).waitFor({ state: 'detached' });
  await row(wanted).waitFor();
  await pane()
    .getByText(/Filter .*: 1 of \d+/)
    .waitFor();
  await press('Enter');
  await scene.workbench.page.locator('.part.sidebar').getByRole('button', { name: 'Clear Filter' }).click();
  await row(other).waitFor();
});

test('Enter opens an object, and a user at its own address', async (t) => {
  const name = unique(t, 'opens');
  const producer = await start(t, 'create', name, size);
  await expand(row(new RegExp(`^${name} .*1 proc`)));
  await takeStep(
    (limits) => row(name).click(limits),
    () => scene.view().rows.first().isVisible(),
    'the object is open',
  );
  await scene.view().shows(0, `70${'00'.repeat(15)}`);
  assert.deepEqual(await scene.workbench.tabTitles(), [name]);
  await scene.workbench.executeCommand('workbench.action.closeAllEditors');
  await scene.workbench.executeCommand('memglass.sharedMemory.focus');
  const chosen = row(label(producer)).and(scene.workbench.page.locator('.focused'));
  // The view is drawn anew where something comes or goes on the machine.
  await takeStep(
    async () => {
      await row(label(producer)).waitFor();
      await press('ArrowDown');
    },
    async () => (await chosen.count()) === 1,
    'its user is chosen',
  );
  await press('Enter');
  await scene.view().shows(0, `70${'00'.repeat(15)}`);
  const [title = ''] = await scene.workbench.tabTitles();
  assert.match(title, new RegExp(producer.address.toString(16)));
});

test('flat, sorted by size, and remembered', async (t) => {
  const [small, large] = [unique(t, 'a-small'), unique(t, 'b-large')];
  for (const [name, length] of [
    [small, 10],
    [large, 100_000],
  ] as const) {
    writeFileSync(`/dev/shm/${name}`, new Uint8Array(length));
  }
  await scene.workbench.executeCommand('memglass.sharedMemory.filter', `memglass-e2e-${process.pid}`);
  await scene.workbench.executeCommand('memglass.sharedMemory.showFlat');
  await scene.workbench.executeCommand('memglass.sharedMemory.sort', 'size');
  await until(
    async () => (await rows()).map((one) => one.split(' ')[0]),
    (names) => names.join() === [large, small].join(),
    'the larger first, without groups',
  );
  const kept = await scene.workbench.inHost((vscode) => {
    const settings = vscode.workspace.getConfiguration('memglass.sharedMemory');
    return [settings.get('layout'), settings.get('sort')];
  });
  assert.deepEqual(kept, ['flat', 'size']);
});
