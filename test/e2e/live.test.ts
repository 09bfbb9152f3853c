// Shared memory as it changes under a view: a second process stores into it through a mapping of its own.
import assert from 'node:assert/strict';
import { renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LiveWriter } from '../support/liveWriter.ts';
import { sampleBytes } from '../support/scratch.ts';
import { hexOf, until, useScene, type View } from './scene.ts';

const scene = useScene();
const { press } = scene;
const size = 64 * 1024;
const bytes = sampleBytes(size);
const row = (offset: number) => bytes.subarray(offset, offset + 16);

function segment(): string {
  const path = join(scene.scratch.shmFolder(), 'ring');
  writeFileSync(path, bytes);
  return path;
}

const rate = (view: View) => view.frame.locator('.live-rate');

async function waitForRate(view: View, words: RegExp): Promise<void> {
  await until(
    () => rate(view).innerText(),
    (text) => words.test(text),
    `the header says ${words}`,
  );
}

async function waitForBanner(view: View, words: RegExp): Promise<void> {
  await until(
    () => view.banner.locator('.banner-text').innerText(),
    (text) => words.test(text),
    `a banner: ${words}`,
  );
}

/** The texts that are marked as changed, of any age. */
async function changedTexts(): Promise<string[]> {
  const frame = await scene.workbench.webviewFrame();
  return await frame.evaluate(() =>
    [0, 1, 2, 3, 4, 5].flatMap((level) =>
      [...(CSS.highlights.get(`memglass-changed-${level}`) ?? [])].map((range) =>
        (range.startContainer.textContent ?? '').slice(range.startOffset, range.endOffset),
      ),
    ),
  );
}

test('what another process stores through a mapping shows by itself and is marked', async () => {
  const path = segment();
  const view = await scene.open(path);
  await view.shows(16, row(16));
  await waitForRate(view, /^watching 10 Hz$/);
  const writer = await LiveWriter.start(scene.scratch, path);
  await writer.store(0x18, Uint8Array.of(0xde, 0xad));
  await view.shows(16, Buffer.concat([row(16).subarray(0, 8), Buffer.of(0xde, 0xad), row(16).subarray(10)]));
  await until(changedTexts, (texts) => texts.includes('DE AD'), 'the two bytes are marked');
  await view.shows(32, row(32));
});

test('a pause keeps the bytes, a step takes one look, and resuming goes on', async () => {
  const path = segment();
  const view = await scene.open(path);
  const writer = await LiveWriter.start(scene.scratch, path);
  await waitForRate(view, /^watching/);
  await writer.store(0, Uint8Array.of(1));
  await view.shows(0, Buffer.concat([Buffer.of(1), row(0).subarray(1)]));
  await view.focus();
  await press('Space');
  await waitForRate(view, /^paused · \d+ s ago$/);
  await writer.store(0, Uint8Array.of(2));
  // Also what is noticed by the times of the file.
  utimesSync(path, new Date(), new Date());
  await waitForRate(view, /^paused · ([2-9]|\d\d) s ago$/);
  assert.equal((await view.hex(0)).slice(0, 2), '01');
  await press('.');
  await view.shows(0, Buffer.concat([Buffer.of(2), row(0).subarray(1)]));
  const ages = () =>
    scene.said.all
      .map((words) => /^paused · (\d+) s ago$/.exec(words)?.[1])
      .filter(Boolean)
      .map(Number);
  await until(ages, (found) => found.some((age, i) => age < (found[i - 1] ?? 0)), 'what shows is of a later look');
  await writer.store(0, Uint8Array.of(3));
  await press('Space');
  await view.shows(0, Buffer.concat([Buffer.of(3), row(0).subarray(1)]));
  await waitForRate(view, /^watching 10 Hz$/);
});

test('hidden, it is not read', async () => {
  const path = segment();
  const view = await scene.open(path);
  await waitForRate(view, /^watching/);
  // A read moves the time of the last access only where that is older than the last change.
  const isRead = async (within: number) => {
    utimesSync(path, new Date(0), new Date());
    // The change of the times is noticed, and read for once where somebody looks.
    await sleep(within);
    utimesSync(path, new Date(0), statSync(path).mtime);
    await sleep(within);
    return statSync(path).atimeMs > 0;
  };
  await until(
    () => isRead(600),
    (isIt) => isIt,
    'it is read while it shows',
  );
  await scene.workbench.executeCommand('workbench.action.files.newUntitledFile');
  await scene.workbench.page.locator('.monaco-editor').first().waitFor();
  // A look that had begun may end a moment later, and word of the other tab come later still.
  await until(
    async () => (await isRead(600)) || (await isRead(600)) || (await isRead(600)),
    (isIt) => !isIt,
    'it is not read any more',
  );
});

