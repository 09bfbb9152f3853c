// Every way a user opens something, and everything that cannot be opened.
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { uri } from '../host/control.ts';
import { failureOf, sampleBytes } from '../support/scratch.ts';
import { acceptRow, chooseInMenuOf, takeStep } from './choosing.ts';
import { startCommand, titleOf, until, useScene, waitForQuickInput } from './scene.ts';

const scene = useScene();
const { press } = scene;
const bytes = sampleBytes(5000);
const row = (offset: number) => bytes.subarray(offset, offset + 16);

/** A file in the folder that is open, once the explorer shows it. */
async function inWorkspace(name: string, content: Uint8Array = bytes): Promise<string> {
  const path = join(scene.server.workspace, name);
  writeFileSync(path, content);
  scene.scratch.defer(() => rmSync(path, { force: true }));
  await refreshExplorer();
  await explorerRow(name).waitFor();
  return path;
}

/** A file made before VS Code watches the folder, which begins some time after the window is ready, is never told of. */
async function refreshExplorer(): Promise<void> {
  await scene.workbench.executeCommand('workbench.files.action.refreshFilesExplorer');
}

const explorerRow = (name: string) =>
  scene.workbench.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: name });

async function openFromExplorer(name: string): Promise<void> {
  await takeStep(
    (limits) => explorerRow(name).dblclick(limits),
    () => scene.workbench.page.locator(`.tab.active[data-resource-name="${name}"]`).isVisible(),
    `${name} is open`,
  );
}

const sentence = async () => {
  const text = scene.view().frame.locator('.empty:visible p');
  await text.waitFor();
  return await text.innerText();
};

test('by "Reopen Editor With…"', async () => {
  await inWorkspace('reopen.txt');
  await openFromExplorer('reopen.txt');
  // VS Code's own editor has given up on it: now the palette knows what else could open it.
  await scene.workbench.page.getByText('either binary or uses an unsupported text encoding').waitFor();
  await scene.workbench.runCommand('View: Reopen Editor With...');
  await scene.workbench.pick('Memglass');
  await scene.view().shows(16, row(16));
});

test('by the context menu of the explorer', async () => {
  await inWorkspace('menu.bin');
  await chooseInMenuOf(scene.workbench, explorerRow('menu.bin'), 'Open in Memglass');
  await scene.view().shows(16, row(16));
});

test('by the editor associations of the settings', async () => {
  await inWorkspace('associated.bin');
  await scene.workbench.changeSettings({ 'workbench.editorAssociations': { '*.bin': 'memglass.hex' } });
  await openFromExplorer('associated.bin');
  await scene.view().shows(16, row(16));
  await scene.workbench.changeSettings({ 'workbench.editorAssociations': {} });
});

test('by "Open Active File"', async () => {
  await inWorkspace('active.txt', Buffer.from('plain text, 16 B'));
  await openFromExplorer('active.txt');
  await scene.workbench.runCommand(titleOf('memglass.openActive'));
  await scene.view().shows(0, Buffer.from('plain text, 16 B'));
});

test('by typing any path, with completion folder by folder', async () => {
  const folder = scene.scratch.folder();
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'inner', 'typed.bin'), bytes);
  await scene.workbench.runCommand(titleOf('memglass.openFile'));
  await waitForQuickInput(scene.workbench, 'Open File in Memglass');
  const input = scene.workbench.page.locator('.quick-input-widget:visible input').first();
  await input.fill(`${folder}/`);
  await acceptRow(scene.workbench, `${folder}/inner/`);
  await until(
    () => input.inputValue(),
    (text) => text === `${folder}/inner/`,
    'the folder is entered',
  );
  await acceptRow(scene.workbench, 'typed.bin');
  await scene.view().shows(16, row(16));
});

test('by typing a path that completion does not list', async () => {
  await scene.workbench.runCommand(titleOf('memglass.openFile'));
  await waitForQuickInput(scene.workbench, 'Open File in Memglass');
  await scene.workbench.page.locator('.quick-input-widget:visible input').first().fill('/proc/self/maps');
  // Names are listed for completion meanwhile; the very path must be what opens.
  await acceptRow(scene.workbench, '/proc/self/maps');
  await until(
    () => scene.view().header.innerText(),
    (text) => text.includes('found by reading'),
    'the header',
  );
  await until(
    () => scene.view().hex(0),
    (hex) => /^[0-9A-F]{32}$/.test(hex),
    'bytes',
  );
});

