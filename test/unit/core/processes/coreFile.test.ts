import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOutCore } from '../../../../extension/core/processes/coreFile.ts';

const rights = { read: true, write: false, execute: true };

test('segments begin at pages of the file, and say where their bytes are and how many', () => {
  const segments = [
    { start: 0x400000n, end: 0x402000n, rights, fileSize: 0x2000 },
    { start: 0x7f00_0000_0000n, end: 0x8700_0000_0000n, rights, fileSize: 0 },
    { start: 0xffff_ffff_ff60_0000n, end: 0xffff_ffff_ff60_1000n, rights, fileSize: 0x1000 },
  ];
  const { header, offsets, size } = layOutCore(segments, 4096, 'x64');
  assert.deepEqual(offsets, [0x1000, 0x3000, 0x3000]);
  assert.equal(size, 0x4000);
  const view = new DataView(header.buffer);
  assert.deepEqual([...header.subarray(0, 7)], [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  assert.deepEqual([view.getUint16(16, true), view.getUint16(18, true), view.getUint16(56, true)], [4, 62, 3]);
  const last = 64 + 2 * 56;
  assert.equal(view.getUint32(last + 4, true), 5);
  assert.equal(view.getBigUint64(last + 16, true), 0xffff_ffff_ff60_0000n);
  assert.equal(view.getBigUint64(last + 40, true), 0x1000n);
});

test('more segments than the field can count are counted in the first section', () => {
  const many = Array.from({ length: 65_536 }, (_, at) => {
    return { start: BigInt(at) * 4096n, end: BigInt(at + 1) * 4096n, rights, fileSize: 0 };
  });
  const { header } = layOutCore(many, 4096, 'x64');
  const view = new DataView(header.buffer);
  assert.equal(view.getUint16(56, true), 0xffff);
  const section = Number(view.getBigUint64(40, true));
  assert.equal(view.getUint32(section + 44, true), 65_536);
  assert.equal(section + 64, header.length);
});
