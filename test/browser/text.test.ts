import assert from 'node:assert/strict';
import { test } from 'node:test';
import { given, lineText } from '../support/page/bytes.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser, type ViewPage } from '../support/page/viewPage.ts';

useBrowser();

const asText = { mode: 'text', column: 'text' } as const;

test('lines, each with the offset of its first byte', async () => {
  const view = await openView({ bytes: { kind: 'lines', size: 64 * 10_000 }, state: asText });
  await view.untilRows((rows) => {
    assert.ok(rows.length > 20);
    rows.forEach((row, index) => {
      assert.equal(row.offset, index * 64);
      assert.equal(row.text, lineText(index).trimEnd());
      assert.equal(row.hex, undefined);
    });
  });
  await view.page.keyboard.press('Control+End');
  await view.untilRows((rows) => assert.equal(rows.at(-1)?.text, lineText(9999).trimEnd()));
  await view.page.mouse.move(400, 300);
  await view.page.mouse.wheel(0, -2000);
  await view.untilRows((rows) => {
    const first = (rows[0]?.offset ?? 0) / 64;
    assert.ok(first < 9950);
    for (const [index, row] of rows.entries()) assert.equal(row.text, lineText(first + index).trimEnd());
  });
});

test('a line of a gigabyte needs a few pages, and scrolls', async () => {
  const size = 2 ** 30;
  const view = await openView({ bytes: { kind: 'endlessLine', size }, state: asText });
  await view.untilRows((rows) => assert.ok(rows.length > 20 && rows.every((row) => row.text.length > 0)));
  await view.page.mouse.move(400, 300);
  for (let turn = 0; turn < 10; turn++) await view.page.mouse.wheel(0, 500);
  await view.untilRows((rows) => assert.ok((rows[0]?.offset ?? 0) > 1000));
  await view.notify('goTo', size / 2);
  await view.untilRows((rows) =>
    assert.ok((rows[0]?.offset ?? 0) <= size / 2 && (rows.at(-1)?.offset ?? 0) >= size / 2 - 200),
  );
  // No row is short, wherever one comes to it.
  await view.untilRows((rows) => assert.equal(new Set(rows.map((row) => row.text.length)).size, 1));
  await view.page.keyboard.press('Control+End');
  await view.untilRows((rows) => {
    const last = rows.at(-1);
    assert.ok(last && last.offset + last.text.length === size);
  });
  const lengths = (await view.calls('read')).map(([, length]) => Number(length));
  assert.ok(Math.max(...lengths) <= 16 * 1024);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  assert.ok(total < 2 * 2 ** 20, `${total} bytes read`);
});

test('encodings', async () => {
  const view = await openView({ bytes: given(Uint8Array.of(0xc4, 0xe4, 0x80, 0x0a)), state: asText });
  await view.untilRows((rows) => assert.equal(rows[0]?.text, '\ufffd\ufffd'));
  for (const [label, text] of [
    ['windows-1252', 'Ää€'],
    ['windows-1251', 'ДдЂ'],
    ['koi8-r', 'дД─'],
  ] as const) {
    await view.notify('setEncoding', label);
    await view.untilRows((rows) => assert.equal(rows[0]?.text, text));
    await view.untilState({ encoding: label });
  }
});

test('UTF-16 is known by its mark', async () => {
  const view = await openView({ bytes: given(Uint8Array.of(0xff, 0xfe, 0x41, 0, 0xac, 0x20, 0x0a, 0, 0x42, 0)) });
  await view.notify('setMode', 'text');
  await view.untilRows((rows) =>
    assert.deepEqual(
      rows.map((row) => row.text),
      ['A€', 'B'],
    ),
  );
});

test('what controls is seen, and controls nothing', async () => {
  const view = await openView({
    bytes: given('a\x1b[31mred\x00\u202eabc\u200b\n<img src=x onerror="document.title=1">\n'),
    state: asText,
  });
  await view.untilRows((rows) => {
    assert.equal(rows[0]?.text, 'a␛[31mred␀‹U+202E›abc‹U+200B›');
    assert.equal(rows[1]?.text, '<img src=x onerror="document.title=1">');
  });
  assert.equal(await view.page.locator('img').count(), 0);
  assert.equal(await view.page.title(), 'Memglass');
});

