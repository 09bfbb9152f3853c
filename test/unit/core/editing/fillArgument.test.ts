import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFillArgument } from '../../../../extension/core/editing/fillArgument.ts';

test('a pattern fills what is selected, and an object names its place', () => {
  assert.deepEqual(readFillArgument('DE AD'), { range: undefined, pattern: Uint8Array.of(0xde, 0xad) });
  const range = { offset: 2 ** 40, length: 3 };
  assert.deepEqual(readFillArgument({ ...range, bytes: '00' }), { range, pattern: Uint8Array.of(0) });
  assert.deepEqual(readFillArgument({ ...range, bytes: Uint8Array.of(7) }), { range, pattern: Uint8Array.of(7) });
});

test('what cannot be meant is refused', () => {
  const good = { offset: 0, length: 1, bytes: '00' };
  for (const wrong of [
    ...['', 'no hex', 0, null, undefined],
    ...[-1, 0.5, 2 ** 53, '0'].flatMap((value) => [
      { ...good, offset: value },
      { ...good, length: value },
    ]),
    { ...good, length: 0 },
    { ...good, bytes: new Uint8Array(0) },
    { ...good, bytes: 'x' },
  ]) {
    assert.throws(() => readFillArgument(wrong), { code: 'badArgument' });
  }
});
