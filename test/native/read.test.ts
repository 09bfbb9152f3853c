// Bytes: right ones, up to the end of the file, with what cannot be read named.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addon, diskFolder, open, read, shmFolder } from './addon.ts';

const windowBytes = addon.window.bytes;
const page = addon.pageSize;

/** This process's mappings, [start, end). */
const mappings = () =>
  readFileSync('/proc/self/maps', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(/[- ]/, 2).map((hex) => Number.parseInt(hex, 16)) as [number, number]);

for (const [where, folder] of [
  ['a disk', diskFolder],
  ['tmpfs', shmFolder],
] as const) {
  test(`bytes from ${where} are those of readFile, over window borders and up to the end`, async (t) => {
    const path = join(folder(t), 'file');
    const size = 2 * windowBytes + 12_345;
    const bytes = randomBytes(size);
    writeFileSync(path, bytes);
    const file = await open(t, path);
    const ranges: [number, number][] = [
      [0, 1],
      [0, size],
      [0, size + 1],
      [1, size * 2],
      [windowBytes - 1, 2],
      [windowBytes - 3, windowBytes + 6],
      [page - 1, 2],
      [size - 1, 1],
      [size - 1, 100],
      [size, 100],
      [size + 1, 100],
      [2 ** 53 - 1, 100],
      [5, 0],
    ];
    for (const [offset, length] of ranges) {
      const found = await read(file, offset, length);
      const expected = bytes.subarray(offset, offset + length);
      assert.equal(found.length, expected.length, `${offset}+${length}`);
      assert.deepEqual(found.faults, []);
      assert.ok(expected.equals(found.bytes.subarray(0, found.length)), `${offset}+${length}`);
      assert.ok(
        found.bytes.subarray(found.length).every((byte) => byte === 0),
        'past the end: zeros',
      );
    }
  });

  test(`a file on ${where} that shrinks and grows between reads is read as it is`, async (t) => {
    const path = join(folder(t), 'file');
    writeFileSync(path, Buffer.alloc(4 * page, 0xaa));
    const file = await open(t, path);
    assert.equal((await read(file, 0, 10 * page)).length, 4 * page);
    truncateSync(path, page + 10);
    assert.equal((await read(file, 0, 10 * page)).length, page + 10);
    assert.equal((await read(file, page + 9, 10)).length, 1);
    assert.equal((await read(file, 3 * page, 10)).length, 0);
    appendFileSync(path, Buffer.alloc(page, 0xbb));
    const grown = await read(file, 0, 10 * page);
    assert.equal(grown.length, 2 * page + 10);
    assert.ok(grown.bytes.subarray(page + 10, 2 * page + 10).every((byte) => byte === 0xbb));
    truncateSync(path, 0);
    assert.equal((await read(file, 0, 10)).length, 0);
  });
}

test('a part of a larger array is filled and nothing around it', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, 'abcdef');
  const file = await open(t, path);
  const whole = new Uint8Array(20).fill(0x2e);
  await file.read(1, whole.subarray(5, 9));
  assert.equal(new TextDecoder().decode(whole), '.....bcde...........');
});

test('many reads at once each get their own bytes', async (t) => {
  const path = join(diskFolder(t), 'file');
  const bytes = randomBytes(1 << 20);
  writeFileSync(path, bytes);
  const file = await open(t, path);
  const reads = Array.from({ length: 500 }, (_, i) => read(file, i * 2000, 3000));
  for (const [i, found] of (await Promise.all(reads)).entries()) {
    assert.ok(bytes.subarray(i * 2000, i * 2000 + 3000).equals(found.bytes.subarray(0, found.length)));
  }
});

