import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBackup, encodeBackup } from '../../../../extension/core/editing/editBackup.ts';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { cellsOf } from '../overlay/model.ts';

const made = { key: 'file /x', size: 64, version: '7' };

test('edits come back from a backup as they were, with what they hide', () => {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(6),
    bytes: fc.uint8Array({ maxLength: 6 }),
  });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
      const source = Array.from({ length: 64 }, (_, i) => i);
      const overlay = new Overlay(source.length);
      for (const { at, length, bytes } of edits) {
        const offset = Math.floor(at * overlay.size);
        const fitting = Math.min(length, overlay.size - offset);
        const shown = Uint8Array.from(cellsOf(overlay, source).slice(offset, offset + fitting), ({ value }) => value);
        overlay.edit({ offset, length: fitting, bytes, shown });
      }
      const back = decodeBackup(encodeBackup(overlay, { ...made, size: overlay.sourceSize }));
      assert.deepEqual(back.source, made);
      assert.deepEqual(cellsOf(back.overlay, source), cellsOf(overlay, source));
      assert.deepEqual(hidden(back.overlay), hidden(overlay));
    }),
  );
});

test('a deletion whose bytes were not kept comes back as one', () => {
  const overlay = new Overlay(2 ** 40);
  overlay.edit({ offset: 5, length: 2 ** 39, bytes: new Uint8Array(0), shown: undefined });
  const back = decodeBackup(encodeBackup(overlay, { ...made, size: overlay.sourceSize }));
  assert.equal(back.overlay.size, 2 ** 39);
  assert.deepEqual(
    [...back.overlay.allChanges()].map(({ isKept }) => isKept),
    [false],
  );
});

test('what is no backup, or was cut short, is none', () => {
  const overlay = new Overlay(100);
  overlay.edit({ offset: 5, length: 4, bytes: Uint8Array.of(1, 2, 3, 4), shown: Uint8Array.of(5, 6, 7, 8) });
  const bytes = encodeBackup(overlay, { ...made, size: overlay.sourceSize });
  assert.equal(decodeBackup(bytes).overlay.count, 1);
  for (let length = 0; length < bytes.length; length++) assert.throws(() => decodeBackup(bytes.subarray(0, length)));
  fc.assert(
    fc.property(fc.uint8Array(), (any) => {
      assert.throws(() => decodeBackup(any));
    }),
  );
});

/** The source's bytes that edits hide, each with its offset. */
function hidden(overlay: Overlay): string[] {
  return [...overlay.allChanges()]
    .flatMap(({ id, kind, length, source }) => {
      const bytes = new Uint8Array(kind === 'insert' ? 0 : length);
      overlay.readOriginals(id, 0, bytes);
      return [...bytes].map((byte, i) => `${source + i} ${byte}`);
    })
    .sort();
}
