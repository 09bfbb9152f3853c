import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dragFineness, ratioAt, thumbAt } from '../../../webview/model/thumb.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const track = fc.integer({ min: 0, max: 3000 });

test('the thumb stays on its track and can be taken hold of', () => {
  fc.assert(
    fc.property(unit, unit, track, (ratio, shown, length) => {
      const { top, height } = thumbAt(ratio, shown, length);
      assert.ok(height >= Math.min(length, 24) && height <= length);
      assert.ok(top >= 0 && top + height <= length + 1e-9);
    }),
  );
});

test('a ratio survives the way to the thumb and back', () => {
  fc.assert(
    fc.property(
      unit,
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      fc.integer({ min: 60, max: 3000 }),
      (ratio, shown, length) => {
        const thumb = thumbAt(ratio, shown, length);
        assert.ok(Math.abs(ratioAt(thumb.top, thumb, length) - ratio) < 1e-9);
      },
    ),
  );
});

test('beyond the track is its end, and a thumb as long as its track stands at the start', () => {
  const thumb = thumbAt(0.5, 0.1, 500);
  assert.equal(ratioAt(-10, thumb, 500), 0);
  assert.equal(ratioAt(1000, thumb, 500), 1);
  assert.equal(ratioAt(3, thumbAt(0, 1, 500), 500), 0);
  assert.equal(ratioAt(3, thumbAt(0, 1, 0), 0), 0);
});

test('a drag becomes finer the further aside it is, never coarser, never nothing', () => {
  assert.equal(dragFineness(0), 1);
  assert.equal(dragFineness(40), 1);
  assert.equal(dragFineness(80), 0.5);
  fc.assert(
    fc.property(fc.nat(2000), fc.nat(2000), (a, b) => {
      const [near, far] = [Math.min(a, b), Math.max(a, b)];
      assert.ok(dragFineness(far) <= dragFineness(near) && dragFineness(far) > 0);
    }),
  );
});
