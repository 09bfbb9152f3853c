// 100,000 edits that a killed window has left: the view says that they are on their way, and then they are as if typed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepMany } from '../support/keepMany.ts';
import { keptFolder, text, useEditScene } from './editScene.ts';
import { waitForStatus } from './scene.ts';

const { scene, press, untilDirty, untilKept } = useEditScene();

const count = 100_000;
const apart = 64;

/**
 * Puts a pipe in the place of the only edits that are written down: who reads them waits until they are let go. However
 * many there were, on some machine they would be back before anybody has looked.
 */
function hold(): { letGo(): Promise<void> } {
  const folder = keptFolder(scene);
  const [name = ''] = readdirSync(folder).filter((each) => each.endsWith('.edits'));
  const path = join(folder, name);
  const edits = readFileSync(path);
  rmSync(path);
  execFileSync('mkfifo', [path]);
  // It has another name once a window has taken it.
  const pipe = join(folder, 'held');
  linkSync(path, pipe);
  return {
    async letGo() {
      await writeFile(pipe, edits);
      rmSync(pipe);
    },
  };
}

test('100,000 edits come back, are said to be on their way, and are saved', async () => {
  const path = join(scene.scratch.folder(), 'many.bin');
  writeFileSync(path, new Uint8Array(count * apart));
  await keepMany(scene.server, path, count, apart);
  const edits = hold();
  await scene.workbench.openWith(path, 'memglass.hex');
  await scene.workbench.webview().getByRole('alert').getByText('Bringing back what was edited').waitFor();
  await edits.letGo();
  const view = scene.view();
  await view.grid.waitFor();
  await view.shows(0, `EE${'00'.repeat(15)}`);
  await view.focus();
  await waitForStatus(scene.workbench, (found) => /staged 100\D000 edits/.test(found), 'all edits');
  await untilDirty(true);
  await press('Control+End');
  await view.waitForCursor(count * apart - 1);
  await view.shows((count - 1) * apart, `EE${'00'.repeat(15)}`);
  await press('Control+S');
  await untilDirty(false);
  await untilKept(0);
  const saved = text(path);
  for (let i = 0; i < count; i++) assert.equal(saved.charCodeAt(i * apart), 0xee);
  assert.equal(saved.length, count * apart);
});