test('a file of no bytes says that it is empty', async () => {
  const path = join(scene.scratch.folder(), 'empty.bin');
  writeFileSync(path, '');
  await scene.workbench.openWith(path, 'memglass.hex');
  assert.match(await sentence(), /This file is empty/);
});

test('an endless device shows and can be scrolled', async () => {
  const view = await scene.open('/dev/zero');
  await view.shows(16, Buffer.alloc(16));
  await until(
    () => view.header.innerText(),
    (text) => text.includes('endless'),
    'the header',
  );
  await scene.workbench.executeCommand('memglass.goToOffset', '0x10000000000000');
  await view.shows(0x10000000000000, Buffer.alloc(16));
});

test('the memory of a process shows what is not mapped as ??', async () => {
  const view = await scene.open('/proc/self/mem');
  await view.shows(0, '??'.repeat(16));
  await view
    .row(0)
    .locator('[data-cell="hex"]')
    .hover({ position: { x: 6, y: 8 } });
  const hover = view.frame.getByRole('tooltip');
  await until(
    () => hover.innerText(),
    (text) => text.includes('not mapped'),
    'the reason',
  );
});

const refusals: Record<string, { path: () => string; words: RegExp; action: string }> = {
  'a named pipe': {
    path: () => {
      const path = join(scene.scratch.folder(), 'pipe');
      assert.equal(failureOf('mkfifo', path), undefined);
      return path;
    },
    words: /pipe is a named pipe\..*Save them to a file first\./,
    action: 'Open Another File…',
  },
  'a socket': {
    path: () => {
      const path = join(scene.scratch.folder(), 'socket');
      const server = createServer().listen(path);
      scene.scratch.defer(() => void server.close());
      return path;
    },
    words: /is a socket\./,
    action: 'Open Another File…',
  },
  'a folder': { path: () => scene.scratch.folder(), words: /is a folder/, action: 'Open Another File…' },
  'a terminal': {
    path: () => '/dev/tty',
    words: /is a device whose reading can do something/,
    action: 'Open Another File…',
  },
  'a missing file': {
    path: () => join(scene.scratch.folder(), 'missing'),
    words: /There is no file .*missing/,
    action: 'Try Again',
  },
};

for (const [kind, { path, words, action }] of Object.entries(refusals)) {
  test(`${kind} is refused in one sentence, with what to do`, async () => {
    const target = path();
    await scene.workbench.openWith(target, 'memglass.hex');
    assert.match(await sentence(), words);
    await scene.view().frame.getByRole('button', { name: action }).waitFor();
    assert.equal(await scene.view().frame.getByRole('alert').filter({ visible: true }).count(), 1);
  });
}

test('a file that may not be read says whose it is', async (t) => {
  // Root may read all but what the kernel itself refuses: a file of /sys that can only be written.
  const path = '/sys/bus/platform/drivers_probe';
  const probe = failureOf('cat', path);
  if (probe === undefined || !/denied/.test(probe)) return t.skip(`cat ${path}: ${probe ?? 'it can be read'}`);
  await scene.workbench.openWith(path, 'memglass.hex');
  assert.match(await sentence(), /You may not read .*belongs to user 0 and its mode is 0200/);
  await scene.view().frame.getByRole('button', { name: 'Try Again' }).waitFor();
});

test('"Try Again" opens the file once it is there', async () => {
  const path = join(scene.scratch.folder(), 'late.bin');
  await scene.workbench.openWith(path, 'memglass.hex');
  assert.match(await sentence(), /There is no file/);
  const again = scene.view().frame.getByRole('button', { name: 'Try Again' });
  await again.click();
  assert.match(await sentence(), /There is no file/);
  writeFileSync(path, bytes);
  // The try before may find it still.
  await takeStep(
    (limits) => again.click(limits),
    () => scene.view().rows.first().isVisible(),
    'it is open',
  );
  await scene.view().shows(16, row(16));
  // And it is watched like any other.
  writeFileSync(path, Buffer.alloc(16, 0x77), { flag: 'r+' });
  await scene.view().shows(0, Buffer.alloc(16, 0x77));
});

