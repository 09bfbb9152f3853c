// Live edits that met what others had stored, and are not written: they are asked about, or kept, whatever becomes of the tab.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Program } from '../support/programs.ts';
import { acceptRow } from './choosing.ts';
import { useLiveScene } from './liveScene.ts';
import { startCommand, type View, waitForQuickInput } from './scene.ts';

const live = useLiveScene();
const { scene, run, open, shared, unlock, peek, seen, untilKept, answer, crash } = live;

const told = (view: View) =>
  view.banner
    .getByText('Not written: others have changed what you were shown at 0x0 (0). It is 70 00 42 now.')
    .waitFor();

/** A paste of three bytes that met another's store at the third. */
async function refused(view: View, program: Program): Promise<void> {
  await unlock(view);
  await run('memglass.setWatchRate', 'off');
  await view.focus();
  startCommand(scene.workbench, 'memglass.paste', '01 02 03');
  await waitForQuickInput(scene.workbench, 'Paste, Overwriting');
  await program.ask('poke 2 66');
  await acceptRow(scene.workbench, /./);
  await told(view);
  await untilKept(1, 3);
}

test('what is not written when its tab is closed, or all of VS Code killed, is there again with the ways on', async () => {
  const { program, view, ref } = await shared();
  await refused(view, program);
  await scene.workbench.closeAllEditors();
  await told(await open(ref));
  await crash();
  const again = await open(ref);
  await told(again);
  assert.deepEqual([await peek(program, 0), await peek(program, 2)], [0x70, 0x42]);
  await unlock(again);
  await again.banner.getByRole('button', { name: 'Write Anyway' }).click();
  await seen(program, 2, 3);
  await again.banner.waitFor({ state: 'hidden' });
  await untilKept(0);
});

test('what is not written is asked about before the mode is changed', async () => {
  const { program, view } = await shared();
  await refused(view, program);
  const change = () => startCommand(scene.workbench, 'memglass.edit.changeMode', { mode: 'staged' });
  const question = /1 edit of .* is not written: others have changed what you were shown\./;
  change();
  await answer(question, 'Cancel');
  await told(view);
  change();
  await answer(question, 'Discard Them');
  await scene.view().header.locator('.edit-mode').getByText('Staged', { exact: true }).waitFor();
  await untilKept(0);
  assert.deepEqual([await peek(program, 0), await peek(program, 2)], [0x70, 0x42]);
});
