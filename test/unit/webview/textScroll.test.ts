import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { endOf } from '../../../extension/core/byteRange.ts';
import { UTF_8 } from '../../../extension/core/text/textEncodings.ts';
import { PageCache, pageSize } from '../../../webview/model/pageCache.ts';
import { TextFlow } from '../../../webview/model/textFlow.ts';
import { TextScroll } from '../../../webview/model/textScroll.ts';
import { unicodeWidths } from '../../support/unicodeWidths.ts';

const rowHeight = 20;
/** Of a row with its newline, bytes. */
const rowLength = 16;

/** A view of `height` pixels on so many rows, whose bytes come when `read` is called. */
function viewOf(rows: number, height: number) {
  const size = rows * rowLength;
  const bytes = new TextEncoder().encode(`${'x'.repeat(rowLength - 1)}\n`.repeat(rows));
  const cache = new PageCache();
  const options = { encoding: UTF_8, columns: 80, tabSize: 4, widths: unicodeWidths, sourceSize: size };
  const flow = new TextFlow(cache, options);
  const scroll = new TextScroll(flow, { size, rowHeight, height });
  const read = () => {
    for (let offset = 0; offset < size; offset += pageSize) {
      cache.take(offset, { generation: 0, bytes: bytes.slice(offset, offset + pageSize), holes: [] }, pageSize);
    }
    flow.reset(options);
  };
  return { scroll, read, size };
}

const offsetsOf = (scroll: TextScroll) => scroll.rows.map(({ offset }) => offset);

test('what shows stays until the bytes of another place are here', () => {
  const { scroll, read } = viewOf(1000, 100);
  assert.equal(scroll.settle(), true);
  assert.deepEqual(scroll.rows, []);
  assert.ok(endOf(scroll.visible) > 0, 'asks for what it needs');
  read();
  assert.equal(scroll.settle(), false);
  const before = offsetsOf(scroll);
  assert.deepEqual(before.slice(0, 2), [0, rowLength]);
  const { ordinal } = scroll;
  scroll.to(500 * rowLength + 3, 2);
  assert.deepEqual([scroll.top, offsetsOf(scroll)], [500 * rowLength + 3, before]);
  assert.equal(scroll.settle(), false);
  assert.deepEqual([scroll.top, scroll.rowsAbove(500 * rowLength)], [498 * rowLength, 2]);
  assert.ok(scroll.ordinal > ordinal + 1000, 'a row of a jump is taken for none that showed');
});

test('scrolled by pixels and back it shows the same, and never more than the end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.array(fc.integer({ min: -900, max: 900 })), (rows, steps) => {
      const height = 110;
      const { scroll, read, size } = viewOf(rows, height);
      read();
      scroll.settle();
      for (const step of steps) {
        scroll.byPixels(step);
        scroll.settle();
        const [first, last] = [scroll.rows[0], scroll.rows.at(-1)];
        assert.ok(first !== undefined && last !== undefined);
        assert.ok(scroll.pixels >= 0 && scroll.pixels < rowHeight);
        const below = (size - first.offset) / rowLength;
        assert.ok(below >= Math.min(rows, scroll.fullRows), 'the last row is at the bottom, or all of them show');
        assert.ok(scroll.share.ratio >= 0 && scroll.share.ratio <= 1);
      }
    }),
    { numRuns: 50 },
  );
});

test('a ratio of 1 is the end, and a row is shown by moving as little as can be', () => {
  const { scroll, read, size } = viewOf(1000, 100);
  read();
  scroll.toRatio(1);
  scroll.settle();
  assert.equal(endOf(scroll.rows.at(-1) ?? { offset: 0, length: 0 }), size);
  assert.equal(scroll.share.ratio, 1);
  const shown = offsetsOf(scroll);
  scroll.reveal(size - rowLength, 'nearest');
  scroll.settle();
  assert.deepEqual(offsetsOf(scroll), shown);
  scroll.reveal(10 * rowLength, 'nearest');
  scroll.settle();
  assert.equal(scroll.top, 10 * rowLength);
  scroll.reveal(900 * rowLength, 'jump');
  scroll.settle();
  assert.equal(scroll.rowsAbove(900 * rowLength), 1);
  const back = scroll.keepPlace();
  scroll.byRows(-40);
  scroll.settle();
  assert.equal(scroll.top, 859 * rowLength);
  back();
  scroll.settle();
  assert.equal(scroll.rowsAbove(900 * rowLength), 1);
});
