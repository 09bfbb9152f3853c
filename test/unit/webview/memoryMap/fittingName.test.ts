import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { regionName, textEnd } from '../../../../webview/model/memoryMap/fittingName.ts';

test('a text that has no room loses its beginning', () => {
  assert.equal(textEnd('/usr/lib/libc.so.6', 18), '/usr/lib/libc.so.6');
  assert.equal(textEnd('/usr/lib/libc.so.6', 10), '…libc.so.6');
  assert.equal(textEnd('ab\u{1f40c}', 3), '…\u{1f40c}');
  assert.equal(textEnd('ab\u{1f40c}', 2), '…');
});

test('whatever the text, it fits, is its end, and no character is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 40 }), (name, room) => {
      const end = textEnd(name, room);
      assert.ok(end.length <= Math.max(room, 2));
      assert.ok(end === name || (end.startsWith('…') && name.endsWith(end.slice(1))));
      assert.ok(end.isWellFormed());
    }),
  );
});

test('a path that has no room loses folders, and only then the end of its last name', () => {
  assert.equal(regionName('/usr/lib/libc.so.6', 18), '/usr/lib/libc.so.6');
  assert.equal(regionName('/usr/lib/libc.so.6', 12), '…b/libc.so.6');
  assert.equal(regionName('/usr/lib/libc.so.6', 10), '…libc.so.6');
  assert.equal(regionName('/usr/lib/libc.so.6', 9), 'libc.so.…');
  assert.equal(regionName('/memfd:chromium-shared-memory-region (deleted)', 18), 'memfd:chromium-sh…');
  assert.equal(regionName('[anon: scudo/primary]', 12), '[anon: scud…');
  assert.equal(regionName('a\u{1f40c}b', 3), 'a…');
});

test('whatever the name of a region, it fits and no character of it is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 40 }), (text, room) => {
      const shown = regionName(`/${text}`, room);
      assert.ok(shown.length <= Math.max(room, 2));
      assert.ok(shown.isWellFormed());
    }),
  );
});
