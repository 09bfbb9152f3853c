// Memory of a process in a tab: by its addresses, and from one to the next.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { refToUri, type SourceRef } from '../../extension/core/sourceRef.ts';
import { type Program, startSpace, startTimeOf } from '../support/programs.ts';
import { startCommand, until, useScene, type View, waitForQuickInput, waitForStatus } from './scene.ts';

const scene = useScene();
const { owner } = scene;
const page = 4096;
const hex = (address: bigint) => `0x${address.toString(16)}`;
const upper = (address: bigint) => `0x${address.toString(16).toUpperCase()}`;

function region({ pid, address }: Program, pages: number): SourceRef {
  const [end, startTime] = [address + BigInt(pages * page), startTimeOf(pid)];
  return { kind: 'processRegion', pid, startTime, start: address, end, name: new Uint8Array() };
}

async function open(ref: SourceRef): Promise<View> {
  const { scheme, path } = refToUri(ref);
  await scene.workbench.openWith({ $uri: `${scheme}:${encodeURI(path)}` }, 'memglass.memory');
  const view = scene.view();
  await view.rows.first().waitFor();
  await view.grid.waitFor();
  return view;
}

async function pointers(): Promise<{ program: Program; view: View }> {
  const program = await startSpace(owner, 'pointers');
  const view = await open(region(program, 2));
  await view.focus();
  return { program, view };
}

const waitForCursor = (address: bigint) =>
  waitForStatus(scene.workbench, (text) => text.includes(upper(address)), upper(address));

const command = scene.run;

async function goTo({ address }: Program, expression: string, place: bigint): Promise<void> {
  await command('memglass.goToOffset', expression);
  await waitForCursor(address + place);
}

/** The first region of a process with this name. */
function named({ pid }: Program, name: string): { readonly start: bigint; readonly end: bigint } {
  const line = readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .find((each) => each.endsWith(name));
  const [start = '', end = ''] = (line ?? '').split(' ', 1)[0]?.split('-') ?? [];
  return { start: BigInt(`0x${start}`), end: BigInt(`0x${end}`) };
}

test('a region shows the addresses of its process, in the grid and in the status bar, or offsets', async () => {
  const { program, view } = await pointers();
  const shown = async () => (await view.row(0).locator('[data-cell="address"]').textContent())?.replace(/\s/g, '');
  const address = program.address.toString(16).toUpperCase().padStart(12, '0');
  await until(shown, (text) => text === address, `the address ${address}`);
  await waitForCursor(program.address);
  await command('memglass.region.toggleAddresses');
  await until(shown, (text) => text === '00000000', 'an offset');
  await waitForStatus(scene.workbench, (text) => text.includes('0x0 (0)'), 'an offset');
  await command('memglass.region.toggleAddresses');
  await until(shown, (text) => text === address, `the address ${address}`);
  await goTo(program, '+0x20', 0x20n);
  await command('memglass.region.copyAddress');
  const copied = await scene.workbench.inHost((vscode) => vscode.env.clipboard.readText());
  assert.equal(copied, hex(program.address + 0x20n));
});

test('an address goes there, into another region, or says between which regions it lies', async () => {
  const { program } = await pointers();
  await command('memglass.goToOffset', hex(program.address + 0x1010n));
  await waitForCursor(program.address + 0x1010n);
  const stack = named(program, '[stack]');
  await command('memglass.goToOffset', hex(stack.start + 0x20n));
  await waitForCursor(stack.start + 0x20n);
  await until(
    () => scene.workbench.tabTitles(),
    (titles) => titles.length === 2 && titles.some((title) => title.startsWith('[stack]')),
    'a tab of the stack',
  );
  await assert.rejects(command('memglass.goToOffset', '0x1000'), /is in no region\. The first one is/);
  startCommand(scene.workbench, 'memglass.goToOffset');
  await waitForQuickInput(scene.workbench, 'Go to Address');
  await scene.workbench.page.keyboard.type(program.address.toString(16));
  const message = scene.workbench.page.locator('.quick-input-message');
  await message.filter({ hasText: 'in another region' }).waitFor();
  await scene.workbench.page.keyboard.press('Enter');
  await waitForCursor(program.address);
  assert.equal((await scene.workbench.tabTitles()).length, 2, 'the tab that was there is used');
});

