import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OffsetContext } from '../../../../extension/core/expressions/offsetExpression.ts';
import { parseRange } from '../../../../extension/core/expressions/rangeExpression.ts';
import { anyText } from './anyText.ts';

const context: OffsetContext = { cursor: 0x80, size: 0x10000, sizeKind: 'exact' };

function rangeOf(text: string, where = context): readonly [number, number] | string {
  const result = parseRange(text, where);
  return result.ok ? [result.range.offset, result.range.length] : result.problem.code;
}

const spellings: readonly (readonly [string, readonly [number, number] | string])[] = [
  ['0x100..0x1FF', [0x100, 0x100]],
  ['0x100 .. 0x1FF', [0x100, 0x100]],
  ['0x100 to 0x1FF', [0x100, 0x100]],
  ['0x100-0x1FF', [0x100, 0x100]],
  ['100h-1FFh', [0x100, 0x100]],
  ['256 - 511', [0x100, 0x100]],
  ['0x0000 0100..0x0000 01FF', [0x100, 0x100]],
  ['0x1FF-0x100', 'ambiguousDash'],
  ['0x100..0x100', [0x100, 1]],
  ['0x100..', [0x100, 0xff00]],
  ['..0xFF', [0, 0x100]],
  ['..', [0, 0x10000]],
  ['$..end', [0x80, 0xff80]],
  ['end-16..end', [0xfff0, 16]],
  ['$ to +15', [0x80, 16]],
  ['0x100,16', [0x100, 16]],
  ['0x100 +16', [0x100, 16]],
  ['0x1000 + 4K +16', [0x2000, 16]],
  ['0x100 +4, 16', [0x104, 16]],
  ['0x100 length 16', [0x100, 16]],
  ['0x100 len 4K', [0x100, 4096]],
  ['0x100+16', [0x110, 1]],
  ['0x100 + 16', [0x110, 1]],
  ['+16', [0x90, 1]],
  [' +16', [0x90, 1]],
  ['all', [0, 0x10000]],
  [' ALL ', [0, 0x10000]],
  ['0x100', [0x100, 1]],
  ['end - 1', [0xffff, 1]],
  ['', 'empty'],
  ['0x1FF..0x100', 'backwards'],
  ['5 to 4', 'backwards'],
  ['5,', 'missingNumber'],
  ['5,0', 'emptyRange'],
  ['end', 'pastEnd'],
  ['end..end', 'emptyRange'],
  ['0xFFFF,2', 'pastEnd'],
  ['0..0x10001', 'pastEnd'],
  ['5 to', 'missingNumber'],
  ['zero..5', 'unexpected'],
];

for (const [text, expected] of spellings) {
  test(`range ${JSON.stringify(text)} is ${expected}`, () => assert.deepEqual(rangeOf(text), expected));
}

test('positions count from the start of the text', () => {
  const result = parseRange('0x100..fish', context);
  assert.deepEqual(result, { ok: false, problem: { code: 'unexpected', position: 7, found: 'fish' } });
});

test('all of nothing and all of an endless source are refused', () => {
  assert.equal(rangeOf('all', { ...context, size: 0 }), 'emptyRange');
  assert.equal(rangeOf('all', { ...context, sizeKind: 'endless' }), 'noEnd');
  assert.deepEqual(rangeOf('0,16', { ...context, sizeKind: 'endless' }), [0, 16]);
});

test('each spelling of a range gives the range', () => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.nat(0xffff), (a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const hex = (value: number): string => `0x${value.toString(16)}`;
      for (const text of [
        `${hex(from)}..${hex(to)}`,
        `${from} to ${hex(to)}`,
        `${hex(from)}-${hex(to)}`,
        `${hex(from)},${to - from + 1}`,
        `${from} +${hex(to - from + 1)}`,
      ]) {
        assert.deepEqual(rangeOf(text), [from, to - from + 1], text);
      }
    }),
  );
});

test('never throws, and what it gives lies inside the source', () => {
  const text = anyText('0x', '1F', '12', 'h', ' ', '+', '-', '%', '..', ',', ' to ', 'end', 'length', '$', 'all');
  fc.assert(
    fc.property(text, fc.nat(1000), (expression, size) => {
      const result = parseRange(expression, { cursor: 0, size, sizeKind: 'exact' });
      if (!result.ok) return;
      const { offset, length } = result.range;
      assert.ok(offset >= 0 && length > 0 && offset + length <= size);
    }),
    { numRuns: 2000 },
  );
});
