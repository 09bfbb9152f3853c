// The file changes under a view: what it says, what it keeps, and what the user can do.
import assert from 'node:assert/strict';
import { appendFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { failureOf, makeSparse, sampleBytes, truncateForever } from '../support/scratch.ts';
import { Notices } from './notices.ts';
import { until, useScene, type View, waitForStatus } from './scene.ts';

const scene = useScene();
const { press } = scene;
const notices = new Notices(scene);
const size = 40_000;
const bytes = sampleBytes(size);
const row = (offset: number) => bytes.subarray(offset, offset + 16);

function sample(folder = scene.scratch.folder()): string {
  const path = join(folder, 'changing.bin');
  writeFileSync(path, bytes);
  return path;
}

async function waitForBanner(view: View, words: RegExp): Promise<void> {
  await until(
    () => view.banner.locator('.banner-text').innerText(),
    (text) => words.test(text),
    `a banner: ${words}`,
  );
}

const choose = (view: View, label: string) => view.banner.getByRole('button', { name: label }).click();
const noBanner = (view: View) => view.banner.waitFor({ state: 'hidden' });

test('a file that grows moves the end and not the view', async () => {
  const path = sample();
  const view = await scene.open(path);
  await view.focus();
  await press('PageDown');
  const first = await view.waitForTop((found) => found > 0, 'scrolled');
  await press('PageDown');
  const top = await view.waitForTop((found) => found > first, 'scrolled once more');
  appendFileSync(path, sampleBytes(60_000, 2));
  await waitForStatus(scene.workbench, (text) => text.includes('97.7 KiB'), 'the new size');
  await until(
    () => view.header.innerText(),
    (text) => text.includes('97.7 KiB'),
    'the header tells the new size',
  );
  assert.equal(await view.top(), top);
  assert.equal(await view.banner.count(), 0, 'growing is nothing to warn of');
  await press('Control+End');
  await view.shows(99_984, sampleBytes(60_000, 2).subarray(59_984));
});

test('bytes that another process writes show by themselves', async () => {
  const path = sample();
  const view = await scene.open(path);
  await view.shows(16, row(16));
  writeFileSync(path, Buffer.concat([bytes.subarray(0, 16), Buffer.alloc(16, 0x77)]), { flag: 'r+' });
  await view.shows(16, Buffer.alloc(16, 0x77));
  await view.shows(32, row(32));
});

test('a truncated file keeps its lost rows, in words, until the user lets them go', async () => {
  const path = sample();
  const view = await scene.open(path);
  await view.shows(16, row(16));
  truncateSync(path, 24);
  await waitForBanner(view, /^Another process shrank this file to 24 B\./);
  await view.shows(16, `${Buffer.from(bytes.subarray(16, 24)).toString('hex').toUpperCase()}${'??'.repeat(8)}`);
  await view.shows(32, '??'.repeat(16));
  await until(
    () => view.row(32).locator('[data-cell="text"]').textContent(),
    (text) => text?.includes('past the end') === true,
    'words beside the lost row',
  );
  await choose(view, 'End the View There');
  await noBanner(view);
  await until(
    () => view.offsets(),
    (offsets) => offsets.join() === '0,16',
    'two rows are left',
  );
  // Not for ever: what comes back shows.
  writeFileSync(path, bytes);
  await view.shows(48, row(48));
});

test('a file truncated to nothing says so', async () => {
  const path = sample();
  const view = await scene.open(path);
  truncateSync(path, 0);
  await waitForBanner(view, /shrank this file to 0 B/);
  await view.shows(0, '??'.repeat(16));
  await choose(view, 'End the View There');
  await until(
    () => view.frame.locator('.empty:visible').innerText(),
    (text) => text.includes('empty'),
    'it is empty',
  );
});

test('a file that another one replaces can be left or kept', async () => {
  const path = sample();
  const view = await scene.open(path);
  await view.shows(0, row(0));
  const replace = (content: string) => {
    writeFileSync(`${path}.new`, content);
    renameSync(`${path}.new`, path);
  };
  replace('the second file!');
  await waitForBanner(view, /Another file has taken this path/);
  await view.shows(0, row(0));
  await choose(view, 'Reopen the Path');
  await view.shows(0, Buffer.from('the second file!'));
  await noBanner(view);
  replace('the third file!!');
  await waitForBanner(view, /Another file has taken this path/);
  await choose(view, 'Keep Looking at the Old File');
  await noBanner(view);
  await view.shows(0, Buffer.from('the second file!'));
});

test('a deleted file is still read, and its end is told', async () => {
  const path = sample();
  const view = await scene.open(path);
  rmSync(path);
  await waitForBanner(view, /This file was deleted/);
  await view.focus();
  await press('Control+End');
  await view.shows(size - 16, row(size - 16));
  await choose(view, 'Keep Looking at the Old File');
  await noBanner(view);
});

test('reopening a deleted file says that there is none, and keeps the old one', async () => {
  const path = sample();
  const view = await scene.open(path);
  rmSync(path);
  await waitForBanner(view, /This file was deleted/);
  await choose(view, 'Reopen the Path');
  await notices.waitFor('There is no file');
  await notices.clear();
  await view.shows(0, row(0));
});

test('a moved file opens where it is now', async () => {
  const path = sample();
  const view = await scene.open(path);
  const there = join(scene.scratch.folder(), 'moved.bin');
  renameSync(path, there);
  await waitForBanner(view, /This file was moved to .*moved\.bin/);
  await choose(view, 'Open It There');
  await until(
    () => scene.workbench.tabTitles(),
    (titles) => titles.includes('moved.bin'),
    'a tab of the file there',
  );
  await until(
    () => scene.view().grid.getAttribute('aria-label'),
    (label) => label?.endsWith('moved.bin') === true,
    'a view of the file there',
  );
  await scene.view().shows(0, row(0));
});

test('an unmounted file system is told, and its file still read', async (t) => {
  const folder = scene.scratch.folder();
  const refused = scene.scratch.mountTmpfs(folder, 'size=4m');
  if (refused !== undefined) return t.skip(refused);
  const view = await scene.open(sample(folder));
  assert.equal(failureOf('umount', '--lazy', folder), undefined);
  await waitForBanner(view, /The file system of this file was unmounted/);
  await view.focus();
  await press('Control+End');
  await view.shows(size - 16, row(size - 16));
});

test('what a broken block device cannot give shows as ??, with the reason', async (t) => {
  const path = join(scene.scratch.folder(), 'disk');
  writeFileSync(path, Buffer.alloc(2 ** 20, 0xaa));
  assert.equal(failureOf('sync', path), undefined);
  const made = scene.scratch.loopDevice(path);
  if ('refused' in made) return t.skip(made.refused);
  truncateSync(path, 2 ** 16);
  assert.equal(failureOf('blockdev', '--flushbufs', made.device), undefined);
  const view = await scene.open(made.device);
  await view.shows(0, Buffer.alloc(16, 0xaa));
  await scene.workbench.executeCommand('memglass.goToOffset', '0x10000');
  await view.shows(0x10000, '??'.repeat(16));
  await view
    .row(0x10000)
    .locator('[data-cell="hex"]')
    .hover({ position: { x: 6, y: 8 } });
  const hover = view.frame.getByRole('tooltip');
  await until(
    () => hover.innerText(),
    (text) => /an error of the device or file system \(EIO\)/.test(text),
    'why',
  );
});

test('scrolling a file that another process truncates in a loop never ends the extension host', async () => {
  const path = join(scene.scratch.shmFolder(), 'loop.bin');
  const long = 4 * 2 ** 20;
  writeFileSync(path, Buffer.alloc(long, 0xab));
  const pid = await scene.workbench.inHost(() => process.pid);
  const view = await scene.open(path);
  const other = await scene.scratch.process(truncateForever, path, String(long));
  let rounds = 0;
  other.stdout?.setEncoding('utf8').on('data', (text: string) => {
    rounds = Number(text.trim().split('\n').at(-1));
  });
  const box = await view.grid.boundingBox();
  assert.ok(box !== null);
  await scene.workbench.page.mouse.move(box.x + 200, box.y + 200);
  let scrolled = 0;
  while (rounds < 5000 || scrolled < 60) {
    await scene.workbench.page.mouse.wheel(0, scrolled % 10 === 9 ? -20_000 : 2400);
    // A round trip to the host with each: it answers all the time.
    assert.equal(await scene.workbench.inHost(() => process.pid), pid);
    scrolled++;
  }
  const ended = new Promise((done) => other.once('exit', done));
  other.kill('SIGKILL');
  await ended;
  writeFileSync(path, Buffer.alloc(long, 0xee));
  await view.focus();
  await press('Control+Home');
  await view.shows(0, Buffer.alloc(16, 0xee));
  assert.equal(await scene.workbench.inHost(() => process.pid), pid);
});

test('a sparse file of 1 TiB in shared memory is opened and scrolled without allocating any of it', async () => {
  const path = join(scene.scratch.shmFolder(), 'sparse.bin');
  makeSparse(path, 2 ** 40);
  const view = await scene.open(path);
  await view.shows(0, Buffer.alloc(16));
  const box = await view.grid.boundingBox();
  assert.ok(box !== null);
  await scene.workbench.page.mouse.move(box.x + 200, box.y + 200);
  for (let i = 0; i < 20; i++) await scene.workbench.page.mouse.wheel(0, 2400);
  await view.waitForTop((top) => top > 0, 'scrolled');
  for (const place of ['25%', '50%', '0x8000000000', 'end']) {
    await scene.workbench.executeCommand('memglass.goToOffset', place);
  }
  const last = 2 ** 40 - 16;
  await view.shows(last, Buffer.alloc(16));
  await view.focus();
  await press('Control+Home');
  await view.shows(0, Buffer.alloc(16));
  // The strip has looked at all of it as well.
  await until(
    () => view.frame.getByRole('img').getAttribute('aria-label'),
    (label) => label?.includes('0% is data on disk') === true,
    'the strip',
  );
  assert.equal(statSync(path).blocks, 0);
});
