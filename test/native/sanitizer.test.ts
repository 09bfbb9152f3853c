// The sanitised build is worth nothing if it sees nothing: the first thing asked of it is a planted overflow.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSanitized, runChild } from './addon.ts';

test('AddressSanitizer catches one byte written past a fresh ArrayBuffer', (t) => {
  if (!isSanitized()) return t.skip('the release build; npm run test:native:asan runs the other');
  const done = runChild('addon.plantedOverflow(); console.log("survived");');
  assert.match(done.stderr, /AddressSanitizer: heap-buffer-overflow/);
  assert.notEqual(done.status, 0);
  assert.doesNotMatch(done.stdout, /survived/);
});