test('a pointer is followed, in the region and out of it, and the way leads back', async () => {
  const { program } = await pointers();
  const { page: keys } = scene.workbench;
  await keys.keyboard.press('F12');
  await waitForCursor(program.address + 0x20n);
  await keys.keyboard.press('F12');
  await waitForCursor(program.address);
  await command('memglass.goBack');
  await waitForCursor(program.address + 0x20n);
  await goTo(program, 'start+8', 8n);
  const code = await scene.workbench.executeCommand('memglass.region.followPointer', {});
  assert.match(String(code), /^0x[0-9a-f]+$/);
  await waitForCursor(BigInt(String(code)));
  await until(
    () => scene.workbench.tabTitles(),
    (titles) => titles.some((title) => title.startsWith('address_space')),
    'a tab of the code',
  );
  // In the new view there is nowhere to go back to: the key falls to VS Code's own.
  await until(
    () => scene.view().grid.count(),
    (count) => count === 1,
    'the view',
  );
  await scene.view().focus();
  await scene.workbench.page.keyboard.press('Control+Alt+-');
  await waitForCursor(program.address + 8n);
  await goTo(program, 'start+0x18', 0x18n);
  await assert.rejects(command('memglass.region.followPointer', {}), /is in no region/);
});

test('values that point into what is mapped are marked, and the hover says where they lead', async () => {
  const { view } = await pointers();
  const marked = () =>
    view.grid.evaluate(() => {
      const found: string[] = [];
      for (const range of CSS.highlights.get('memglass-pointer') ?? []) {
        const { startContainer, startOffset, endOffset } = range as StaticRange;
        const row = startContainer.parentElement?.closest('[data-offset]');
        found.push(`${row?.getAttribute('data-offset')} ${startOffset}-${endOffset}`);
      }
      return found.sort();
    });
  await until(marked, (found) => found.join() === '0 0-23,0 25-48,32 0-23', 'three pointers');
  const box = await view.row(0).locator('[data-cell="hex"]').boundingBox();
  assert.ok(box !== null);
  await scene.workbench.page.mouse.move(box.x + 5, box.y + box.height / 2);
  await view.frame.locator('.hover').filter({ hasText: '+0x20' }).waitFor();
});

test('the header tells the rights and the kind of mapping, with what they mean, as they are now', async () => {
  const { program, view } = await pointers();
  const facts = view.header.locator('.header-region');
  const says = (wanted: RegExp) =>
    until(
      () => facts.innerText(),
      (text) => wanted.test(text),
      String(wanted),
    );
  await says(/^rw-p$/);
  assert.match((await facts.getAttribute('title')) ?? '', /^w {2}the process may write to it$/m);
  assert.match((await facts.getAttribute('title')) ?? '', /^p {2}private: .* no other process sees it$/m);
  await program.ask(`close ${program.address.toString(16)} ${(2 * page).toString(16)}`);
  await says(/^---p$/);
  await program.ask(`open ${(program.address + BigInt(page)).toString(16)} ${page.toString(16)}`);
  await says(/^---p, r--p · 2 regions$/);
  await program.ask(`unmap ${program.address.toString(16)} ${page.toString(16)}`);
  await says(/^r--p$/);
  const other = await pointers();
  await goTo(other.program, 'start+8', 8n);
  await waitForCursor(BigInt(String(await command('memglass.region.followPointer', {}))));
  const ofCode = scene.view().header;
  await ofCode.locator('.header-name').filter({ hasText: 'address_space' }).waitFor();
  await ofCode
    .locator('.header-region')
    .filter({ hasText: /^r-xp · private file$/ })
    .waitFor();
});

test('another extension reads a region by its address, exactly, and nothing that is too much', async () => {
  const program = await startSpace(owner, 'unreadable', 'none');
  const { scheme, path } = refToUri(region(program, 1));
  const whole = { $uri: `${scheme}:${path}` };
  // Run by the extension that tests use, which is another one.
  const found = await scene.workbench.inHost(async (vscode, uri) => {
    const target = uri as unknown as Parameters<typeof vscode.workspace.fs.stat>[0];
    const { size, permissions } = await vscode.workspace.fs.stat(target);
    const bytes = await vscode.workspace.fs.readFile(target);
    return { size, permissions, length: bytes.length, isRight: bytes.every((byte) => byte === 0x61) };
  }, whole);
  assert.deepEqual(found, { size: page, permissions: 1, length: page, isRight: true });
  const reserved = await startSpace(owner, 'reservation', 2 ** 40);
  const large = refToUri(region(reserved, 2 ** 28));
  const refused = scene.workbench.inHost(
    async (vscode, uri) => {
      await vscode.workspace.fs.readFile(uri as unknown as Parameters<typeof vscode.workspace.fs.readFile>[0]);
    },
    { $uri: `${large.scheme}:${large.path}` },
  );
  await assert.rejects(refused, /has 1 TiB, and no more than 64 MiB are read as a whole/);
});

test('next and previous go through the regions, and one question tells where an address is', async () => {
  const { program } = await pointers();
  const maps = readFileSync(`/proc/${program.pid}/maps`, 'latin1').split('\n');
  const at = maps.findIndex((line) => line.startsWith(program.address.toString(16)));
  const next = BigInt(`0x${maps[at + 1]?.split('-')[0]}`);
  await command('memglass.region.next');
  await waitForCursor(next);
  await command('memglass.region.previous');
  await waitForCursor(program.address);
  const answer = await command('memglass.region.which', { address: hex(program.address + 3n) });
  assert.match(JSON.stringify(answer), /at 0x3 in it/);
  const nowhere = await command('memglass.region.which', { address: '0x1000', pid: program.pid });
  assert.match(JSON.stringify(nowhere), /is in no region\. The first one is/);
});

