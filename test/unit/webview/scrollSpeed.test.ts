import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScrollSpeed } from '../../../webview/model/scrollSpeed.ts';

test('the speed is that of the last quarter of a second', () => {
  const speed = new ScrollSpeed();
  assert.equal(speed.at(0), 0);
  for (let now = 0; now <= 1000; now += 10) speed.moved(100, now);
  assert.equal(speed.at(1000), 10_000);
  assert.equal(speed.at(1249), 400);
  assert.equal(speed.at(1250), 0);
});

test('upwards is negative, and there and back is no way', () => {
  const speed = new ScrollSpeed();
  speed.moved(-500, 0);
  assert.equal(speed.at(10), -2000);
  speed.moved(500, 20);
  assert.equal(speed.at(30), 0);
});
