import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hole } from '../../../extension/core/byteSource.ts';
import { findEncoding, type TextEncoding, UTF_8 } from '../../../extension/core/text/textEncodings.ts';
import type { VisualRow } from '../../../extension/core/text/textRows.ts';
import { PageCache, pageSize } from '../../../webview/model/pageCache.ts';
import { type FlowOptions, type FlowPosition, TextFlow } from '../../../webview/model/textFlow.ts';
import { unicodeWidths } from '../../support/unicodeWidths.ts';

const named = (label: string): TextEncoding => {
  const found = findEncoding(label);
  assert.ok(found, label);
  return found;
};
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A flow over a source whose pages come only as they are asked for. */
class Source {
  readonly cache = new PageCache();
  readonly flow: TextFlow;
  readonly #byteAt: (offset: number) => number;
  readonly #holes: readonly Hole[];
  readonly #options: FlowOptions;
  /** First bytes of the pages that were read. */
  readonly read = new Set<number>();

  constructor(
    size: number,
    byteAt: (offset: number) => number,
    { encoding = UTF_8, columns = 20, holes = [] as readonly Hole[] } = {},
  ) {
    this.#byteAt = byteAt;
    this.#holes = holes;
    this.#options = { encoding, columns, tabSize: 4, widths: unicodeWidths, sourceSize: size };
    this.flow = new TextFlow(this.cache, this.#options);
  }

  /** Asks, reads what is said to be needed, and asks again, as frames do. */
  get<T>(ask: (flow: TextFlow) => T | undefined): T {
    for (let round = 0; round < 50; round++) {
      this.flow.needed = undefined;
      const answer = ask(this.flow);
      if (answer !== undefined) return answer;
      const { needed } = this.flow;
      assert.ok(needed, 'nothing to give and nothing needed');
      const missing = this.cache.missing(needed);
      assert.ok(missing.length > 0, 'needs what is there');
      for (const offset of missing) this.#load(offset);
      this.flow.reset(this.#options);
    }
    throw new Error('needs more and more');
  }

  #load(offset: number): void {
    assert.ok(offset < this.#options.sourceSize, 'needs what is past the end');
    this.read.add(offset);
    const length = Math.min(pageSize, this.#options.sourceSize - offset);
    const bytes = Uint8Array.from({ length }, (_, i) => this.#byteAt(offset + i));
    this.cache.take(offset, { generation: 0, bytes, holes: this.#holes }, pageSize);
  }

  row(position: FlowPosition): VisualRow {
    return this.get((flow) => flow.row(position));
  }

  down(from: FlowPosition): FlowPosition[] {
    const positions = [from];
    for (let at = from; ; ) {
      const next = this.get((flow) => flow.next(at));
      if (next === 'end') return positions;
      positions.push(next);
      at = next;
    }
  }

  up(from: FlowPosition): FlowPosition[] {
    const positions = [from];
    for (let at = from; ; ) {
      const previous = this.get((flow) => flow.previous(at));
      if (previous === 'end') return positions.reverse();
      positions.push(previous);
      at = previous;
    }
  }
}

const sourceOf = (bytes: Uint8Array, options: ConstructorParameters<typeof Source>[2] = {}) =>
  new Source(bytes.length, (offset) => bytes[offset] ?? 0, options);

test('lines, one below the other', () => {
  const source = sourceOf(bytesOf('one\ntwo\r\n\nlast'));
  const rows = source.down({ piece: 0, index: 0 }).map((position) => source.row(position));
  assert.deepEqual(
    rows.map((row) => row.text),
    ['one', 'two', '', 'last'],
  );
  assert.deepEqual(
    rows.map((row) => row.offset),
    [0, 4, 9, 10],
  );
});

test('an empty source has no row', () => {
  const source = sourceOf(new Uint8Array());
  assert.equal(source.flow.locate(0), undefined);
  assert.equal(source.flow.needed, undefined);
});

test('what is not here is needed, and said so, a page or two at a time', () => {
  const flow = new TextFlow(new PageCache(), {
    encoding: UTF_8,
    columns: 80,
    tabSize: 4,
    widths: unicodeWidths,
    sourceSize: 2 ** 40,
  });
  assert.equal(flow.locate(2 ** 39), undefined);
  assert.ok(flow.needed);
  assert.ok(flow.needed.offset <= 2 ** 39 && flow.needed.offset + flow.needed.length > 2 ** 39);
  assert.ok(flow.needed.length <= 2 * pageSize);
  flow.needed = undefined;
  assert.deepEqual(flow.rowsFrom({ piece: 2 ** 39, index: 0 }, 10), []);
  assert.ok(flow.needed);
});

test('a line of a terabyte is walked with a few pages, from anywhere', () => {
  const size = 2 ** 40;
  const source = new Source(size, () => 0x78, { columns: 100 });
  for (const offset of [0, 1, size / 3, size - 1].map(Math.floor)) {
    let at = source.get((flow) => flow.locate(offset));
    const row = source.row(at);
    assert.ok(offset >= row.offset && offset < row.offset + row.length);
    for (let i = 0; i < 200; i++) {
      const next = source.get((flow) => flow.next(at));
      if (next === 'end') break;
      assert.equal(source.row(next).offset, source.row(at).offset + source.row(at).length);
      at = next;
    }
  }
  assert.ok(source.read.size < 40, `${source.read.size} pages`);
});

test('the rows of a line without an end are full, wherever one comes to it', () => {
  const size = 2 ** 40;
  for (const columns of [8, 79, 100, 333]) {
    const source = new Source(size, (offset) => 0x61 + (offset % 26), { columns });
    for (const offset of [0, size / 3, size - 40_000].map(Math.floor)) {
      let at = source.get((flow) => flow.locate(offset));
      for (let i = 0; i < 300; i++) {
        const row = source.row(at);
        const next = source.get((flow) => flow.next(at));
        if (next === 'end') break;
        assert.equal(row.text.length, columns);
        assert.deepEqual(
          source.get((flow) => flow.previous(next)),
          at,
        );
        at = next;
      }
    }
  }
});

test('the end of the largest source', () => {
  const size = Number.MAX_SAFE_INTEGER;
  const source = new Source(size, (offset) => (offset % 10 === 0 ? 0x0a : 0x61));
  const last = source.get((flow) => flow.locate(size - 1));
  const row = source.row(last);
  assert.equal(row.offset + row.length, size);
  assert.equal(
    source.get((flow) => flow.next(last)),
    'end',
  );
});

test('moving goes as far as there are rows, and says how far', () => {
  const source = sourceOf(bytesOf('a\nb\nc\nd\n'));
  source.down({ piece: 0, index: 0 });
  assert.deepEqual(source.flow.moved({ piece: 0, index: 0 }, 2), { position: { piece: 4, index: 0 }, moved: 2 });
  assert.deepEqual(source.flow.moved({ piece: 0, index: 0 }, 99), { position: { piece: 6, index: 0 }, moved: 3 });
  assert.deepEqual(source.flow.moved({ piece: 4, index: 0 }, -99), { position: { piece: 0, index: 0 }, moved: -2 });
});

test('another width lays the same bytes out anew', () => {
  const bytes = bytesOf('abcdefghij'.repeat(5));
  const source = sourceOf(bytes, { columns: 10 });
  assert.equal(source.down({ piece: 0, index: 0 }).length, 5);
  source.flow.reset({ encoding: UTF_8, columns: 25, tabSize: 4, widths: unicodeWidths, sourceSize: bytes.length });
  assert.equal(source.flow.rowsFrom({ piece: 0, index: 0 }, 9).length, 2);
});

const anyText = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 40_000 }),
  fc
    .array(fc.constantFrom(0x0a, 0x0d, 0x61, 0x20, 0x09, 0xe2, 0x82, 0xac, 0xd8, 0), {
      minLength: 1,
      maxLength: 12_000,
    })
    .map((bytes) => Uint8Array.from(bytes)),
  // Long lines, with a newline here and there.
  fc
    .array(fc.nat(40_000), { maxLength: 5 })
    .map((lengths) => bytesOf(lengths.map((length) => 'ab€'.repeat(length / 3)).join('\n') || 'x')),
);

test('down and up are the same walk, hold each byte once, and agree with where a byte is said to be', () => {
  fc.assert(
    fc.property(
      anyText,
      fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'shift_jis'),
      fc.integer({ min: 8, max: 120 }),
      fc.array(fc.record({ offset: fc.nat(40_000), length: fc.integer({ min: 1, max: 3000 }) }), { maxLength: 2 }),
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 5, maxLength: 5 }),
      (bytes, label, columns, gaps, shares) => {
        const holes = gaps.map((range) => ({ ...range, reason: 'ioError' as const }));
        const encoding = named(label);
        const source = sourceOf(bytes, { encoding, columns, holes });
        const down = source.down({ piece: 0, index: 0 });
        let at = 0;
        const rowOf = new Map<number, FlowPosition>();
        for (const position of down) {
          const row = source.row(position);
          assert.equal(row.offset, at);
          for (let byte = 0; byte < row.length; byte++) rowOf.set(at + byte, position);
          at += row.length;
        }
        assert.equal(at, bytes.length);
        const fresh = sourceOf(bytes, { encoding, columns, holes });
        const end = fresh.get((flow) => flow.locate(bytes.length - 1));
        assert.deepEqual(fresh.up(end), down);
        for (const share of shares) {
          const offset = Math.floor(share * bytes.length);
          const alone = sourceOf(bytes, { encoding, columns, holes });
          assert.deepEqual(
            alone.get((flow) => flow.locate(offset)),
            rowOf.get(offset),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});
