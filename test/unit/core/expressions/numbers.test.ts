import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decimalDigits,
  formatCount,
  formatDecimalOffset,
  formatHexOffset,
  formatSize,
  hexDigits,
  hexWithDecimal,
} from '../../../../extension/core/expressions/numbers.ts';

test('offsets in hex', () => {
  assert.equal(formatHexOffset(0x1f00), '1F00');
  assert.equal(formatHexOffset(0x1f00, { digits: 8, group: true }), '0000 1F00');
  assert.equal(formatHexOffset(0x123456789a, { digits: 10, group: true, upperCase: false }), '12 3456 789a');
  assert.equal(formatHexOffset(0xffff_ffff_ffff_ffffn, { group: true }), 'FFFF FFFF FFFF FFFF');
});

test('an address column is wide enough and does not jump', () => {
  assert.equal(hexDigits(0), 8);
  assert.equal(hexDigits(2 ** 32 - 1), 8);
  assert.equal(hexDigits(2 ** 32), 9);
  assert.equal(hexDigits(Number.MAX_SAFE_INTEGER), 14);
  assert.equal(decimalDigits(0), 1);
  assert.equal(decimalDigits(1000), 4);
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), fc.boolean(), (a, b, group) => {
      const [offset, size] = a < b ? [a, b] : [b, a];
      const hex = { digits: hexDigits(size), group };
      assert.equal(formatHexOffset(offset, hex).length, formatHexOffset(size, hex).length);
      const decimal = { digits: decimalDigits(size), group };
      assert.equal(formatDecimalOffset(offset, decimal).length, formatDecimalOffset(size, decimal).length);
    }),
  );
});

test('offsets in decimal are right-aligned', () => {
  assert.equal(formatDecimalOffset(7936, { digits: 7, group: true }), '    7 936');
  assert.equal(formatDecimalOffset(1_234_567, { digits: 7, group: true }), '1 234 567');
  assert.equal(formatDecimalOffset(42, { digits: 4 }), '  42');
});

const sizes: readonly (readonly [number | bigint, string])[] = [
  [0, '0 B'],
  [512, '512 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [64 * 1024, '64 KiB'],
  [182 * 1024 ** 2, '182 MiB'],
  [1.5 * 1024 ** 3, '1.5 GiB'],
  [23.4 * 1024 ** 3, '23.4 GiB'],
  [99.96 * 1024, '100 KiB'],
  [1024 ** 2 - 1, '1 MiB'],
  [2 ** 53 - 1, '8 PiB'],
  [2n ** 63n, '8 EiB'],
];
for (const [size, text] of sizes) test(`${size} bytes are ${text}`, () => assert.equal(formatSize(size), text));

test('a size is within 5 % or half a decimal of what it says', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (size) => {
      const [value = '', unit = ''] = formatSize(size).split(' ');
      const back = Number(value) * 1024 ** ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'].indexOf(unit);
      assert.ok(Math.abs(back - size) <= size * 0.05, `${size} -> ${value} ${unit}`);
      assert.ok(Number(value) < 1024);
    }),
  );
});

test('counts are exact and grouped', () => {
  assert.equal(formatCount(1_234_567), '1\u202f234\u202f567');
  assert.equal(formatCount(1_234_567, 'en'), '1,234,567');
  assert.equal(formatCount(12), '12');
  fc.assert(fc.property(fc.maxSafeNat(), (n) => assert.equal(formatCount(n).replaceAll('\u202f', ''), String(n))));
});

test('hex beside decimal', () => assert.equal(hexWithDecimal(31), '0x1F (31)'));
