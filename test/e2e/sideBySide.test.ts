// Two documents side by side: what is done in the page of one is done to that one, also before VS Code has found out that
// its page has the keyboard. It looks every quarter of a second.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { acceptRow } from './choosing.ts';
import { content, hex, text } from './editScene.ts';
import { useHeldScene } from './heldScene.ts';
import { until, type View, waitForQuickInput } from './scene.ts';

const scenes = useHeldScene();
const { scene, type, run, untilBegins, untilNoneDirty, openScratch, untilHeld, untilNoneHeld } = scenes;

interface Shown {
  readonly path: string;
  readonly view: View;
}

/** Scratches over two files, each with its first byte edited; the keyboard is in the first. */
async function openTwo(): Promise<{ readonly left: Shown; readonly right: Shown }> {
  const open = async (name: string) => {
    const path = join(scene.scratch.folder(), name);
    writeFileSync(path, content);
    const view = await openScratch(path);
    await type('41');
    await view.shows(0, hex('A123456789abcdef'));
    await untilHeld(view, '1 edit not applied');
    await untilNoneDirty();
    return path;
  };
  const paths = [await open('left.txt'), await open('right.txt')] as const;
  await run('workbench.action.moveEditorToNextGroup');
  const left = { path: paths[0], view: await viewOf('left.txt') };
  const right = { path: paths[1], view: await viewOf('right.txt') };
  for (const { view } of [right, left]) await untilHeld(view, '1 edit not applied');
  await left.view.focus();
  return { left, right };
}

/** The one of the two that has this name in its header. */
async function viewOf(name: string): Promise<View> {
  const named = async (view: View) => {
    const names = await view.header.locator('.header-name').allTextContents();
    return names.join() === name && (await view.grid.count()) === 1;
  };
  const at = await until(
    async () => [await named(scene.view(0)), await named(scene.view(1))].indexOf(true),
    (found) => found >= 0,
    `${name} shows`,
  );
  return scene.view(at);
}

test('a button of a view is about that view, whichever has had the keyboard until then', async () => {
  const { left, right } = await openTwo();
  await right.view.header.getByRole('button', { name: 'Apply', exact: true }).click();
  await untilBegins(right.path, 'A123');
  await untilNoneHeld(right.view);
  await untilHeld(left.view, '1 edit not applied');
  assert.equal(text(left.path), content);
  await untilNoneDirty();
});

test('a paste goes into the view whose page has just got the keyboard', async () => {
  const { left, right } = await openTwo();
  // As one who clicks and presses the key does, and faster.
  await right.view.grid.evaluate((grid: HTMLElement) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', '?!');
    grid.focus();
    grid.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, clipboardData }));
  });
  await waitForQuickInput(scene.workbench, 'Paste, Overwriting');
  await acceptRow(scene.workbench, 'Text');
  await right.view.shows(0, hex('A?!3456789abcdef'));
  await untilHeld(left.view, '1 edit not applied');
  await left.view.shows(0, hex('A123456789abcdef'));
});
