// The picture of an address space above its table: what is done in one shows in the other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMap, useMapBrowser } from '../support/page/mapPage.ts';
import { described, regions } from '../support/page/sampleSpace.ts';
import { eventually } from '../support/page/shownPage.ts';

useMapBrowser();

const look = { id: 1, regions, figures: described };

test('what is chosen in the picture is selected in the table, and the other way', async () => {
  const map = await openMap({ first: { id: 1, regions }, look, picture: true });
  const { page } = map;
  await page.locator('.picture-total').nth(1).filter({ hasText: '40.3 MiB' }).waitFor();
  const strip = page.getByRole('slider', { name: 'Address space' });
  await strip.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const selected = page.locator('[role=row][aria-selected=true]');
  await selected.filter({ hasText: '[heap]' }).waitFor();
  await page.getByText('The page tables are not told.').waitFor();
  assert.deepEqual(await map.calls('countPages'), [[{ start: '558200000', pages: 4096, parts: 1024 }]]);
  await page.locator('[role=row]', { hasText: '[stack]' }).click();
  await page.getByText(/^Pages of \[stack\] at/).waitFor();
  assert.match((await strip.getAttribute('aria-valuetext')) ?? '', /^\[stack\]/);

  await page.getByRole('button', { name: /^Heap: / }).click();
  await eventually(async () => assert.equal((await map.rows()).length, 1));
  assert.deepEqual((await map.calls('filtered')).at(-1), [{ kinds: ['heap'] }]);
  // What the filter keeps out comes back when it is chosen.
  await strip.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await eventually(async () => assert.equal((await map.rows()).length, 5));
  await selected.filter({ hasText: '[stack]' }).waitFor();
  await page.getByRole('button', { name: 'Show or Hide the Picture' }).click();
  await eventually(async () => assert.deepEqual(await map.calls('run'), [['togglePicture']]));
  await map.notify('pictureShown', false);
  await page.locator('.picture').waitFor({ state: 'hidden' });
  assert.equal(await page.locator('.picture-pages').isVisible(), false);
});

test('the picture is drawn before the figures are there: what is not known yet is not nothing', async () => {
  const map = await openMap({ first: { id: 1, regions }, picture: true });
  await map.page.locator('.picture-total').first().filter({ hasText: '52.3 MiB' }).waitFor();
  const totals = await map.page.locator('.picture-total').allTextContents();
  assert.deepEqual(totals.slice(1), ['…', '…', '…']);
});
