import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findEncoding, TEXT_ENCODINGS, type TextEncoding } from '../../../../extension/core/text/textEncodings.ts';
import { layoutPiece, type RowLayout, type VisualRow } from '../../../../extension/core/text/textRows.ts';
import { unicodeWidths } from '../../../support/unicodeWidths.ts';

const layout: RowLayout = { columns: 20, tabSize: 4, widths: unicodeWidths };
const named = (label: string): TextEncoding => {
  const found = findEncoding(label);
  assert.ok(found, label);
  return found;
};
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function rowsOf(
  text: string | Uint8Array,
  options: Partial<RowLayout> = {},
  label = 'utf-8',
  offset = 100,
): readonly VisualRow[] {
  const bytes = typeof text === 'string' ? bytesOf(text) : text;
  return layoutPiece(bytes, offset, named(label), { ...layout, ...options });
}
const textsOf = (...args: Parameters<typeof rowsOf>): string[] => rowsOf(...args).map((row) => row.text);

test('a line is drawn without its newline, which it owns', () => {
  assert.deepEqual(rowsOf('hi\r\n'), [
    { offset: 100, length: 4, text: 'hi', charOffsets: [100, 101], newline: 2, continuation: false },
  ]);
  assert.deepEqual(rowsOf('hi', { startsLine: false }), [
    { offset: 100, length: 2, text: 'hi', charOffsets: [100, 101], newline: 0, continuation: true },
  ]);
  assert.deepEqual(rowsOf(''), [
    { offset: 100, length: 0, text: '', charOffsets: [], newline: 0, continuation: false },
  ]);
  assert.equal(rowsOf('\n')[0]?.length, 1);
  assert.deepEqual(textsOf('a\rb\n'), ['a␍b']);
});

test('long lines wrap at the width', () => {
  const rows = rowsOf('abcdefghij\n', { columns: 4 });
  assert.deepEqual(
    rows.map((row) => [row.offset, row.length, row.text, row.newline, row.continuation]),
    [
      [100, 4, 'abcd', 0, false],
      [104, 4, 'efgh', 0, true],
      [108, 3, 'ij', 1, true],
    ],
  );
});

test('wide, combining and tab take their columns', () => {
  assert.deepEqual(textsOf('日本語', { columns: 5 }), ['日本', '語']);
  assert.deepEqual(textsOf('a😀b', { columns: 3 }), ['a😀', 'b']);
  assert.deepEqual(textsOf('e\u0301e\u0301e\u0301', { columns: 2 }), ['e\u0301e\u0301', 'e\u0301']);
  assert.deepEqual(textsOf('ab\tc'), ['ab  c']);
  assert.deepEqual(rowsOf('ab\tc')[0]?.charOffsets, [100, 101, 102, 102, 103]);
  assert.deepEqual(textsOf('abc\td', { columns: 6, tabSize: 8 }), ['abc   ', 'd']);
  assert.deepEqual(textsOf('日日', { columns: 1 }), ['日', '日']);
  assert.deepEqual(textsOf('ab', { columns: Number.NaN, tabSize: -3 }), ['a', 'b']);
});

test('what would not be seen is spelled out', () => {
  assert.deepEqual(textsOf('\x1b[0m\x00\x7f'), ['␛[0m␀␡']);
  assert.deepEqual(textsOf('a\u202eb\u200b', { columns: 40 }), ['a‹U+202E›b‹U+200B›']);
  assert.deepEqual(textsOf('\u0085\u2028\ufeff', { columns: 40 }), ['‹U+0085›‹U+2028›‹U+FEFF›']);
  assert.deepEqual(rowsOf('a\u202e')[0]?.charOffsets, [100, ...Array(8).fill(101)]);
});

test('a byte order mark at the start is not drawn, and not lost', () => {
  const [row] = rowsOf('\ufeffhi', {}, 'utf-8', 0);
  assert.deepEqual(row?.text, 'hi');
  assert.deepEqual([row?.offset, row?.length, row?.charOffsets], [0, 5, [3, 4]]);
});

