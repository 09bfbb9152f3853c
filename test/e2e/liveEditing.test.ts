// Typing into what others use: locked first, stored byte by byte before their eyes, undone while it is still ours.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Program, startSpace, startTimeOf } from '../support/programs.ts';
import { page, useLiveScene } from './liveScene.ts';
import { startCommand, until, type View, waitForQuickInput } from './scene.ts';

const {
  scene,
  owner,
  press,
  type,
  run,
  status,
  typeAtOnce,
  untilNoneDirty,
  answer,
  badge,
  open,
  peek,
  shared,
  unlock,
  seen,
} = useLiveScene();

test('the first key asks to unlock, naming the object and who uses it, and types nothing', async () => {
  const { program, view, name } = await shared();
  await badge(view).filter({ hasText: 'Live, locked' }).waitFor();
  await type('a');
  const question = `Unlock /dev/shm/${name} for writing?`;
  assert.match(await answer(question, 'Cancel'), new RegExp(`1 process uses it: .*${program.pid}`));
  await badge(view).filter({ hasText: 'Live, locked' }).waitFor();
  await view.focus();
  await type('b');
  await answer(question, 'Unlock');
  await badge(view)
    .filter({ hasText: /^Live$/ })
    .waitFor();
  assert.equal(await peek(program, 0), 0x70);
});

test('a byte typed is seen by a second process once it is whole, and nothing beside it is changed', async () => {
  const { program, view } = await shared();
  await unlock(view);
  await press('ArrowRight');
  await type('a');
  await view.frame.locator('.waiting-digit').filter({ hasText: 'A_' }).waitFor();
  assert.equal(await peek(program, 1), 0);
  await type('5');
  await seen(program, 1, 0xa5);
  await view.shows(0, `70A5${'00'.repeat(14)}`);
  assert.deepEqual([await peek(program, 0), await peek(program, 2)], [0x70, 0]);
  await untilNoneDirty();
  // A digit that is left alone is dropped.
  await type('7');
  await press('ArrowRight');
  await press('ArrowLeft');
  await view.frame.locator('.waiting-digit').waitFor({ state: 'hidden' });
  assert.equal(await peek(program, 2), 0);
  await press('Tab');
  await type('H');
  await seen(program, 2, 0x48);
  await untilNoneDirty();
  await press('Control+Z');
  await seen(program, 2, 0);
  await untilNoneDirty();
  await press('Control+Z');
  await seen(program, 1, 0);
  await view.shows(0, `70${'00'.repeat(15)}`);
  await untilNoneDirty();
  await press('Control+Shift+Z');
  await seen(program, 1, 0xa5);
  await untilNoneDirty();
  assert.deepEqual(scene.workbench.hostErrors, []);
});

/** Has the second process store a byte that the view does not show: looks that were on their way are over first. */
async function changeUnseen(program: Program, view: View, offset: number, byte: number): Promise<void> {
  const before = await view.hex(0);
  await view.focus();
  await program.ask(`poke ${offset} ${byte}`);
  await view.focus();
  assert.equal(await view.hex(0), before);
}

test('bytes that others have changed are not gone over unasked, by typing nor by undo', async () => {
  const { program, view } = await shared();
  await unlock(view);
  await run('memglass.setWatchRate', 'off');
  await changeUnseen(program, view, 0, 66);
  await type('41');
  await view.banner.getByText('others have changed what you were shown').waitFor();
  await view.banner.getByText('It is 42 now').waitFor();
  assert.equal(await peek(program, 0), 66);
  await view.shows(0, `42${'00'.repeat(15)}`);
  await program.ask('poke 15 1');
  await view.banner.getByRole('button', { name: 'Look Again' }).click();
  await view.shows(0, `42${'00'.repeat(14)}01`);
  await changeUnseen(program, view, 1, 67);
  await press('Home');
  await press('ArrowRight');
  await type('41');
  await view.banner.getByRole('button', { name: 'Write Anyway' }).click();
  await seen(program, 1, 0x41);
  await untilNoneDirty();
  await view.focus();
  await program.ask('poke 1 68');
  await press('Control+Z');
  await answer('It is 44 now; 43 would be written.', 'Cancel');
  assert.equal(await peek(program, 1), 68);
  await untilNoneDirty();
});

