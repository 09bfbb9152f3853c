import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sameData } from '../../../extension/core/sameData.ts';

const data = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.string(),
    fc.bigInt(),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.uint8Array({ maxLength: 5 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

test('a copy says the same', () => {
  fc.assert(fc.property(data, (value) => sameData(value, structuredClone(value))));
});

test('it differs where the platform says that it differs', () => {
  fc.assert(
    fc.property(data, data, (a, b) => {
      let same = true;
      try {
        assert.deepStrictEqual(a, b);
      } catch {
        same = false;
      }
      assert.equal(sameData(a, b), same);
    }),
  );
});

test('one more, one less, another', () => {
  for (const [a, b] of [
    [{ a: 1 }, { a: 1, b: undefined }],
    [{ a: undefined }, { b: undefined }],
    [[1], [1, 2]],
    [{}, []],
    [{ deep: [{ name: Uint8Array.of(1, 2) }] }, { deep: [{ name: Uint8Array.of(1, 3) }] }],
    [1n, 1],
    [null, {}],
  ]) {
    assert.equal(sameData(a, b), false);
    assert.equal(sameData(b, a), false);
  }
});
