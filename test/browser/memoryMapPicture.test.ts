// The picture of an address space, alone in a page: what is drawn, what is said of it, and what the hand does with it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openPicture, type PictureOptions, type PicturePage, usePictures } from '../support/page/picturePage.ts';
import { columns, described, figures, heap, pageSize, regions, stack } from '../support/page/sampleSpace.ts';
import { columnsOf, figuresOf } from '../support/regions.ts';

usePictures();

const open = (options: Partial<PictureOptions> = {}) => openPicture({ columns, figures, ...options });

/** Where in the page a share of the strip is. */
async function pointOf(picture: PicturePage, share: number): Promise<{ x: number; y: number }> {
  const box = await picture.page.locator('.picture-strip').boundingBox();
  assert.ok(box !== null);
  return { x: box.x + share * box.width, y: box.y + box.height / 2 };
}

async function ends(picture: PicturePage): Promise<string[]> {
  await picture.frame();
  return await picture.page.locator('.picture-address').allTextContents();
}

const whole = ['0005 5810 0000', '8790 0240 0000'];

/** The share of the strip at which the words are about `what`. */
async function find(picture: PicturePage, what: string): Promise<number> {
  for (let share = 0.002; share < 1; share += 0.004) {
    const { x, y } = await pointOf(picture, share);
    await picture.page.mouse.move(x, y);
    if ((await picture.words)?.includes(what) === true) return share;
  }
  throw new Error(`nothing says ${what}`);
}

describe('the strip', () => {
  test('shows the ends, names gaps and regions, and says what the pointer is at', async () => {
    const picture = await open();
    assert.deepEqual(await ends(picture), whole);
    const labels = await picture.page.locator('.picture-labels > span').allTextContents();
    for (const label of ['⋯ 127 TiB ⋯', '[heap]', 'ring']) assert.ok(labels.includes(label), labels.join());
    assert.equal(await picture.words, '5 regions, 52.3 MiB committed and 8 TiB more reserved');
    await find(picture, '127 TiB not mapped');
    await find(picture, '[heap] · Heap · rw-p · 16 MiB · 8 MiB resident · at 0005 5820 0000');
    await find(picture, 'Private anonymous · reserved · 8 TiB');
    await picture.page.mouse.move(1, 1);
    assert.match((await picture.words) ?? '', /^5 regions/);
  });

  test('a click chooses a region, and what the table selects is marked and comes into view', async () => {
    const picture = await open();
    const at = await pointOf(picture, await find(picture, '[heap]'));
    await picture.page.mouse.click(at.x, at.y);
    assert.deepEqual(await picture.chosenRows, [heap]);
    const marked = async () =>
      (await picture.colours('.picture-strip', 0, 400)).some((colour) => !colour.endsWith(',0'));
    assert.equal(await marked(), false);
    await picture.select([heap]);
    assert.equal(await marked(), true);

    for (let step = 0; step < 6; step++) await picture.page.mouse.wheel(0, -400);
    assert.notDeepEqual(await ends(picture), whole);
    await picture.select([stack]);
    assert.equal(await marked(), true);
  });

  test('is zoomed by drag, wheel and buttons, and a double click shows all', async () => {
    const picture = await open();
    const { mouse } = picture.page;
    const [from, to] = [await pointOf(picture, 0.2), await pointOf(picture, 0.4)];
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(to.x, to.y, { steps: 4 });
    await mouse.up();
    const dragged = await ends(picture);
    assert.ok(dragged[0] !== whole[0] && dragged[1] !== whole[1], dragged.join());
    assert.deepEqual(await picture.chosenRows, []);
    await mouse.dblclick(from.x, from.y);
    assert.deepEqual(await ends(picture), whole);

    const left = await pointOf(picture, 0.001);
    await mouse.move(left.x, left.y);
    await mouse.wheel(0, -300);
    const [start, end] = await ends(picture);
    assert.ok((start ?? '') < '0005 5811' && end !== whole[1], `${start} ${end}`);
    await mouse.wheel(300, 0);
    assert.notEqual((await ends(picture))[0], whole[0]);
    await picture.page.getByRole('button', { name: 'Show the Whole Address Space' }).click();
    assert.deepEqual(await ends(picture), whole);
    await picture.page.getByRole('button', { name: 'Zoom In' }).click();
    assert.notDeepEqual(await ends(picture), whole);
    await picture.page.getByRole('button', { name: 'Zoom Out' }).click();
    assert.deepEqual(await ends(picture), whole);
  });

  test('is used with the keys alone, and says where they are', async () => {
    const picture = await open();
    const strip = picture.page.getByRole('slider', { name: 'Address space' });
    await strip.focus();
    const said = () => strip.getAttribute('aria-valuetext');
    assert.match((await said()) ?? '', /^postgres · Executable and libraries · r-xp/);
    const { keyboard } = picture.page;
    await keyboard.press('ArrowRight');
    assert.match((await said()) ?? '', /^\[heap\]/);
    await keyboard.press('Enter');
    assert.deepEqual(await picture.chosenRows, [heap]);
    await keyboard.press('End');
    assert.match((await said()) ?? '', /^\[stack\]/);
    assert.equal(await strip.getAttribute('aria-valuenow'), '5');
    await keyboard.press('ArrowLeft');
    assert.match((await said()) ?? '', /^ring · Shared memory · rw-s/);
    for (let press = 0; press < 4; press++) await keyboard.press('+');
    const near = await ends(picture);
    assert.ok(near[0] !== whole[0]);
    await keyboard.press('Shift+ArrowLeft');
    assert.notDeepEqual(await ends(picture), near);
    for (let press = 0; press < 6; press++) await keyboard.press('-');
    assert.deepEqual(await ends(picture), whole);
    await keyboard.press('+');
    await keyboard.press('Home');
    assert.deepEqual(await ends(picture), whole);
  });

  test('stays at the addresses it shows when the regions change', async () => {
    const picture = await open();
    const strip = picture.page.getByRole('slider', { name: 'Address space' });
    await strip.focus();
    await picture.page.keyboard.press('ArrowRight');
    for (let press = 0; press < 4; press++) await picture.page.keyboard.press('+');
    const before = await ends(picture);
    const later = columnsOf([{ first: 16, pages: 2048 }, ...regions]);
    await picture.show(later);
    const after = await ends(picture);
    const pages = (text = '') => Number.parseInt(text.replaceAll(' ', ''), 16) / pageSize;
    for (const [index, text] of before.entries()) assert.ok(Math.abs(pages(text) - pages(after[index])) <= 1, text);
  });
});

