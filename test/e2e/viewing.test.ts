// What a view of a file shows: rows, text, layout, the status bar, the strip, and what is said of them.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { noCharacter } from '../../webview/model/hexRow.ts';
import { makeSparse, sampleBytes } from '../support/scratch.ts';
import { noteKeyboardElsewhere } from './keyboardElsewhere.ts';
import { bytes, row, useSampleScene } from './sampleScene.ts';
import { hexOf, startCommand, until, waitForQuickInput, waitForStatus } from './scene.ts';

const { scene, sample, press, goTo } = useSampleScene();

/** All layout settings as they are by default. */
const resetLayout = () =>
  scene.workbench.inHost(async (vscode) => {
    const settings = vscode.workspace.getConfiguration('memglass.layout');
    for (const key of ['bytesPerRow', 'groupSize', 'groupEndianness', 'upperCase', 'addressRadix'])
      for (const target of [vscode.ConfigurationTarget.Global, vscode.ConfigurationTarget.Workspace])
        await settings.update(key, undefined, target);
  });

afterEach(resetLayout);

test('rows show the bytes of the file, as hex and as characters', async () => {
  const view = await scene.open(sample());
  const offsets = await view.offsets();
  assert.ok(offsets.length > 20, `${offsets.length} rows`);
  const last = offsets.at(-1) ?? 0;
  await view.shows(last, row(last));
  const fillersOf = (await view.frame.locator('.fillers').textContent())?.split('\n') ?? [];
  for (const [at, offset] of offsets.entries()) {
    assert.equal(await view.hex(offset), hexOf(row(offset)));
    const text = view.row(offset).locator('[data-cell="text"]');
    const isCharacter = (byte: number) => byte > 0x1f && byte < 0x7f;
    const characters = [...row(offset)].map((byte) => (isCharacter(byte) ? String.fromCharCode(byte) : noCharacter));
    assert.equal(await text.textContent(), characters.join(''));
    const fillers = [...row(offset)].map((byte) => (isCharacter(byte) ? ' ' : '·'));
    assert.equal(fillersOf[at], fillers.join('').trimEnd());
  }
  assert.equal(await view.row(16).locator('[data-cell="address"]').textContent(), '0000 0010');
});

test('the same bytes show as text, in the encoding that is chosen', async () => {
  const path = join(scene.scratch.folder(), 'text.txt');
  writeFileSync(path, Buffer.from('größer\nzweite Zeile\n', 'utf8'));
  const view = await scene.open(path);
  await view.frame.getByRole('radio', { name: 'Text' }).click();
  const line = (offset: number) => view.row(offset).locator('[data-cell="text"]').textContent();
  await until(
    () => line(0),
    (text) => text?.includes('größer') === true,
    'the first line as UTF-8',
  );
  await until(
    () => line(9),
    (text) => text?.includes('zweite Zeile') === true,
    'the second line',
  );
  startCommand(scene.workbench, 'memglass.changeEncoding');
  await waitForQuickInput(scene.workbench, 'Text Encoding');
  await scene.workbench.page.keyboard.type('windows-1252');
  const chosen = scene.workbench.page.locator('.quick-input-list .monaco-list-row.focused');
  await chosen.filter({ hasText: 'windows-1252' }).waitFor();
  await press('Enter');
  await until(
    () => line(0),
    (text) => text?.includes('grÃ¶ÃŸer') === true,
    'the first line as Windows-1252',
  );
  await view.frame.getByRole('radio', { name: 'Hex' }).click();
  await view.shows(0, readFileSync(path).subarray(0, 16));
});

test('two views of one file side by side have a place each', async () => {
  const left = await scene.open(sample());
  await goTo(left, '0x1000');
  await left.waitForCursor(0x1000);
  await scene.workbench.executeCommand('workbench.action.splitEditor');
  const right = scene.view(1);
  await right.rows.first().waitFor();
  await goTo(right, '0x90000');
  await right.waitForCursor(0x90000);
  await right.shows(0x90000, row(0x90000));
  await left.shows(0x1000, row(0x1000));
  const stays = await left.top();
  assert.ok(stays >= 0 && stays < 0x2000, 'the left view stays');
});

