import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nameEnd } from '../../../../webview/model/memoryMap/nameEnd.ts';

test('a name that has no room loses its beginning', () => {
  assert.equal(nameEnd('/usr/lib/libc.so.6', 18), '/usr/lib/libc.so.6');
  assert.equal(nameEnd('/usr/lib/libc.so.6', 10), '…libc.so.6');
  assert.equal(nameEnd('ab\u{1f40c}', 3), '…\u{1f40c}');
  assert.equal(nameEnd('ab\u{1f40c}', 2), '…');
});

test('whatever the name, it fits, is its end, and no character is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 40 }), (name, room) => {
      const end = nameEnd(name, room);
      assert.ok(end.length <= Math.max(room, 2));
      assert.ok(end === name || (end.startsWith('…') && name.endsWith(end.slice(1))));
      assert.ok(end.isWellFormed());
    }),
  );
});
