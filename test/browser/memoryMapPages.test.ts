// The pages of the region that is selected, below the picture of an address space.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PageCounts } from '../../extension/core/memoryMap/pageCounts.ts';
import { openPicture, usePictures } from '../support/page/picturePage.ts';
import { code, columns, figures, heap, reserved } from '../support/page/sampleSpace.ts';
import { eventually } from '../support/page/shownPage.ts';

usePictures();

const open = () => openPicture({ columns, figures });

const counts = (parts: number, values: Readonly<Record<string, readonly number[]>>) => {
  const keys = ['anonymous', 'file', 'zero', 'swapped', 'guard', 'exclusive', 'softDirty', 'huge'];
  const column = (key: string) => Float64Array.from({ length: parts }, (_, at) => values[key]?.[at] ?? 0);
  return Object.fromEntries(keys.map((key) => [key, column(key)])) as unknown as PageCounts;
};
test('pages are counted once it is selected alone, and told in numbers', async () => {
  const picture = await open();
  assert.equal(await picture.page.locator('.picture-pages').isVisible(), false);
  await picture.select([code, heap]);
  assert.equal(await picture.page.locator('.picture-pages').isVisible(), false);
  await picture.select([code]);
  await picture.untilAsked(1);
  assert.deepEqual(await picture.spans, [{ start: '558100000', pages: 64, parts: 64 }]);
  await picture.answer(counts(64, { file: [1, 1, 1], anonymous: [0, 0, 0, 1, 1], swapped: [0, 0, 0, 0, 0, 1] }));
  await picture.frame();
  const told = await picture.page.locator('.pages-line').innerText();
  assert.deepEqual(
    told.split('\n').filter((line) => line !== ''),
    [
      'Pages of postgres at 0005 5810 0000',
      '2 private copies (8 KiB)',
      '3 of the file (12 KiB)',
      '1 swapped out (4 KiB)',
      '58 absent (232 KiB)',
      'none dirty',
    ],
  );
  const strip = picture.page.getByRole('slider', { name: /^Pages of postgres .*2 private copies/ });
  const colours = await picture.colours('.pages-strip', 0.4, 64);
  assert.equal(new Set(colours.slice(0, 6)).size >= 3, true, colours.slice(0, 6).join(' '));
  assert.ok(colours.slice(6).every((colour) => colour === '0,0,0,0'));
  const box = await strip.boundingBox();
  assert.ok(box !== null);
  await picture.page.mouse.move(box.x + (3.5 / 64) * box.width, box.y + 5);
  const hover = picture.page.locator('.picture-pages .hover');
  await eventually(async () =>
    assert.match(
      await hover.innerText(),
      /^Page 3 at 0005 5810 3000\nprivate copies\n.*a copy, because it was written to/s,
    ),
  );
});

test('pages are gone through with the keyboard, each told and explained, and Enter leads to its bytes', async () => {
  const picture = await open();
  await picture.select([code]);
  await picture.untilAsked(1);
  await picture.answer(counts(64, { file: [1, 1, 1], swapped: [0, 0, 0, 1] }));
  const strip = picture.page.getByRole('slider', { name: /^Pages of postgres/ });
  await picture.page.locator('.picture-strip').focus();
  for (let press = 0; press < 6 && !(await strip.evaluate((each) => each === document.activeElement)); press++)
    await picture.page.keyboard.press('Tab');
  const hover = picture.page.locator('.picture-pages .hover');
  const says = async (pattern: RegExp) => {
    await eventually(async () => assert.match(await hover.innerText(), pattern));
    assert.match(
      (await strip.getAttribute('aria-valuetext')) ?? '',
      new RegExp(pattern.source.replaceAll('\\n', '.*')),
    );
  };
  await says(/^Page 0 at 0005 5810 0000\nof the file\n/);
  for (let press = 0; press < 3; press++) await picture.page.keyboard.press('ArrowRight');
  await says(/^Page 3 at 0005 5810 3000\nswapped out\nMoved out to swap. An access brings it back.$/);
  await picture.page.keyboard.press('Enter');
  assert.deepEqual(await picture.opened, ['558103000']);
  await picture.page.keyboard.press('End');
  await says(/^Page 63 at 0005 5813 f000\nabsent\nNothing stands in the page table/);
  await picture.page.keyboard.press('PageUp');
  await says(/^Page 57 /);
  await picture.page.keyboard.press('Home');
  await says(/^Page 0 /);
  await picture.page.keyboard.press('Escape');
  assert.ok(await hover.isHidden());
});

test('pages of 8 TiB are asked for in a few pieces, and no more once the selection moves', async () => {
  const picture = await open();
  await picture.select([reserved]);
  await picture.untilAsked(1);
  assert.deepEqual((await picture.spans)[0], { start: '7f0000000000', pages: 2 ** 28, parts: 128 });
  await picture.answer(counts(128, {}));
  await picture.untilAsked(2);
  await picture.select([]);
  await picture.answer(counts(128, {}));
  await picture.untilAsked(3);
  await picture.page.waitForTimeout(200);
  const all = await picture.spans;
  assert.deepEqual([all.length, all.at(-1)], [3, undefined]);
});

test('pages that the kernel does not tell have its reason beside them', async () => {
  const picture = await open();
  await picture.select([heap]);
  await picture.untilAsked(1);
  await picture.answer(undefined, 'You may not look into this process.');
  await picture.page.getByText('You may not look into this process.').waitFor();
});
