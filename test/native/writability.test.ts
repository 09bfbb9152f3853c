// Whether a file can be written, found out before anybody types.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { start } from '../support/programs.ts';
import { diskFolder, failureOf, mountTmpfs, nobodyCannotRun, open, runChild, shmFolder } from './addon.ts';

async function writabilityOf(t: TestContext, path: string): Promise<string> {
  return await (await open(t, path)).writability();
}

test('an ordinary file can be written, a device of the kernel cannot', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, 'x');
  assert.equal(await writabilityOf(t, path), 'yes');
  chmodSync(path, 0o755);
  assert.equal(await writabilityOf(t, path), 'yes');
  assert.equal(await writabilityOf(t, '/dev/zero'), 'kind');
});

test('mode and ACL are the kernel’s to judge', (t) => {
  const refused = nobodyCannotRun();
  if (refused !== undefined) return t.skip(refused);
  const folder = shmFolder(t);
  chmodSync(folder, 0o755);
  const answers = (name: string, prepare: (path: string) => void) => {
    const path = join(folder, name);
    writeFileSync(path, 'x');
    prepare(path);
    const ask =
      'const file = await addon.openFile(pathOf(args[0])); console.log(await file.writability()); file.close();';
    return runChild(ask, [path], { uid: 65534, gid: 65534, cwd: '/' }).stdout.trim();
  };
  assert.equal(
    answers('theirs', (path) => chmodSync(path, 0o644)),
    'mode',
  );
  assert.equal(
    answers('everybody', (path) => chmodSync(path, 0o666)),
    'yes',
  );
  assert.equal(
    answers('own', (path) => chownSync(path, 65534, 65534)),
    'yes',
  );
  const acl = `import os, struct, sys
os.setxattr(sys.argv[1], "system.posix_acl_access", struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in
  [(1,6,0xffffffff),(2,6,65534),(4,4,0xffffffff),(16,6,0xffffffff),(32,4,0xffffffff)]))`;
  assert.equal(
    answers('acl', (path) => assert.equal(failureOf('python3', '-c', acl, path), undefined)),
    'yes',
  );
});

test('a mount for reading and the attributes of chattr are told apart', async (t) => {
  const disk = join(diskFolder(t), 'file');
  writeFileSync(disk, 'x');
  for (const [attribute, answer] of [
    ['i', 'immutable'],
    ['a', 'appendOnly'],
  ] as const) {
    const failure = failureOf('chattr', `+${attribute}`, disk);
    if (failure !== undefined) return t.skip(failure);
    try {
      assert.equal(await writabilityOf(t, disk), answer);
    } finally {
      failureOf('chattr', `-${attribute}`, disk);
    }
  }
  const folder = mountTmpfs(t, 'size=1m');
  if (folder === undefined) return;
  writeFileSync(join(folder, 'file'), 'x');
  assert.equal(failureOf('mount', '-o', 'remount,ro', folder), undefined);
  assert.equal(await writabilityOf(t, join(folder, 'file')), 'mount');
});

test('a program that runs, and not before or after', async (t) => {
  const folder = diskFolder(t);
  const path = join(folder, 'program');
  copyFileSync('/bin/sleep', path);
  chmodSync(path, 0o755);
  assert.equal(await writabilityOf(t, path), 'yes');
  const child = spawn(path, ['60']);
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  assert.equal(await writabilityOf(t, path), 'running');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(await writabilityOf(t, path), 'yes');
  assert.deepEqual(readdirSync(folder), ['program']);
});

test('a memfd that is sealed against writing', async (t) => {
  const sender = await start(t, 'memfd', 'sealed', 4096);
  const path = `/proc/${sender.pid}/fd/${sender.fd}`;
  assert.equal(await writabilityOf(t, path), 'yes');
  const [futureWrite, addSeals] = [16, 1033];
  const script = `import fcntl, os; fcntl.fcntl(os.open("${path}", os.O_RDWR), ${addSeals}, ${futureWrite})`;
  assert.equal(failureOf('python3', '-c', script), undefined);
  assert.equal(await writabilityOf(t, path), 'sealed');
});
