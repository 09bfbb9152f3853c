// Watching /dev/shm: what comes and goes is told, in bursts, until the watch is closed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FolderChanges, FolderWatch } from '../../native/index.d.ts';
import { start } from '../support/programs.ts';
import { addon, mountTmpfs, nothingHeld, pathOf, runChild, shmFolder } from './addon.ts';
import { at, nameAt } from './columns.ts';

async function watch(t: TestContext, folder: string): Promise<FolderWatch> {
  const opened = await addon.watchFolder(pathOf(folder));
  t.after(() => opened.close());
  return opened;
}

/** `created`, `deleted`, `modified`, `attributes`, by name. */
function told(changes: FolderChanges): Record<string, string> {
  const words = ['created', 'deleted', 'modified', 'attributes'];
  return Object.fromEntries(
    Array.from({ length: changes.count }, (_, i) => [
      nameAt(changes.names, i).toString('latin1'),
      words.filter((_word, bit) => (at(changes.changes, i) & (1 << bit)) !== 0).join(' '),
    ]),
  );
}

/** What is told of names until all of these were told of: in one answer or in several, and others of a shared folder too. */
async function untilTold(watching: FolderWatch, ...names: readonly string[]): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  while (!names.every((name) => name in all)) {
    for (const [name, words] of Object.entries(told(await watching.next(10)))) {
      all[name] = [...new Set([...(all[name]?.split(' ') ?? []), ...words.split(' ')])].join(' ');
    }
  }
  return all;
}

test('each kind of change, by name, a burst in one answer', async (t) => {
  const folder = shmFolder(t);
  writeFileSync(join(folder, 'moved'), '');
  writeFileSync(join(folder, 'changed'), '');
  const watching = await watch(t, folder);
  const answer = watching.next(1000);
  writeFileSync(join(folder, 'new'), 'x');
  writeFileSync(join(folder, 'gone'), '');
  rmSync(join(folder, 'gone'));
  renameSync(join(folder, 'moved'), join(folder, 'there'));
  chmodSync(join(folder, 'changed'), 0o640);
  const changes = await answer;
  assert.deepEqual(told(changes), {
    new: 'created modified',
    gone: 'created deleted',
    moved: 'deleted',
    there: 'created',
    changed: 'attributes',
  });
  assert.deepEqual([changes.overflowed, changes.gone], [false, false]);
});

test('what happens between two calls is not lost', async (t) => {
  const folder = shmFolder(t);
  const watching = await watch(t, folder);
  writeFileSync(join(folder, 'before\xff'), '');
  assert.deepEqual(told(await watching.next(0)), { [Buffer.from('before\xff').toString('latin1')]: 'created' });
});

test('a store through a mapping is not seen, the producer itself is', async (t) => {
  const name = `memglass-watch-${process.pid}`;
  const watching = await watch(t, '/dev/shm');
  t.after(() => rmSync(`/dev/shm/${name}`, { force: true }));
  const producer = await start(t, 'create', name, 4096);
  // What it did until it was ready is told by the time that this is.
  writeFileSync(`/dev/shm/${name}-ready`, '');
  rmSync(`/dev/shm/${name}-ready`);
  assert.match((await untilTold(watching, name, `${name}-ready`))[name] ?? '', /^created modified/);
  const next = (async () => {
    for (;;) {
      const change = told(await watching.next(0))[name];
      if (change !== undefined) return change;
    }
  })();
  for (let i = 0; i < 10; i++) await producer.ask(`poke ${i} 1`);
  assert.equal(await Promise.race([next, sleep(50).then(() => 'nothing')]), 'nothing');
  await producer.end();
  assert.match(await next, /deleted|attributes/);
});

test('subfolders, those that come later, and those that are moved', async (t) => {
  const folder = shmFolder(t);
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  const watching = await watch(t, folder);
  writeFileSync(join(folder, 'a/b/object'), '');
  assert.deepEqual(told(await watching.next(10)), { 'a/b/object': 'created' });
  mkdirSync(join(folder, 'later'));
  await untilTold(watching, 'later');
  writeFileSync(join(folder, 'later/object'), '');
  assert.deepEqual(told(await watching.next(10)), { 'later/object': 'created' });
  renameSync(join(folder, 'later'), join(folder, 'a/now'));
  await untilTold(watching, 'later', 'a/now');
  appendFileSync(join(folder, 'a/now/object'), 'x');
  assert.deepEqual(told(await watching.next(10)), { 'a/now/object': 'modified' });
});

