import assert from 'node:assert/strict';
import { Buffer, isUtf8 as nodeIsUtf8 } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeUtf8Strict,
  encodeUtf8,
  isUtf8,
  isWellFormed,
  lossyName,
  stepUtf8,
} from '../../../../extension/core/text/utf8.ts';

/** Bytes that make long, broken and overlong sequences likely. */
const trouble = fc
  .array(
    fc.constantFrom(
      0x41,
      0x80,
      0x8f,
      0x90,
      0x9f,
      0xa0,
      0xbf,
      0xc1,
      0xc2,
      0xe0,
      0xe2,
      0xed,
      0xef,
      0xbb,
      0xf0,
      0xf4,
      0xf5,
    ),
  )
  .map((bytes) => Uint8Array.from(bytes));
const anyBytes = fc.oneof(fc.uint8Array(), trouble, fc.string({ unit: 'binary' }).map(encodeUtf8));

test('what is UTF-8 is what Node says', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => assert.equal(isUtf8(bytes), nodeIsUtf8(bytes))),
    { numRuns: 2000 },
  );
});

test('strict decoding gives the bytes back or nothing', () => {
  assert.equal(decodeUtf8Strict(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41)), '\ufeffA');
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const text = decodeUtf8Strict(bytes);
      assert.equal(text === undefined, !nodeIsUtf8(bytes));
      if (text !== undefined) assert.deepEqual(encodeUtf8(text), Uint8Array.from(bytes));
    }),
  );
});

test('a lossy name is the one Node shows', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => assert.equal(lossyName(bytes), Buffer.from(bytes).toString('utf8'))),
    { numRuns: 2000 },
  );
});

test('steps take malformed bytes as every decoder does', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const step = { codePoint: 0, length: 0 };
      let text = '';
      for (let at = 0; at < bytes.length; at += step.length) {
        stepUtf8(bytes, at, bytes.length, step);
        text += step.codePoint < 0 ? '\ufffd' : String.fromCodePoint(step.codePoint);
      }
      assert.equal(text, lossyName(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('lone surrogates are found', () => {
  assert.ok(isWellFormed('a😀'));
  assert.ok(!isWellFormed('a\ud83d'));
  assert.ok(!isWellFormed('\ude00\ud83d'));
});
