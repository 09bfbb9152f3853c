// Memory of other processes in a tab: what it is called, and what is said when it goes.
import assert from 'node:assert/strict';
import { rmSync, statSync, truncateSync } from 'node:fs';
import { test } from 'node:test';
import { refToUri, type SourceRef } from '../../extension/core/sourceRef.ts';
import { type Program, start, startTimeOf } from '../support/programs.ts';
import { sysvSegment } from '../support/sysvSegments.ts';
import { until, useScene, type View, waitForStatus } from './scene.ts';

const scene = useScene();
const { owner } = scene;
const size = 3 * 4096;
const bytesOf = (text: string) => new TextEncoder().encode(text);
const name = (what: string) => `memglass-test-${process.pid}-${what}`;

async function open(ref: SourceRef): Promise<View> {
  const { scheme, path } = refToUri(ref);
  await scene.workbench.openWith({ $uri: `${scheme}:${encodeURI(path)}` }, 'memglass.memory');
  return scene.view();
}

async function waitForBanner(view: View, words: RegExp): Promise<void> {
  await until(
    () => view.banner.locator('.banner-text').innerText(),
    (text) => words.test(text),
    `a banner: ${words}`,
  );
}

async function isCalled(view: View, title: RegExp): Promise<void> {
  await until(
    // The path to a name stands apart from it.
    async () => (await view.header.innerText()).replace('/\n', '/'),
    (text) => title.test(text),
    `a header: ${title}`,
  );
}

async function dismissed(view: View): Promise<void> {
  await view.banner.getByRole('button', { name: 'Dismiss' }).click();
  await view.banner.waitFor({ state: 'hidden' });
}

function region({ pid, address }: Program, text = ''): SourceRef {
  const [end, startTime] = [address + BigInt(size), startTimeOf(pid)];
  return { kind: 'processRegion', pid, startTime, start: address, end, name: bytesOf(text) };
}

test('after a reload of the window what is still there is shown again, and what is gone is said to be gone', async () => {
  const ring = name('again');
  await start(owner, 'create', ring, size);
  const other = name('ended');
  await start(owner, 'create', other, size);
  const program = await start(owner, 'private', other, size);
  await open(region(program));
  const view = await open({ kind: 'posixShm', path: bytesOf(ring) });
  await view.shows(0, `70${'00'.repeat(15)}`);
  await program.end();
  await scene.workbench.saveWindowState(ring);
  await scene.workbench.reload();
  await scene.view().shows(0, `70${'00'.repeat(15)}`);
  assert.equal((await scene.workbench.tabTitles()).length, 2);
  await scene.workbench.executeCommand('workbench.action.previousEditor');
  await scene.view().frame.getByText(`Process ${program.pid} has ended`).waitFor();
});

test('a POSIX object that is shrunk and unlinked keeps its last bytes', async () => {
  const ring = name('ring');
  const program = await start(owner, 'create', ring, size);
  await program.ask('poke 1 66');
  const view = await open({ kind: 'posixShm', path: bytesOf(ring) });
  await until(
    () => scene.workbench.tabTitles(),
    (titles) => titles.join() === ring,
    'the tab',
  );
  await isCalled(view, new RegExp(`^/dev/shm/${ring}`));
  await view.shows(0, `7042${'00'.repeat(14)}`);
  await program.ask('poke 2 67');
  await view.shows(0, `704243${'00'.repeat(13)}`);
  truncateSync(`/dev/shm/${ring}`, 4096);
  await waitForBanner(view, /^Another process shrank this object to 4 KiB\./);
  rmSync(`/dev/shm/${ring}`);
  await waitForBanner(view, /^This object was unlinked\./);
  await program.ask('poke 3 68');
  await view.shows(0, `70424344${'00'.repeat(12)}`);
});

test('a System V segment is called by number and key, and stays while it is looked at', async () => {
  const key = 0x4d680000 + (process.pid & 0xffff);
  const program = await start(owner, 'sysv', key, size);
  const ref: SourceRef = { kind: 'sysvShm', shmid: program.id, creatorPid: program.pid };
  const view = await open(ref);
  await isCalled(view, new RegExp(`^System V ${program.id} \\(key 0x${key.toString(16)}\\)`));
  await view.shows(0, `7063${'00'.repeat(14)}`);
  await scene.workbench.executeCommand('memglass.goToOffset', '4096');
  await waitForStatus(scene.workbench, (text) => text.includes('never written'), 'an untouched page');
  await program.end();
  await waitForBanner(view, /^This segment was removed\./);
  await dismissed(view);
  await scene.workbench.executeCommand('memglass.goToOffset', '0');
  await view.shows(0, `7063${'00'.repeat(14)}`);
  await scene.workbench.executeCommand('workbench.action.closeAllEditors');
  const gone = await open(ref);
  await gone.frame.getByText(`There is no System V segment ${program.id} any more`).waitFor();
  await gone.frame.getByRole('button', { name: 'Show Shared Memory' }).click();
  await scene.workbench.page.locator('.pane-header[aria-label^="Shared Memory"], .composite.title').first().waitFor();
});

