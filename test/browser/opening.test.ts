import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../host/paths.ts';
import { given } from '../support/page/bytes.ts';
import { policyOf } from '../support/page/server.ts';
import { eventually } from '../support/page/shownPage.ts';
import { openView, useBrowser } from '../support/page/viewPage.ts';

useBrowser();

test('the page has the policy of the extension’s own document', () => {
  const source = readFileSync(join(root, 'extension/ui/views/viewHtml.ts'), 'utf8');
  const list = /const policy = (\[[^\]]*\])\.join/.exec(source)?.[1] ?? '';
  const [, ...directives] = list.split('\n').map((line) => line.trim().replace(/^[`"]|[`"],?$/g, ''));
  const policy = directives.filter((line) => line !== ']').join('; ');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the source's own words
  assert.equal(policy, policyOf('${nonce}', '${webview.cspSource}'));
});

test('the first bytes are painted without asking anybody', async () => {
  const view = await openView({ isDeaf: true });
  const rows = await view.untilRight(0);
  assert.ok(rows.length > 20);
  const later = await openView({ isDeaf: true, state: { top: 0x8000, cursor: 0x8000 } });
  await later.untilRight(0x8000);
});

test('the first bytes are there before the program, and it draws them just so', async () => {
  // Without the caret, which is hollow until the grid has the focus.
  const view = await openView({
    program: 'held',
    state: { top: 0x8000, cursor: 0 },
    layout: { bytesPerRow: 'auto' },
  });
  const before = await view.untilRight(0x8000);
  const picture = () => view.grid.screenshot();
  const first = await picture();
  await view.releaseProgram();
  assert.deepEqual(await view.untilRight(0x8000), before);
  assert.ok(first.equals(await picture()));
});

test('what the host says and what is typed before the program is there is not lost', async () => {
  const view = await openView({ program: 'held' });
  await view.untilRight(0);
  await view.page.evaluate(() => window.host.view.notify('goTo', 0x4000));
  await view.page.keyboard.press('ArrowDown');
  await view.page.keyboard.press('ArrowRight');
  await view.releaseProgram();
  await view.untilState({ cursor: 0x4011 });
});

test('clicks and the wheel before the program is there are not lost', async () => {
  const view = await openView({ program: 'held' });
  await view.untilRight(0);
  await view.page.locator('[data-offset="32"] [data-cell=hex]').click({ position: { x: 3, y: 3 } });
  await view.page.mouse.wheel(0, 400);
  await view.releaseProgram();
  await view.untilState({ cursor: 0x20 });
  await eventually(async () => assert.ok((await view.state()).top > 0));
  const other = await openView({ program: 'held', bytes: given('some text') });
  await other.page.getByRole('radio').nth(1).click();
  await other.releaseProgram();
  await other.untilState({ mode: 'text' });
});

test('a place of before is where it opens', async () => {
  const view = await openView({ state: { top: 0x8000, cursor: 0x8011, anchor: 0x8001, column: 'text' } });
  await view.untilRight(0x8000);
  await view.untilState({ top: 0x8000, cursor: 0x8011, anchor: 0x8001, column: 'text' });
});

test('handles and roles', async () => {
  const view = await openView();
  const [row] = await view.untilRight(0);
  assert.equal(row?.address, '0000 0000');
  assert.equal(await view.grid.getAttribute('aria-rowcount'), '-1');
  assert.match((await view.grid.getAttribute('aria-label')) ?? '', /memory\.bin/);
  const cells = await view.page.evaluate(() =>
    [...document.querySelectorAll('[role=row] > *')].map(
      (cell) => `${cell.getAttribute('role')} ${(cell as HTMLElement).dataset['cell']}`,
    ),
  );
  assert.deepEqual([...new Set(cells)], ['gridcell address', 'gridcell hex', 'gridcell text']);
  const nameless = await view.page.evaluate(
    () =>
      [...document.querySelectorAll('button')].filter(
        (button) => (button.getAttribute('aria-label') ?? button.textContent ?? '').trim() === '',
      ).length,
  );
  assert.equal(nameless, 0);
  assert.deepEqual(
    await view.page.getByRole('radio').evaluateAll((radios) => radios.map((radio) => radio.ariaChecked)),
    ['true', 'false'],
  );
});

test('few elements, however high the window and wide the row', async () => {
  const view = await openView({ height: 1080, width: 1920, layout: { bytesPerRow: 64 } });
  await view.untilRows((rows) => view.assertRight(rows, 64));
  const count = await view.page.evaluate(() => document.querySelectorAll('body *').length);
  assert.ok(count <= 400, `${count} elements`);
  await view.page.mouse.move(500, 500);
  for (let turn = 0; turn < 30; turn++) await view.page.mouse.wheel(0, 700);
  await view.untilRows((rows) => {
    assert.ok((rows[0]?.offset ?? 0) > 0);
    view.assertRight(rows, 64);
  });
  const after = await view.page.evaluate(() => document.querySelectorAll('body *').length);
  assert.ok(after <= 400, `${after} elements after scrolling`);
});

test('an empty file has a sentence', async () => {
  const view = await openView({ bytes: { kind: 'given', hex: '' } });
  await eventually(async () => assert.equal(await view.page.getByText('This file is empty.').isVisible(), true));
  assert.deepEqual(await view.rows(), []);
  await view.page.keyboard.press('ArrowDown');
  await view.page.keyboard.press('Control+End');
  await view.page.keyboard.press('Control+a');
  await view.notify('setMode', 'text');
  await view.frame();
  assert.equal(await view.page.getByText('This file is empty.').isVisible(), true);
  // It is written to.
  await view.change({ size: 40, shownSize: 40 }, { kind: 'pattern', size: 40 });
  await view.notify('setMode', 'hex');
  await view.untilRight(0);
  assert.equal(await view.page.getByText('This file is empty.').isVisible(), false);
});

test('a problem is words and a button, whatever is in it', async () => {
  const text =
    'No <img src=x onerror="document.title=1"> "quotes" & \'more\' \u202e</p><script>document.title=2</script>';
  const view = await openView({
    problem: { text, actions: [{ id: 'retry', label: 'Try <b>Again</b>' }] },
    path: '/tmp/"><script>document.title=3</script>',
  });
  const sentence = view.page.getByRole('alert');
  await eventually(async () => assert.equal(await sentence.textContent(), text));
  assert.equal(await view.page.locator('img, b').count(), 0);
  await view.page.getByRole('button').click();
  await eventually(async () => assert.deepEqual(await view.calls('chose'), [['retry']]));
  assert.equal(await view.page.title(), 'Memglass');
  await view.screenshot('problem-dark');
});

test('a path is text only, and its letters turn nothing around', async () => {
  const path = '/tmp/<img src=x onerror="document.title=1">/שלום.bin';
  const view = await openView({ path });
  await view.untilRight(0);
  assert.equal(await view.page.locator('img').count(), 0);
  assert.equal(await view.page.locator('.header-path').textContent(), path);
  assert.equal(await view.page.title(), 'Memglass');
});

test('words come in the language of the display', async () => {
  const view = await openView({
    bytes: { kind: 'given', hex: '' },
    l10n: { 'This file is empty.': 'Diese Datei ist leer.' },
  });
  await eventually(async () => assert.equal(await view.page.getByText('Diese Datei ist leer.').isVisible(), true));
});

test('after a reload the view is where it was, and reads anew', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.notify('goTo', 0x40123);
  await view.notify('goTo', 0x80123);
  await view.untilState({ cursor: 0x80123, canGoBack: true });
  await view.page.keyboard.press('Shift+ArrowRight');
  await view.untilState({ cursor: 0x80124, anchor: 0x80123 });
  const before = await view.untilRight();
  const top = before[0]?.offset ?? 0;
  await view.untilState({ top });
  await view.page.reload();
  await view.untilProgram();
  await view.untilRight(top);
  await view.untilState({ cursor: 0x80124, anchor: 0x80123, canGoBack: true });
  await view.notify('goBack');
  await view.untilState({ cursor: 0x40123, canGoForward: true });
});

test('a document started again does not believe the bytes it brought along', async () => {
  const view = await openView();
  await view.untilRight(0);
  await view.page.keyboard.press('ArrowRight');
  await view.untilState({ cursor: 1 });
  // The same document, but the source has other bytes by now.
  await view.page.evaluate(() => sessionStorage.setItem('bytes', JSON.stringify({ kind: 'zeros', size: 1 << 20 })));
  await view.page.reload();
  await view.untilProgram();
  view.bytes = { kind: 'zeros', size: 1 << 20 };
  await view.untilRight(0);
  assert.ok((await view.calls('read')).some(([offset]) => offset === 0));
});