test('what the pointer is at is told with the figures of now', async () => {
  const picture = await open();
  await find(picture, '[heap] · Heap · rw-p · 16 MiB · 8 MiB resident');
  const more = described.map((row, at) => (at === heap ? { ...row, rss: 4096 * pageSize } : row));
  await picture.show(columns, figuresOf(more));
  assert.match((await picture.words) ?? '', /^\[heap\] · Heap/);
});

describe('the totals', () => {
  test('are told by kind, and what is not known yet is not drawn as nothing', async () => {
    const picture = await openPicture({ columns });
    const totals = () => picture.page.locator('.picture-total').allTextContents();
    assert.deepEqual(await totals(), ['52.3 MiB', '…', '…', '…']);
    const resident = picture.page.locator('.picture-bar').nth(1);
    const isDrawn = () =>
      resident.evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
        return data?.some((value) => value !== 0);
      });
    assert.equal(await isDrawn(), true, 'dots for what is not known');
    const heapEntry = picture.page.getByRole('button', { name: /^Heap: / });
    assert.match((await heapEntry.getAttribute('aria-label')) ?? '', /what is in memory is not known yet$/);
    await picture.show(columns, figures);
    assert.deepEqual(await totals(), ['52.3 MiB', '40.3 MiB', '40 MiB', '1 MiB']);
    const words = 'Heap: 1 region, 16 MiB committed, 8 MiB resident, 8 MiB dirty, 1 MiB swapped';
    assert.equal(await heapEntry.getAttribute('aria-label'), words);
    // Kinds without a region are left out.
    assert.equal(await picture.page.locator('.picture-kind:visible').count(), 5);
    const summary = await picture.page.locator('#picture-summary').textContent();
    assert.ok(summary?.startsWith('All: 5 regions, 52.3 MiB committed, 8 TiB reserved') && summary.includes(words));
  });

  test('a kind is chosen in the bars and in the legend, and once more all are', async () => {
    const picture = await open();
    const chosen = () => picture.chosenKinds;
    const entry = picture.page.getByRole('button', { name: /^Heap: / });
    await entry.click();
    assert.deepEqual(await chosen(), [['heap']]);
    assert.equal(await entry.getAttribute('aria-pressed'), 'true');
    await entry.press('Enter');
    assert.deepEqual(await chosen(), [['heap'], []]);
    const bar = await picture.page.locator('.picture-bar').first().boundingBox();
    assert.ok(bar !== null);
    // Shared memory is 32 of 52 MiB, behind code, heap and stack.
    await picture.page.mouse.click(bar.x + bar.width * 0.9, bar.y + bar.height / 2);
    assert.deepEqual((await chosen()).at(-1), ['shared']);
  });

  test('of a file of terabytes leave the rest to be seen', async () => {
    const withFile = [...regions, { first: 2 ** 46 / 2, pages: 2 ** 30, rights: 'r--s', name: '/data/lmdb', inode: 9 }];
    const picture = await open({ columns: columnsOf(withFile), figures });
    assert.match((await picture.page.locator('.picture-bar').first().getAttribute('title')) ?? '', /^Cut short/);
    const resident = await picture.colours('.picture-bar >> nth=1', 0.5, 100);
    assert.ok(resident.filter((colour) => !colour.endsWith(',0')).length > 90);
  });
});

