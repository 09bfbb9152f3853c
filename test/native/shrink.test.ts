// Files that another process cuts while they are read. A load from the mapping would be a SIGBUS, the end of the
// extension host; these tests pass by being alive at the end, with the bytes that are in the file.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addon, diskFolder, open, read, shmFolder } from './addon.ts';

const page = addon.pageSize;
const size = 2 * addon.window.bytes + 1000;

/** Cuts a file to nothing, to the middle of a page, to its size again, and fills it, thousands of times. */
const cutter = `
  const fs = require('node:fs');
  const [path, size, page] = [process.argv[1], Number(process.argv[2]), Number(process.argv[3])];
  const fd = fs.openSync(path, 'r+');
  const full = Buffer.alloc(size, 0xaa);
  for (let i = 0; i < 20000; i++) {
    fs.ftruncateSync(fd, i % 4 === 0 ? 0 : (i * 7919 * page + i) % size);
    fs.ftruncateSync(fd, size);
    if (i % 100 === 0) fs.writeSync(fd, full, 0, size, 0);
  }
`;

for (const [where, folder] of [
  ['a disk', diskFolder],
  ['tmpfs', shmFolder],
] as const) {
  test(`a file on ${where} that is cut thousands of times during reads harms nothing`, async (t) => {
    const path = join(folder(t), 'file');
    writeFileSync(path, Buffer.alloc(size, 0xaa));
    const file = await open(t, path);
    await read(file, 0, size);
    const child = spawn(process.execPath, ['-e', cutter, path, `${size}`, `${page}`], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    let reads = 0;
    for (; child.exitCode === null && child.signalCode === null; reads++) {
      const offset = (reads * 7919) % size;
      const length = reads % 50 === 0 ? size : 65536;
      const found = await read(file, offset, length);
      assert.deepEqual(found.faults, []);
      assert.ok(found.length <= Math.min(length, size - offset));
      assert.ok(found.bytes.subarray(0, found.length).every((byte) => byte === 0xaa || byte === 0));
      assert.ok(found.bytes.subarray(found.length).every((byte) => byte === 0));
    }
    assert.deepEqual(await ended, [0, null]);
    t.diagnostic(`${reads} reads meanwhile`);
    truncateSync(path, 0);
    assert.equal((await read(file, 0, 10)).length, 0);
  });
}

test('the rest of the last page is not shown as zeros of the file', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, Buffer.alloc(8 * page, 0xaa));
  const file = await open(t, path);
  await read(file, 0, 8 * page);
  for (const cut of [7 * page + 1, 5 * page - 1, 5 * page - 2, 3 * page, 17, 1, 0]) {
    truncateSync(path, cut);
    const found = await read(file, 0, 8 * page);
    assert.equal(found.length, cut);
    assert.ok(found.bytes.subarray(0, cut).every((byte) => byte === 0xaa));
  }
});
