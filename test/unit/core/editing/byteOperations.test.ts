import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addToNumber, invertBits, numberLengths } from '../../../../extension/core/editing/byteOperations.ts';

const anyNumber = fc
  .constantFrom(...numberLengths)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
const anyOrder = fc.constantFrom('little', 'big');

test('each bit is inverted, and twice is not at all', () => {
  assert.deepEqual(invertBits(Uint8Array.of(0x00, 0xff, 0xa5)), Uint8Array.of(0xff, 0x00, 0x5a));
  fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.deepEqual(invertBits(invertBits(bytes)), bytes)));
});

test('a number is added to as a processor does it, in both orders of bytes', () => {
  fc.assert(
    fc.property(anyNumber, anyOrder, fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), (bytes, order, by) => {
      const numberOf = (of: Uint8Array) =>
        (order === 'big' ? of : of.toReversed()).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
      const wanted = BigInt.asUintN(8 * bytes.length, numberOf(bytes) + by);
      const sum = addToNumber(bytes, by, order);
      assert.equal(numberOf(sum), wanted);
      assert.deepEqual(addToNumber(sum, -by, order), bytes);
    }),
  );
});
