import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStatus } from '../../../extension/procfs/status.ts';
import { bytesOf, fixture } from './fixtures.ts';

test('a process and a kernel thread', () => {
  for (const pid of [20950, 2]) {
    const { status, bad } = parseStatus(fixture(`${pid}/status`));
    assert.deepEqual(bad, []);
    assert.deepEqual([status.uid, status.gid], [new Array(4).fill(0), new Array(4).fill(0)]);
  }
});

test('ids of 32 bits, and the first line of a key counts', () => {
  const { status } = parseStatus(bytesOf('Uid:\t4294967294\t1\t2\t3\nUid:\t0\t0\t0\t0\n'));
  assert.deepEqual(status.uid, [4294967294, 1, 2, 3]);
});

test('capabilities are masks of 64 bits, and what is none is bad', () => {
  const { status, bad } = parseStatus(bytesOf('CapPrm:\t000001ffffffffff\nCapEff:\t8000000000000000\nCapEff:\tx\n'));
  assert.deepEqual([status.permittedCapabilities, status.effectiveCapabilities], [(1n << 41n) - 1n, 1n << 63n]);
  assert.deepEqual(
    bad.map(({ line }) => line),
    [3],
  );
});

test('a bad line leaves its field out, and no other', () => {
  const { status, bad } = parseStatus(
    bytesOf('Uid:\t1\t2\nName:\tUid:\nNew:\twhat\nGid:\t1\t2\t3\t4\nnothing\nCapPrm:\t1'),
  );
  assert.deepEqual(
    bad.map(({ line }) => line),
    [1, 5, 6],
  );
  assert.deepEqual(status, {
    uid: undefined,
    gid: [1, 2, 3, 4],
    permittedCapabilities: undefined,
    effectiveCapabilities: undefined,
  });
});
