import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findEncoding, singleByteTable, UTF_8 } from '../../../extension/core/text/textEncodings.ts';
import { hexColumns } from '../../../webview/model/hexColumns.ts';
import { type Cell, cellState, type HexRowText, hexRowText, noCharacter } from '../../../webview/model/hexRow.ts';
import { layoutOf } from './layouts.ts';

const table = singleByteTable(UTF_8);
const row = (cells: readonly Cell[], change: Parameters<typeof layoutOf>[0] = {}, upperCase = true) =>
  hexRowText(cells, hexColumns(layoutOf(change), cells.length), upperCase, table);

/** What a user sees in the decoded column: the text, and what is drawn where it has no character. */
const drawn = ({ decoded, fillers }: HexRowText) =>
  [...decoded].map((character, index) => (character === noCharacter ? fillers[index] : character)).join('');

test('digits in order, text beside them', () => {
  const texts = row([0x7f, 0x45, 0x4c, 0x46, 0x02, 0xff, 0x20, 0x2e, 0x41]);
  assert.equal(texts.hex, '7F 45 4C 46 02 FF 20 2E  41');
  assert.equal(drawn(texts), '·ELF·· .A');
  assert.equal(row([0xab, 0xcd], {}, false).hex, 'ab cd');
});

test('little endian shows a group as the number it is', () => {
  assert.equal(row([0x78, 0x56, 0x34, 0x12, 0xbc, 0x9a], { groupSize: 4, endianness: 'little' }).hex, '12345678 9ABC');
  // The text stays in the order of the source.
  assert.equal(row([0x41, 0x42], { groupSize: 2, endianness: 'little' }).decoded, 'AB');
});

test('a hole is ??, never zeros; what is not here yet, or outside, is blank', () => {
  assert.equal(row([1, cellState.hole, cellState.hole, 2]).hex, '01 ?? ?? 02');
  assert.equal(drawn(row([1, cellState.hole, 65])), '·?A');
  assert.equal(row([1, cellState.pending, 2]).hex, '01    02');
  assert.equal(row([1, 2, cellState.outside, cellState.outside]).hex, '01 02');
  assert.equal(row([cellState.outside]).hex, '');
});

test('a zero that nobody wrote is marked as such, and is no character', () => {
  const texts = row([0, cellState.unwritten, cellState.unwritten, 65]);
  const { hex, dimHex, unwrittenHex } = texts;
  assert.equal(hex, '00 00 00 41');
  assert.equal(drawn(texts), '·  A');
  assert.deepEqual(dimHex, [{ start: 0, end: 2 }]);
  assert.deepEqual(unwrittenHex, [{ start: 3, end: 8 }]);
});

test('zeros are dim in one run where they are neighbours, and bytes that do not print stand apart from the text', () => {
  const { dimHex, decoded, fillers } = row([0, 0, 65, 0, 1, 65]);
  assert.deepEqual(dimHex, [
    { start: 0, end: 5 },
    { start: 9, end: 11 },
  ]);
  assert.equal(decoded, `${noCharacter.repeat(2)}A${noCharacter.repeat(2)}A`);
  assert.equal(fillers, '·· ··');
  // The end of a row keeps its places: they can be selected.
  assert.equal(row([65, 0]).decoded, `A${noCharacter}`);
  assert.deepEqual(row([cellState.hole, cellState.pending]).dimHex, []);
  // In a group nothing stands between bytes: a byte between zeros is not dim.
  assert.deepEqual(row([0, 1, 0, 0], { groupSize: 4 }).dimHex, [
    { start: 0, end: 2 },
    { start: 4, end: 8 },
  ]);
  assert.deepEqual(row([cellState.hole, 1, cellState.hole], { groupSize: 4 }).holesHex, [
    { start: 0, end: 2 },
    { start: 4, end: 6 },
  ]);
});

test('the decoded column is one column per byte in every single-byte encoding', () => {
  for (const label of ['windows-1252', 'koi8-r', 'windows-1256', 'windows-1255', 'windows-874']) {
    const encoding = findEncoding(label);
    assert.ok(encoding);
    const cells = Array.from({ length: 256 }, (_, byte) => byte);
    // An A last, or blanks at the end would be cut.
    const { decoded } = hexRowText([...cells, 65], hexColumns(layoutOf(), 257), true, singleByteTable(encoding));
    assert.equal(decoded.length, 257, label);
    assert.doesNotMatch(decoded, /[\u0590-\u08ff\p{M}\p{C}]/u);
  }
});

test('whatever the cells, digits stand where the columns say and dim runs lie inside the texts', () => {
  const cell = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, -1, -2, -3));
  fc.assert(
    fc.property(
      fc.array(cell, { minLength: 1, maxLength: 64 }),
      fc.constantFrom(1, 2, 4, 8),
      fc.constantFrom('big', 'little'),
      (cells, groupSize, endianness) => {
        const columns = hexColumns(layoutOf({ groupSize, endianness }), cells.length);
        const { hex, decoded, fillers, dimHex, holesHex, holesDecoded } = hexRowText(cells, columns, true, table);
        const whole = hex.padEnd(columns.hexWidth);
        cells.forEach((byte, index) => {
          const start = columns.hexStart[index] ?? 0;
          const digits = byte >= 0 ? byte.toString(16).toUpperCase().padStart(2, '0') : byte === -3 ? '??' : '  ';
          assert.equal(whole.slice(start, start + 2), digits);
        });
        for (const [text, runs] of [
          [whole, dimHex],
          [whole, holesHex],
          [decoded, holesDecoded],
        ] as const) {
          const seen = new Set<number>();
          for (const run of runs) {
            assert.ok(run.start < run.end && run.end <= text.length);
            for (let at = run.start; at < run.end; at++) assert.equal(seen.size, seen.add(at).size - 1, 'painted once');
          }
        }
        cells.forEach((_, index) => {
          const isFilled = (fillers[index] ?? ' ') !== ' ';
          assert.equal(isFilled, decoded[index] === noCharacter, 'either a character or what stands for none');
        });
        assert.equal(/[\dA-F]/.test(holesHex.map((run) => whole.slice(run.start, run.end)).join('')), false);
        assert.equal(/[1-9A-F?]/.test(dimHex.map((run) => whole.slice(run.start, run.end)).join('')), false);
      },
    ),
  );
});
