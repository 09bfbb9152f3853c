// Block devices, whole and broken.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { addon, diskFolder, failureOf, open, pathOf, read } from './addon.ts';

/** A loop device over the file, or undefined with the test skipped. */
function loopOver(t: TestContext, path: string): string | undefined {
  const made = spawnSync('losetup', ['--find', '--show', path], { encoding: 'utf8' });
  if (made.status !== 0) {
    t.skip(`losetup: ${made.error?.message ?? made.stderr.trim()}`);
    return undefined;
  }
  const device = made.stdout.trim();
  t.after(() => failureOf('losetup', '--detach', device));
  return device;
}

test('a block device has its size and its bytes', async (t) => {
  const path = join(diskFolder(t), 'disk');
  const bytes = randomBytes(5 * 2 ** 20);
  writeFileSync(path, bytes);
  const device = loopOver(t, path);
  if (device === undefined) return;
  const facts = await addon.inspect(pathOf(device));
  assert.equal(facts.kind, 'block');
  assert.equal(facts.size, BigInt(bytes.length));
  assert.equal(facts.rdev[0], 7);
  const file = await open(t, device);
  assert.equal(file.strategy, 'map');
  assert.equal(file.facts.size, BigInt(bytes.length));
  assert.equal((await file.probe()).size, BigInt(bytes.length));
  const found = await read(file, 1000, bytes.length);
  assert.equal(found.length, bytes.length - 1000);
  assert.ok(bytes.subarray(1000).equals(found.bytes.subarray(0, found.length)));
  assert.equal(await file.allocation(0, bytes.length, new Uint8Array(4)), false);
});

test('what a broken device cannot give is a fault, and the rest is bytes', async (t) => {
  const path = join(diskFolder(t), 'disk');
  const size = 8 * 2 ** 20;
  writeFileSync(path, Buffer.alloc(size, 0xaa));
  execFileSync('sync', [path]);
  const device = loopOver(t, path);
  if (device === undefined) return;
  // The file under the device is cut: the device keeps its size, and its blocks past the cut give EIO.
  const cut = 1024 * 1024;
  truncateSync(path, cut);
  execFileSync('blockdev', ['--flushbufs', device]);
  const file = await open(t, device);
  const found = await read(file, 0, size);
  if (found.faults.length === 0) return t.skip('this kernel reads zeros past the end of a loop device’s file');
  assert.equal(found.length, size);
  assert.deepEqual(found.faults, [{ offset: cut, length: size - cut, code: 'EIO' }]);
  assert.ok(found.bytes.subarray(0, cut).every((byte) => byte === 0xaa));
  assert.ok(found.bytes.subarray(cut).every((byte) => byte === 0));
  const tail = await read(file, cut + 10, 100);
  assert.deepEqual([tail.length, tail.faults], [100, [{ offset: cut + 10, length: 100, code: 'EIO' }]]);
});

test('bad blocks between good ones are found to the page', async (t) => {
  const name = `memglass-test-${process.pid}`;
  const path = join(diskFolder(t), 'disk');
  writeFileSync(path, Buffer.alloc(2 ** 20, 0xaa));
  const device = loopOver(t, path);
  if (device === undefined) return;
  const table = `0 800 linear ${device} 0\n800 16 error\n816 1232 linear ${device} 816\n`;
  const made = spawnSync('dmsetup', ['create', name], { input: table, encoding: 'utf8' });
  if (made.status !== 0) return t.skip(`dmsetup create: ${made.error?.message ?? made.stderr.trim().split('\n')[0]}`);
  t.after(() => failureOf('dmsetup', 'remove', '--retry', name));
  const file = await open(t, `/dev/mapper/${name}`);
  t.after(() => file.close());
  const found = await read(file, 0, 2 ** 20);
  assert.deepEqual(found.faults, [{ offset: 800 * 512, length: 16 * 512, code: 'EIO' }]);
  assert.ok(found.bytes.subarray(816 * 512).every((byte) => byte === 0xaa));
});
