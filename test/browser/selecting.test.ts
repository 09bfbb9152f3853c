import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hexOf, slice } from '../support/page/bytes.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser } from '../support/page/viewPage.ts';

useBrowser();

const selection = 'memglass-selection';

test('a drag across rows selects what lies between, in both columns', async () => {
  const view = await openView();
  await view.untilRight(0);
  const from = await view.pointOf(0x1c);
  const to = await view.pointOf(0x42);
  await view.page.mouse.move(from.x, from.y);
  await view.page.mouse.down();
  await view.page.mouse.move(to.x, to.y, { steps: 4 });
  await view.page.mouse.up();
  await view.untilState({ anchor: 0x1c, cursor: 0x42 });
  const painted = await eventually(async () => {
    const texts = await view.highlighted(selection);
    assert.equal(texts.length, 8);
    return texts;
  });
  const hex = painted.filter((_, index) => index % 2 === 0).join('');
  assert.equal(hex.replaceAll(' ', '').toLowerCase(), hexOf(slice(view.bytes, 0x1c, 0x42 - 0x1c + 1)));
  // Backwards from the same place.
  const up = await view.pointOf(5);
  await view.page.mouse.move(from.x, from.y);
  await view.page.mouse.down();
  await view.page.mouse.move(up.x, up.y, { steps: 4 });
  await view.page.mouse.up();
  await view.untilState({ anchor: 0x1c, cursor: 5 });
});

test('a drag beyond the foot scrolls on and selects', async () => {
  const view = await openView({ height: 300 });
  await view.untilRight(0);
  const from = await view.pointOf(0x10);
  await view.page.mouse.move(from.x, from.y);
  await view.page.mouse.down();
  await view.page.mouse.move(from.x, 400, { steps: 3 });
  await eventually(async () => assert.ok((await view.state()).cursor > 0x800));
  await view.page.mouse.up();
  const { anchor, cursor } = await view.state();
  await view.frame();
  assert.equal(anchor, 0x10);
  assert.equal((await view.state()).cursor, cursor, 'it stops with the button');
});

test('Shift with a click and with keys draws the selection out; a click and Escape let go', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.click(0x20);
  await view.untilState({ cursor: 0x20, anchor: undefined });
  await view.click(0x35, 'hex', ['Shift']);
  await view.untilState({ cursor: 0x35, anchor: 0x20 });
  await view.page.keyboard.press('Shift+ArrowDown');
  await view.page.keyboard.press('Shift+ArrowRight');
  await view.untilState({ cursor: 0x46, anchor: 0x20 });
  await view.page.keyboard.press('Shift+Home');
  await view.untilState({ cursor: 0x40, anchor: 0x20 });
  await view.page.keyboard.press('Escape');
  await view.untilState({ cursor: 0x40, anchor: undefined });
  await eventually(async () => assert.deepEqual(await view.highlighted(selection), []));
  await view.click(0x20, 'text', ['Shift']);
  await view.untilState({ cursor: 0x20, anchor: 0x40, column: 'text' });
  await view.click(3);
  await view.untilState({ cursor: 3, anchor: undefined, column: 'hex' });
});

test('all of a tebibyte is selected at once, and nothing is read for it', async () => {
  const size = 2 ** 40;
  const view = await openView({ bytes: { kind: 'pattern', size } });
  await view.untilRight(0);
  await view.grid.focus();
  await view.page.keyboard.press('Control+a');
  await view.untilState({ anchor: 0, cursor: size - 1, top: 0 });
  await view.untilRight(0);
  // What is fetched around the view may still be on its way: each page once.
  const reads = (await view.calls('read')).map(([offset, length]) => [Number(offset), Number(length)] as const);
  assert.deepEqual(
    reads.filter(([offset, length]) => offset + length > 1 << 20),
    [],
  );
  assert.equal(new Set(reads.map(([offset]) => offset)).size, reads.length);
  const rows = await view.rows();
  await eventually(async () => assert.equal((await view.highlighted(selection)).length, 2 * rows.length));
  // What is scrolled to is selected too.
  await view.notify('goForward');
  await view.page.mouse.move(300, 300);
  await view.page.mouse.wheel(0, 5000);
  await view.untilRows((shown) => {
    assert.ok((shown[0]?.offset ?? 0) > 1000);
    view.assertRight(shown);
  });
  const shown = await view.rows();
  await eventually(async () => assert.equal((await view.highlighted(selection)).length, 2 * shown.length));
});

