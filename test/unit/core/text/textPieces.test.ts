import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hole } from '../../../../extension/core/byteSource.ts';
import { decodeCharacters } from '../../../../extension/core/text/textDecode.ts';
import {
  findEncoding,
  TEXT_ENCODINGS,
  type TextEncoding,
  UTF_8,
} from '../../../../extension/core/text/textEncodings.ts';
import {
  type Need,
  nextPieceStart,
  type PieceStart,
  pieceLength,
  pieceStart,
  type TextWindow,
} from '../../../../extension/core/text/textPieces.ts';
import { layoutPiece } from '../../../../extension/core/text/textRows.ts';
import { unicodeWidths } from '../../../support/unicodeWidths.ts';

/** Short, so that cuts are many. */
const PIECE = 4096;

/** The most a question may need around its offset: that is what makes a line of any length readable. */
const BOUND = 3 * PIECE + 16;

/** Asks with a window of nothing, then with what is needed, as a caller that fetches would. */
function ask(
  question: (window: TextWindow) => PieceStart | Need,
  read: (offset: number, length: number) => Uint8Array,
  sourceSize: number,
  holes: readonly Hole[] = [],
): PieceStart {
  let answer = question({ offset: 0, bytes: new Uint8Array(0), sourceSize, holes });
  for (let round = 0; 'need' in answer; round++) {
    assert.ok(round < 2, 'near bytes, then all');
    const { offset, length } = answer.need;
    assert.ok(offset >= 0 && length >= 0 && offset + length <= sourceSize && length <= BOUND, `needs ${length}`);
    answer = question({ offset, bytes: read(offset, length), sourceSize, holes });
  }
  return answer;
}

const startOf = (bytes: Uint8Array, at: number, encoding: TextEncoding, holes: readonly Hole[] = []): PieceStart =>
  ask(
    (window) => pieceStart(window, at, encoding, PIECE),
    (o, l) => bytes.subarray(o, o + l),
    bytes.length,
    holes,
  );
const nextOf = (bytes: Uint8Array, at: number, encoding: TextEncoding, holes: readonly Hole[] = []): PieceStart =>
  ask(
    (window) => nextPieceStart(window, at, encoding, PIECE),
    (o, l) => bytes.subarray(o, o + l),
    bytes.length,
    holes,
  );

/** The rule, word by word, over the whole source. */
function naiveStarts(source: Uint8Array, encoding: TextEncoding, holes: readonly Hole[]): number[] {
  const unit = encoding.unitWidth;
  const bytes = source.slice();
  for (const { offset, length } of holes) bytes.fill(0x3f, offset, offset + length);
  const units: number[] = [];
  for (let at = 0; at + unit <= bytes.length; at += unit) {
    const view = new DataView(bytes.buffer, at);
    units.push(unit === 1 ? view.getUint8(0) : view.getUint16(0, encoding.label === 'utf-16le'));
  }
  const starts = new Set<number>([0]);
  units.forEach((value, index) => {
    if (value === 0x0a) starts.add((index + 1) * unit);
  });
  for (let p = PIECE; p < bytes.length; p += PIECE) {
    if (units.slice((p - PIECE) / unit, p / unit).includes(0x0a)) continue;
    let index = p / unit;
    if (encoding.label === 'utf-8') {
      const rest = [0, 1, 2, 3].findIndex((k) => ((units[index + k] ?? 0) & 0xc0) !== 0x80);
      if (rest > 0) index += rest;
    } else if (unit === 2) {
      const isPair = ((units[index - 1] ?? 0) & 0xfc00) === 0xd800 && ((units[index] ?? 0) & 0xfc00) === 0xdc00;
      if (isPair) index++;
    }
    const isLineEnd = units[index] === 0x0a || (units[index] === 0x0d && units[index + 1] === 0x0a);
    if (!isLineEnd) starts.add(index * unit);
  }
  return [...starts].filter((start) => start === 0 || start < bytes.length).sort((a, b) => a - b);
}

const named = (label: string): TextEncoding => {
  const found = findEncoding(label);
  assert.ok(found);
  return found;
};
const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'].map(named);
/** Lines around the lengths where the rule turns, of characters that lie across the cuts. */
const source = fc
  .array(
    fc.record({
      fill: fc.constantFrom('a', 'é', '日', '😀', '\r', '\x80'),
      length: fc.oneof(fc.nat(3), fc.integer({ min: PIECE - 8, max: PIECE + 8 }), fc.nat(3 * PIECE)),
      end: fc.constantFrom('\n', '\r\n', '', 'b'),
      junk: fc.uint8Array({ maxLength: 4 }),
    }),
    { maxLength: 6 },
  )
  .chain((lines) =>
    fc.constantFrom(...encodings).map((encoding) => {
      const text = (part: string): Buffer => {
        if (encoding.unitWidth === 1) return Buffer.from(part, encoding.label === 'utf-8' ? 'utf8' : 'latin1');
        const little = Buffer.from(part, 'utf16le');
        return encoding.label === 'utf-16be' ? little.swap16() : little;
      };
      const parts = lines.flatMap(({ fill, length, end, junk }) => [text(fill.repeat(length)), junk, text(end)]);
      return { bytes: new Uint8Array(Buffer.concat(parts)), encoding };
    }),
  );
