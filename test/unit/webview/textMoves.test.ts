import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UTF_8 } from '../../../extension/core/text/textEncodings.ts';
import { layoutPiece } from '../../../extension/core/text/textRows.ts';
import type { Move } from '../../../webview/model/keymap.ts';
import { PageCache, pageSize } from '../../../webview/model/pageCache.ts';
import { TextFlow } from '../../../webview/model/textFlow.ts';
import { movedInText, unitsOf } from '../../../webview/model/textMoves.ts';
import { unicodeWidths } from '../../support/unicodeWidths.ts';

function textOf(bytes: Uint8Array<ArrayBuffer>) {
  const cache = new PageCache();
  cache.take(0, { generation: 0, bytes, holes: [] }, Math.ceil(bytes.length / pageSize) * pageSize);
  const flow = new TextFlow(cache, {
    encoding: UTF_8,
    columns: 20,
    tabSize: 4,
    widths: unicodeWidths,
    sourceSize: bytes.length,
  });
  const go = (offset: number, move: Move) => movedInText(flow, offset, move, { size: bytes.length, pageRows: 2 });
  return { flow, go };
}
const encode = (text: string) => new TextEncoder().encode(text);

test('by characters, not by bytes', () => {
  const { go } = textOf(encode('a€b\ncd'));
  assert.equal(go(0, 'right'), 1);
  assert.equal(go(1, 'right'), 4);
  assert.equal(go(4, 'left'), 1);
  assert.equal(go(1, 'left'), 0);
  assert.equal(go(0, 'left'), 0);
});

test('over the end of a line, both ways', () => {
  const { go } = textOf(encode('ab\ncd'));
  assert.equal(go(1, 'right'), 3);
  assert.equal(go(3, 'left'), 1);
  assert.equal(go(4, 'right'), 4);
});

test('by rows, under the same column where there is one', () => {
  const { go } = textOf(encode('abcdef\nxy\n\nlast'));
  assert.equal(go(4, 'down'), 8);
  assert.equal(go(8, 'down'), 10);
  assert.equal(go(10, 'down'), 11);
  assert.equal(go(14, 'down'), 14);
  assert.equal(go(2, 'up'), 2);
  assert.equal(go(1, 'pageDown'), 10);
  assert.equal(go(12, 'pageUp'), 8);
  assert.equal(go(9, 'rowStart'), 7);
  assert.equal(go(7, 'rowEnd'), 8);
  assert.equal(go(7, 'start'), 0);
  assert.equal(go(7, 'end'), 14);
});

test('the units of a range', () => {
  const { flow } = textOf(encode('a€b\n'));
  const row = flow.row({ piece: 0, index: 0 });
  assert.ok(row);
  assert.deepEqual(unitsOf(row, 0, 1), [0, 1]);
  // A byte inside a character is that character.
  assert.deepEqual(unitsOf(row, 2, 3), [1, 2]);
  assert.deepEqual(unitsOf(row, 1, 99), [1, 3]);
  assert.deepEqual(unitsOf(row, 6, 7), [3, 3]);
});

test('left and right walk through every character of any bytes, and meet', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 3000 }), (random) => {
      const bytes = Uint8Array.from(random);
      const { go } = textOf(bytes);
      const right = [0];
      for (let at = 0; ; ) {
        const next = go(at, 'right');
        if (next === at) break;
        assert.ok(next > at);
        right.push(next);
        at = next;
      }
      const last = right.at(-1) ?? 0;
      const left = [last];
      for (let at = last; at > 0; ) {
        const next = go(at, 'left');
        assert.ok(next < at, `stuck at ${at}`);
        left.push(next);
        at = next;
      }
      assert.deepEqual(left.reverse(), right);
    }),
    { numRuns: 50 },
  );
});

test('a newline has no character: its bytes stand behind the text, not on its last letter', () => {
  const [row] = layoutPiece(Uint8Array.from([0x68, 0x69, 0x0d, 0x0a]), 100, UTF_8, {
    columns: 80,
    tabSize: 4,
    widths: unicodeWidths,
  });
  assert.ok(row);
  assert.deepEqual(unitsOf(row, 101, 102), [1, 2]);
  assert.deepEqual(unitsOf(row, 102, 103), [2, 2]);
  assert.deepEqual(unitsOf(row, 103, 104), [2, 2]);
});
