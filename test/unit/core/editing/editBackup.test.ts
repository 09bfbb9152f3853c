import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backupSteps, overlaySteps } from '../../../../extension/core/editing/editBackup.ts';
import { Overlay } from '../../../../extension/core/overlay/overlay.ts';
import { blockLengthFor, unknownDigests } from '../../../../extension/core/overlay/unkeptBytes.ts';
import { finished } from '../../../support/finished.ts';
import { anyEdits, overlayWith } from '../overlay/edits.ts';
import { cellsOf } from '../overlay/model.ts';

const made = { key: 'file /x', size: 64, version: '7' };

test('edits come back from a backup as they were, with what they hide', () => {
  fc.assert(
    fc.property(anyEdits(12), (edits) => {
      const source = Array.from({ length: 64 }, (_, i) => i);
      const overlay = overlayWith(source, edits);
      const back = finished(overlaySteps(finished(backupSteps(overlay, { ...made, size: overlay.sourceSize }))));
      assert.deepEqual(back.source, made);
      assert.deepEqual(cellsOf(back.overlay, source), cellsOf(overlay, source));
      assert.deepEqual(hidden(back.overlay), hidden(overlay));
    }),
  );
});

test('a deletion whose bytes were not kept comes back as one', () => {
  const overlay = new Overlay(2 ** 40);
  overlay.edit({ offset: 5, length: 2 ** 39, bytes: new Uint8Array(0), shown: undefined });
  const back = finished(overlaySteps(finished(backupSteps(overlay, { ...made, size: overlay.sourceSize }))));
  assert.equal(back.overlay.size, 2 ** 39);
  assert.deepEqual(
    [...back.overlay.allChanges()].map(({ isKept }) => isKept),
    [false],
  );
});

test('what is known of the bytes of long deletions comes back, and what is not known yet is not', () => {
  const GiB = 2 ** 30;
  const overlay = new Overlay(100 * GiB);
  const deletion = { length: 20 * GiB, bytes: new Uint8Array(0), shown: undefined };
  overlay.edit({ ...deletion, offset: 50 * GiB });
  overlay.edit({ ...deletion, offset: GiB });
  overlay.edit({ offset: GiB, length: 1, bytes: Uint8Array.of(7), shown: Uint8Array.of(8) });
  const blockLength = blockLengthFor(20 * GiB);
  const digests = Uint8Array.from({ length: (20 * GiB * 16) / blockLength }, (_, i) => i % 251);
  const [first] = overlay.unkeptDeletions().filter(({ offset }) => offset === GiB);
  if (first !== undefined) first.bytes.digests = { blockLength, digests };
  const steps = backupSteps(overlay, { ...made, size: overlay.sourceSize });
  // Those that come while it is made come too late.
  steps.next();
  for (const { bytes, length } of overlay.unkeptDeletions()) bytes.digests ??= unknownDigests(length);
  const back = finished(overlaySteps(finished(steps))).overlay;
  const told = back.unkeptDeletions().map(({ offset, length, bytes }) => ({ offset, length, digests: bytes.digests }));
  assert.deepEqual(
    told.toSorted((one, other) => one.offset - other.offset),
    [
      { offset: GiB, length: 20 * GiB, digests: { blockLength, digests } },
      { offset: 50 * GiB, length: 20 * GiB, digests: undefined },
    ],
  );
});

test('what stood around insertions comes back, and backups from before that was kept are read', () => {
  const overlay = new Overlay(100);
  const edit = { length: 0, bytes: Uint8Array.of(1, 2), shown: new Uint8Array(0) };
  const surrounding = { before: Uint8Array.of(8, 9), after: Uint8Array.of(7) };
  overlay.edit({ ...edit, offset: 2, surrounding });
  overlay.edit({ ...edit, offset: 50 });
  const about = { ...made, size: overlay.sourceSize };
  const surroundings = (of: Overlay) => [...of.allChanges()].map(({ id }) => of.surrounding(id));
  const back = finished(overlaySteps(finished(backupSteps(overlay, about)))).overlay;
  assert.deepEqual(surroundings(back), [surrounding, undefined]);
  const former = new Overlay(100);
  former.edit({ ...edit, offset: 2 });
  const bytes = finished(backupSteps(former, about));
  bytes.set(new TextEncoder().encode('MGEDITS3'));
  new DataView(bytes.buffer).setUint32(bytes.length - 4, sumOf(bytes.subarray(0, -4)));
  assert.equal(finished(overlaySteps(bytes)).overlay.size, 102);
});

test('what is no backup, or was cut short, is none', () => {
  const overlay = new Overlay(100);
  overlay.edit({ offset: 5, length: 4, bytes: Uint8Array.of(1, 2, 3, 4), shown: Uint8Array.of(5, 6, 7, 8) });
  const bytes = finished(backupSteps(overlay, { ...made, size: overlay.sourceSize }));
  assert.equal(finished(overlaySteps(bytes)).overlay.count, 1);
  for (let length = 0; length < bytes.length; length++)
    assert.throws(() => finished(overlaySteps(bytes.subarray(0, length))));
  // Damage anywhere, or sizes that are none.
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const damaged = bytes.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.throws(() => finished(overlaySteps(damaged)), { code: 'badArgument' }, `bit ${bit}`);
  }
  for (const size of ['100', -1, 1.5, Number.NaN, 2 ** 60] as number[]) {
    const none = finished(backupSteps(new Overlay(0), { ...made, size }));
    assert.throws(() => finished(overlaySteps(none)), { code: 'badArgument' }, `${size}`);
  }
  fc.assert(
    fc.property(fc.uint8Array(), (any) => {
      assert.throws(() => finished(overlaySteps(any)));
    }),
  );
});

test('a backup of many edits is made, and read, in steps of some hundred', () => {
  const count = 10_000;
  const overlay = new Overlay(2 * count);
  for (let i = 0; i < count; i++) {
    overlay.edit({ offset: 2 * i, length: 1, bytes: Uint8Array.of(1), shown: Uint8Array.of(0) });
  }
  const making = counted(backupSteps(overlay, { ...made, size: overlay.sourceSize }));
  const reading = counted(overlaySteps(making.result));
  assert.equal(reading.result.overlay.count, count);
  for (const { steps } of [making, reading]) assert.ok(steps >= count / 500, `${steps} steps`);
});

function counted<Result>(all: Generator<undefined, Result>): { readonly steps: number; readonly result: Result } {
  for (let steps = 0; ; steps++) {
    const step = all.next();
    if (step.done === true) return { steps, result: step.value };
  }
}

/** FNV-1a, 32 bits. */
function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5) >>> 0;
}

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
