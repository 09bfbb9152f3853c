import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { asHex } from '../../../../extension/core/expressions/copyFormats.ts';
import { parseHexBytes, repeatPattern } from '../../../../extension/core/expressions/hexBytes.ts';

describe('bytes as they are typed', () => {
  test('the ways people write them', () => {
    const same = [
      'DE AD BE EF',
      'deadbeef',
      '0xDEADBEEF',
      '0xde, 0xad, 0xbe, 0xef',
      '\\xde\\xad\\xbe\\xef',
      'de:ad-be_ef',
    ];
    for (const text of same) {
      assert.deepEqual(parseHexBytes(text), { ok: true, bytes: Uint8Array.of(0xde, 0xad, 0xbe, 0xef) }, text);
    }
    assert.deepEqual(parseHexBytes('0x5, 0x0'), { ok: true, bytes: Uint8Array.of(5, 0) });
  });

  test('what is no byte says where', () => {
    assert.deepEqual(parseHexBytes(' , '), { ok: false, problem: { code: 'empty' } });
    assert.deepEqual(parseHexBytes('DE A'), { ok: false, problem: { code: 'halfByte', position: 3 } });
    assert.deepEqual(parseHexBytes('DE AD xyz'), { ok: false, problem: { code: 'notHex', found: 'x', position: 6 } });
    assert.deepEqual(parseHexBytes('AX'), { ok: false, problem: { code: 'notHex', found: 'X', position: 1 } });
    assert.deepEqual(parseHexBytes('🙂'), { ok: false, problem: { code: 'notHex', found: '🙂', position: 0 } });
  });

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.constantFrom(' ', '', ':', ', '), (bytes, separator) => {
        const result = parseHexBytes(asHex(bytes, { separator }));
        assert.deepEqual(result, { ok: true, bytes: Uint8Array.from(bytes) });
      }),
    );
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof parseHexBytes(text).ok === 'boolean'));
  });
});

test('a pattern stays in phase wherever a piece begins', () => {
  const pieces = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), pieces, (pattern, lengths) => {
      let offset = 0;
      for (const length of lengths) {
        const into = new Uint8Array(length);
        repeatPattern(pattern, offset, into);
        assert.deepEqual(
          [...into],
          Array.from(into, (_, i) => pattern[(offset + i) % pattern.length]),
        );
        offset += length;
      }
    }),
  );
});
