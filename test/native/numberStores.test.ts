// Numbers stored as one into what other processes have mapped.
import assert from 'node:assert/strict';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { start } from '../support/programs.ts';
import { diskFolder, mountTmpfs, open, read, shmFolder } from './addon.ts';

test('a number of 1, 2, 4 or 8 bytes is seen at once by who has the object mapped', async (t) => {
  const name = `memglass-store-${process.pid}`;
  t.after(() => rmSync(`/dev/shm/${name}`, { force: true }));
  const producer = await start(t, 'create', name, 8192);
  const file = await open(t, `/dev/shm/${name}`);
  const first = await read(file, 4096, 8);
  for (const width of [1, 2, 4, 8]) {
    const before = first.bytes.slice(0, width).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
    const value = BigInt.asUintN(8 * width, 0xfedc_ba98_7654_3210n);
    assert.deepEqual(await file.storeNumber(file.facts, 4096, width, value), { stored: true, found: before });
    assert.equal(await producer.ask('peek 4096'), String(0x10));
    const { bytes } = await read(file, 4096, 8);
    assert.equal(BigInt.asUintN(8 * width, new DataView(bytes.buffer).getBigUint64(0, true)), value);
    assert.deepEqual(bytes.slice(width), first.bytes.slice(width));
    await file.write(4096, first.bytes, file.facts);
  }
});

test('a number is stored only if another is still there, where that is asked', async (t) => {
  const path = join(shmFolder(t), 'object');
  writeFileSync(path, Uint8Array.of(0x2a, 0, 0, 0, 7, 0, 0, 0));
  const file = await open(t, path);
  assert.deepEqual(await file.storeNumber(file.facts, 0, 4, 0x63n, 0x2bn), { stored: false, found: 0x2an });
  assert.deepEqual(await file.storeNumber(file.facts, 0, 4, 0x63n, 0x2an), { stored: true, found: 0x2an });
  assert.deepEqual([...(await read(file, 0, 8)).bytes], [0x63, 0, 0, 0, 7, 0, 0, 0]);
});

test('eight bytes are never seen half, however many are stored', async (t) => {
  const path = join(shmFolder(t), 'object');
  writeFileSync(path, new Uint8Array(4096));
  const [writer, reader] = [await open(t, path), await open(t, path)];
  const halves = [0x1111_1111_1111_1111n, 0x2222_2222_2222_2222n];
  let isDone = false;
  const storing = (async () => {
    for (let i = 0; i < 100; i++) await writer.storeNumber(writer.facts, 8, 8, halves[i % 2] ?? 0n);
    isDone = true;
  })();
  while (!isDone) {
    // A comparison that fails loads them as one, which a read does not promise.
    const { found } = await reader.storeNumber(reader.facts, 8, 8, 0n, 0x3333n);
    assert.ok(found === 0n || halves.includes(found), found.toString(16));
  }
  await storing;
});

test('what cannot be stored as one, or not at all, is refused and the process lives on', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, new Uint8Array(20));
  const file = await open(t, path);
  for (const [offset, width] of [
    [1, 2],
    [4, 8],
    [0, 3],
    [0, 16],
    [-8, 8],
    [2 ** 53, 8],
  ] as const) {
    await assert.rejects(async () => file.storeNumber(file.facts, offset, width, 1n), RangeError);
  }
  await assert.rejects(async () => file.storeNumber(file.facts, 0, 8, -1n), TypeError);
  await assert.rejects(file.storeNumber(file.facts, 16, 8, 1n), { code: 'ERANGE' });
  await assert.rejects(file.storeNumber({ ...file.facts, ino: 1n }, 0, 8, 1n), { code: 'ESTALE' });
  const folder = mountTmpfs(t, 'size=64k');
  if (folder === undefined) return;
  writeFileSync(join(folder, 'full'), new Uint8Array(60 * 1024));
  const sparse = join(folder, 'sparse');
  writeFileSync(sparse, '');
  truncateSync(sparse, 1 << 20);
  const hole = await open(t, sparse);
  const results = [];
  for (let at = 0; at < 8; at++) {
    results.push(await hole.storeNumber(hole.facts, at * 4096, 8, 1n).catch(({ code }) => code));
  }
  assert.equal(results.at(-1), 'EFAULT');
});
