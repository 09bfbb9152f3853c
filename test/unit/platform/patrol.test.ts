import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Alarm, patrol } from '../../../extension/platform/patrol.ts';

/** Rounds that note what was looked at; `next` answers the look after those it has answered. */
function rounds() {
  const looks: string[] = [];
  const waiting: ((look: string) => void)[] = [];
  let raise: (alarm: Alarm) => void = () => assert.fail('nobody listens yet');
  const note = (look: string) => {
    looks.push(look);
    waiting.shift()?.(look);
    return Promise.resolve();
  };
  return {
    looks,
    raise: (alarm: Alarm) => raise(alarm),
    next: () => new Promise<string>((resolve) => waiting.push(resolve)),
    rounds: {
      all: () => note('all'),
      names: () => note('names'),
      listen: (given: (alarm: Alarm) => void) => {
        raise = given;
      },
    },
  };
}

test('it begins with a look at everything, and comes back to it', async () => {
  const stop = new AbortController();
  const { rounds: given, next } = rounds();
  const first = next();
  const ended = patrol(given, stop.signal);
  assert.equal(await first, 'all');
  assert.equal(await next(), 'all');
  stop.abort();
  await ended;
});

test('what comes or goes is looked at at once, and then who uses it', async () => {
  const stop = new AbortController();
  const { rounds: given, next, raise } = rounds();
  const first = next();
  const ended = patrol(given, stop.signal);
  await first;
  const second = next();
  raise('names');
  raise('contents');
  assert.equal(await second, 'names');
  assert.equal(await next(), 'all');
  stop.abort();
  await ended;
});

test('a program that writes without pause is looked at, but not without pause', async () => {
  const stop = new AbortController();
  const { rounds: given, next, raise, looks } = rounds();
  const first = next();
  const ended = patrol(given, stop.signal);
  await first;
  const writing = setInterval(() => raise('contents'), 1);
  while ((await next()) !== 'all');
  clearInterval(writing);
  stop.abort();
  await ended;
  const between = looks.slice(1, -1);
  assert.ok(between.length >= 1 && between.length <= 4, `${looks}`);
});

test('a look that fails does not end it, and none begins after the end', async () => {
  const stop = new AbortController();
  const { rounds: given, next, looks } = rounds();
  const failing = {
    ...given,
    all: async () => {
      await given.all();
      throw new Error('no /proc');
    },
  };
  const first = next();
  const ended = patrol(failing, stop.signal);
  await first;
  assert.equal(await next(), 'all');
  stop.abort();
  await ended;
  assert.deepEqual(looks, ['all', 'all']);
});
