// Edits that VS Code had no time to write down, or does not keep at all: they are back where the document is opened again,
// and only there where nobody has given them up.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Workbench } from '../host/workbench.ts';
import { content, hex, text, useEditScene } from './editScene.ts';
import { until, View, waitForQuickInput } from './scene.ts';

const {
  scene,
  press,
  type,
  typeByte,
  run,
  status,
  sample,
  openToType,
  noneStaged,
  isDirty,
  untilDirty,
  untilKept,
  crash,
} = useEditScene();

/** Types over the first byte, and waits until that is written down. */
async function stage(path: string): Promise<View> {
  const view = await openToType(path);
  await typeByte('A');
  await view.shows(0, hex('A123456789abcdef'));
  await untilDirty(true);
  await untilKept(1, 1);
  return view;
}

test('edits typed just before all of VS Code was killed are back in a window that restores nothing', async () => {
  const path = sample();
  await stage(path);
  await crash();
  const again = await scene.open(path);
  await again.shows(0, hex('A123456789abcdef'));
  await untilDirty(true);
  assert.equal(text(path), content);
  await again.focus();
  await press('Control+End');
  await type('5A');
  await again.shows(16, hex('0123456789ABCDEZ'));
  await press('Control+S');
  await untilDirty(false);
  assert.equal(text(path), 'A123456789abcdef0123456789ABCDEZ');
  await untilKept(0);
});

test('what was saved, reverted, undone or not to be saved does not come back', async () => {
  const [saved, reverted, undone, discarded] = [sample(), sample(), sample(), sample()];
  await stage(saved);
  await press('Control+S');
  await untilDirty(false);
  await untilKept(0);
  await stage(reverted);
  await run('workbench.action.files.revert');
  await untilDirty(false);
  await untilKept(0);
  await stage(undone);
  await press('Control+Z');
  await untilDirty(false);
  await untilKept(0);
  await stage(discarded);
  await scene.workbench.closeAllEditors({ discard: true });
  await untilKept(0);
  await crash();
  for (const path of [saved, reverted, undone, discarded]) {
    const again = await scene.open(path);
    await again.shows(0, hex(text(path).slice(0, 16)));
    await again.focus();
    await noneStaged();
    assert.equal(await isDirty(), false);
    await scene.workbench.closeAllEditors();
  }
});

test('edits that are back are held against what stands there now', async () => {
  const path = sample();
  await stage(path);
  await crash(() => writeFileSync(path, `Z${content.slice(1)}`));
  const again = await scene.open(path);
  await again.banner.getByText('others have changed bytes that you edited').waitFor();
  await again.banner.getByRole('button', { name: 'Keep Theirs' }).click();
  await again.shows(0, hex('Z123456789abcdef'));
  await untilDirty(false);
  await untilKept(0);
});

test('bytes that were inserted do not go among what others have written around them meanwhile', async () => {
  const path = sample();
  const view = await openToType(path);
  await press('Insert');
  await status('INS');
  await typeByte('+');
  await view.shows(0, hex('+0123456789abcde'));
  await untilKept(1, 1);
  const now = content.toUpperCase().replaceAll('0', 'Z');
  await crash(() => writeFileSync(path, now));
  const again = await scene.open(path);
  await again.banner.getByText('others have changed what stands around bytes that you inserted, in 1 place').waitFor();
  await again.banner.getByRole('button', { name: 'Show' }).click();
  await waitForQuickInput(scene.workbench, 'Bytes That Others Have Changed');
  await until(
    () => scene.workbench.page.locator('.quick-input-list .monaco-list-row').first().innerText(),
    (row) => row.includes('was 30') && row.includes('theirs 5A'),
    'what was there, and what is',
  );
  await press('Escape');
  assert.equal(text(path), now);
  await again.banner.getByRole('button', { name: 'Insert Them There' }).click();
  await untilDirty(false);
  assert.equal(text(path), `+${now}`);
  await untilKept(0);
});

test('a window that was restored has its edits once, and they stay gone after they are saved', async () => {
  const path = sample();
  await stage(path);
  const backups = join(scene.server.controlFolder, '../data/User/Backups');
  await until(
    () => existsSync(backups) && readdirSync(backups, { recursive: true }).length > 1,
    (isThere) => isThere,
    'VS Code has a backup too',
  );
  await scene.workbench.saveWindowState('backupId');
  await scene.server.restart();
  await scene.workbench.reload();
  const again = scene.view();
  await again.grid.waitFor();
  await again.shows(0, hex('A123456789abcdef'));
  await untilDirty(true);
  await again.focus();
  await press('Control+S');
  await untilDirty(false);
  await untilKept(0);
  assert.equal(text(path), `A${content.slice(1)}`);
});

test('two windows with edits of one file keep both apart', async () => {
  const path = sample();
  const view = await openToType(path);
  await typeByte('A');
  await view.shows(0, hex('A123456789abcdef'));
  await untilKept(1, 1);
  const second = await Workbench.open(scene.server, scene.browser);
  try {
    await second.openWith(path, 'memglass.hex');
    const other = new View(second, 0);
    await other.grid.waitFor();
    await other.shows(0, hex('0123456789abcdef'));
    await other.focus();
    await second.page.keyboard.press('ArrowRight');
    await second.page.keyboard.press('Tab');
    await second.page.keyboard.type('B');
    await other.shows(0, hex('0B23456789abcdef'));
    await untilKept(2, 2);
    await view.shows(0, hex('A123456789abcdef'));
    await second.executeCommand('workbench.action.files.revert');
    await other.shows(0, hex('0123456789abcdef'));
    await untilKept(1, 1);
  } finally {
    await second.close();
  }
  await crash();
  const again = await scene.open(path);
  await again.shows(0, hex('A123456789abcdef'));
});
