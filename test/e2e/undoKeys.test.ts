// Undo and redo pressed at once, before VS Code can have heard of what was typed: each is of the newest step, and none is
// lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { content, hex, text } from './editScene.ts';
import { useHeldScene } from './heldScene.ts';
import { until, type View } from './scene.ts';

const scenes = useHeldScene();
const { scene, press, type, typeByte, run, status, sample, openToType, noneStaged, untilDirty, untilNoneDirty } =
  scenes;

const first = hex('0123456789abcdef');
const second = hex('0123456789ABCDEF');

/**
 * Types each byte over and takes that back, waiting for nothing. The last byte is typed for good, as a Z. As characters:
 * the digits of a byte are two steps where they come slowly.
 */
async function typeAndUndo(bytes: number): Promise<void> {
  await press('Tab');
  for (let at = 0; at < bytes; at++) {
    await type('A');
    await press('Control+Z');
  }
  await type('Z');
}

/** Three steps, a byte each: typing that goes on is one. */
async function typeThree(): Promise<void> {
  await press('Tab');
  for (const typed of ['A', 'B', 'C']) {
    await type(typed);
    await press('ArrowRight');
  }
}

async function showsBoth(view: View, row0: string, row16: string): Promise<void> {
  await view.shows(0, row0);
  await view.shows(16, row16);
}

async function undoThree(view: View): Promise<void> {
  await press('Control+Z');
  await press('Control+Z');
  await press('Control+Z');
  await noneStaged();
  await showsBoth(view, first, second);
  await untilDirty(false);
}

test('what is typed and taken back at once, 20 times, leaves the bytes as they were', async () => {
  const path = sample();
  const view = await openToType(path);
  await typeAndUndo(20);
  // A save is of all that was typed before.
  await press('Control+S');
  await until(
    () => text(path),
    (found) => found === '0123456789abcdef0123Z56789ABCDEF',
    'the file is saved',
  );
  await showsBoth(view, first, hex('0123Z56789ABCDEF'));
  await untilDirty(false);
  await press('Control+Z');
  await showsBoth(view, first, second);
  await untilDirty(true);
  assert.deepEqual(scene.workbench.hostErrors, []);
});

test('an undo pressed as another view of the document gets the keyboard is done all the same', async () => {
  await openToType(sample());
  await run('workbench.action.splitEditor');
  const [left, right] = [scene.view(0), scene.view(1)];
  for (const [here, there] of [
    [right, left],
    [left, right],
    [right, left],
  ] as const) {
    await here.shows(0, first);
    await here.focus();
    await press('Control+Home');
    await here.waitForCursor(0);
    await typeByte('A');
    await there.shows(0, hex('A123456789abcdef'));
    await untilDirty(true);
    await there.grid.focus();
    await press('Control+Z');
    await here.shows(0, first);
    await noneStaged();
  }
});

test('undos and redos pressed one right after the other are each done, and what is typed after them comes after', async () => {
  const path = sample();
  const view = await openToType(path);
  await typeThree();
  await undoThree(view);
  for (const key of ['Control+Shift+Z', 'Control+Y', 'Control+Shift+Z', 'Control+Z']) await press(key);
  await type('D');
  await status('staged 3 edits');
  await view.shows(0, hex('A1B345D789abcdef'));
  await undoThree(view);
  assert.deepEqual(scene.workbench.hostErrors, []);
});

test('what is pasted is taken back at once like what is typed', async () => {
  const path = sample();
  const view = await openToType(path);
  await run('memglass.edit.invert');
  await status('staged 1 edit');
  const inverted = await view.hex(0);
  await view.focus();
  await press('ArrowRight');
  await scene.workbench.inHost((vscode) => {
    void vscode.commands.executeCommand('memglass.edit.invert');
    return vscode.commands.executeCommand('memglass.undo');
  });
  await status('staged 1 edit');
  await view.shows(0, inverted);
  await run('memglass.undo');
  await noneStaged();
  await view.shows(0, first);
});

test('held edits over shared memory are taken back at once as well', async () => {
  const path = scenes.object();
  const view = await scenes.openStaged(path);
  await press('Control+Home');
  await typeAndUndo(20);
  await view.shows(16, hex('0123Z56789ABCDEF'));
  await status('staged 1 edit');
  await view.shows(0, first);
  await untilNoneDirty();
  await press('Control+Z');
  await scenes.untilNoneHeld(view);
  await showsBoth(view, first, second);
  await untilNoneDirty();
  assert.equal(text(path), content);
});

test('the keys of undo stay those of an input that has the keyboard', async () => {
  const view = await openToType(sample());
  await type('41');
  await status('staged 1 edit');
  const { page } = scene.workbench;
  await press('F1');
  const input = page.locator('.quick-input-widget:visible input').first();
  await input.waitFor();
  await input.focus();
  const before = await input.inputValue();
  await type('x');
  await press('Control+Z');
  await until(
    () => input.inputValue(),
    (found) => found === before,
    'what was typed into the input is taken back',
  );
  await press('Escape');
  await status('staged 1 edit');
  await view.shows(0, hex('A123456789abcdef'));
});
