import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatNumber,
  type NumberForm,
  numberSize,
  numberTypes,
  parseNumber,
} from '../../../../extension/core/expressions/typedNumber.ts';

const forms = fc.record({
  type: fc.constantFrom(...numberTypes),
  order: fc.constantFrom('little' as const, 'big' as const),
});

function bytesOf(text: string, form: NumberForm): string {
  const result = parseNumber(text, form);
  return result.ok ? Buffer.from(result.bytes).toString('hex') : result.problem.code;
}

const little = (type: NumberForm['type']): NumberForm => ({ type, order: 'little' });

test('what stands in memory is written so that it is the same when it is read back', () => {
  fc.assert(
    fc.property(forms, fc.uint8Array({ minLength: 8, maxLength: 8 }), (form, all) => {
      const bytes = all.subarray(0, numberSize(form.type));
      const text = formatNumber(bytes, form);
      // Of what is not a number there are many, and one is written.
      if (text === 'nan') return;
      assert.equal(bytesOf(text, form), Buffer.from(bytes).toString('hex'), text);
    }),
  );
});

test('big is little the other way round', () => {
  fc.assert(
    fc.property(fc.constantFrom(...numberTypes), fc.double({ noNaN: true }), (type, number) => {
      const text = type.startsWith('f') ? String(number) : String(Math.trunc(number % 200));
      const [one, other] = [parseNumber(text, { type, order: 'little' }), parseNumber(text, { type, order: 'big' })];
      assert.equal(one.ok, other.ok);
      if (one.ok && other.ok) assert.deepEqual(one.bytes.toReversed(), other.bytes);
    }),
  );
});

test('hex, binary, octal and grouped digits are the same number', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), forms, (number, { order }) => {
      for (const type of ['u64', 'i64'] as const) {
        const expected = bytesOf(number.toString(), { type, order });
        for (const [mark, radix] of [
          ['0x', 16],
          ['0b', 2],
          ['0o', 8],
        ] as const) {
          assert.equal(bytesOf(`${mark}${number.toString(radix)}`, { type, order }), expected);
        }
        assert.equal(bytesOf(` ${number.toLocaleString('en').replaceAll(',', '_')} `, { type, order }), expected);
      }
    }),
  );
});

test('a number is taken just as far as its type goes', () => {
  for (const type of numberTypes) {
    if (type.startsWith('f')) continue;
    const bits = BigInt(8 * numberSize(type));
    const isSigned = type.startsWith('i');
    const [least, most] = isSigned ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n] : [0n, 2n ** bits - 1n];
    for (const good of [least, most]) assert.equal(parseNumber(String(good), little(type)).ok, true);
    for (const bad of [least - 1n, most + 1n]) {
      const problem = { code: 'outOfRange', least: String(least), most: String(most) };
      assert.deepEqual(parseNumber(String(bad), little(type)), { ok: false, problem });
    }
    // The digits of bits may be those of a negative number.
    assert.equal(bytesOf(`0x${'FF'.repeat(numberSize(type))}`, little(type)), 'ff'.repeat(numberSize(type)));
    assert.equal(bytesOf(`0x1${'00'.repeat(numberSize(type))}`, little(type)), 'outOfRange');
  }
  assert.equal(bytesOf('-0x1', little('i16')), 'ffff');
  assert.equal(bytesOf('-0x81', little('i8')), 'outOfRange');
});

test('a character stands for its code point', () => {
  assert.equal(bytesOf("'A'", little('u8')), '41');
  assert.equal(bytesOf("'€'", little('u8')), 'outOfRange');
  assert.equal(bytesOf("'🦉'", { type: 'u32', order: 'big' }), '0001f989');
  assert.equal(bytesOf("'''", little('u8')), '27');
  assert.equal(bytesOf("''", little('u8')), 'notOneCharacter');
  assert.equal(bytesOf("'ab'", little('u8')), 'notOneCharacter');
});

test('floats are rounded to what there is, and that is said', () => {
  assert.deepEqual(parseNumber('0.1', little('f32')), {
    ok: true,
    bytes: Uint8Array.from([0xcd, 0xcc, 0xcc, 0x3d]),
    isRounded: true,
  });
  assert.equal(formatNumber(Uint8Array.from([0xcd, 0xcc, 0xcc, 0x3d]), little('f32')), '0.1');
  const half = parseNumber('1.5', little('f64'));
  assert.ok(half.ok && !half.isRounded);
  assert.equal(bytesOf('-0', { type: 'f64', order: 'big' }), '8000000000000000');
  assert.equal(bytesOf('-inf', { type: 'f32', order: 'big' }), 'ff800000');
  assert.equal(bytesOf('NaN', { type: 'f32', order: 'big' }), '7fc00000');
  assert.equal(bytesOf('1e39', little('f32')), 'outOfRange');
  assert.equal(bytesOf('1e309', little('f64')), 'outOfRange');
  const tiny = parseNumber('1e-400', little('f64'));
  assert.ok(tiny.ok && tiny.isRounded);
});

test('what is no number of the type is refused, whatever it is', () => {
  assert.equal(bytesOf(' ', little('u8')), 'empty');
  assert.equal(bytesOf('1.5', little('u8')), 'notWhole');
  assert.equal(bytesOf('2e3', little('i64')), 'notWhole');
  for (const text of ['x', '0x', '0xG', '0b2', '1,5', '--1', '1 x', 'NaN', '0x1F']) {
    const form = text === '0x1F' ? little('f32') : little('u32');
    assert.equal(bytesOf(text, form), 'notANumber', text);
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), forms, (text, form) => {
      const result = parseNumber(text, form);
      if (result.ok) assert.equal(result.bytes.length, numberSize(form.type));
    }),
  );
});
