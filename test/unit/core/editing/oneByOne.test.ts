import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { OneByOne } from '../../../../extension/core/editing/oneByOne.ts';

test('each begins once the one before is over, and a failure holds nobody up', async () => {
  const turns = new OneByOne();
  const log: string[] = [];
  const act = (name: string, wait: number) => async () => {
    log.push(`${name} begins`);
    for (let i = 0; i < wait; i++) await nextTurn();
    log.push(`${name} ends`);
    if (name === 'b') throw new Error(name);
    return name;
  };
  const asked = [turns.run(act('a', 3)), turns.run(act('b', 2)), turns.run(act('c', 0))];
  const [a, b, c] = await Promise.allSettled(asked);
  assert.deepEqual(
    [a, b?.status, c],
    [{ status: 'fulfilled', value: 'a' }, 'rejected', { status: 'fulfilled', value: 'c' }],
  );
  assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});