test('a range from the host is selected and shown', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.notify('select', 0x8003, 6);
  await view.untilState({ anchor: 0x8003, cursor: 0x8008, canGoBack: true });
  await view.untilRight();
  await eventually(async () => {
    const [hex, text] = await view.highlighted(selection);
    assert.equal(hex?.replaceAll(' ', '').toLowerCase(), hexOf(slice(view.bytes, 0x8003, 6)));
    assert.equal(text?.length, 6);
  });
});

test('in little endian the bytes are painted that are selected', async () => {
  const view = await openView({ layout: { groupSize: 4, endianness: 'little' } });
  await view.untilRows((rows) => assert.equal(rows[0]?.offset, 0));
  await view.notify('select', 1, 2);
  const bytes = hexOf(slice(view.bytes, 1, 2)).toUpperCase();
  await eventually(async () => {
    const painted = await view.highlighted(selection);
    assert.deepEqual(painted.slice(0, 2).sort(), [bytes.slice(0, 2), bytes.slice(2)].sort());
  });
});

test('the caret stands around its byte in both columns', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.click(0x2a);
  await view.untilState({ cursor: 0x2a });
  const hex = await view.pointOf(0x2a);
  const text = await view.pointOf(0x2a, 'text');
  await eventually(async () => {
    const boxes = await view.page.locator('.caret:visible').evaluateAll((carets) =>
      carets.map((caret) => {
        const { left, right, top, bottom } = caret.getBoundingClientRect();
        return { left, right, top, bottom, isActive: caret.classList.contains('outline-active') };
      }),
    );
    assert.equal(boxes.length, 2);
    for (const [point, isActive] of [
      [hex, true],
      [text, false],
    ] as const) {
      const around = boxes.find((box) => box.left < point.x && box.right > point.x);
      assert.ok(around && around.top < point.y && around.bottom > point.y);
      assert.equal(around.isActive, isActive);
    }
  });
});

test('the right button keeps the selection', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.notify('select', 0x10, 0x20);
  await view.untilState({ anchor: 0x10, cursor: 0x2f });
  const { x, y } = await view.pointOf(0x18);
  await view.page.mouse.click(x, y, { button: 'right' });
  await view.frame();
  await view.untilState({ anchor: 0x10, cursor: 0x2f });
});

test('a screen reader hears offset and byte, and how much is selected', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.grid.focus();
  const live = view.page.locator('[aria-live=polite]');
  assert.equal(await live.count(), 1);
  await view.page.keyboard.press('ArrowRight');
  const byte = hexOf(slice(view.bytes, 1, 1)).toUpperCase();
  await eventually(async () => assert.match((await live.textContent()) ?? '', new RegExp(`offset 0x1, byte ${byte}`)));
  await view.page.keyboard.press('Shift+ArrowRight');
  await eventually(async () => assert.match((await live.textContent()) ?? '', /offset 0x2, .*2 bytes selected/));
});

test('a screen reader hears the byte of a place far away as soon as it is known', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.notify('goTo', 0xc0001);
  await view.untilRight();
  const byte = hexOf(slice(view.bytes, 0xc0001, 1)).toUpperCase();
  const live = view.page.locator('[aria-live=polite]');
  await eventually(async () =>
    assert.match((await live.textContent()) ?? '', new RegExp(`offset 0xC0001, byte ${byte}`)),
  );
});

test('a hover says what is known of a byte', async () => {
  const view = await openView();
  await view.untilRight(0);
  const { x, y } = await view.pointOf(0x21);
  await view.page.mouse.move(x, y);
  const hover = view.page.getByRole('tooltip');
  await eventually(async () => {
    assert.equal(await hover.isVisible(), true);
    assert.match((await hover.textContent()) ?? '', /0x21 \(33\).*byte [0-9A-F]{2}/);
  });
  await view.page.keyboard.press('ArrowDown');
  await eventually(async () => assert.equal(await hover.isVisible(), false));
});
