import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatCount, formatDecimalOffset, formatHexOffset } from '../../../../extension/core/expressions/numbers.ts';
import {
  MAX_EXPRESSION_LENGTH,
  type OffsetContext,
  parseOffset,
} from '../../../../extension/core/expressions/offsetExpression.ts';
import { anyText } from './anyText.ts';

const GIB = 1024 ** 3;
const context: OffsetContext = { cursor: 1000, size: 4 * GIB, sizeKind: 'exact' };

function offsetOf(text: string, where = context): number | string {
  const result = parseOffset(text, where);
  return result.ok ? result.offset : result.problem.code;
}

const spellings: readonly (readonly [string, number | string])[] = [
  ['0x1F', 31],
  ['0X1f', 31],
  ['1Fh', 31],
  ['1F h', 31],
  ['FFh', 255],
  ['0000 1F00h', 0x1f00],
  ['0x0000 1F00', 0x1f00],
  ['0x00001f00', 0x1f00],
  ['0x1_0000', 0x10000],
  ["1'000", 1000],
  ['1_000_000', 1_000_000],
  ['1 000 000', 1_000_000],
  ['1\u202f000\u202f000', 1_000_000],
  ['31', 31],
  ['0', 0],
  ['+16', 1016],
  ['-16', 984],
  ['\u221216', 984],
  ['  - 0x10 + 1 ', 985],
  ['+4K', 5096],
  ['50%', 2 * GIB],
  ['33.3 %', 1430224109],
  ['100%', 4 * GIB],
  ['end', 4 * GIB],
  ['END-0x100', 4 * GIB - 256],
  ['end - 1.5GiB + 12', 2.5 * GIB + 12],
  ['start', 0],
  ['start+5', 5],
  ['$', 1000],
  ['here + 1', 1001],
  ['4K', 4096],
  ['4KiB', 4096],
  ['4Ki', 4096],
  ['4kib', 4096],
  ['4kB', 4000],
  ['4 KB', 4000],
  ['1.5GiB', 1.5 * GIB],
  ['1.5 gib', 1.5 * GIB],
  ['2M', 2 * 1024 * 1024],
  ['1MB', 1_000_000],
  ['512 B', 512],
  ['0x10K', 'unexpected'],
  ['1.3K', 1331],
  ['0x1000 + 4K - 3', 0x1000 + 4096 - 3],
  ['0x1000+4K-3', 0x1000 + 4096 - 3],
  ['10 + 20h', 42],
  // Refused rather than guessed.
  ['', 'empty'],
  ['   ', 'empty'],
  ['1F', 'bareHex'],
  ['4B', 'bareHex'],
  ['1e3', 'bareHex'],
  ['0000 1000', 'bareHex'],
  ['0000 1F00', 'bareHex'],
  ['1.5', 'fraction'],
  ['5 +', 'missingNumber'],
  ['+', 'missingNumber'],
  ['1 ++ 2', 'missingNumber'],
  ['hello', 'unexpected'],
  ['0x', 'unexpected'],
  ['0xG', 'unexpected'],
  ['12 34', 'bareHex'],
  ['1 5K', 'unexpected'],
  ['ending', 'unexpected'],
  ['5; rm', 'unexpected'],
  // Held against the source.
  ['end+1', 'pastEnd'],
  ['4T', 'pastEnd'],
  ['101%', 'pastEnd'],
  ['8P', 'tooLarge'],
  ['0x20000000000000', 'tooLarge'],
  ['start-1', 'beforeStart'],
  ['-1001', 'beforeStart'],
];

for (const [text, expected] of spellings) {
  test(`offset ${JSON.stringify(text)} is ${expected}`, () => assert.equal(offsetOf(text), expected));
}

test('where offsets are addresses, numbers are, and what is relative counts in the region', () => {
  const origin = 0x7f2a_10d0_0000n;
  const region = { ...context, size: 0x1000, cursor: 0x10, origin };
  const cases: readonly (readonly [string, number | string])[] = [
    ['0x7f2a10d00020', 0x20],
    ['7f2a10d00020', 0x20],
    ['7F2A 10D0 0020', 0x20],
    ['7f2a10d00020 + 0x10', 0x30],
    ['start', 0],
    ['start+0x20', 0x20],
    ['end', 0x1000],
    ['end-1', 0xfff],
    ['here', 0x10],
    ['+0x10', 0x20],
    ['-16', 0],
    ['50%', 0x800],
    ['start + 50%', 0x800],
    ['0x20', 'elsewhere'],
    ['-17', 'elsewhere'],
    ['0x7f2a10d01001', 'elsewhere'],
    ['7f2a10cfffff', 'elsewhere'],
    ['f', 'elsewhere'],
  ];
  for (const [text, wanted] of cases) assert.equal(offsetOf(text, region), wanted, text);
  // What is added is a distance, and no address.
  assert.equal(offsetOf('start + 103182336', { ...region, size: 2 ** 33 }), 103_182_336);
  assert.equal(offsetOf('+103182336', { ...region, size: 2 ** 33 }), 103_182_352);
  // Digits alone: as maps prints them.
  assert.equal(offsetOf('555555554010', { ...region, origin: 0x5555_5555_4000n }), 0x10);
  assert.equal(offsetOf('10', { ...region, origin: 0n }), 10);
  // Past 2^63.
  assert.equal(offsetOf('0xffffffffff600008', { ...region, origin: 0xffff_ffff_ff60_0000n }), 8);
});