const someHoles = fc
  .array(fc.tuple(fc.nat(6 * PIECE), fc.oneof(fc.nat(4), fc.nat(PIECE))), { maxLength: 2 })
  .map((gaps) => gaps.map(([offset, length]): Hole => ({ offset, length, reason: 'ioError' })));

test('the starts found are those of the rule, from every side', () => {
  fc.assert(
    fc.property(source, someHoles, fc.array(fc.nat(), { maxLength: 20 }), ({ bytes, encoding }, holes, offsets) => {
      const expected = naiveStarts(bytes, encoding, holes);
      const forward: number[] = [];
      for (let at = 0; at < bytes.length || at === 0; at = nextOf(bytes, at, encoding, holes).offset) {
        forward.push(at);
        if (bytes.length === 0) break;
      }
      assert.deepEqual(forward, expected);

      const backward: number[] = [];
      for (let at = bytes.length; at > 0; ) {
        at = startOf(bytes, at - 1, encoding, holes).offset;
        backward.unshift(at);
      }
      assert.deepEqual(backward, bytes.length === 0 ? [] : expected);

      const near = expected.flatMap((start) => [start - 2, start - 1, start, start + 1, start + 5]);
      for (const raw of [...near, ...offsets.map((offset) => offset % (bytes.length + 1))]) {
        const offset = Math.max(0, Math.min(raw, bytes.length - 1));
        const found = startOf(bytes, offset, encoding, holes);
        // A byte in the middle of a unit belongs to the unit.
        const aligned = offset - (offset % encoding.unitWidth);
        assert.equal(
          found.offset,
          expected.findLast((start) => start <= aligned),
        );
        const isLine = found.offset === 0 || naiveLineStart(bytes, found.offset, encoding, holes);
        assert.equal(found.startsLine, isLine);
        const next = nextOf(bytes, found.offset, encoding, holes);
        assert.ok(next.offset > offset || bytes.length === 0);
        assert.ok(next.offset - found.offset < 2 * PIECE + 8);
      }
    }),
    { numRuns: 300 },
  );
});

function naiveLineStart(bytes: Uint8Array, start: number, encoding: TextEncoding, holes: readonly Hole[]): boolean {
  const newline = encoding.newline;
  return newline.every((byte, index) => {
    const at = start - newline.length + index;
    return bytes[at] === byte && !holes.some((hole) => at >= hole.offset && at < hole.offset + hole.length);
  });
}

test('the rows of all pieces walk the source, no byte lost or doubled', () => {
  fc.assert(
    fc.property(source, someHoles, fc.integer({ min: 1, max: 200 }), ({ bytes, encoding }, holes, columns) => {
      let at = 0;
      while (at < bytes.length) {
        const { offset, startsLine } = startOf(bytes, at, encoding, holes);
        assert.equal(offset, at);
        const end = nextOf(bytes, at, encoding, holes).offset;
        const rows = layoutPiece(bytes.subarray(at, end), at, encoding, {
          columns,
          tabSize: 8,
          widths: unicodeWidths,
          startsLine,
          holes,
        });
        assert.equal(rows[0]?.continuation, !startsLine);
        for (const row of rows) {
          assert.equal(row.offset, at);
          at += row.length;
        }
        assert.equal(at, end);
      }
    }),
    { numRuns: 200 },
  );
});

test('well-formed text is never cut inside a character', () => {
  const text = fc.array(fc.constantFrom('a', 'é', '日', '😀', 'b'), { maxLength: 3 });
  fc.assert(
    fc.property(text, fc.constantFrom(...encodings.slice(0, 3)), (pattern, encoding) => {
      const whole = `${pattern.join('')}x`.repeat(1500);
      const bytes = encoding.unitWidth === 1 ? Buffer.from(whole) : Buffer.from(whole, 'utf16le');
      if (encoding.label === 'utf-16be') bytes.swap16();
      let drawn = '';
      for (let at = 0; at < bytes.length; ) {
        const end = nextOf(bytes, at, encoding).offset;
        for (const row of layoutPiece(bytes.subarray(at, end), at, encoding, {
          columns: 80,
          tabSize: 8,
          widths: unicodeWidths,
        }))
          drawn += row.text;
        at = end;
      }
      assert.equal(drawn, whole);
    }),
    { numRuns: 50 },
  );
});