test('memory of a process is typed into and undone', async () => {
  const program = await startSpace(owner, 'pointers');
  const { pid, address } = program;
  const view = await open({
    kind: 'processRegion',
    pid,
    startTime: startTimeOf(pid),
    start: address,
    end: address + BigInt(2 * page),
    name: new Uint8Array(0),
  });
  await unlock(view);
  const load = async (offset: number) => Number(await program.ask(`load ${(address + BigInt(offset)).toString(16)}`));
  await run('memglass.goToOffset', 'start+0x40');
  await view.focus();
  // One byte: of two each is a step where the second comes late.
  await type('DE');
  await view.shows(0x40, `DE${'00'.repeat(15)}`);
  // The view shows what is typed before it is stored.
  await until(
    () => load(0x40),
    (found) => found === 0xde,
    'DE in the memory',
  );
  await untilNoneDirty();
  await press('Control+Z');
  await view.shows(0x40, '00'.repeat(16));
  await until(
    () => load(0x40),
    (found) => found === 0,
    'the old byte in the memory',
  );
  await untilNoneDirty();
  await run('memglass.edit.lock', {});
  await run('redo');
  assert.equal(await load(0x40), 0);
  await untilNoneDirty();
});

test('bytes typed at once into memory of a process are stored in the order they were typed', async () => {
  const program = await startSpace(owner, 'pointers');
  const { pid, address } = program;
  const bounds = { start: address, end: address + BigInt(2 * page) };
  const view = await open({
    ...{ kind: 'processRegion', pid, startTime: startTimeOf(pid) },
    ...{ ...bounds, name: new Uint8Array(0) },
  });
  await unlock(view);
  await run('memglass.goToOffset', 'start+0x40');
  await view.focus();
  // Each over the one before: stored in another order it would meet a byte that it does not expect, and be left out.
  const bytes = ['11', '22', '33', '44', '55', '66', '77', '88'];
  await typeAtOnce(bytes.flatMap((byte) => [...byte, 'ArrowLeft']));
  await until(
    () => program.ask(`load ${(address + 0x40n).toString(16)}`),
    (found) => Number(found) === 0x88,
    'the last one is stored',
  );
  await untilNoneDirty();
  await view.shows(0x40, `88${'00'.repeat(15)}`);
  assert.equal(await view.banner.count(), 0, 'none was refused');
});

const untilOneTab = (title: string) =>
  until(
    () => scene.workbench.tabTitles(),
    (found) => found.join() === title,
    `${title} has the only tab`,
  );

test('a file goes from staged to live and back, where it was, and asks what becomes of staged edits', async () => {
  const path = join(scene.scratch.folder(), 'modes.txt');
  writeFileSync(path, '0123456789abcdef'.repeat(64));
  const view = await scene.open(path);
  await badge(view).filter({ hasText: 'Staged' }).waitFor();
  await view.focus();
  await run('memglass.goToOffset', '0x20');
  await view.focus();
  await type('41');
  await status('staged 1 edit');
  startCommand(scene.workbench, 'memglass.edit.changeMode');
  await waitForQuickInput(scene.workbench, 'Editing Mode');
  await type('live');
  await scene.workbench.pick('Live');
  await answer('What shall become of the staged edit', 'Save First');
  await badge(scene.view())
    .filter({ hasText: /^Live$/ })
    .waitFor();
  assert.equal(readFileSync(path, 'latin1')[0x20], 'A');
  await untilOneTab('modes.txt');
  await scene.view().waitForCursor(0x21);
  await scene.view().focus();
  await type('42');
  await until(
    () => readFileSync(path, 'latin1').slice(0x20, 0x23),
    (found) => found === 'AB2',
    'the file has what was typed',
  );
  await untilNoneDirty();
  await run('memglass.edit.changeMode', { mode: 'staged' });
  await badge(scene.view()).filter({ hasText: 'Staged' }).waitFor();
  await scene.view().waitForCursor(0x22);
  await untilOneTab('modes.txt');
});

test('auto save has no say in live edits, nor in their undo', async () => {
  await scene.workbench.changeSettings({ 'files.autoSave': 'afterDelay', 'files.autoSaveDelay': 50 });
  try {
    const { program, view } = await shared();
    await unlock(view);
    assert.equal(await view.header.getByText('auto save').isVisible(), false);
    await type('41');
    await seen(program, 0, 0x41);
    await untilNoneDirty();
    await new Promise((done) => setTimeout(done, 200));
    await press('Control+Z');
    await seen(program, 0, 0x70);
    await untilNoneDirty();
    await press('Control+Shift+Z');
    await seen(program, 0, 0x41);
  } finally {
    await scene.workbench.changeSettings({ 'files.autoSave': 'off' });
  }
});

test('pictures of live editing, for people to look at', async () => {
  const { view } = await shared();
  for (const [name, theme] of [
    ['dark', 'Default Dark Modern'],
    ['light', 'Default Light Modern'],
    ['high-contrast', 'Default High Contrast'],
  ] as const) {
    await scene.workbench.setTheme(theme);
    await run('memglass.edit.lock', {});
    await badge(view).filter({ hasText: 'Live, locked' }).waitFor();
    await scene.workbench.screenshot(`live-locked-${name}`);
    await unlock(view);
    await type('a');
    await view.frame.locator('.waiting-digit').filter({ hasText: 'A_' }).waitFor();
    await scene.workbench.screenshot(`live-editing-${name}`);
    await press('Escape');
  }
});