test('a layout choice changes all views and is written to the settings', async () => {
  const left = await scene.open(sample());
  await scene.workbench.executeCommand('workbench.action.splitEditor');
  const right = scene.view(1);
  await right.rows.first().waitFor();
  const choose = async (question: string, answer: string) => {
    startCommand(scene.workbench, 'memglass.changeLayout');
    await scene.workbench.pick(question);
    await scene.workbench.pick(answer);
  };
  await choose('Bytes per Row', '8');
  for (const view of [left, right]) await view.shows(8, bytes.subarray(8, 16));
  await choose('Hex Digits', 'Lower Case (7f)');
  for (const view of [left, right]) await view.shows(8, hexOf(bytes.subarray(8, 16)).toLowerCase());
  await choose('Offsets', 'Decimal');
  for (const view of [left, right]) {
    const address = view.row(104).locator('[data-cell="address"]');
    await until(
      () => address.textContent(),
      (text) => text?.trim() === '104',
      'a decimal offset',
    );
  }
  const written = await scene.workbench.inHost((vscode) =>
    ['bytesPerRow', 'upperCase', 'addressRadix'].map(
      (key) => vscode.workspace.getConfiguration('memglass.layout').inspect(key)?.globalValue,
    ),
  );
  assert.deepEqual(written, [8, false, 'decimal']);
  // Little endian in groups: the digits of a group are turned around, the bytes of the file are not.
  await resetLayout();
  await scene.workbench.changeSettings({
    'memglass.layout.groupSize': 4,
    'memglass.layout.groupEndianness': 'little',
  });
  const turned = Uint8Array.from([0, 4, 8, 12].flatMap((group) => [...bytes.subarray(group, group + 4)].reverse()));
  await left.shows(0, turned);
  await resetLayout();
  await left.shows(16, row(16));
});

test('from one question about the layout to the next, and back, the keyboard goes nowhere else', async () => {
  const view = await scene.open(sample());
  await view.focus();
  startCommand(scene.workbench, 'memglass.changeLayout');
  await waitForQuickInput(scene.workbench, 'Layout');
  const elsewhere = await noteKeyboardElsewhere(scene.workbench.page);
  const widget = scene.workbench.page.locator('.quick-input-widget:visible');
  const choose = async (label: string, next: string) => {
    await scene.workbench.pick(label);
    await widget.getByText(next).first().waitFor();
  };
  await choose('Bytes per Row', 'As Many as Fit');
  await widget.getByRole('button', { name: 'Back' }).click();
  await choose('Bytes per Row', 'As Many as Fit');
  await scene.workbench.pick('Another Number…');
  const input = widget.locator('input').first();
  await until(
    () => input.inputValue(),
    (text) => text === '16',
    'the number as it is',
  );
  await input.fill('513');
  await widget.getByText('Type a whole number from 1 to 512.').waitFor();
  await input.fill('24');
  assert.deepEqual(await elsewhere(), []);
  await input.press('Enter');
  await view.shows(24, bytes.subarray(24, 48));
  await resetLayout();
});

test('a choice is written back to the workspace where that owns the setting', async () => {
  const view = await scene.open(sample());
  await scene.workbench.inHost((vscode) =>
    vscode.workspace
      .getConfiguration('memglass.layout')
      .update('bytesPerRow', 32, vscode.ConfigurationTarget.Workspace),
  );
  await view.shows(32, bytes.subarray(32, 64));
  startCommand(scene.workbench, 'memglass.changeLayout');
  await scene.workbench.pick('Bytes per Row');
  await scene.workbench.pick('64');
  await view.shows(64, bytes.subarray(64, 128));
  const found = await scene.workbench.inHost((vscode) => {
    const values = vscode.workspace.getConfiguration('memglass.layout').inspect('bytesPerRow');
    return [values?.workspaceValue, values?.globalValue ?? 'none'];
  });
  assert.deepEqual(found, [64, 'none']);
});

