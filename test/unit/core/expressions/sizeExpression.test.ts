import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LARGEST_OBJECT, parseSize } from '../../../../extension/core/expressions/sizeExpression.ts';

const sizeOf = (text: string) => {
  const result = parseSize(text);
  return result.ok ? result.size : result.problem.code;
};

describe('a size as it is typed', () => {
  test('numbers, units, sums', () => {
    assert.equal(sizeOf('64K'), 65536n);
    assert.equal(sizeOf('1.5MiB'), 1572864n);
    assert.equal(sizeOf('0x1000'), 4096n);
    assert.equal(sizeOf('1000h'), 4096n);
    assert.equal(sizeOf(' 4MB + 512 '), 4000512n);
    assert.equal(sizeOf('4K - 1'), 4095n);
    assert.equal(sizeOf('9223372036854771712'), LARGEST_OBJECT);
  });

  test('what is no size says why', () => {
    assert.equal(sizeOf(''), 'empty');
    assert.equal(sizeOf('0'), 'zero');
    assert.equal(sizeOf('1K - 2K'), 'negative');
    assert.equal(sizeOf('1.5'), 'fraction');
    assert.equal(sizeOf('1F00'), 'bareHex');
    assert.equal(sizeOf('8 EiB'), 'unexpected');
    assert.equal(sizeOf('9223372036854775807'), 'beyondLimit');
    for (const place of ['end', '$', 'here', 'start + 4K', '50%', '+64K', '-1'])
      assert.equal(sizeOf(place), 'notASize');
  });

  test('an empty object where one may be', () => {
    assert.deepEqual(parseSize('0', { mayBeEmpty: true }), { ok: true, size: 0n, rounded: false });
  });

  test('a limit', () => {
    assert.deepEqual(parseSize('2K', { limit: 1024n }), { ok: false, problem: { code: 'beyondLimit', limit: 1024n } });
  });

  test('never throws, and is never out of bounds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const result = parseSize(text);
        return !result.ok || (result.size > 0n && result.size <= LARGEST_OBJECT);
      }),
    );
  });
});