test('malformed bytes stand for themselves', () => {
  const [row] = rowsOf(Uint8Array.of(0x61, 0xff, 0xe2, 0x82, 0x62));
  assert.equal(row?.text, 'a\ufffd\ufffdb');
  assert.deepEqual(row?.charOffsets, [100, 101, 102, 104]);
});

test('holes are question marks and reach no decoder', () => {
  const bytes = Uint8Array.of(0xe2, 0x82, 0x0a, 0x00, 0x41, 0x0a);
  const hole = (offset: number, length: number) => ({ offset, length, reason: 'ioError' as const });
  const [row] = rowsOf(bytes, { holes: [hole(101, 3), hole(102, 1), hole(0, 5)] });
  assert.equal(row?.text, '\ufffd???A');
  assert.deepEqual(row?.charOffsets, [100, 101, 102, 103, 104]);
  assert.equal(row?.newline, 1);
  // The newline that cannot be read is none.
  assert.deepEqual(textsOf(bytes.subarray(4), { holes: [hole(101, 9)] }), ['A?']);
});

const samples: readonly (readonly [string, readonly number[], string, readonly number[]])[] = [
  ['utf-16le', [0x41, 0x00, 0x3d, 0xd8, 0x00, 0xde, 0x00, 0xd8, 0x42], 'A😀\ufffd\ufffd', [0, 2, 2, 6, 8]],
  ['utf-16be', [0x00, 0x41, 0xd8, 0x3d, 0xde, 0x00, 0xde, 0x00, 0x42], 'A😀\ufffd\ufffd', [0, 2, 2, 6, 8]],
  ['windows-1252', [0x80, 0x41, 0xe9], '€Aé', [0, 1, 2]],
  ['shift_jis', [0x83, 0x41, 0x41, 0x81, 0x41, 0x81], 'アA、\ufffd', [0, 2, 3, 5]],
  ['euc-jp', [0xa5, 0xa2, 0x8f, 0xb0, 0xa1, 0x8f, 0x41], 'ア丂\ufffdA', [0, 2, 5, 6]],
  ['gb18030', [0x81, 0x30, 0x81, 0x30, 0x41], '‹U+0080›A', [...Array(8).fill(0), 4]],
  ['gb18030', [0x81, 0x30, 0x41], '\ufffd0A', [0, 1, 2]],
  ['big5', [0xa4, 0x40, 0x41, 0xa4], '一A\ufffd', [0, 2, 3]],
  ['euc-kr', [0xb0, 0xa1, 0x20], '가 ', [0, 2]],
  ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x42, 0x41], 'あA', [0, 5]],
  ['iso-2022-jp', [0x41, 0x1b, 0x28, 0x42], 'A', [0]],
];
for (const [label, bytes, text, offsets] of samples) {
  test(`${label} ${bytes.map((byte) => byte.toString(16)).join(' ')}`, () => {
    const [row] = rowsOf(Uint8Array.from(bytes), {}, label, 1000);
    assert.equal(row?.text, text);
    assert.deepEqual(
      row?.charOffsets.map((offset) => offset - 1000),
      offsets,
    );
    assert.equal(row?.length, bytes.length);
  });
}

test('good text comes out as TextDecoder has it', () => {
  const text = 'Zażółć 日本 😀';
  assert.deepEqual(textsOf(text), [text]);
  for (const label of ['gbk', 'gb18030', 'euc-kr', 'euc-jp', 'big5', 'shift_jis']) {
    const decoder = new TextDecoder(label);
    for (let lead = 0xa4; lead < 0xd0; lead++) {
      for (let trail = 0xa1; trail < 0xf0; trail++) {
        const bytes = Uint8Array.of(lead, trail);
        const expected = decoder.decode(bytes);
        if (!/[\ufffd\u3164]/.test(expected)) assert.equal(rowsOf(bytes, {}, label)[0]?.text, expected);
      }
    }
  }
});

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 100 }).map(bytesOf),
  fc
    .array(fc.constantFrom(0x0a, 0x0d, 0x09, 0x1b, 0x24, 0x42, 0x28, 0x41, 0x00, 0x81, 0x30, 0xe2, 0xd8, 0xdc), {
      maxLength: 300,
    })
    .map((bytes) => Uint8Array.from(bytes)),
);

