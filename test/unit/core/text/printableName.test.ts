import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printableName } from '../../../../extension/core/text/printableName.ts';

const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come through
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad\p{Surrogate}]/u;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\\',
      'n',
      'x',
      'u',
      '{',
      '}',
      '1',
      'b',
      '\n',
      '\x1b',
      '\u202e',
      '\ud800',
      '\udc00',
      '\u200b',
      '😀',
    ),
    fc.nat(0xffff).map((unit) => String.fromCharCode(unit)),
  ),
});

test('text stays, what cannot be seen is escaped', () => {
  assert.equal(printableName('ring buffer ü 日本 😀'), 'ring buffer ü 日本 😀');
  assert.equal(printableName('a\nb\r\t\x1b[31m\x00\x7f'), 'a\\nb\\r\\t\\x1b[31m\\x00\\x7f');
  assert.equal(printableName('\u202egpj.exe'), '\\u{202e}gpj.exe');
  assert.equal(printableName('a\u0085\u200b\u2028\ufeff\ud800'), 'a\\u{85}\\u{200b}\\u{2028}\\u{feff}\\u{d800}');
  assert.equal(printableName('C:\\new'), 'C:\\\\new');
});

test('bytes that are not UTF-8 show as bytes', () => {
  assert.equal(printableName(Uint8Array.of(0x61, 0xff, 0xe2, 0x82, 0x62)), 'a\\xff\\xe2\\x82b');
  assert.equal(printableName(Uint8Array.of(0xed, 0xa0, 0x80)), '\\xed\\xa0\\x80');
  assert.equal(printableName(bytesOf('é\\')), 'é\\\\');
});

test('a cap cuts the middle, never an escape or a pair', () => {
  assert.equal(printableName('abcdefghij', { maxLength: 7 }), 'abc…hij');
  assert.equal(printableName('abcdefghij', { maxLength: 10 }), 'abcdefghij');
  assert.equal(printableName('\x1b\x1b\x1b', { maxLength: 9 }), '\\x1b…\\x1b');
  fc.assert(
    fc.property(anyText, fc.integer({ min: 3, max: 30 }), (name, maxLength) => {
      const shown = printableName(name, { maxLength });
      assert.ok(shown.length <= maxLength);
      assert.doesNotMatch(shown, UNSAFE);
    }),
  );
});

test('nothing unsafe comes through', () => {
  fc.assert(
    fc.property(anyText, (name) => assert.doesNotMatch(printableName(name), UNSAFE)),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.uint8Array(), (name) => assert.doesNotMatch(printableName(name), UNSAFE)),
    { numRuns: 1000 },
  );
});

test('different names look different', () => {
  // Undoing the escapes must give the name back: that shows more than comparing pairs.
  const read = (shown: string): string =>
    shown.replace(/\\(?:(\\)|n|r|t|x([0-9a-f]{2})|u\{([0-9a-f]+)\})/g, (all, backslash, byte, codePoint) => {
      if (backslash) return '\\';
      if (byte || codePoint) return String.fromCodePoint(Number.parseInt(byte ?? codePoint, 16));
      return { n: '\n', r: '\r', t: '\t' }[all.slice(1)] ?? '';
    });
  fc.assert(
    fc.property(anyText, (name) => assert.equal(read(printableName(name)), name)),
    { numRuns: 1000 },
  );
  const key = (name: Uint8Array): string => Array.from(name).join();
  const mixed = fc.array(fc.oneof(fc.constantFrom(0x5c, 0x78, 0x66, 0xff, 0xc3, 0xbf), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(mixed, mixed, (a, b) => {
      const [one, other] = [Uint8Array.from(a), Uint8Array.from(b)];
      assert.equal(printableName(one) === printableName(other), key(one) === key(other));
    }),
    { numRuns: 1000 },
  );
});
