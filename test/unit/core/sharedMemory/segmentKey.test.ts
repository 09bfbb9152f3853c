import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatSegmentKey, parseSegmentKey } from '../../../../extension/core/sharedMemory/segmentKey.ts';

describe('a key of System V', () => {
  test('hex as ipcs shows it, or decimal as the kernel lists it', () => {
    assert.deepEqual(parseSegmentKey('0x4d670001'), { ok: true, key: 0x4d670001 });
    assert.deepEqual(parseSegmentKey(' 1234 '), { ok: true, key: 1234 });
    assert.deepEqual(parseSegmentKey('0xFFFFFFFF'), { ok: true, key: -1 });
    assert.deepEqual(parseSegmentKey('-1'), { ok: true, key: -1 });
  });

  test('anything else says why not', () => {
    const faultOf = (text: string) => {
      const result = parseSegmentKey(text);
      return result.ok ? undefined : result.fault;
    };
    assert.equal(faultOf(''), 'empty');
    assert.equal(faultOf('0'), 'private');
    assert.equal(faultOf('0x0000'), 'private');
    assert.equal(faultOf('0x100000000'), 'tooLarge');
    assert.equal(faultOf('-2147483649'), 'tooLarge');
    for (const text of ['ring', '4d670001', '1.5', '-0x1']) assert.equal(faultOf(text), 'notANumber', text);
  });

  test('what is shown is read back', () => {
    fc.assert(
      fc.property(fc.integer(), (key) => {
        if (key !== 0) assert.deepEqual(parseSegmentKey(formatSegmentKey(key)), { ok: true, key });
      }),
    );
  });
});
