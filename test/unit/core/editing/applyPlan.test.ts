import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isSeenOrOurs, planStores } from '../../../../extension/core/editing/applyPlan.ts';
import { storePiece } from '../../../../extension/core/live/liveStores.ts';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { cellsOf } from '../overlay/model.ts';

const source = Array.from({ length: 200 }, (_, i) => i);
const edit = fc.record({ offset: fc.nat(199), bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) });

function overlayWith(edits: readonly { readonly offset: number; readonly bytes: Uint8Array }[]): Overlay {
  const overlay = new Overlay(source.length);
  for (const { offset, bytes } of edits) {
    const fitting = bytes.subarray(0, source.length - offset);
    const cells = cellsOf(overlay, source).slice(offset, offset + fitting.length);
    const shown = Uint8Array.from(cells, ({ value }) => value);
    overlay.edit({ offset, length: fitting.length, bytes: fitting, shown });
  }
  return overlay;
}

test('stores put exactly what the view shows, each byte once, in order, and touch nothing else', () => {
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 20 }), (edits) => {
      const overlay = overlayWith(edits);
      const stored = [...source];
      let end = -1;
      for (const { offset, bytes, seen } of planStores(overlay)) {
        assert.ok(offset > end, 'stores that touch are one');
        end = offset + bytes.length;
        assert.deepEqual([...seen], source.slice(offset, end));
        bytes.forEach((byte, i) => {
          stored[offset + i] = byte;
        });
      }
      assert.deepEqual(
        stored,
        cellsOf(overlay, source).map(({ value }) => value),
      );
    }),
  );
});

test('long runs are cut at multiples of a piece', () => {
  const overlay = new Overlay(4 * storePiece);
  const length = 2 * storePiece;
  overlay.edit({ offset: 100, length, bytes: new Uint8Array(length).fill(1), shown: new Uint8Array(length) });
  assert.deepEqual(
    [...planStores(overlay)].map(({ offset, bytes }) => [offset, bytes.length]),
    [
      [100, storePiece - 100],
      [storePiece, storePiece],
      [2 * storePiece, 100],
    ],
  );
});

test('what moves others is refused', () => {
  const overlay = new Overlay(100);
  overlay.edit({ offset: 5, length: 0, bytes: Uint8Array.of(1), shown: new Uint8Array(0) });
  assert.throws(() => [...planStores(overlay)], { code: 'sizeIsFixed' });
});

test('a byte may be what was seen or what is put there, and nothing else', () => {
  const [store] = planStores(overlayWith([{ offset: 10, bytes: Uint8Array.of(100, 101) }]));
  assert.ok(store !== undefined);
  assert.equal(isSeenOrOurs(store, Uint8Array.of(10, 11)), true);
  assert.equal(isSeenOrOurs(store, Uint8Array.of(100, 11)), true);
  assert.equal(isSeenOrOurs(store, Uint8Array.of(100, 101)), true);
  assert.equal(isSeenOrOurs(store, Uint8Array.of(10, 12)), false);
});