test('the same byte is found in another process that maps the same file', async () => {
  const [one, other] = [await startSpace(owner, 'pointers'), await startSpace(owner, 'pointers')];
  const view = await open(region(one, 2));
  await view.focus();
  await goTo(one, 'start+8', 8n);
  const code = BigInt(String(await command('memglass.region.followPointer', {})));
  await waitForCursor(code);
  const found = await command('memglass.region.sameByte', { pid: other.pid });
  const { address } = found as { address: string };
  await waitForCursor(BigInt(address));
  assert.notEqual(BigInt(address), code);
  assert.equal((BigInt(address) - code) & 0xfffn, 0n);
});

test('an unlocked region says so in red, shows at once what is written, and is locked again by reopening', async () => {
  const { program, view } = await pointers();
  const badge = view.header.locator('.mode-badge');
  await badge.filter({ hasText: 'Live, locked' }).waitFor();
  await command('memglass.region.unlock', {});
  await badge.filter({ hasText: /^Live$/ }).waitFor();
  await goTo(program, 'start+0x40', 0x40n);
  startCommand(scene.workbench, 'memglass.region.writeBytes');
  await waitForQuickInput(scene.workbench, 'Write Bytes at');
  await scene.workbench.page.keyboard.type('de ad');
  await scene.workbench.page.locator('.quick-input-message').filter({ hasText: '2 bytes' }).waitFor();
  await scene.workbench.page.keyboard.press('Enter');
  await view.shows(0x40, `DEAD${'00'.repeat(14)}`);
  await until(
    () => program.ask(`load ${(program.address + 0x41n).toString(16)}`),
    (found) => found === String(0xad),
    'the second byte in the memory',
  );
  await command('memglass.region.undoWrite', {});
  await view.shows(0x40, '00'.repeat(16));
  await command('workbench.action.closeAllEditors');
  const again = await open(region(program, 2));
  await again.header.locator('.mode-badge').filter({ hasText: 'Live, locked' }).waitFor();
});

test('code is written to only after a question that says what becomes of it', async () => {
  const { program } = await pointers();
  await goTo(program, 'start+8', 8n);
  const code = BigInt(String(await command('memglass.region.followPointer', {})));
  await waitForCursor(code);
  await command('memglass.region.unlock', {});
  startCommand(scene.workbench, 'memglass.region.writeBytes');
  await waitForQuickInput(scene.workbench, 'Write Bytes at');
  await scene.workbench.page.keyboard.type('cc');
  await scene.workbench.page.keyboard.press('Enter');
  await scene.workbench.answerDialog('Cancel', 'private copy of 1 pages');
});

test('a region that cannot be read says why, in words for this very case', async () => {
  const { child } = await startSpace(owner, 'zombie');
  const says = async (pid: number, words: RegExp) => {
    const bounds = { start: 0x1000n, end: 0x2000n };
    const { scheme, path } = refToUri({
      kind: 'processRegion',
      pid,
      startTime: startTimeOf(pid),
      ...bounds,
      name: new Uint8Array(),
    });
    await scene.workbench.openWith({ $uri: `${scheme}:${path}` }, 'memglass.memory');
    await until(
      () => scene.view().frame.locator('.empty p').innerText(),
      (text) => words.test(text),
      String(words),
    );
  };
  await says(child, /cannot be read\. It has ended, and its parent has not asked how/);
  await says(2, /is a thread of the kernel/);
  await scene.view().frame.getByRole('button', { name: 'Show Processes' }).waitFor();
});

test('what a process runs after exec is not shown in the place of what it ran before', async () => {
  const { program, view } = await pointers();
  const before = await view.hex(0);
  program.tell('exec');
  await until(
    () => view.banner.locator('.banner-text').innerText(),
    (text) => /runs another program now/.test(text),
    'a banner',
  );
  await view.shows(0, before);
});

test('pictures of a region, for people to look at', async () => {
  const { program, view } = await pointers();
  await command('memglass.region.unlock', {});
  await goTo(program, 'start+0x20', 0x20n);
  const box = await view.row(0).locator('[data-cell="hex"]').boundingBox();
  for (const [name, theme] of [
    ['dark', 'Default Dark Modern'],
    ['light', 'Default Light Modern'],
  ] as const) {
    await scene.workbench.setTheme(theme);
    await scene.workbench.page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 5);
    await view.frame.locator('.hover').filter({ hasText: '→' }).waitFor();
    await scene.workbench.screenshot(`region-${name}`);
    await scene.workbench.page.mouse.move(5, 5);
  }
});
