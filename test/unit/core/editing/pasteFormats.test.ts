import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPasted } from '../../../../extension/core/editing/pasteFormats.ts';
import { asHex } from '../../../../extension/core/expressions/copyFormats.ts';
import { findEncoding, UTF_8 } from '../../../../extension/core/text/textEncodings.ts';

/** What a text may be, the likeliest first. */
const formats = (text: string) => readPasted(text, UTF_8).map(({ format }) => format);
const first = (text: string) => {
  const [found] = readPasted(text, UTF_8);
  return found === undefined ? undefined : `${found.format} ${asHex(found.bytes)}`;
};

test('what a person copies is told apart', () => {
  assert.equal(first('7F 45 4C 46'), 'hex 7F 45 4C 46');
  assert.equal(first('7f454c46\n0201'), 'hex 7F 45 4C 46 02 01');
  assert.equal(first('\\x7f\\x45'), 'hex 7F 45');
  assert.equal(first('de:ad:be:ef'), 'hex DE AD BE EF');
  assert.equal(first('0x7f, 0x45, 0x4c'), 'cArray 7F 45 4C');
  assert.equal(first('{ 1, 2, -1, 255 }'), 'cArray 01 02 FF FF');
  assert.equal(first("static const unsigned char x[3] = { 'A', '\\n', 0b11 /* three */ };"), 'cArray 41 0A 03');
  assert.equal(first('char x[] = { 010, -01, 0377, 0, 00 };'), 'cArray 08 FF FF 00 00');
  assert.equal(first('AQIDBAUGBwg='), 'base64 01 02 03 04 05 06 07 08');
  assert.equal(first('Hello, world'), 'text 48 65 6C 6C 6F 2C 20 77 6F 72 6C 64');
});

test('text can always be pasted as text, and what could be a word is offered as one', () => {
  assert.deepEqual(formats('deadbeef'), ['hex', 'text']);
  assert.deepEqual(formats('cafe'), ['hex', 'text']);
  assert.deepEqual(formats('a'), ['text']);
  assert.deepEqual(formats('abc'), ['text']);
  assert.deepEqual(formats('{ 256 }'), ['text']);
  // Of these C makes no bytes; and where it may not be C, nobody knows what a leading zero says.
  assert.deepEqual(formats('{ 08, 1 }'), ['text']);
  assert.deepEqual(formats('010, 0377'), ['text']);
  assert.deepEqual(formats('hello'), ['text']);
  assert.deepEqual(formats(''), []);
});

test('text is encoded as the view decodes it; what the encoding has not is not offered', () => {
  const latin = findEncoding('windows-1252') ?? UTF_8;
  assert.deepEqual(readPasted('é', latin), [{ format: 'text', bytes: Uint8Array.of(0xe9) }]);
  assert.deepEqual(readPasted('日', latin), []);
});

test('bytes come back from each form they are written in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 200 }), (bytes) => {
      const find = (text: string, format: string) =>
        readPasted(text, UTF_8).find((one) => one.format === format)?.bytes;
      assert.deepEqual(find(asHex(bytes), 'hex'), bytes);
      assert.deepEqual(find(`{ ${[...bytes].join(', ')} }`, 'cArray'), bytes);
      const base64 = Buffer.from(bytes).toString('base64');
      if (/[0-9+/=]/.test(base64)) assert.deepEqual(find(base64, 'base64'), bytes);
    }),
  );
});

test('any text at all is read, in the time that it takes', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readPasted(text, UTF_8)));
  assert.deepEqual(formats(`${'ab '.repeat(100_000)}z`), ['text']);
  assert.deepEqual(formats(`{${'1,'.repeat(100_000)}x}`), ['text']);
});