test('/proc and /sys files are read whole, whatever size they claim', async (t) => {
  for (const path of [
    '/proc/version',
    '/proc/kallsyms',
    '/sys/kernel/notes',
    '/sys/kernel/mm/transparent_hugepage/enabled',
  ]) {
    const expected = (() => {
      try {
        return readFileSync(path);
      } catch {
        return undefined;
      }
    })();
    if (expected === undefined) continue;
    const found = await read(await open(t, path), 0, expected.length + 100_000);
    assert.equal(found.length, expected.length, path);
    assert.ok(expected.equals(found.bytes.subarray(0, found.length)), path);
  }
});

test("a process's memory: unmapped pages are faults, mapped ones are bytes", async (t) => {
  const first = mappings()[0]?.[0] ?? 0;
  const file = await open(t, '/proc/self/mem');
  const inside = await read(file, first, page);
  assert.deepEqual([inside.length, inside.faults], [page, []]);

  // Below vm.mmap_min_addr, where nothing ever is.
  const outside = await read(file, page + 100, 8 * page);
  assert.equal(outside.length, 8 * page);
  assert.deepEqual(outside.faults, [{ offset: page + 100, length: 8 * page, code: 'EIO' }]);
  assert.ok(outside.bytes.every((byte) => byte === 0));

  // The largest read of nothing there is.
  const length = Math.min(64 * 2 ** 20, first - page);
  const nothing = await read(file, page, length);
  assert.deepEqual(nothing.faults, [{ offset: page, length, code: 'EIO' }]);
});

test('a mapping that begins inside a read is found to the page', async (t) => {
  const ranges = mappings();
  const i = ranges.findIndex(
    ([from], at) => at > 0 && from - (ranges[at - 1]?.[1] ?? 0) >= 600 * page && from < 2 ** 47,
  );
  const from = ranges[i]?.[0];
  if (from === undefined) return t.skip('no gap of 600 pages in /proc/self/maps');
  const file = await open(t, '/proc/self/mem');
  for (const pages of [1, 3, 255, 256, 257, 300, 599]) {
    const found = await read(file, from - pages * page, pages * page + 10);
    assert.deepEqual(
      found.faults,
      [{ offset: from - pages * page, length: pages * page, code: 'EIO' }],
      `${pages} pages`,
    );
    assert.equal(found.length, pages * page + 10);
  }
});

test('an array detached during a read rejects with a TypeError', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, 'x'.repeat(1000));
  const file = await open(t, path);
  const into = new Uint8Array(1000);
  const reading = file.read(0, into);
  structuredClone(into.buffer, { transfer: [into.buffer] });
  await assert.rejects(reading, TypeError);
  const buffer = new ArrayBuffer(1000, { maxByteLength: 2000 });
  const resized = file.read(0, new Uint8Array(buffer));
  buffer.resize(500);
  await assert.rejects(resized, TypeError);
  assert.equal((await read(file, 0, 10)).length, 10, 'the file still works');
});

test('a shared array is filled too', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, 'shared');
  const into = new Uint8Array(new SharedArrayBuffer(6));
  await (await open(t, path)).read(0, into);
  assert.equal(Buffer.from(into).toString(), 'shared');
});

test('a stream that has nothing to give is a fault with its code', async (t) => {
  // What is read here is gone for others, so not where a daemon reads it.
  const done = spawnSync('sh', ['-c', 'ls -l /proc/[0-9]*/fd 2>/dev/null'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (done.stdout.includes('/proc/kmsg')) return t.skip('somebody reads /proc/kmsg');
  const file = await addon
    .openFile(Uint8Array.from(Buffer.from('/proc/kmsg')))
    .catch((error) => error as { code: string });
  if ('code' in file) return t.skip(`/proc/kmsg: ${file.code}`);
  t.after(() => file.close());
  // The log is read until it is empty; then the kernel says EAGAIN, since the file is open with O_NONBLOCK.
  for (let reads = 0; reads < 10_000; reads++) {
    const found = await read(file, 0, 65536);
    if (found.faults.length === 0) continue;
    assert.equal(found.faults.at(-1)?.code, 'EAGAIN');
    return;
  }
  assert.fail('/proc/kmsg never ran dry');
});
