import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBootTime } from '../../../extension/procfs/bootTime.ts';
import { parseStat, startedAt } from '../../../extension/procfs/stat.ts';
import { bytesOf, fixture, textOf } from './fixtures.ts';

test('a name with parentheses, a blank, a newline and a backslash', () => {
  const stat = parseStat(fixture('20950/stat'));
  assert.equal(textOf(stat?.name), 'de) (mo\n\\x');
  assert.deepEqual([stat?.pid, stat?.state, stat?.startTime, stat?.threads], [20950, 'S', 622015, 1]);
  assert.equal(stat?.kernelThread, false);
});

test('a kernel thread', () => {
  const stat = parseStat(fixture('2/stat'));
  assert.deepEqual([textOf(stat?.name), stat?.kernelThread, stat?.parentPid], ['kthreadd', true, 0]);
});

test('what is no stat line, or is cut off', () => {
  const whole = '7 (a) S 1 7 7 0 -1 64 0 0 0 0 0 0 0 0 20 0 2 0 99 4096 1 0';
  assert.equal(parseStat(bytesOf(`${whole}\n`))?.startTime, 99);
  assert.equal(parseStat(bytesOf(whole)), undefined);
  assert.equal(parseStat(bytesOf('7 (a) S 1 7 7\n')), undefined);
  assert.equal(parseStat(bytesOf('7 a S 1\n')), undefined);
  assert.equal(parseStat(bytesOf('(a) S 1\n')), undefined);
  assert.equal(parseStat(new Uint8Array(0)), undefined);
});

test('start times count from the boot time', () => {
  assert.equal(startedAt(622015, { bootTime: 1_700_000_000, ticksPerSecond: 100 }), 1_700_006_220.15);
  assert.equal(parseBootTime(bytesOf('cpu  1 2\nintr 5 5 5\nbtime 1700000000\nprocesses 9\n')), 1_700_000_000);
  assert.equal(parseBootTime(bytesOf('cpu  1 2\nbtime x\n')), undefined);
});