test('lost changes are said to be lost', async (t) => {
  const folder = shmFolder(t);
  const watching = await watch(t, folder);
  // More than fs.inotify.max_queued_events (16,384 unless set): each is about another name than the one before.
  execFileSync('python3', [
    '-c',
    'import os, sys\nfor i in range(12000): p = sys.argv[1] + "/" + str(i % 100); os.close(os.open(p, os.O_CREAT)); os.unlink(p)',
    folder,
  ]);
  const first = await watching.next(0);
  const limit = Number(execFileSync('cat', ['/proc/sys/fs/inotify/max_queued_events'], { encoding: 'utf8' }));
  if (limit > 24_000) return t.skip(`fs.inotify.max_queued_events is ${limit}`);
  assert.ok(first.overflowed);
  writeFileSync(join(folder, 'after'), '');
  assert.equal(told(await watching.next(20))['after'], 'created');
});

test('the folder itself goes', async (t) => {
  const folder = join(shmFolder(t), 'below');
  mkdirSync(folder);
  const watching = await watch(t, folder);
  rmSync(folder, { recursive: true });
  assert.ok((await watching.next(0)).gone);
  const mounted = mountTmpfs(t, 'size=1m');
  if (mounted === undefined) return;
  const unmounting = await watch(t, mounted);
  execFileSync('umount', [mounted]);
  assert.ok((await unmounting.next(0)).gone);
});

test('close ends the waiting, and nothing is held', async (t) => {
  await nothingHeld();
  const folder = shmFolder(t);
  for (let i = 0; i < 50; i++) {
    const watching = await addon.watchFolder(pathOf(folder));
    const waiting = [watching.next(0), watching.next(10)];
    watching.close();
    watching.close();
    for (const result of await Promise.allSettled(waiting)) {
      assert.equal(result.status, 'rejected');
      assert.match(result.reason.code, /ECANCELED|EBADF/);
    }
    await assert.rejects(watching.next(0), { code: 'EBADF' });
  }
  await nothingHeld();
  const missing = pathOf(join(folder, 'missing'));
  await assert.rejects(addon.watchFolder(missing), { code: 'ENOENT', syscall: 'openat', path: missing });
  writeFileSync(join(folder, 'file'), '');
  await assert.rejects(addon.watchFolder(pathOf(join(folder, 'file'))), { code: 'ENOTDIR' });
  const watching = await watch(t, folder);
  const wild = watching as unknown as { next(settleMs?: unknown): Promise<unknown> };
  await assert.rejects(async () => wild.next(), TypeError);
  for (const settle of [-1, 10_001, 0.5]) await assert.rejects(async () => wild.next(settle), RangeError);
});

test('a watch that waits keeps neither the process nor a worker thread', (t) => {
  const folder = shmFolder(t);
  const idle = runChild('(await addon.watchFolder(pathOf(args[0]))).next(0);', [folder]);
  assert.deepEqual([idle.status, idle.signal, idle.stderr], [0, null, '']);
  const done = runChild(
    `
    const { Worker } = require('node:worker_threads');
    const body = \`
      const addon = require(\${JSON.stringify(Object.keys(require.cache).find((path) => path.endsWith('.node')))});
      addon.watchFolder(Uint8Array.from(Buffer.from(\${JSON.stringify(args[0])}))).then((watching) => {
        watching.next(0).catch(() => {});
        require('node:worker_threads').parentPort.postMessage('waiting');
      });
      setInterval(() => {}, 1000);
    \`;
    for (let i = 0; i < 10; i++) {
      const worker = new Worker(body, { eval: true });
      await new Promise((resolve) => worker.once('message', resolve));
      await worker.terminate();
    }
    while (addon.counts().threads > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    console.log('ended');
    `,
    [folder],
  );
  assert.deepEqual([done.stdout, done.status], ['ended\n', 0], done.stderr);
});

test('a closed watch lets go of the kernel at once, however many there were', async (t) => {
  const folder = shmFolder(t);
  const inotifies = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === 'anon_inode:inotify';
      } catch {
        return false; // the one of the listing itself
      }
    }).length;
  const before = inotifies();
  const watches = await Promise.all(Array.from({ length: 20 }, () => watch(t, folder)));
  const waiting = watches.slice(10).map((one) => assert.rejects(one.next(0), { code: /^(ECANCELED|EBADF)$/ }));
  assert.equal(inotifies(), before + 20);
  for (const one of watches) one.close();
  await Promise.all(waiting);
  while (inotifies() > before) await sleep(2);
});
