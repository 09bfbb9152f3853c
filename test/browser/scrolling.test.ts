import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hexOf, slice } from '../support/page/bytes.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

const tebibyte = 2 ** 40;
const largest = Number.MAX_SAFE_INTEGER;

async function scrollbar(view: ViewPage) {
  const bar = await view.page.locator('[role=scrollbar]').boundingBox();
  const thumb = await view.page.locator('.scrollbar-thumb').boundingBox();
  assert.ok(bar && thumb);
  return { bar, thumb, x: bar.x + bar.width / 2, thumbY: thumb.y + thumb.height / 2 };
}

test('the wheel scrolls by pixels, and rows move whole', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.page.mouse.move(300, 300);
  await view.page.mouse.wheel(0, 7);
  await view.untilRows((rows) => {
    assert.equal(rows[0]?.offset, 0);
    const [header] = [rows[0]?.top ?? 0];
    assert.ok(Math.abs((rows[1]?.top ?? 0) - header - 19) <= 1);
  });
  for (let turn = 0; turn < 50; turn++) await view.page.mouse.wheel(0, 400);
  const rows = await view.untilRows((shown) => {
    assert.ok((shown[0]?.offset ?? 0) > 10_000);
    view.assertRight(shown);
  });
  for (let turn = 0; turn < 60; turn++) await view.page.mouse.wheel(0, -400);
  assert.ok((rows[0]?.offset ?? 0) > 0);
  await view.untilRight(0);
});

for (const size of [tebibyte, tebibyte + 5, largest]) {
  test(`the last row of ${size} bytes, by key, and all around it`, async () => {
    const view = await openView({ bytes: { kind: 'pattern', size } });
    await view.untilRight(0);
    await view.grid.focus();
    await view.page.keyboard.press('Control+End');
    await view.untilState({ cursor: size - 1 });
    const rows = await view.untilRows((shown) => {
      assert.equal((shown.at(-1)?.offset ?? 0) + (shown.at(-1)?.hex?.length ?? 0) / 2, size);
      view.assertRight(shown);
    });
    const last = rows.at(-1) ?? assert.fail();
    // The row is whole: its foot is over the foot of the grid.
    const box = await view.grid.boundingBox();
    assert.ok(last.top + 18 <= (box?.height ?? 0) + 1);
    await view.page.keyboard.press('ArrowUp');
    await view.untilState({ cursor: size - 17 });
    for (let page = 0; page < 5; page++) await view.page.keyboard.press('PageUp');
    await view.untilRows((shown) => {
      assert.ok((shown.at(-1)?.offset ?? 0) < last.offset - 1000);
      view.assertRight(shown);
    });
    await view.page.keyboard.press('Control+Home');
    await view.untilRight(0);
  });
}

test('any row of a tebibyte by offset', async () => {
  const view = await openView({ bytes: { kind: 'pattern', size: tebibyte } });
  for (const offset of [1, 0x1000, 0xffff_ffff, 0x1_0000_0001, 0x7f_ffff_fff3, tebibyte - 1]) {
    await view.notify('goTo', offset);
    await view.untilState({ cursor: offset });
    await view.untilRows((rows) => {
      assert.ok(rows.some((row) => row.offset === offset - (offset % 16)));
      view.assertRight(rows);
    });
  }
});

test('the scrollbar drags to the end and back', async () => {
  const view = await openView({ bytes: { kind: 'pattern', size: tebibyte } });
  await view.untilRight(0);
  const { x, thumbY, bar } = await scrollbar(view);
  await view.page.mouse.move(x, thumbY);
  await view.page.mouse.down();
  await view.page.mouse.move(x, bar.y + bar.height / 2, { steps: 5 });
  await view.untilRows((rows) => {
    assert.ok(Math.abs((rows[0]?.offset ?? 0) / tebibyte - 0.5) < 0.05);
    view.assertRight(rows);
  });
  await view.page.mouse.move(x, bar.y + bar.height + 50, { steps: 5 });
  const end = await view.untilRows((rows) => {
    assert.equal(rows.at(-1)?.offset, tebibyte - 16);
    view.assertRight(rows);
  });
  assert.ok(end.length > 10);
  await view.page.mouse.move(x, bar.y - 50, { steps: 5 });
  await view.untilRight(0);
  await view.page.mouse.up();
  await eventually(async () => assert.equal(await view.page.locator('.scrollbar-dragged').count(), 0));
});