test('letters from right to left move neither the address nor the rows beside them', async () => {
  const lines = ['abc def', 'שלום עולם 123', 'مرحبا (x)', 'after'];
  const view = await openView({ bytes: given(lines.join('\n')), state: asText });
  await view.untilRows((rows) =>
    assert.deepEqual(
      rows.map((row) => row.text),
      lines,
    ),
  );
  const lefts = await view.page.evaluate(() =>
    ['address', 'text'].map((name) =>
      [...document.querySelectorAll(`.surface-text [data-cell=${name}]`)].map(
        (cell) => cell.getBoundingClientRect().left,
      ),
    ),
  );
  for (const column of lefts) assert.equal(new Set(column).size, 1, String(column));
  await view.screenshot('text-rtl-dark');
});

test('a long line wraps, and its rows are marked as going on', async () => {
  const view = await openView({ bytes: given(`${'word '.repeat(200)}\nshort\n`), state: asText, width: 600 });
  const rows = await view.untilRows((shown) => assert.ok(shown.length > 5));
  assert.equal(rows.map((row) => row.text).join(''), `${'word '.repeat(200)}short`);
  const marks = await view.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.surface-text .row')]
      .sort((a, b) => Number(a.dataset['offset']) - Number(b.dataset['offset']))
      .map((row) => row.classList.contains('continuation')),
  );
  assert.equal(marks[0], false);
  assert.ok(marks.slice(1, -1).every((isMarked) => isMarked));
  assert.equal(marks.at(-1), false);
});

test('hex to text and back keeps the place, the cursor and the selection', async () => {
  const view = await openView({ bytes: { kind: 'lines', size: 64 * 50_000 } });
  await view.notify('goTo', 0x20005);
  await view.untilState({ cursor: 0x20005 });
  await view.untilRight();
  await view.page.getByRole('radio', { name: 'Text' }).click();
  await view.untilState({ mode: 'text', cursor: 0x20005 });
  await view.untilRows((rows) => {
    assert.equal(rows[0]?.hex, undefined);
    assert.ok(rows.some((row) => row.offset === 0x20000 && row.text === lineText(0x20000 / 64).trimEnd()));
  });
  await view.page.keyboard.press('Shift+ArrowDown');
  await view.untilState({ anchor: 0x20005, cursor: 0x20045 });
  await view.page.getByRole('radio', { name: 'Hex' }).click();
  await view.untilState({ mode: 'hex', anchor: 0x20005, cursor: 0x20045 });
  await view.untilRows((rows) => {
    assert.ok(rows.some((row) => row.offset === 0x20040));
    view.assertRight(rows);
  });
});

test('clicks, words of selection and keys in text', async () => {
  const view = await openView({ bytes: given('first\nzweite €uro\nthird\n'), state: asText });
  await view.untilRows((rows) => assert.equal(rows.length, 3));
  const { x, y } = await view.page.evaluate(() => {
    const text = document.querySelector('[role=row][data-offset="6"] [data-cell=text]')?.firstChild;
    if (!text) throw new Error('no text');
    const range = document.createRange();
    range.setStart(text, 7);
    range.setEnd(text, 8);
    const box = range.getBoundingClientRect();
    return { x: box.left + 2, y: box.top + 5 };
  });
  await view.page.mouse.click(x, y);
  await view.untilState({ cursor: 13 });
  await view.page.keyboard.press('ArrowRight');
  await view.untilState({ cursor: 16 });
  await view.page.keyboard.press('Shift+Home');
  await view.untilState({ cursor: 6, anchor: 16 });
  await eventually(async () => assert.deepEqual(await view.highlighted('memglass-selection-text'), ['zweite €u']));
  await view.page.keyboard.press('ArrowUp');
  await view.untilState({ cursor: 0, anchor: undefined });
});

