// Listing /dev/shm: everything in it, followed nowhere, without a long task on the JavaScript thread.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { addon, failureOf, isSanitized, mountTmpfs, nobodyCannotRun, pathOf, runChild, shmFolder } from './addon.ts';
import { entriesOf } from './columns.ts';

const list = async (folder: string) => entriesOf(await addon.listSharedMemoryFolder(pathOf(folder)));

test('each kind of entry, with the facts of lstat; a symlink is never followed', async (t) => {
  const folder = shmFolder(t);
  writeFileSync(join(folder, 'object'), 'x'.repeat(5000));
  chmodSync(join(folder, 'object'), 0o640);
  mkdirSync(join(folder, 'below/deeper'), { recursive: true });
  writeFileSync(join(folder, 'below/deeper/hidden'), 'x');
  symlinkSync('/etc/passwd', join(folder, 'to passwd'));
  symlinkSync('/usr', join(folder, 'to a folder'));
  symlinkSync('nowhere', join(folder, 'to nowhere'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  const server = createServer().listen(join(folder, 'socket'));
  await new Promise((listening) => server.once('listening', listening));
  t.after(() => server.close());
  const found = await list(folder);
  assert.deepEqual(found.map(({ name, kind }) => `${name}: ${kind}`).sort(), [
    'below/deeper/hidden: regular',
    'below/deeper: directory',
    'below: directory',
    'fifo: fifo',
    'object: regular',
    'socket: socket',
    'to a folder: symlink',
    'to nowhere: symlink',
    'to passwd: symlink',
  ]);
  for (const { name, kind: _, ...facts } of found) {
    const stat = lstatSync(join(folder, name), { bigint: true });
    assert.deepEqual(
      { ...facts, bornNs: 0n },
      {
        dev: stat.dev,
        ino: stat.ino,
        size: stat.size,
        allocated: stat.blocks * 512n,
        mode: Number(stat.mode & 0o7777n),
        uid: Number(stat.uid),
        gid: Number(stat.gid),
        modifiedNs: stat.mtimeNs,
        changedNs: stat.ctimeNs,
        bornNs: 0n,
      },
      name,
    );
  }
});

test('names are bytes', async (t) => {
  const folder = shmFolder(t);
  const names = ['line\nbreak', 'literal \\012', 'fake (deleted)', '\x1b[31m', '\xff\xfe', '[heap]', '<img onerror>'];
  for (const name of names) writeFileSync(Buffer.from(`${folder}/${name}`, 'latin1'), '');
  assert.deepEqual((await list(folder)).map((entry) => entry.name).sort(), names.sort());
});

test('how full the file system is', async (t) => {
  const folder = mountTmpfs(t, 'size=1m');
  if (folder === undefined) return;
  writeFileSync(join(folder, 'object'), new Uint8Array(300_000));
  const { space } = await addon.listSharedMemoryFolder(pathOf(folder));
  assert.equal(space.fileSystem, 'tmpfs');
  assert.equal(space.bytes, 1n << 20n);
  assert.equal(space.bytes - space.freeBytes, 303_104n);
});

test('what is mounted below is named and not entered', async (t) => {
  const folder = mountTmpfs(t, 'size=1m');
  if (folder === undefined) return;
  mkdirSync(join(folder, 'mounted'));
  const failure = failureOf('mount', '-t', 'tmpfs', 'memglass-test', join(folder, 'mounted'));
  if (failure !== undefined) return t.skip(failure);
  writeFileSync(join(folder, 'mounted/other'), '');
  assert.deepEqual(
    (await list(folder)).map((entry) => entry.name),
    ['mounted'],
  );
});

test('a subfolder that may not be listed is said to be so', (t) => {
  const cannot = nobodyCannotRun();
  if (cannot !== undefined) return t.skip(cannot);
  const folder = shmFolder(t);
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'closed'), { mode: 0o700 });
  const done = runChild(
    `
    const listing = await addon.listSharedMemoryFolder(pathOf(args[0]));
    console.log(listing.count, listing.refused.map(({ folder, code }) => Buffer.from(folder) + ' ' + code).join());
    await addon.listSharedMemoryFolder(pathOf(args[0] + '/closed')).catch((e) => console.log(e.code, e.syscall));
    `,
    [folder],
    { uid: 65534, gid: 65534, cwd: '/' },
  );
  assert.equal(done.stdout, '1 closed EACCES\nEACCES openat\n', done.stderr);
});

test('a folder that is missing, or none, fails', async (t) => {
  const folder = shmFolder(t);
  writeFileSync(join(folder, 'object'), '');
  const missing = pathOf(join(folder, 'missing'));
  await assert.rejects(addon.listSharedMemoryFolder(missing), { code: 'ENOENT', syscall: 'openat', path: missing });
  await assert.rejects(addon.listSharedMemoryFolder(pathOf(join(folder, 'object'))), { code: 'ENOTDIR' });
  assert.throws(() => addon.listSharedMemoryFolder('/dev/shm' as unknown as Uint8Array), TypeError);
});

test('10,000 objects: at most three times the processor that ls -l takes, and next to none on the JavaScript thread', async (t) => {
  const folder = shmFolder(t);
  for (let i = 0; i < 10_000; i++) writeFileSync(join(folder, `object-${i}`), '');
  const best = (times: readonly number[]) => Math.min(...times);
  // Of the processor alone: what else runs on the machine takes time from all of them.
  const milliseconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;
  const ls: number[] = [];
  const ours: number[] = [];
  const thread: number[] = [];
  for (let i = 0; i < 5; i++) {
    const timed = 'TIMEFORMAT="%U %S"; time ls -l "$1" > /dev/null';
    const { stderr } = spawnSync('bash', ['-c', timed, 'bash', folder], { encoding: 'utf8' });
    const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number);
    ls.push(1000 * (user + system));
    const [before, threadBefore] = [process.cpuUsage(), process.threadCpuUsage()];
    const listing = await addon.listSharedMemoryFolder(pathOf(folder));
    thread.push(milliseconds(process.threadCpuUsage(threadBefore)));
    ours.push(milliseconds(process.cpuUsage(before)));
    assert.equal(listing.count, 10_000);
  }
  const [theirs, we, main] = [best(ls), best(ours), best(thread)].map((time) => time.toFixed(1));
  t.diagnostic(`ls -l ${theirs} ms, ours ${we} ms, of that on the JavaScript thread ${main} ms`);
  if (isSanitized()) return;
  assert.ok(best(ours) <= 3 * best(ls));
  assert.ok(best(thread) < 16);
});
