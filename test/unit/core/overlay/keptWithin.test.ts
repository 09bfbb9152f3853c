import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keptWithin } from '../../../../extension/core/overlay/keptWithin.ts';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { anyEdits, overlayWith } from './edits.ts';
import { cellsOf } from './model.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const nothing = new Uint8Array(0);

test('edits inside stay, those past the end go, and one over the end is cut', () => {
  const overlay = new Overlay(100);
  overlay.edit({ offset: 10, length: 2, bytes: bytesOf('ab'), shown: bytesOf('..') });
  overlay.edit({ offset: 20, length: 0, bytes: bytesOf('++'), shown: nothing });
  overlay.edit({ offset: 50, length: 4, bytes: bytesOf('wxyz'), shown: bytesOf('....') });
  overlay.edit({ offset: 92, length: 2, bytes: nothing, shown: bytesOf('..') });
  const kept = keptWithin(overlay, 50);
  const told = [...kept.allChanges()].map(({ kind, source, length }) => `${kind} ${source} ${length}`);
  assert.deepEqual(told, ['overwrite 10 2', 'insert 20 2', 'overwrite 48 2']);
  assert.deepEqual([kept.sourceSize, kept.size, overlay.count], [50, 52, 4]);
  assert.equal(keptWithin(overlay, 0).isEmpty, true);
});

test('of a long deletion that is cut, what is known of whole blocks is known on', () => {
  const MiB = 2 ** 20;
  const overlay = new Overlay(100 * MiB);
  const digests = Uint8Array.from({ length: 40 * 16 }, (_, i) => 1 + (i >> 4));
  const edit = { offset: 50 * MiB, length: 40 * MiB, bytes: nothing, shown: undefined };
  overlay.edit({ ...edit, digests: { blockLength: MiB, digests } });
  const unkeptOf = (of: Overlay) =>
    of.unkeptDeletions().map(({ offset, length, bytes }) => [offset, length, bytes.digests]);
  assert.deepEqual(unkeptOf(keptWithin(overlay, 95 * MiB)), [[50 * MiB, 40 * MiB, { blockLength: MiB, digests }]]);
  const cut = Uint8Array.from({ length: 3 * 16 }, (_, i) => (i < 32 ? 1 + (i >> 4) : 0));
  assert.deepEqual(unkeptOf(keptWithin(overlay, 52 * MiB + 1)), [
    [50 * MiB, 2 * MiB + 1, { blockLength: MiB, digests: cut }],
  ]);
});

test('what is left shows the same as before, up to the end', () => {
  fc.assert(
    fc.property(anyEdits(12), fc.nat(64), (edits, size) => {
      const source = Array.from({ length: 64 }, (_, i) => i);
      const overlay = overlayWith(source, edits);
      const before = cellsOf(overlay, source);
      const kept = keptWithin(overlay, size);
      const now = cellsOf(kept, source.slice(0, size));
      assert.deepEqual(now, before.slice(0, now.length));
      assert.equal(now.length, kept.size);
    }),
  );
});
