// More deleted than is kept, in a file that others write to.
import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { acceptRow } from './choosing.ts';
import { useEditScene } from './editScene.ts';
import { waitForQuickInput } from './scene.ts';

const MiB = 2 ** 20;
const { scene, press, run, status, openToType, untilDirty } = useEditScene();

test('what others have changed of it is told, shown and deleted only where that is chosen', async () => {
  const path = join(scene.scratch.folder(), 'long.log');
  writeFileSync(path, Buffer.alloc(24 * MiB, '0123456789abcde\n'));
  const view = await openToType(path);
  await press('Insert');
  await status('INS');
  await run('memglass.selectRange', '1M +20M');
  await view.waitForCursor(21 * MiB - 1);
  await press('Delete');
  await untilDirty(true);
  await status('staged 1 edit');
  // Whether it was read before or not: then it is another, or nobody knows.
  const fd = openSync(path, 'r+');
  writeSync(fd, 'A', 5 * MiB);
  closeSync(fd);
  await press('Control+S');
  await view.banner.getByText('others have changed bytes that you deleted').waitFor();
  assert.equal(statSync(path).size, 24 * MiB);
  await untilDirty(true);
  await view.banner.getByRole('button', { name: 'Show' }).click();
  await waitForQuickInput(scene.workbench, 'Bytes That Others Have Changed');
  await acceptRow(scene.workbench, /deleted by you.*from 0x[0-9A-F]+ on, theirs/);
  await view.banner.getByRole('button', { name: 'Delete Them All the Same' }).click();
  await untilDirty(false);
  assert.equal(statSync(path).size, 4 * MiB);
});