test('a click on the track goes there', async () => {
  const view = await openView({ bytes: { kind: 'pattern', size: tebibyte } });
  await view.untilRight(0);
  const { x, bar } = await scrollbar(view);
  await view.page.mouse.click(x, bar.y + bar.height * 0.75);
  await view.untilRows((rows) => {
    assert.ok(Math.abs((rows[0]?.offset ?? 0) / tebibyte - 0.75) < 0.05);
    view.assertRight(rows);
  });
});

test('a drag with Shift goes row by row, and one far aside in small steps', async () => {
  const view = await openView({ bytes: { kind: 'pattern', size: tebibyte } });
  await view.untilRight(0);
  const { x, bar } = await scrollbar(view);
  await view.page.mouse.click(x, bar.y + bar.height / 2);
  const half = await view.untilRows((rows) => {
    assert.ok((rows[0]?.offset ?? 0) > 0);
    view.assertRight(rows);
  });
  const before = half[0]?.offset ?? 0;
  const thumbY = Math.round((await scrollbar(view)).thumbY);
  await view.page.mouse.move(x, thumbY);
  await view.page.mouse.down();
  await view.page.keyboard.down('Shift');
  await view.page.mouse.move(x, thumbY + 10, { steps: 10 });
  await view.untilRight(before + 160);
  await view.page.mouse.move(x, thumbY + 7);
  await view.untilRight(before + 112);
  await view.page.keyboard.up('Shift');
  // To the side by itself nothing moves; there a pixel counts for a fraction of what it does on the bar.
  await view.page.mouse.move(x - 840, thumbY + 7);
  await view.untilRight(before + 112);
  await view.page.mouse.move(x - 840, thumbY + 8);
  const fine = await view.untilRows((rows) => {
    assert.notEqual(rows[0]?.offset, before + 112);
    view.assertRight(rows);
  });
  const perPixel = tebibyte / bar.height;
  assert.ok(Math.abs((fine[0]?.offset ?? 0) - before - 112) < perPixel / 100);
  await view.page.mouse.up();
});

test('keys move the cursor and the view follows', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.grid.focus();
  for (const [key, cursor] of [
    ['ArrowRight', 1],
    ['ArrowDown', 17],
    ['End', 31],
    ['ArrowRight', 32],
    ['ArrowLeft', 31],
    ['Home', 16],
    ['ArrowUp', 0],
    ['ArrowUp', 0],
    ['ArrowLeft', 0],
  ] as const) {
    await view.page.keyboard.press(key);
    await view.untilState({ cursor });
  }
  await view.page.keyboard.press('Control+ArrowDown');
  await view.untilRight(16);
  await view.untilState({ cursor: 0 });
  await view.page.keyboard.press('PageDown');
  const { cursor } = await view.state();
  assert.ok(cursor > 100);
  await view.untilRows((rows) => {
    assert.ok((rows[0]?.offset ?? 0) > 100);
    view.assertRight(rows);
    assert.ok(
      rows.some((row) => cursor >= row.offset && cursor < row.offset + 16),
      'the cursor shows',
    );
  });
});