test('a part of a byte is dropped and told', () => {
  assert.deepEqual(parseOffset('1.5GiB', context), { ok: true, offset: 1.5 * GIB, rounded: false });
  assert.deepEqual(parseOffset('1.3 GiB', context), { ok: true, offset: 1395864371, rounded: true });
});

test('problems say where and what', () => {
  assert.deepEqual(parseOffset('5 + fish', context), {
    ok: false,
    problem: { code: 'unexpected', position: 4, found: 'fish' },
  });
  assert.deepEqual(parseOffset(' 1F', context), {
    ok: false,
    problem: { code: 'bareHex', position: 1, suggestion: '0x1F' },
  });
  assert.deepEqual(parseOffset('0x10', { cursor: 0, size: 16, sizeKind: 'exact' }), {
    ok: true,
    offset: 16,
    rounded: false,
  });
  assert.deepEqual(parseOffset('0x11', { cursor: 0, size: 16, sizeKind: 'exact' }), {
    ok: false,
    problem: { code: 'pastEnd', size: 16, lastOffset: 15 },
  });
});

test('an endless source has no end', () => {
  const endless: OffsetContext = { cursor: 0, size: Number.MAX_SAFE_INTEGER, sizeKind: 'endless' };
  assert.equal(offsetOf('end', endless), 'noEnd');
  assert.equal(offsetOf('5 + 50%', endless), 'noEnd');
  assert.equal(offsetOf('0x1FFFFFFFFFFFFF', endless), Number.MAX_SAFE_INTEGER);
});

test('a long text is refused', () => assert.equal(offsetOf('1'.repeat(MAX_EXPRESSION_LENGTH + 1)), 'tooLong'));

const whole: OffsetContext = { cursor: 0, size: Number.MAX_SAFE_INTEGER, sizeKind: 'exact' };
const anyOffset = fc.oneof(fc.maxSafeNat(), fc.nat(100_000));

test('every way an offset is shown can be pasted', () => {
  fc.assert(
    fc.property(anyOffset, fc.boolean(), fc.nat(16), (offset, upperCase, digits) => {
      const hex = formatHexOffset(offset, { digits, group: true, upperCase });
      for (const text of [
        `0x${hex}`,
        `${hex}h`,
        `${hex} h`,
        `0x${formatHexOffset(offset, { digits, upperCase })}`,
        formatCount(offset),
        String(offset),
        formatDecimalOffset(offset, { digits, group: true }),
      ]) {
        assert.deepEqual(parseOffset(text, whole), { ok: true, offset, rounded: false }, text);
      }
    }),
  );
});

test('sums are exact', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('+', '-'), fc.nat(0xffffffff), fc.boolean()), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      (terms, first) => {
        let text = `${first}`;
        let sum = first;
        for (const [sign, value, hex] of terms) {
          text += ` ${sign} ${hex ? `0x${value.toString(16)}` : value}`;
          sum += sign === '+' ? value : -value;
        }
        assert.equal(offsetOf(text, whole), sum < 0 ? 'beforeStart' : sum);
      },
    ),
  );
});

test('never throws, and what it gives is an offset', () => {
  const numbers = ['0x', '1F', 'h', '.', '_', "'", 'K', 'iB', '12', '000', '0000', ',', '\u202f'];
  const text = anyText(...numbers, ' ', '+', '-', '%', 'end', '$', 'to');
  fc.assert(
    fc.property(text, fc.nat(1000), fc.nat(1000), (expression, cursor, size) => {
      const result = parseOffset(expression, { cursor, size, sizeKind: 'exact' });
      if (result.ok) assert.ok(Number.isSafeInteger(result.offset) && result.offset >= 0 && result.offset <= size);
      else if ('position' in result.problem) {
        assert.ok(result.problem.position >= 0 && result.problem.position <= expression.length);
      }
    }),
    { numRuns: 2000 },
  );
});
