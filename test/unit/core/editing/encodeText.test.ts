import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeText } from '../../../../extension/core/editing/encodeText.ts';
import { findEncoding, TEXT_ENCODINGS, UTF_8 } from '../../../../extension/core/text/textEncodings.ts';

const named = (label: string) => findEncoding(label) ?? UTF_8;
const bytesOf = (text: string, label: string) => {
  const encoded = encodeText(text, named(label));
  return encoded.ok ? [...encoded.bytes] : encoded.character;
};

test('a character becomes the bytes that its encoding has for it', () => {
  assert.deepEqual(bytesOf('é', 'utf-8'), [0xc3, 0xa9]);
  assert.deepEqual(bytesOf('😀', 'utf-8'), [0xf0, 0x9f, 0x98, 0x80]);
  assert.deepEqual(bytesOf('é', 'windows-1252'), [0xe9]);
  assert.deepEqual(bytesOf('€', 'iso-8859-15'), [0xa4]);
  assert.deepEqual(bytesOf('A', 'utf-16le'), [0x41, 0]);
  assert.deepEqual(bytesOf('😀', 'utf-16be'), [0xd8, 0x3d, 0xde, 0x00]);
  assert.deepEqual(bytesOf('あ', 'shift_jis'), [0x82, 0xa0]);
  assert.deepEqual(bytesOf('中', 'gbk'), [0xd6, 0xd0]);
  assert.deepEqual(bytesOf('中', 'big5'), [0xa4, 0xa4]);
  assert.deepEqual(bytesOf('한', 'euc-kr'), [0xc7, 0xd1]);
  assert.deepEqual(bytesOf('A', 'iso-2022-jp'), [0x41]);
});

test('what an encoding has no bytes for is named, and never replaced', () => {
  assert.equal(bytesOf('a日b', 'windows-1252'), '日');
  assert.equal(bytesOf('あ', 'iso-2022-jp'), 'あ');
  assert.equal(bytesOf('\ud800', 'utf-8'), '\ud800');
});

test('in every encoding, what is encoded decodes to the same text', () => {
  for (const encoding of TEXT_ENCODINGS) {
    const decoder = new TextDecoder(encoding.label, { ignoreBOM: true });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 8 }), (text) => {
        const encoded = encodeText(text, encoding);
        if (encoded.ok) assert.equal(decoder.decode(encoded.bytes), text, encoding.label);
      }),
      { numRuns: 30 },
    );
  }
});