test('Tab goes from column to column and out; Shift+Tab back', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.grid.focus();
  const isInGrid = () => view.page.evaluate(() => document.activeElement?.getAttribute('role') === 'grid');
  await view.page.keyboard.press('Tab');
  await view.untilState({ column: 'text' });
  assert.equal(await isInGrid(), true);
  await view.page.keyboard.press('Shift+Tab');
  await view.untilState({ column: 'hex' });
  await view.page.keyboard.press('Shift+Tab');
  await eventually(async () => assert.equal(await isInGrid(), false));
  await eventually(async () => assert.deepEqual((await view.calls('focusChanged')).at(-1), [false]));
  await view.page.keyboard.press('Tab');
  await eventually(async () => assert.equal(await isInGrid(), true));
  await view.page.keyboard.press('Tab');
  await view.untilState({ column: 'text' });
  await view.page.keyboard.press('Tab');
  await eventually(async () => assert.equal(await isInGrid(), false));
});

test('going, looking ahead, and coming back to the very pixel', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.click(0x25);
  await view.page.keyboard.press('Shift+ArrowRight');
  await view.page.mouse.move(300, 300);
  await view.page.mouse.wheel(0, 26);
  const before = await view.untilRight(16);
  await view.untilState({ anchor: 0x25, cursor: 0x26, top: 16 });
  const state = await view.state();
  await view.notify('preview', 0x8000);
  await view.untilRows((rows) => assert.ok(rows.some((row) => row.offset === 0x8000)));
  await view.notify('preview', 0xc0000);
  await view.untilRows((rows) => assert.ok(rows.some((row) => row.offset === 0xc0000)));
  await view.notify('cancelPreview');
  await view.untilRows((rows) => assert.deepEqual(rows, before));
  await view.untilState({ cursor: state.cursor, anchor: state.anchor, canGoBack: false });
  await view.notify('preview', 0x8000);
  await view.notify('goTo', 0x8000);
  await view.untilState({ cursor: 0x8000, anchor: undefined, canGoBack: true, canGoForward: false });
  await view.notify('goTo', 0xc0000);
  await view.notify('goBack');
  await view.untilState({ cursor: 0x8000, canGoForward: true });
  await view.notify('goBack');
  await view.untilState({ cursor: state.cursor, canGoBack: false });
  await view.notify('goForward');
  await view.notify('goForward');
  await view.untilState({ cursor: 0xc0000, canGoForward: false });
  await view.untilRight();
});

test('zeros stay dim when their rows are used for others', async () => {
  const view = await openView({ bytes: { kind: 'zeros', size: 1 << 20 } });
  await view.untilRight(0);
  const dim = async () => {
    const rows = await view.untilRight();
    assert.equal((await view.highlighted('memglass-dim')).length, rows.length);
    for (const row of rows) assert.equal(row.text, '·'.repeat(16));
  };
  await eventually(dim);
  await view.page.mouse.move(300, 300);
  for (let turn = 0; turn < 5; turn++) await view.page.mouse.wheel(0, 300);
  await view.untilRows((rows) => assert.ok((rows[0]?.offset ?? 0) > 100));
  await eventually(dim);
});

test('what stands for bytes without a character stands where they do', async () => {
  const view = await openView({ bytes: { kind: 'zeros', size: 1 << 20 } });
  await view.untilRight(0);
  const placed = () =>
    view.page.evaluate(() => {
      const fillers = document.querySelector('.fillers')?.getBoundingClientRect();
      const cells = [...document.querySelectorAll('[data-cell=text]')].map((cell) => cell.getBoundingClientRect());
      const top = Math.min(...cells.map((cell) => cell.top));
      const bottom = Math.max(...cells.map((cell) => cell.bottom));
      return [(fillers?.top ?? 0) - top, (fillers?.bottom ?? 0) - bottom, (fillers?.left ?? 0) - (cells[0]?.left ?? 0)];
    });
  const inPlace = async () => {
    for (const away of await placed()) assert.ok(Math.abs(away) < 0.1, `${away} px away`);
  };
  await eventually(inPlace);
  await view.page.mouse.move(300, 300);
  for (const pixels of [7, 40, 5000, -333]) {
    const before = await view.untilRight();
    await view.page.mouse.wheel(0, pixels);
    await view.untilRows((rows) => assert.notEqual(rows[0]?.top, before[0]?.top));
    await eventually(inPlace);
  }
});

