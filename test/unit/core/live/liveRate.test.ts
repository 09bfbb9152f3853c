import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Beat, isLiveRate, liveRates } from '../../../../extension/core/live/liveRate.ts';

test('a beat that is asked for late stays on the beat, and missed ones are left out', () => {
  const beat = new Beat(10, 100);
  assert.equal(beat.wait(100), 10);
  // Woken 3 ms late, the next one is due all the same at 120.
  assert.equal(beat.wait(113), 7);
  assert.equal(beat.wait(120), 10);
  assert.equal(beat.wait(175), 5);
});

test('however late it is asked, the next beat is on the grid, ahead, and not further than one interval', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { maxLength: 50 }), (delays) => {
      const interval = 1000 / 60;
      const beat = new Beat(interval, 0);
      let now = 0;
      for (const delay of delays) {
        const wait = beat.wait(now);
        assert.ok(wait > -1e-6 && wait <= interval + 1e-6, `${wait}`);
        const beats = (now + wait) / interval;
        assert.ok(Math.abs(beats - Math.round(beats)) < 1e-6);
        now += wait + delay;
      }
    }),
  );
});

test('only what is offered is a rate', () => {
  assert.ok(liveRates.every(isLiveRate));
  for (const value of [0, 3, 61, '10', 'on', undefined, Number.NaN, {}]) assert.equal(isLiveRate(value), false);
});
