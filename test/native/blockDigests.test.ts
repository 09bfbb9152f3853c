// Digests of blocks of a file, which tell later whether bytes that nobody keeps are still the same.
import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { digestOf } from '../support/digestOf.ts';
import { diskFolder, open, pathOf, shmFolder } from './addon.ts';

const page = 4096;
const unknown = '0'.repeat(32);

const hexOf = (bytes: Uint8Array) => Buffer.from(digestOf(bytes)).toString('hex');

async function digestsOf(t: TestContext, path: string, ...blocks: readonly (readonly [number, number])[]) {
  const file = await open(t, path);
  const offsets = Float64Array.from(blocks, ([offset]) => offset);
  const lengths = Float64Array.from(blocks, ([, length]) => length);
  const hex = Buffer.from(await file.digestBlocks({ offsets, lengths }).result).toString('hex');
  return blocks.map((_, i) => hex.slice(32 * i, 32 * (i + 1)));
}

test('a digest is of the pages that have other bytes than zeros, wherever a block begins and ends', async (t) => {
  const path = join(diskFolder(t), 'file');
  const piece = fc.record({
    at: fc.nat(20 * page),
    bytes: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new Uint8Array(3 * page))),
  });
  const blocks = fc.array(fc.tuple(fc.nat(22 * page), fc.integer({ min: 1, max: 9 * page })), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), blocks, async (pieces, asked) => {
      const content = Buffer.alloc(24 * page);
      writeFileSync(path, '');
      truncateSync(path, content.length);
      const fd = openSync(path, 'r+');
      for (const { at, bytes } of pieces) {
        content.set(bytes, at);
        writeSync(fd, bytes, 0, bytes.length, at);
      }
      closeSync(fd);
      const wanted = asked.map(([offset, length]) =>
        offset + length > content.length ? unknown : hexOf(content.subarray(offset, offset + length)),
      );
      assert.deepEqual(await digestsOf(t, path, ...asked), wanted);
    }),
    { numRuns: 40 },
  );
});

test('a long block is the same in each of its parts, and one byte makes it another', async (t) => {
  const path = join(diskFolder(t), 'file');
  const content = Buffer.alloc(3 * 2 ** 20 + 77, 'content that goes on. ');
  writeFileSync(path, content);
  const [whole] = await digestsOf(t, path, [5, 3 * 2 ** 20]);
  assert.equal(whole, hexOf(content.subarray(5, 5 + 3 * 2 ** 20)));
  for (const at of [5, 2 ** 20, 5 + 3 * 2 ** 20 - 1]) {
    const fd = openSync(path, 'r+');
    writeSync(fd, '#', at);
    const [other] = await digestsOf(t, path, [5, 3 * 2 ** 20]);
    assert.notEqual(other, whole);
    writeSync(fd, content, at, 1, at);
    closeSync(fd);
  }
  assert.deepEqual(await digestsOf(t, path, [5, 3 * 2 ** 20]), [whole]);
});

test('zeros that were written are no other than a hole, and a hole of terabytes takes no time', async (t) => {
  for (const folder of [diskFolder(t), shmFolder(t)]) {
    const path = join(folder, 'file');
    writeFileSync(path, Buffer.alloc(page));
    truncateSync(path, 8 * 2 ** 40);
    const blocks = [
      [0, 2 ** 40],
      [2 ** 40, 2 ** 40],
      [2 ** 41 - 3, 2 ** 40],
    ] as const;
    const none = hexOf(new Uint8Array(0));
    assert.deepEqual(await digestsOf(t, path, ...blocks), [none, none, none]);
    const fd = openSync(path, 'r+');
    writeSync(fd, 'x', 2 ** 41 - 1);
    closeSync(fd);
    const [first, second, third] = await digestsOf(t, path, ...blocks);
    assert.equal(first, none);
    assert.ok(second !== none && third !== none && second !== third);
    assert.ok(statSync(path).blocks < 1000);
  }
});

test('what cannot be read, and what is read after a write of others, is known to nobody', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, Buffer.alloc(64 * 2 ** 20, 'abc'));
  assert.deepEqual(await digestsOf(t, path, [64 * 2 ** 20 - 1, 2]), [unknown]);
  const file = await open(t, path);
  const blocks = 20_000;
  // The same megabytes again and again: long enough to be met by a write.
  const offsets = new Float64Array(blocks);
  const lengths = new Float64Array(blocks).fill(64 * 2 ** 20);
  const task = file.digestBlocks({ offsets, lengths });
  while (task.progress().done < 2 * 64 * 2 ** 20) await new Promise((done) => setTimeout(done, 5));
  const fd = openSync(path, 'r+');
  ftruncateSync(fd, 64 * 2 ** 20 + 1);
  closeSync(fd);
  const all = Buffer.from(await task.result).toString('hex');
  assert.notEqual(all.slice(0, 32), unknown);
  assert.equal(all.slice(-32), unknown);
});

test('taking digests ends at once where it is cancelled, and wrong blocks are refused', async (t) => {
  const path = join(diskFolder(t), 'file');
  writeFileSync(path, Buffer.alloc(2 ** 20, 'abc'));
  const file = await open(t, path);
  const columns = (offsets: readonly number[], lengths: readonly number[]) => ({
    offsets: Float64Array.from(offsets),
    lengths: Float64Array.from(lengths),
  });
  const many = { offsets: new Float64Array(1e6), lengths: new Float64Array(1e6).fill(2 ** 20) };
  const task = file.digestBlocks(many);
  task.cancel();
  await assert.rejects(task.result, { code: 'ECANCELED' });
  for (const wrong of [columns([0], [0]), columns([0], []), columns([-1], [1]), columns([2 ** 53 - 1], [1])]) {
    assert.throws(() => file.digestBlocks(wrong), RangeError);
  }
  assert.throws(() => file.digestBlocks(undefined as never), TypeError);
  assert.throws(() => file.digestBlocks({ offsets: pathOf('x'), lengths: pathOf('x') } as never), TypeError);
  assert.deepEqual([...(await file.digestBlocks(columns([], [])).result)], []);
});