/** What fonts draw in other widths than Unicode says, in lines much longer than a row. */
const unevenLines = [
  '\ufffd'.repeat(400),
  '漢字かな交じり文、ひらがなカタカナ。'.repeat(20),
  '한국어 텍스트 '.repeat(40),
  '😀🎉👍🏽🇩🇪❤\ufe0f'.repeat(60),
  'שלום עולם '.repeat(40),
  'مرحبا بالعالم '.repeat(40),
  'हिन्दी क्षत्रिय '.repeat(40),
  `${'─'.repeat(30)}┼█▓`.repeat(15),
  'e\u0301o\u0308\u0323'.repeat(200),
  '␀␛‹›…€±'.repeat(60),
  '\ufdfd'.repeat(40),
  'é'.repeat(400),
];

for (const theme of ['dark', 'light'] as const) {
  test(`no row is wider than the view, whatever the fonts make of its characters, ${theme}`, async () => {
    const bytes = given(unevenLines.join('\n'));
    const view = await openView({ bytes, state: asText, theme, width: 700, height: 2600 });
    await view.untilRows((rows) => {
      assert.equal(rows.map((row) => row.text).join(''), unevenLines.join(''));
    });
    const { right, rights } = await drawnRights(view);
    for (const row of rights) assert.ok(row.right <= right, `${row.text} ends at ${row.right}, the view at ${right}`);
    // Nor is much of it left empty.
    const full = rights.filter(({ text }) => text.startsWith('é'))[0];
    assert.ok(full && full.right > right - 40, JSON.stringify(full));
    await view.screenshot(`text-fonts-${theme}`);
  });
}

test('a font whose letters differ in width hides nothing', async () => {
  const view = await openView({ bytes: given('WWWWWWWWWiiiii'.repeat(100)), state: asText, width: 600 });
  await view.untilRows((rows) => assert.ok(rows.length > 5));
  await view.page.evaluate(() => {
    document.documentElement.style.setProperty('--vscode-editor-font-family', '"DejaVu Sans", sans-serif');
  });
  await eventually(async () => {
    const { right, rights } = await drawnRights(view);
    assert.ok(rights.length > 5);
    for (const row of rights) assert.ok(row.right <= right, `${row.right} of ${right}`);
    const full = rights.filter((row) => row.right > right - 60);
    assert.ok(full.length > rights.length / 2, JSON.stringify(rights));
  });
});

test('the caret stands on what is drawn', async () => {
  const text = '\ufffd漢😀शि e\u0301 مرحبا x'.repeat(20);
  const view = await openView({ bytes: given(text), state: asText, width: 700 });
  const rows = await view.untilRows((shown) => assert.ok(shown.length > 3));
  const second = rows[1];
  assert.ok(second);
  const box = await view.page.evaluate((offset) => {
    const node = document.querySelector(`[role=row][data-offset="${offset}"] [data-cell=text]`)?.firstChild;
    if (!node) throw new Error('no text');
    const range = document.createRange();
    range.setStart(node, 5);
    range.setEnd(node, 6);
    const { left, top, width } = range.getBoundingClientRect();
    return { left, top, width };
  }, second.offset);
  await view.page.mouse.click(box.left + box.width / 3, box.top + 5);
  await eventually(async () => {
    const caret = await view.page.locator('.caret.outline-active').boundingBox();
    assert.ok(caret && Math.abs(caret.x - box.left) < 1, `${caret?.x} and ${box.left}`);
  });
});

/** Where the text of each row ends, and where the view does, pixels. */
async function drawnRights(view: ViewPage): Promise<{ right: number; rights: { right: number; text: string }[] }> {
  return await view.page.evaluate(() => {
    const right = document.querySelector('.surface-text .clip')?.getBoundingClientRect().right ?? 0;
    const rights = [...document.querySelectorAll('.surface-text [data-cell=text]')].map((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return { right: range.getBoundingClientRect().right, text: cell.textContent ?? '' };
    });
    return { right, rights };
  });
}