test('"Try Again" clicked twice opens the file once', async () => {
  const path = join(scene.scratch.folder(), 'late.bin');
  await scene.workbench.openWith(path, 'memglass.hex');
  const again = scene.view().frame.getByRole('button', { name: 'Try Again' });
  await again.waitFor();
  writeFileSync(path, bytes);
  await again.evaluate((button) => {
    for (let click = 0; click < 3; click++) (button as HTMLButtonElement).click();
  });
  await scene.view().shows(16, row(16));
  const held = async () => {
    const host = await scene.workbench.inHost(() => process.pid);
    return linksIn(`/proc/${host}/fd`).filter((target) => target === path).length;
  };
  await until(held, (count) => count === 1, 'the extension host has it open once');
  await scene.workbench.closeAllEditors();
  await until(held, (count) => count === 0, 'the extension host has let go of it');
});

/** Where the links in a folder lead, those that are gone meanwhile left out. */
function linksIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    try {
      return readlinkSync(join(folder, name));
    } catch {
      return [];
    }
  });
}

const hostileNames = {
  'an element': '<img src=x onerror=document.title=1>.bin',
  'a newline': 'two\nlines.bin',
  'a bidi override': 'photo\u202Egpj.bin',
};

for (const [kind, name] of Object.entries(hostileNames)) {
  test(`a name with ${kind} is text wherever it shows`, async () => {
    const folder = scene.scratch.folder();
    const path = join(folder, name);
    writeFileSync(path, bytes);
    await scene.workbench.openWith(path, 'memglass.hex');
    const view = scene.view();
    await view.shows(16, row(16));
    const printable = name.replace('\n', '\\n').replace('\u202E', '\\u{202e}');
    await until(
      () => view.header.innerText(),
      (text) => text.includes(printable),
      `the header shows ${printable}`,
    );
    assert.equal(await view.frame.locator('img:not([role])').count(), 0);
    assert.ok((await view.grid.getAttribute('aria-label'))?.endsWith(printable));
    // In the completion of a path.
    startCommand(scene.workbench, 'memglass.openFile');
    await waitForQuickInput(scene.workbench, 'Open File in Memglass');
    await scene.workbench.page.locator('.quick-input-widget:visible input').first().fill(`${folder}/`);
    await scene.workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: printable }).waitFor();
    await press('Escape');
    // In a banner.
    const moved = join(folder, `moved ${name}`);
    assert.equal(failureOf('mv', path, moved), undefined);
    await until(
      () => view.banner.innerText(),
      (text) => text.includes(`moved ${printable}`),
      'the banner',
    );
    assert.equal(await view.frame.locator('img:not([role])').count(), 0);
  });
}

test('a name that is not UTF-8 opens from the explorer, and its tab has a readable name', async () => {
  const path = Buffer.concat([
    Buffer.from(`${scene.server.workspace}/bytes`),
    Buffer.from([0xff]),
    Buffer.from('.bin'),
  ]);
  closeSync(openSync(path, 'w'));
  writeFileSync(path, bytes);
  scene.scratch.defer(() => rmSync(path, { force: true }));
  await refreshExplorer();
  await chooseInMenuOf(scene.workbench, explorerRow('bytes\uFFFD.bin'), 'Open in Memglass');
  await scene.view().shows(16, row(16));
  await until(
    () => scene.workbench.tabTitles(),
    (titles) => titles.includes('bytes\\xff.bin'),
    'the tab',
  );
});

test('of several files that show alike, the user chooses', async () => {
  const folder = scene.scratch.folder();
  for (const byte of [0xfe, 0xff]) {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([byte])]), Buffer.alloc(16, byte));
  }
  await scene.workbench.openWith(uri(`file://${folder}/${encodeURIComponent('\uFFFD')}`), 'memglass.hex');
  assert.match(await sentence(), /Several files are shown as/);
  await scene.view().frame.getByRole('button', { name: 'Choose the File…' }).click();
  await scene.workbench.pick(`${folder}/\\xff`);
  await until(
    () => scene.workbench.tabTitles(),
    (titles) => titles.includes('\\xff'),
    'the tab',
  );
  await scene.view().shows(0, Buffer.alloc(16, 0xff));
});
