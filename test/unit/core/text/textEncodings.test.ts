import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DETECT_BYTES,
  decodeByte,
  detectEncoding,
  findEncoding,
  SUBSTITUTE,
  singleByteTable,
  TEXT_ENCODINGS,
  type TextEncoding,
} from '../../../../extension/core/text/textEncodings.ts';

const named = (label: string): TextEncoding => {
  const found = findEncoding(label);
  assert.ok(found, label);
  return found;
};
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16le = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'));
const utf16be = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le').swap16());

test('every encoding offered is one TextDecoder knows by that name, offered once', () => {
  for (const { label } of TEXT_ENCODINGS) assert.equal(new TextDecoder(label).encoding, label);
  assert.equal(new Set(TEXT_ENCODINGS.map(({ label }) => label)).size, TEXT_ENCODINGS.length);
  assert.equal(new Set(TEXT_ENCODINGS.map(({ name }) => name)).size, TEXT_ENCODINGS.length);
  assert.equal(findEncoding('UTF-8')?.name, 'UTF-8');
  assert.equal(findEncoding('klingon'), undefined);
});

test('a newline decodes to a newline', () => {
  for (const encoding of TEXT_ENCODINGS) {
    assert.equal(new TextDecoder(encoding.label).decode(Uint8Array.from(encoding.newline)), '\n');
    assert.equal(encoding.newline.length, encoding.unitWidth);
  }
});

const detected = (bytes: Uint8Array): string => {
  const { encoding, by, bomLength } = detectEncoding(bytes);
  return `${encoding.label} ${by} ${bomLength}`;
};

test('an encoding is known by its byte order mark', () => {
  assert.equal(detected(utf8('\ufeffa')), 'utf-8 bom 3');
  assert.equal(detected(utf16le('\ufeffa')), 'utf-16le bom 2');
  assert.equal(detected(utf16be('\ufeffa')), 'utf-16be bom 2');
});

test('UTF-16 without a mark is guessed only where it is plain', () => {
  assert.equal(detected(utf16le('Windows Registry\r\n')), 'utf-16le heuristic 0');
  assert.equal(detected(utf16be('Windows Registry\r\n')), 'utf-16be heuristic 0');
  assert.equal(detected(utf16le('short')), 'utf-8 default 0');
  assert.equal(detected(new Uint8Array(0)), 'utf-8 default 0');
  assert.equal(detected(new Uint8Array(DETECT_BYTES)), 'utf-8 default 0');
  assert.equal(detected(utf8('plain old text, nothing else')), 'utf-8 default 0');
  // A table of small integers.
  assert.equal(detected(new Uint8Array(Uint16Array.from({ length: 200 }, (_, i) => i).buffer)), 'utf-8 default 0');
});

test('text without zero bytes is never guessed to be UTF-16', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const nonZero = bytes.map((byte) => byte || 1);
      assert.notEqual(detectEncoding(nonZero).by, 'heuristic');
    }),
  );
});

test('a table has one column for each of 256 bytes', () => {
  for (const encoding of TEXT_ENCODINGS) {
    const { characters, isPrintable } = singleByteTable(encoding);
    assert.equal(characters.length, 256);
    assert.equal(isPrintable.length, 256);
    characters.forEach((character, byte) => {
      assert.equal(character.length, 1);
      assert.doesNotMatch(
        character,
        /[\p{C}\p{M}\p{Z}\u0590-\u08ff]/u.test(character) && character !== ' ' ? /./u : /^$/,
      );
      if (!isPrintable[byte]) assert.equal(character, SUBSTITUTE);
      else assert.equal(character, decodeByte(encoding, byte));
      if (byte < 0x20 || byte === 0x7f) assert.ok(!isPrintable[byte]);
      else if (byte < 0x7f) assert.equal(character, String.fromCharCode(byte));
      else if (!encoding.isSingleByte) assert.ok(!isPrintable[byte]);
    });
  }
});

test('what would spoil the column is not drawn', () => {
  const drawn = (label: string, byte: number): string | undefined => singleByteTable(named(label)).characters[byte];
  assert.equal(drawn('windows-1252', 0xe9), 'é');
  assert.equal(drawn('windows-1252', 0x80), '€');
  assert.equal(drawn('windows-1252', 0xa0), SUBSTITUTE, 'no-break space');
  assert.equal(drawn('windows-1252', 0xad), SUBSTITUTE, 'soft hyphen');
  assert.equal(drawn('windows-1255', 0xe0), SUBSTITUTE, 'alef');
  assert.equal(drawn('windows-1255', 0xc0), SUBSTITUTE, 'a Hebrew point');
  assert.equal(drawn('windows-1255', 0xfe), SUBSTITUTE, 'right-to-left mark');
  assert.equal(drawn('windows-1256', 0xc7), SUBSTITUTE, 'Arabic alef');
  assert.equal(drawn('iso-8859-6', 0xc7), SUBSTITUTE);
  assert.equal(drawn('iso-8859-8', 0xe0), SUBSTITUTE);
  assert.equal(drawn('windows-1258', 0xcc), SUBSTITUTE, 'a combining grave');
  assert.equal(drawn('windows-874', 0xd1), SUBSTITUTE, 'a Thai vowel sign above');
  assert.equal(drawn('windows-874', 0xa1), 'ก');
  assert.equal(drawn('macintosh', 0xf0), SUBSTITUTE, 'private use');
  assert.equal(drawn('koi8-r', 0xc1), 'а');
  assert.equal(drawn('ibm866', 0xb0), '░');
  assert.deepEqual(singleByteTable(named('windows-1252')).isPrintable[0xb7], true, 'a real middle dot');
});
