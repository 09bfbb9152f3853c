// The pages of private memory in swap, as a memory map shows them.
import { test } from 'node:test';
import { type Owner, startSpace } from '../support/programs.ts';
import { ownSwap } from '../support/swap.ts';
import { until, useScene } from './scene.ts';

const scene = useScene();
const owner: Owner = { after: (undo) => scene.scratch.defer(undo) };
const page = 4096;

test('pages that are swapped out are told by number, in the picture, and one by one', async (t) => {
  const swap = ownSwap(owner);
  if (typeof swap === 'string') return t.skip(swap);
  const { pid, address, ask } = await startSpace(owner, 'untouched', 64 * page);
  swap.add(pid);
  for (let each = 0; each < 32; each++) await ask(`store ${(address + BigInt(each * page)).toString(16)} 7`);
  swap.swapOut();
  await scene.workbench.executeCommand('memglass.openMemoryMap', { pid, address: `0x${address.toString(16)}` });
  const map = scene.workbench.webview();
  const told = map.locator('.pages-state').filter({ hasText: /^\s*32 swapped out \(128 KiB\)/ });
  try {
    await told.waitFor({ timeout: 10_000 });
  } catch (error) {
    if ((await map.locator('.pages-state').filter({ hasText: 'swapped out' }).count()) > 0) throw error;
    return t.skip('the kernel wrote none of it to swap');
  }
  await map
    .locator('.map-footer')
    .filter({ hasText: /swap 128 KiB/ })
    .waitFor();
  await map.getByRole('button', { name: /^Private anonymous: .*128 KiB swapped/ }).waitFor();
  const strip = map.getByRole('slider', { name: /^Pages at / });
  await strip.focus();
  await scene.workbench.page.keyboard.press('End');
  await scene.workbench.page.keyboard.press('Home');
  await map
    .locator('.picture-pages .hover')
    .filter({ hasText: /swapped out.*Moved out to swap\. An access brings it back\./s })
    .waitFor();
  await scene.workbench.screenshot('map-swapped');
  // Enter shows the bytes: that does bring the pages back, and the map says so.
  await scene.workbench.page.keyboard.press('Enter');
  await scene.view().shows(0, `07${'00'.repeat(15)}`);
  await scene.workbench.executeCommand('memglass.region.showInMemoryMap');
  const rest = () => map.locator('.pages-states').innerText();
  await until(rest, (text) => /swapped out/.test(text) && !/32 swapped out/.test(text), 'fewer in swap');
});