test('whatever the bytes, rows hold each once, in order, within the width', () => {
  fc.assert(
    fc.property(
      anyBytes,
      fc.constantFrom(...TEXT_ENCODINGS),
      fc.nat(2 ** 40),
      fc.integer({ min: 8, max: 60 }),
      fc.array(fc.tuple(fc.nat(300), fc.nat(50)), { maxLength: 3 }),
      (bytes, encoding, offset, columns, gaps) => {
        const holes = gaps.map(([at, length]) => ({ offset: offset + at, length, reason: 'unmapped' as const }));
        const rows = layoutPiece(bytes, offset, encoding, { columns, tabSize: 8, widths: unicodeWidths, holes });
        let at = offset;
        let last = offset;
        for (const row of rows) {
          assert.equal(row.offset, at);
          assert.equal(row.charOffsets.length, row.text.length);
          for (const charOffset of row.charOffsets) {
            assert.ok(charOffset >= last && charOffset >= row.offset && charOffset < row.offset + row.length);
            last = charOffset;
          }
          assert.doesNotMatch(row.text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
          assert.equal(row.continuation, row !== rows[0]);
          at += row.length;
        }
        assert.equal(at, offset + bytes.length);
        const drawn = new Set(rows.flatMap((row) => row.charOffsets));
        for (const hole of holes) {
          const end = Math.min(hole.offset + hole.length, offset + bytes.length);
          for (let byte = hole.offset; byte < end; byte++) assert.ok(drawn.has(byte), 'an unreadable byte is drawn');
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('rows are cut by the widths the view measured', () => {
  const half = { ascii: new Array<number>(0x7f).fill(1), of: (texts: readonly string[]) => texts.map(() => 1.5) };
  assert.deepEqual(textsOf('\ufffd'.repeat(7), { columns: 6, widths: half }), ['\ufffd'.repeat(4), '\ufffd'.repeat(3)]);
  const wideW = { ...half, ascii: half.ascii.map((_, code) => (code === 0x57 ? 2 : 1)) };
  assert.deepEqual(textsOf('WWWiii', { columns: 4, widths: wideW }), ['WW', 'Wii', 'i']);
  // What takes no room ends a row all the same.
  const none = { ...half, of: (texts: readonly string[]) => texts.map(() => 0) };
  assert.equal(textsOf('é'.repeat(100), { columns: 10, widths: none }).length, 10);
});

test('what is drawn together is measured together, and once', () => {
  const asked: string[][] = [];
  const widths = {
    ...layout.widths,
    of: (texts: readonly string[]) => {
      asked.push([...texts]);
      return layout.widths.of(texts);
    },
  };
  const text = 'ab e\u0301 🇩🇪🇫🇷 👍🏽 مرحبا क्षत्रियक्षत्रिय ﷽ \u202e\tx\u0301';
  assert.equal(textsOf(text, { columns: 200, widths }).length, 1);
  assert.deepEqual(asked, [['e\u0301', '🇩🇪', '🇫🇷', '👍🏽', 'مرحبا', 'क्षत्रिय', 'क्षत्रिय', '﷽', '‹U+202E›', 'x\u0301']]);
  textsOf('only ascii\t', { widths });
  assert.equal(asked.length, 1);
  textsOf(`a${'\u0301'.repeat(40)}`, { widths });
  assert.deepEqual(
    asked.at(-1)?.map((cluster) => cluster.length),
    [16, 16, 9],
  );
});
