// The same source in another mode, in the place of the one before: where the user was survives, and what is edited is
// saved, applied or given up only as he says.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { content, hex, text, useEditScene } from './editScene.ts';
import { until, type View, waitForStatus } from './scene.ts';

const {
  scene,
  press,
  type,
  typeByte,
  run,
  status,
  sample,
  openToType,
  untilDirty,
  untilNoneDirty,
  untilKept,
  noneStaged,
} = useEditScene();

const long = content.repeat(64);
/** A place below the first screen, where each row has the same text. */
const place = 0x605;

/** Asks for another mode; what is asked then is answered by the test. */
function change(mode: string): void {
  run('memglass.edit.changeMode', { mode }).catch(() => {});
}

/** Waits for the view of a mode, and gives it the keyboard. */
async function shown(badge: string): Promise<View> {
  const view = scene.view();
  await view.header.locator('.edit-mode').getByText(badge, { exact: true }).waitFor();
  await view.grid.waitFor();
  await view.focus();
  return view;
}

async function goTo(view: View, offset: number): Promise<void> {
  await run('memglass.goToOffset', offset);
  await view.waitForCursor(offset);
}

/** Three bytes from the place on, the cursor on the last. */
async function select(view: View): Promise<void> {
  await goTo(view, place);
  for (const _ of [1, 2]) await press('Shift+ArrowRight');
  await isSelected(view);
}

async function isSelected(view: View): Promise<void> {
  await view.waitForCursor(place + 2);
  await waitForStatus(scene.workbench, (found) => found.includes('3 selected'), 'what is selected');
  await until(
    () => view.offsets(),
    (offsets) => offsets.includes(place - (place % 16)),
    'the place shows',
  );
}

const untilOneTab = (title: string) =>
  until(
    () => scene.workbench.tabTitles(),
    (found) => found.join() === title,
    `${title} has the only tab`,
  );

test('a file with staged edits becomes live once they are saved or discarded, and stays staged otherwise', async () => {
  const path = sample(long);
  const view = await openToType(path);
  await goTo(view, place);
  await typeByte('Z');
  await untilDirty(true);
  change('live');
  await scene.workbench.answerDialog('Cancel', /What shall become of the staged edit/);
  await shown('Staged');
  await view.shows(0x600, hex('01234Z6789abcdef'));
  await untilDirty(true);
  assert.equal(text(path), long);
  change('live');
  await scene.workbench.answerDialog('Discard Them', /What shall become of the staged edit/);
  const live = await shown('Live');
  await live.shows(0x600, hex('0123456789abcdef'));
  await untilNoneDirty();
  await untilKept(0);
  assert.equal(text(path), long);
  await run('memglass.edit.changeMode', { mode: 'staged' });
  const again = await shown('Staged');
  await goTo(again, place);
  await typeByte('Z');
  await status('staged 1 edit');
  change('live');
  await scene.workbench.answerDialog('Save First', /What shall become of the staged edit/);
  const saved = await shown('Live');
  await saved.shows(0x600, hex('01234Z6789abcdef'));
  assert.equal(text(path).slice(0x600, 0x610), '01234Z6789abcdef');
  await untilOneTab('sample1.txt');
  await untilNoneDirty();
});

test('what is selected and where the view stands survive each change of mode, and what was stored live stays', async () => {
  const path = sample(long);
  const view = await openToType(path);
  await select(view);
  await run('memglass.edit.changeMode', { mode: 'live' });
  const live = await shown('Live');
  await isSelected(live);
  await goTo(live, place);
  await type('5A');
  await live.shows(0x600, hex('01234Z6789abcdef'));
  await until(
    () => text(path)[place],
    (found) => found === 'Z',
    'the file has what was typed',
  );
  await untilNoneDirty();
  await select(live);
  await run('memglass.edit.changeMode', { mode: 'staged' });
  const staged = await shown('Staged');
  await isSelected(staged);
  await noneStaged();
  await run('memglass.edit.changeMode', { mode: 'scratch' });
  const scratch = await shown('Scratch');
  await isSelected(scratch);
  await scratch.shows(0x600, hex('01234Z6789abcdef'));
});

test('shared memory goes from live to staged, to a scratch and back, and keeps what is asked to be kept', async () => {
  const path = join(scene.scratch.shmFolder(), 'ring');
  writeFileSync(path, long);
  await run('memglass.open', path);
  await select(await shown('Live, locked'));
  await run('memglass.edit.changeMode', { mode: 'staged' });
  const staged = await shown('Staged');
  await isSelected(staged);
  await goTo(staged, place);
  await typeByte('Z');
  await staged.header.getByRole('button', { name: 'Apply', exact: true }).waitFor();
  change('scratch');
  await scene.workbench.answerDialog('Apply First', /What shall become of the staged edit/);
  const scratch = await shown('Scratch');
  assert.equal(text(path)[place], 'Z');
  await scratch.shows(0x600, hex('01234Z6789abcdef'));
  await goTo(scratch, place + 1);
  await typeByte('Y');
  await scratch.header.getByRole('button', { name: 'Apply', exact: true }).waitFor();
  change('live');
  await scene.workbench.answerDialog('Cancel', /What shall become of the staged edit/);
  await shown('Scratch');
  await scratch.shows(0x600, hex('01234ZY789abcdef'));
  change('live');
  await scene.workbench.answerDialog('Discard Them', /What shall become of the staged edit/);
  // Whatever was unlocked before: each opening begins locked.
  const live = await shown('Live, locked');
  await live.shows(0x600, hex('01234Z6789abcdef'));
  assert.equal(text(path).slice(0x600, 0x610), '01234Z6789abcdef');
  await untilOneTab('ring');
  await untilKept(0);
});

test('a scratch is thrown away by its button, once that is confirmed', async () => {
  const path = sample(long);
  await openToType(path);
  await run('memglass.edit.changeMode', { mode: 'scratch' });
  const view = await shown('Scratch');
  await goTo(view, place);
  await typeByte('Z');
  await view.header.getByRole('button', { name: 'Discard' }).click();
  await scene.workbench.answerDialog('Cancel', /Throw 1 edit/);
  await view.shows(0x600, hex('01234Z6789abcdef'));
  await view.header.getByRole('button', { name: 'Discard' }).click();
  await scene.workbench.answerDialog('Throw Away', /Throw 1 edit/);
  await view.shows(0x600, hex('0123456789abcdef'));
  await untilNoneDirty();
  // As a step: what was thrown away by mistake is there again.
  await view.focus();
  await press('Control+Z');
  await view.shows(0x600, hex('01234Z6789abcdef'));
  assert.equal(text(path), long);
  await run('memglass.discardAllEdits', { confirmed: true });
  await untilKept(0);
});