test('the status bar tells offset, page, residency, size and encoding', async () => {
  const view = await scene.open(sample());
  await goTo(view, '0x5432');
  const text = await waitForStatus(scene.workbench, (all) => all.includes('page 5 · resident'), 'a resident page');
  const entries = text.split('\n');
  for (const wanted of ['0x5432 (21554)', '977 KiB', 'UTF-8'])
    assert.ok(entries.includes(wanted), `${wanted}: ${text}`);
});

test('the strip shows what is cached and what is a hole, and says it', async () => {
  const path = join(scene.scratch.folder(), 'holes.bin');
  makeSparse(path, 2 ** 30);
  writeFileSync(path, sampleBytes(8192), { flag: 'r+' });
  const view = await scene.open(path);
  const strip = view.frame.getByRole('img');
  const label = await until(
    () => strip.getAttribute('aria-label'),
    (words) => words?.includes('%') === true,
    'figures',
  );
  assert.match(label ?? '', /of the file is in the page cache\. \d+% is data on disk/);
  const isPainted = () =>
    strip.evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const data = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
      return [...data].some((value) => value !== 0);
    });
  await until(isPainted, (isIt) => isIt, 'something is painted in the strip');
  const box = await strip.boundingBox();
  assert.ok(box !== null);
  await strip.hover({ position: { x: 5, y: box.height - 10 } });
  await until(
    () => strip.getAttribute('title'),
    (words) => words?.includes('hole on disk') === true,
    'words of a hole',
  );
});

test('the byte under the pointer is told in words', async () => {
  const view = await scene.open(sample());
  await view
    .row(16)
    .locator('[data-cell="hex"]')
    .hover({ position: { x: 6, y: 8 } });
  const hover = view.frame.getByRole('tooltip');
  await hover.waitFor();
  const byte = bytes[16] ?? 0;
  const text = await hover.innerText();
  assert.match(text, /0x10 \(16\) · page 0/);
  assert.ok(text.includes(hexOf(Uint8Array.of(byte))) && text.includes(byte.toString(2).padStart(8, '0')), text);
});

test('a screen reader is told names, and the byte and the selection as the cursor moves', async () => {
  const view = await scene.open(sample());
  assert.match((await view.grid.getAttribute('aria-label')) ?? '', /^Bytes of .*sample\.bin$/);
  assert.equal(await view.grid.getAttribute('aria-rowcount'), '-1');
  const cells = view.row(16).getByRole('gridcell');
  assert.ok((await cells.count()) >= 2, 'cells');
  for (const name of ['Go to Offset…', 'Copy As…', 'Change Layout…']) {
    await view.frame.getByRole('button', { name }).waitFor();
  }
  await view.frame.getByRole('scrollbar', { name: 'Position in the file' }).waitFor();
  await view.focus();
  await press('ArrowRight');
  const hex = hexOf(Uint8Array.of(bytes[1] ?? 0));
  await until(
    () => view.live.textContent(),
    (text) => text?.startsWith(`offset 0x1, byte ${hex}`) === true,
    'the byte',
  );
  await press('Shift+ArrowRight');
  await until(
    () => view.live.textContent(),
    (text) => text?.includes('2 bytes selected') === true,
    'the selection',
  );
});

test('place, selection and what is shown survive a tab switch', async () => {
  const path = sample();
  const view = await scene.open(path);
  await goTo(view, '0x90000');
  await press('Shift+ArrowRight');
  await waitForStatus(scene.workbench, (text) => text.includes('2 selected'), '2 selected');
  await view.settled();
  const top = await view.top();
  const other = join(scene.scratch.folder(), 'other.bin');
  writeFileSync(other, 'other');
  await (await scene.open(other)).shows(0, Buffer.from('other'));
  await scene.workbench.page.locator('.tab[data-resource-name="sample.bin"]').click();
  await scene.view().shows(0x90000, row(0x90000));
  await scene.view().waitForTop((found) => found === top, 'the same first row');
  await waitForStatus(scene.workbench, (text) => text.includes('2 selected'), 'still 2 selected');
});