describe('the looks', () => {
  test('follow the theme, and in forced colours the patterns tell the kinds', async () => {
    const picture = await open();
    const strip = () => picture.colours('.picture-strip', 0.7, 200);
    const dark = await strip();
    await picture.setTheme('light');
    await picture.frame();
    assert.notDeepEqual(await strip(), dark);
    const forced = await open({ context: { forcedColors: 'active' } });
    const swatch = (kind: string) =>
      forced.page
        .locator(`[data-kind=${kind}] canvas`)
        .evaluate((canvas: HTMLCanvasElement) =>
          canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data.join(),
        );
    const patterns = await Promise.all(['code', 'heap', 'stack', 'shared', 'anonymous'].map(swatch));
    assert.equal(new Set(patterns).size, 5);
  });

  test('are sharp at any resolution: as many pixels as the screen has', async () => {
    for (const deviceScaleFactor of [1, 1.5, 2]) {
      const picture = await open({ context: { deviceScaleFactor } });
      const [pixels, room] = await picture.page
        .locator('.picture-strip')
        .evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.clientWidth]);
      assert.equal(pixels, Math.round((room ?? 0) * deviceScaleFactor));
    }
  });

  test('fit a narrow tab', async () => {
    const picture = await open({ width: 300 });
    const { scrollWidth, height } = await picture.page.locator('.picture').evaluate((element) => ({
      scrollWidth: element.scrollWidth,
      height: element.getBoundingClientRect().height,
    }));
    assert.ok(scrollWidth <= 300 && height < 260, `${scrollWidth} x ${height}`);
  });
});

test('65,530 regions are drawn, zoomed and hovered', async () => {
  const many = Array.from({ length: 65_530 }, (_, row) => ({
    first: 2 ** 35 + row,
    pages: 1,
    rights: row % 2 === 0 ? '---p' : 'rw-p',
  }));
  const known = figuresOf(
    many.map(({ first, pages, rights }) => ({ first, pages, rss: rights === '---p' ? 0 : 4096 })),
  );
  const picture = await open({ columns: columnsOf(many), figures: known });
  await find(picture, 'more here: zoom in');
  const strip = picture.page.getByRole('slider');
  await strip.focus();
  await picture.page.keyboard.press('ArrowRight');
  for (let press = 0; press < 12; press++) await picture.page.keyboard.press('+');
  await picture.page.keyboard.press('ArrowRight');
  assert.match((await strip.getAttribute('aria-valuetext')) ?? '', /^Private anonymous/);
  await picture.select(many.map((_, row) => row));
});