test('"Try Again" reads what is open already, and could not be read as another view of it was opened', async (t) => {
  if (process.geteuid?.() !== 0) return t.skip('only root can be nobody for a while');
  const program = await start(owner, 'sysv', 0, size);
  const attached = () => Number(sysvSegment(program.id)?.['nattch']);
  const theirs = attached();
  const ref: SourceRef = { kind: 'sysvShm', shmid: program.id, creatorPid: program.pid };
  const first = await open(ref);
  await first.shows(0, `7063${'00'.repeat(14)}`);
  await scene.workbench.executeCommand('workbench.action.files.newUntitledFile');
  await until(attached, (found) => found === theirs, 'hidden, it is not attached');
  await scene.run('memglass.sharedMemory.changeMode', { shmid: program.id, mode: '600' });
  const be = (user: number) => scene.workbench.inHost((_, id) => process.seteuid?.(id), user);
  await be(65_534);
  try {
    const { scheme, path } = refToUri(ref);
    const uri = `${scheme}:${encodeURI(path)}`;
    await scene.workbench.executeCommand('vscode.openWith', { $uri: uri }, 'memglass.memory', 2);
    const again = scene.view().frame.getByRole('button', { name: 'Try Again' });
    await again.waitFor();
    await be(0);
    await again.click();
    await scene.view().shows(0, `7063${'00'.repeat(14)}`);
  } finally {
    await be(0);
  }
  await program.ask('poke 0 81');
  await scene.view().shows(0, `5163${'00'.repeat(14)}`);
});

test('a memfd shows under its name, and stays when its process ends', async () => {
  const program = await start(owner, 'memfd', 'frames\n\u202egpj', size);
  const inode = statSync(`/proc/${program.pid}/fd/${program.fd}`, { bigint: true }).ino;
  const of = { pid: program.pid, startTime: startTimeOf(program.pid), fd: program.fd, inode };
  const view = await open({ kind: 'processFd', ...of, name: bytesOf('memfd:frames\n\u202egpj') });
  await isCalled(view, /^memfd:frames\\n\\u\{202e\}gpj/);
  await program.ask('poke 0 80');
  await view.shows(0, `5063${'00'.repeat(14)}`);
  await program.end();
  await waitForBanner(view, /^Its process has let go of it or ended\./);
  await view.shows(0, `5063${'00'.repeat(14)}`);
});

test('what parent and child share is called by its process, and shows what they write', async () => {
  const program = await start(owner, 'anonymous', size);
  const view = await open(region(program));
  await isCalled(view, new RegExp(`^anonymous, shared – shared_memory \\(${program.pid}\\)`));
  await view.shows(0, `0063${'00'.repeat(14)}`);
  await program.ask('poke 0 81');
  await view.shows(0, `5163${'00'.repeat(14)}`);
});

test('the memory of a process that ended keeps its last bytes in the view', async () => {
  const object = name('private');
  await start(owner, 'create', object, size);
  const program = await start(owner, 'private', object, size);
  await program.ask('poke 1 82');
  const view = await open(region(program, `/dev/shm/${object}`));
  await isCalled(view, new RegExp(`^/dev/shm/${object} – shared_memory \\(${program.pid}\\)`));
  await view.shows(0, `7052${'00'.repeat(14)}`);
  await isCalled(view, /watching/);
  await program.end();
  await waitForBanner(view, /^The process has ended, and its memory with it\./);
  await view.shows(0, `7052${'00'.repeat(14)}`);
  await until(
    () => view.header.innerText(),
    (text) => !/watching/.test(text),
    'it is not watched any more',
  );
  await dismissed(view);
  await view.shows(0, `7052${'00'.repeat(14)}`);
});

test('the header tells who maps shared memory, and follows it', async () => {
  const ring = name('users');
  await start(owner, 'create', ring, size);
  const first = await start(owner, 'attach', ring, size);
  const view = await open({ kind: 'posixShm', path: bytesOf(ring) });
  await isCalled(view, /12 KiB · 2 processes map this/);
  await first.end();
  await scene.workbench.executeCommand('workbench.action.closeAllEditors');
  const again = await open({ kind: 'posixShm', path: bytesOf(ring) });
  await isCalled(again, /12 KiB · 1 process maps this/);
});