test('a writer at full speed: nothing hangs, and looks do not pile up', async () => {
  const path = segment();
  const view = await scene.open(path);
  await scene.workbench.executeCommand('memglass.setWatchRate', 60);
  await waitForRate(view, /^watching 60 Hz$/);
  const writer = await LiveWriter.start(scene.scratch, path);
  await writer.spin(0, size);
  const frame = await scene.workbench.webviewFrame();
  const { looks, seconds } = await frame.evaluate(async () => {
    const begin = performance.now();
    let looks = 0;
    const enough = new Promise<void>((done) =>
      window.addEventListener('message', ({ data }) => {
        if (data?.method === 'looked' && ++looks > 20) done();
      }),
    );
    // However long they take: of a machine that is busy nobody can ask for more.
    await Promise.all([enough, new Promise((done) => setTimeout(done, 2000))]);
    return { looks, seconds: (performance.now() - begin) / 1000 };
  });
  assert.ok(looks <= seconds * 60 + 10, `${looks} looks in ${seconds} s`);
  await until(
    () => frame.evaluate(() => CSS.highlights.get('memglass-writing')?.size ?? 0),
    (count) => count > 0,
    'bytes that are being written',
  );
  // Everything else works meanwhile.
  await scene.workbench.executeCommand('memglass.goToOffset', '0x8000');
  await view.waitForTop((top) => top > 0x7000, 'gone there');
  await writer.store(0x8000, Buffer.alloc(16, 0xee));
  await view.shows(0x8000, Buffer.alloc(16, 0xee));
});

test('unlinked while it is open: the banner says so, and it stays watched', async () => {
  const path = segment();
  const view = await scene.open(path);
  await waitForRate(view, /^watching/);
  const writer = await LiveWriter.start(scene.scratch, path);
  rmSync(path);
  await waitForBanner(view, /unlinked|deleted/);
  await view.shows(16, row(16));
  await writer.store(16, Buffer.alloc(16, 0x77));
  await view.shows(16, Buffer.alloc(16, 0x77));
});

test('opened anew in a pause it shows the new object, and is watched', async () => {
  const path = segment();
  const view = await scene.open(path);
  await waitForRate(view, /^watching/);
  await view.focus();
  await press('Space');
  await waitForRate(view, /^paused/);
  writeFileSync(`${path}.new`, Buffer.alloc(size, 0x33));
  renameSync(`${path}.new`, path);
  await waitForBanner(view, /has taken this path/);
  await view.shows(0, row(0));
  await view.banner.getByRole('button', { name: 'Reopen the Path' }).click();
  await view.shows(0, Buffer.alloc(16, 0x33));
  await waitForRate(view, /^watching/);
});

test('shrunk while it is open: the banner says so, and the last bytes stay', async () => {
  const path = segment();
  const view = await scene.open(path);
  await waitForRate(view, /^watching/);
  await view.shows(32, row(32));
  truncateSync(path, 24);
  await waitForBanner(view, /shrank/);
  await view.shows(16, row(16));
  await view.shows(32, row(32));
  const frame = await scene.workbench.webviewFrame();
  await until(
    () => frame.evaluate(() => CSS.highlights.get('memglass-lost')?.size ?? 0),
    (lost) => lost > 0,
    'they are struck out',
  );
  assert.equal(hexOf(row(32)), await view.hex(32));
});

test('a file is watched when asked for, and stays so for its view', async () => {
  const path = join(scene.scratch.folder(), 'file.bin');
  writeFileSync(path, bytes);
  const view = await scene.open(path);
  await view.shows(0, row(0));
  assert.equal(await rate(view).isVisible(), false);
  await scene.workbench.executeCommand('memglass.setWatchRate', 30);
  await waitForRate(view, /^watching 30 Hz$/);
  const writer = await LiveWriter.start(scene.scratch, path);
  await writer.store(0, Buffer.alloc(16, 0x55));
  await view.shows(0, Buffer.alloc(16, 0x55));
  await scene.workbench.executeCommand('memglass.setWatchRate', 'off');
  await until(
    () => rate(view).isVisible(),
    (isVisible) => !isVisible,
    'it is an ordinary file again',
  );
});