const eastAsian = ['shift_jis', 'euc-jp', 'euc-kr', 'big5', 'gbk', 'gb18030'].map(named);

for (const encoding of eastAsian) {
  test(`no character of ${encoding.label} is cut where a byte tells`, () => {
    const byte = fc.oneof(
      fc.integer({ min: 0x80, max: 0xff }),
      fc.constantFrom(0x30, 0x39, 0x40, 0x5a, 0x7e, 0x81, 0x8f),
    );
    const run = fc.tuple(fc.array(byte, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1000, max: 3800 }));
    fc.assert(
      fc.property(fc.array(run, { minLength: 4, maxLength: 8 }), (runs) => {
        // A run has no byte that tells but the blank behind it; it may be as long as a piece, nearly.
        const repeated = (bytes: number[], length: number) =>
          Array<number[]>(Math.ceil(length / bytes.length)).fill(bytes);
        const parts = runs.flatMap(([bytes, length]) => [...repeated(bytes, length), [0x20]]);
        const bytes = Uint8Array.from(parts.flat());
        const boundaries = new Set<number>();
        decodeCharacters(bytes, 0, bytes.length, encoding, false, (_, start) => boundaries.add(start));
        for (let at = nextOf(bytes, 0, encoding).offset; at < bytes.length; at = nextOf(bytes, at, encoding).offset) {
          assert.ok(boundaries.has(at), `${at} is inside a character`);
          assert.equal(startOf(bytes, at, encoding).offset, at);
          assert.ok(startOf(bytes, at - 1, encoding).offset < at);
        }
      }),
      { numRuns: 100 },
    );
  });
}

test('where nothing tells, a cut is where it is', () => {
  const bytes = new Uint8Array(3 * PIECE + 1).fill(0xa4);
  bytes[0] = 0x20;
  // The first cut is told by the blank, and by the start of the source; what is before the second tells nothing.
  assert.equal(nextOf(bytes, 0, named('euc-kr')).offset, PIECE + 1);
  assert.equal(nextOf(bytes, PIECE + 1, named('euc-kr')).offset, 2 * PIECE);
});

test('a piece is a whole number of rows, and never large', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8192 }), fc.constantFrom(...TEXT_ENCODINGS), (columns, encoding) => {
      const length = pieceLength(columns, encoding);
      assert.equal(length % (columns * encoding.unitWidth), 0);
      assert.ok(length >= 8192 && length <= 16_384);
    }),
  );
  // As a view says that has no size.
  assert.equal(pieceLength(Number.POSITIVE_INFINITY, UTF_8), 16_384);
});

test('a line of 1 TB needs a few KiB', () => {
  const size = 10 ** 12;
  const read = (_offset: number, length: number): Uint8Array => new Uint8Array(length).fill(0x61);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: size - 1 }), (offset) => {
      const start = ask((window) => pieceStart(window, offset, UTF_8, PIECE), read, size);
      assert.deepEqual(start, { offset: offset - (offset % PIECE), startsLine: start.offset === 0 });
      const next = ask((window) => nextPieceStart(window, start.offset, UTF_8, PIECE), read, size);
      assert.equal(next.offset, Math.min(size, start.offset + PIECE));
    }),
  );
});

test('a cut never leaves a line end alone', () => {
  const bytes = Buffer.concat([Buffer.alloc(PIECE, 'a'), Buffer.from('\r\nb')]);
  assert.deepEqual(nextOf(bytes, 0, UTF_8), { offset: PIECE + 2, startsLine: true });
  assert.deepEqual(startOf(bytes, PIECE + 1, UTF_8), { offset: 0, startsLine: true });
  const split = Buffer.concat([Buffer.alloc(PIECE - 1, 'a'), Buffer.from('\r\nb')]);
  assert.deepEqual(nextOf(split, 0, UTF_8), { offset: PIECE + 1, startsLine: true });
});

test('odd offsets do no harm', () => {
  const ends = fc.constantFrom(-5, -1, 0, 0.5, 1, PIECE, 10 ** 9, Number.MAX_SAFE_INTEGER);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), ends, fc.constantFrom(...TEXT_ENCODINGS), (bytes, at, encoding) => {
      const offset = Math.floor(at);
      const window = { offset: 0, bytes, sourceSize: bytes.length };
      const found = pieceStart(window, offset, encoding, PIECE);
      assert.ok('offset' in found && found.offset >= 0 && found.offset <= bytes.length);
      nextPieceStart(window, offset, encoding, PIECE);
    }),
  );
});
