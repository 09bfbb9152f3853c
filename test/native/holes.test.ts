// Reading memory that does not exist yet must not make it exist.
import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addon, diskFolder, failureOf, mountTmpfs, open, read, shmFolder, statusBytes } from './addon.ts';

const tebibyte = 2 ** 40;

test('a sparse 1 TiB file in shared memory allocates nothing when it is read', async (t) => {
  const path = join(shmFolder(t), 'sparse');
  writeFileSync(path, '');
  truncateSync(path, tebibyte);
  const file = await open(t, path);
  for (let i = 0; i < 1000; i++) {
    const found = await read(file, Math.floor((tebibyte / 1000) * i), 65536);
    assert.equal(found.length, 65536);
    assert.ok(found.bytes.every((byte) => byte === 0));
  }
  assert.equal((await read(file, 0, 64 * 2 ** 20)).length, 64 * 2 ** 20);
  assert.equal(statSync(path).blocks, 0);
  assert.equal((await file.probe()).allocated, 0n);
});

test('a hole of a full tmpfs is read without a signal', async (t) => {
  const folder = mountTmpfs(t, 'size=1m');
  if (folder === undefined) return;
  const path = join(folder, 'sparse');
  writeFileSync(path, 'begin');
  truncateSync(path, 16 * 2 ** 20);
  const fd = openSync(join(folder, 'filler'), 'w');
  assert.throws(
    () => {
      for (;;) writeSync(fd, Buffer.alloc(4096, 1));
    },
    { code: 'ENOSPC' },
  );
  closeSync(fd);
  const blocks = statSync(path).blocks;
  const file = await open(t, path);
  assert.equal(file.strategy, 'read');
  const found = await read(file, 0, 17 * 2 ** 20);
  assert.equal(found.length, 16 * 2 ** 20);
  assert.deepEqual(found.faults, []);
  assert.equal(Buffer.from(found.bytes.subarray(0, 5)).toString(), 'begin');
  assert.equal(statSync(path).blocks, blocks);
});

test('thousands of reads all over a sparse 1 TiB file on a disk keep memory and page tables bounded', async (t) => {
  const path = join(diskFolder(t), 'sparse');
  writeFileSync(path, '');
  const failure = failureOf('truncate', '-s', `${tebibyte}`, path);
  if (failure !== undefined) return t.skip(failure);
  const file = await open(t, path);
  if (file.strategy !== 'map') return t.skip(`${file.facts.fileSystem} is not mapped`);
  const before = { tables: statusBytes('VmPTE'), resident: statusBytes('RssFile') };
  let state = 1;
  for (let i = 0; i < 3000; i++) {
    state = (state * 48271) % 2147483647; // Park and Miller's generator: the same offsets every time.
    const found = await read(file, Math.floor((state / 2147483647) * (tebibyte - 65536)), 4096);
    assert.equal(found.length, 4096);
    assert.ok(addon.counts().windows <= addon.window.count);
  }
  const mapped = readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.endsWith(path));
  assert.ok(mapped.length <= addon.window.count, `${mapped.length} mappings`);
  assert.equal(addon.counts().mappedBytes, addon.counts().windows * addon.window.bytes);
  const bound = addon.window.bytes * addon.window.count;
  assert.ok(statusBytes('RssFile') - before.resident <= bound, 'resident set');
  assert.ok(statusBytes('VmPTE') - before.tables <= 2 ** 20, 'page tables');
});
