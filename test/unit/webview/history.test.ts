import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { History } from '../../../webview/model/history.ts';

test('back and forward as a browser does', () => {
  const history = new History();
  assert.equal(history.back(0), undefined);
  history.left(0);
  history.left(100);
  assert.equal(history.back(200), 100);
  assert.equal(history.canGoForward, true);
  assert.equal(history.back(100), 0);
  assert.equal(history.canGoBack, false);
  assert.equal(history.back(0), undefined);
  assert.equal(history.forward(0), 100);
  history.left(100);
  assert.equal(history.canGoForward, false);
  assert.equal(history.forward(7), undefined);
});

test('the same place twice is one place, and old ones are forgotten', () => {
  const history = new History();
  history.left(5);
  history.left(5);
  assert.deepEqual(history.save().back, [5]);
  for (let place = 0; place < 500; place++) history.left(place);
  assert.equal(history.save().back.length, 100);
  assert.equal(history.save().back.at(-1), 499);
});

test('whatever was done, back and then forward come back, also after saving and restoring', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1 }), fc.nat(100), (places, here) => {
      const first = new History();
      for (const place of places) first.left(place);
      const history = new History();
      history.restore(structuredClone(first.save()));
      let at = here;
      const trail: number[] = [];
      while (history.canGoBack) {
        trail.push(at);
        at = history.back(at) ?? -1;
      }
      while (history.canGoForward) {
        at = history.forward(at) ?? -1;
        assert.equal(at, trail.pop());
      }
      assert.deepEqual(trail, []);
      assert.equal(at, here);
    }),
  );
});

test('what was saved does not change with the history', () => {
  const history = new History();
  history.left(1);
  const saved = history.save();
  history.left(2);
  assert.deepEqual(saved.back, [1]);
});