test('a window of another size has rows for all of it', async () => {
  const view = await openView({ height: 300, layout: { bytesPerRow: 'auto' }, width: 1400 });
  const few = await view.untilRows((rows) => view.assertRight(rows, 32));
  await view.page.setViewportSize({ width: 1400, height: 900 });
  await view.untilRows((rows) => {
    assert.ok(rows.length > few.length * 2);
    view.assertRight(rows, 32);
  });
  await view.page.setViewportSize({ width: 700, height: 900 });
  await view.untilRows((rows) => view.assertRight(rows, 8));
  await view.page.setViewportSize({ width: 900, height: 900 });
  await view.untilRows((rows) => view.assertRight(rows, 16));
});

test('layouts: bytes per row, groups, endianness, letters, addresses', async () => {
  const view = await openView();
  const typography = { lineHeight: 0, letterSpacing: 0, fontWeight: 'normal' };
  const [first] = await view.untilRight(0);
  const layout = { bytesPerRow: 16, groupSize: 1, endianness: 'big', upperCase: true, addressRadix: 'hex' } as const;
  await view.notify('layoutChanged', { ...layout, bytesPerRow: 24, upperCase: false }, typography);
  await view.untilRows((rows) => {
    view.assertRight(rows, 24);
    assert.equal(rows[0]?.hex, hexOf(slice(view.bytes, 0, 24)));
  });
  await view.notify('layoutChanged', { ...layout, groupSize: 4, endianness: 'little' }, typography);
  await view.untilRows((rows) => {
    const groups = (first?.hex ?? '').match(/.{8}/g) ?? [];
    const turned = groups.map((group) => (group.match(/../g) ?? []).reverse().join(''));
    assert.equal(rows[0]?.hex, turned.join(''));
  });
  await view.notify('layoutChanged', { ...layout, addressRadix: 'decimal' }, typography);
  await view.untilRows((rows) => assert.equal(rows[2]?.address.trim(), '32'));
  await view.notify('layoutChanged', layout, { ...typography, lineHeight: 40 });
  await view.untilRows((rows) => assert.equal((rows[1]?.top ?? 0) - (rows[0]?.top ?? 0), 40));
  const cell = view.page.locator('.row .cell-hex').first();
  await eventually(async () =>
    assert.equal(await cell.evaluate((element) => getComputedStyle(element).lineHeight), '40px'),
  );
});

test('another width of the rows keeps the place', async () => {
  const view = await openView();
  await view.notify('goTo', 0x8005);
  await view.untilState({ cursor: 0x8005 });
  await view.untilRight();
  const typography = { lineHeight: 0, letterSpacing: 0, fontWeight: 'normal' };
  await view.notify(
    'layoutChanged',
    { bytesPerRow: 8, groupSize: 1, endianness: 'big', upperCase: true, addressRadix: 'hex' },
    typography,
  );
  await view.untilRows((rows) => {
    view.assertRight(rows, 8);
    assert.ok((rows[0]?.offset ?? 0) <= 0x8005 && (rows.at(-1)?.offset ?? 0) >= 0x8000);
  });
});

test('a screen of twice the pixels, and a zoomed page: the mouse still finds its byte', async () => {
  const view = await openView({ context: { deviceScaleFactor: 2 } });
  await view.untilRight(0);
  await view.click(0x7f);
  await view.untilState({ cursor: 0x7f });
  const zoomed = await openView({ context: { deviceScaleFactor: 1.25 }, width: 800, height: 480 });
  await zoomed.untilRight(0);
  for (const offset of [0, 0x3f, 0x88]) {
    await zoomed.click(offset);
    await zoomed.untilState({ cursor: offset, column: 'hex' });
    await zoomed.click(offset, 'text');
    await zoomed.untilState({ cursor: offset, column: 'text' });
  }
});
