// Advisory locks of ranges: those of real second processes, and our own.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { addon, diskFolder, open, pathOf } from './addon.ts';

/** A second process that holds a lock until its input ends. */
async function holder(t: TestContext, path: string, lock: string) {
  const script = `
import fcntl, struct, sys
f = open(${JSON.stringify(path)}, "r+b")
def ofd(kind, start, length): fcntl.fcntl(f, 37, struct.pack("hhqqi4x", kind, 0, start, length, 0))
${lock}
print(flush=True)
sys.stdin.read()`;
  const child = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const end = async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  };
  t.after(end);
  await once(child.stdout, 'data');
  return { pid: child.pid, end };
}

test('a lock on the range is found, with who holds it, and nothing once it is gone', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, new Uint8Array(5000));
  const file = await open(t, path);
  assert.equal(await file.findLock(0, 0), undefined);
  const process = await holder(t, path, 'fcntl.lockf(f, fcntl.LOCK_EX, 100, 1000)');
  const found = { isExclusive: true, offset: 1000n, length: 100n, pid: process.pid };
  assert.deepEqual(await file.findLock(0, 0), found);
  assert.deepEqual(await file.findLock(1099, 1), found);
  assert.equal(await file.findLock(1100, 10), undefined);
  assert.equal(await file.lock(900, 101), false);
  assert.equal(await file.lock(900, 100), true);
  await process.end();
  assert.equal(await file.findLock(0, 0), undefined);
});

test('a lock of an open file has no process, and one to read with is in the way of a write', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, new Uint8Array(5000));
  const file = await open(t, path);
  const shared = await holder(t, path, 'ofd(fcntl.F_RDLCK, 10, 0)');
  assert.deepEqual(await file.findLock(0, 100), { isExclusive: false, offset: 10n, length: 0n });
  await shared.end();
});

test('our lock is in the way of others, not in ours, and ends with the file', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, new Uint8Array(5000));
  const file = await open(t, path);
  const other = await addon.openFile(pathOf(path));
  assert.equal(await other.lock(0, 100), true);
  assert.equal(await other.findLock(0, 100), undefined);
  assert.equal((await file.findLock(50, 1))?.isExclusive, true);
  await other.unlock(0, 50);
  assert.equal(await file.findLock(0, 50), undefined);
  assert.equal(await file.lock(50, 1), false);
  other.close();
  // It is closed on its own thread.
  while (!(await file.lock(50, 1)));
});

/** How often a file is open for writing here. */
function timesOpenForWriting(path: string): number {
  const isWriter = (fd: string) => {
    try {
      const { 1: flags = '0' } = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
      return readlinkSync(`/proc/self/fd/${fd}`) === path && (Number.parseInt(flags, 8) & 3) !== 0;
    } catch {
      return false;
    }
  };
  return readdirSync('/proc/self/fd').filter(isWriter).length;
}

test('a file is open for writing while something of it is locked by us, and no longer', async (t) => {
  const path = join(diskFolder(t), 'program');
  writeFileSync(path, '#!/bin/sh\n', { mode: 0o700 });
  const file = await open(t, path);
  assert.equal(await file.lock(0, 8), true);
  assert.equal(await file.lock(4, 100), true);
  await file.store(0, new TextEncoder().encode('#!'));
  assert.equal(timesOpenForWriting(path), 1);
  await file.unlock(0, 8);
  const other = await open(t, path);
  assert.deepEqual(await other.findLock(0, 0), { isExclusive: true, offset: 8n, length: 96n });
  // What somebody else has is not ours, and nothing is kept open for it.
  assert.equal(await other.lock(50, 1), false);
  assert.equal(timesOpenForWriting(path), 1);
  await file.unlock(20, 10);
  assert.equal(timesOpenForWriting(path), 1);
  await file.unlock(0, 0);
  assert.equal(timesOpenForWriting(path), 0);
  execFileSync(path);
  assert.equal(await file.lock(200, 0), true);
  await file.unlock(200, 50);
  assert.deepEqual(await other.findLock(0, 0), { isExclusive: true, offset: 250n, length: 0n });
  await file.unlock(250, 0);
  assert.equal(timesOpenForWriting(path), 0);
});
