import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressDigits, addressText } from '../../../webview/model/addresses.ts';
import { layoutOf } from './layouts.ts';

test('hex in whole groups of four', () => {
  const layout = layoutOf();
  assert.equal(addressText(0x1f, layout, addressDigits(100, layout)), '0000 001F');
  assert.equal(addressDigits(2 ** 33, layout), 12);
  assert.equal(addressText(2 ** 33, layout, 12), '0002 0000 0000');
  assert.equal(addressText(0xabc, layoutOf({ upperCase: false }), 8), '0000 0abc');
});

test('decimal, aligned to the right', () => {
  const layout = layoutOf({ addressRadix: 'decimal' });
  const digits = addressDigits(1_234_567, layout);
  assert.equal(addressText(1_234_567, layout, digits), '1 234 567');
  assert.equal(addressText(42, layout, digits), '       42');
});

test('every address of a source has one width, and reads back as itself', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (size, share, isHex) => {
      const layout = layoutOf({ addressRadix: isHex ? 'hex' : 'decimal' });
      const digits = addressDigits(size, layout);
      const offset = Math.min(size, Math.floor(size * share));
      const text = addressText(offset, layout, digits);
      assert.equal(text.length, addressText(size, layout, digits).length);
      assert.equal(text.length, addressText(0, layout, digits).length);
      assert.equal(Number.parseInt(text.replaceAll(' ', ''), isHex ? 16 : 10), offset);
    }),
  );
});
