// Threads, descriptors and mappings: they come and go with the files, and hold up neither each other nor the exit.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { addon, childOptions, childScript, diskFolder, nothingHeld, open, pathOf, read, runChild } from './addon.ts';
import { mountHungFile, untilHung } from './hungFuse.ts';

const descriptors = () => readdirSync('/proc/self/fd').length;
const threads = () => readdirSync('/proc/self/task').length;
const mappingsOf = (path: string) =>
  readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.endsWith(path)).length;

test('the counts are exact', async (t) => {
  await nothingHeld();
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, Buffer.alloc(3 * addon.window.bytes));
  const first = await open(t, path);
  const second = await open(t, path);
  assert.deepEqual(addon.counts(), { openFiles: 2, threads: 2, windows: 0, mappedBytes: 0, attachments: 0 });
  await read(first, 0, addon.window.bytes + 1);
  await read(second, 0, 1);
  if (first.strategy === 'map') {
    const mappedBytes = 3 * addon.window.bytes;
    assert.deepEqual(addon.counts(), { openFiles: 2, threads: 2, windows: 3, mappedBytes, attachments: 0 });
    assert.equal(mappingsOf(path), 3);
  }
  first.close();
  while (addon.counts().threads > 1) await sleep(1);
  assert.equal(addon.counts().openFiles, 1);
  second.close();
  await nothingHeld();
  assert.equal(mappingsOf(path), 0);
});

test('200 rounds of opening, reading and closing leave nothing behind', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, randomBytes(2 ** 20));
  const round = async () => {
    const file = await addon.openFile(pathOf(path));
    await Promise.all([read(file, 0, 65536), read(file, 500_000, 65536), file.probe(), addon.inspect(pathOf(path))]);
    await assert.rejects(addon.openFile(pathOf('/')), { code: 'ENOTSUP' });
    file.close();
    file.close();
  };
  await round();
  await nothingHeld();
  const before = { descriptors: descriptors(), threads: threads() };
  for (let i = 0; i < 200; i++) await round();
  await nothingHeld();
  while (threads() > before.threads) await sleep(2); // Counted out, yet not quite gone.
  assert.equal(descriptors(), before.descriptors);
  assert.equal(mappingsOf(path), 0);
});

test('close answers what waits, and what comes after it, with EBADF', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, randomBytes(2 ** 20));
  for (let i = 0; i < 50; i++) {
    const file = await open(t, path);
    const running = Array.from({ length: 20 }, () => read(file, 0, 2 ** 20));
    file.close();
    for (const result of await Promise.allSettled(running)) {
      if (result.status === 'fulfilled') assert.equal(result.value.length, 2 ** 20);
      else assert.equal(result.reason.code, 'EBADF');
    }
    await assert.rejects(read(file, 0, 1), { code: 'EBADF', path: pathOf(path) });
    await assert.rejects(file.probe(), { code: 'EBADF' });
    await assert.rejects(file.residency(0, 1, new Uint8Array(1)), { code: 'EBADF' });
    await assert.rejects(file.allocation(0, 1, new Uint8Array(1)), { code: 'EBADF' });
  }
  await nothingHeld();
});

test('a file that is forgotten is closed with the garbage', (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, 'x');
  const done = runChild(
    `
    require('node:v8').setFlagsFromString('--expose-gc');
    const gc = require('node:vm').runInNewContext('gc');
    let read = (await addon.openFile(pathOf(args[0]))).read;
    gc();
    await read(0, new Uint8Array(1)); // The method alone keeps the file open.
    console.log(addon.counts().openFiles);
    read = undefined;
    while (addon.counts().threads > 0) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(addon.counts().openFiles);
    `,
    [path],
  );
  assert.equal(done.stdout, '1\n0\n', done.stderr);
});

test('an open file does not keep the process alive; process.exit does not wait for a read', (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, Buffer.alloc(64 * 2 ** 20));
  const idle = runChild(`await addon.openFile(pathOf(args[0]));`, [path]);
  assert.deepEqual([idle.status, idle.signal, idle.stderr], [0, null, '']);
  for (let i = 0; i < 10; i++) {
    const exiting = runChild(
      `
      const file = await addon.openFile(pathOf(args[0]));
      for (let i = 0; i < 5; i++) file.read(0, new Uint8Array(2 ** 26));
      addon.openFile(pathOf(args[0]));
      setTimeout(() => process.exit(7), ${i});
      `,
      [path],
    );
    assert.deepEqual([exiting.status, exiting.signal, exiting.stderr], [7, null, '']);
  }
});

const workerBody = `
  const file = await addon.openFile(pathOf('/proc/self/exe'));
  const { parentPort } = require('node:worker_threads');
  for (let i = 0; i < 50; i++) file.read(i * 65536, new Uint8Array(65536)).then(() => {});
  addon.openFile(pathOf('/proc/self/exe'));
  addon.inspect(pathOf('/'));
  parentPort.postMessage('reading');
  setInterval(() => file.read(0, new Uint8Array(2 ** 20)), 1);
`;

test('worker threads end with reads under way', async () => {
  for (let i = 0; i < 20; i++) {
    const worker = new Worker(childScript(workerBody), { eval: true });
    await new Promise((resolve) => worker.once('message', resolve));
    if (i % 2 === 0) await sleep(i);
    await worker.terminate();
  }
  await nothingHeld();
});

test('the addon may be loaded by worker threads alone, and stays while its threads run', () => {
  const done = spawnWithoutAddon(`
    const { Worker } = require('node:worker_threads');
    (async () => {
      for (let i = 0; i < 10; i++) {
        const worker = new Worker(${JSON.stringify(childScript(workerBody))}, { eval: true });
        await new Promise((resolve) => worker.once('message', resolve));
        await worker.terminate();
      }
      console.log('alive');
    })();
  `);
  assert.deepEqual([done.stdout, done.status, done.signal], ['alive\n', 0, null], done.stderr);
});

test('a read that hangs holds up its own file and nothing else, not even the exit', async (t) => {
  const hungPath = mountHungFile(t);
  if (hungPath === undefined) return;
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, 'answers');
  const done = runChild(
    `
    const hung = await addon.openFile(pathOf(args[0]));
    console.log(hung.strategy, hung.facts.fileSystem, hung.facts.size);
    const settled = [];
    const note = (name) => (error) => settled.push(name + ' ' + error.code);
    hung.read(0, new Uint8Array(10)).catch(note('first'));
    hung.read(0, new Uint8Array(10)).catch(note('second'));
    ${untilHung('args[0]')}
    const file = await addon.openFile(pathOf(args[1]));
    const into = new Uint8Array(7);
    await file.read(0, into);
    require('node:fs').readFileSync(args[1]); // Neither node:fs nor the memory map is held up.
    new Uint8Array(2 ** 28).fill(1);
    hung.close();
    while (settled.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    console.log(Buffer.from(into) + '', settled.join(), addon.counts().openFiles);
    process.exit(3);
    `,
    [hungPath, path],
  );
  assert.equal(done.stdout, 'read fuse 1048576n\nanswers second EBADF 2\n', done.stderr);
  assert.deepEqual([done.status, done.signal], [3, null]);
});

function spawnWithoutAddon(script: string) {
  return spawnSync(process.execPath, ['-e', script], childOptions());
}
