import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStatus } from '../../../extension/procfs/status.ts';
import { bytesOf, fixture, textOf } from './fixtures.ts';

test('a process', () => {
  const { status, bad } = parseStatus(fixture('20950/status'));
  assert.deepEqual(bad, []);
  assert.equal(textOf(status.name), 'de) (mo\n\\x');
  assert.deepEqual([status.state, status.pid, status.tgid, status.threads], ['S', 20950, 20950, 1]);
  assert.deepEqual(status.uid, [0, 0, 0, 0]);
  assert.deepEqual(status.nsPid, [20950]);
  assert.equal(status.kernelThread, false);
  assert.ok((status.rssShmem ?? 0) > 0);
  assert.equal((status.rssAnon ?? 0) + (status.rssFile ?? 0) + (status.rssShmem ?? 0), status.vmRss);
  assert.ok((status.vmPageTables ?? 0) > 0);
});

test('a kernel thread has no memory', () => {
  const { status, bad } = parseStatus(fixture('2/status'));
  assert.deepEqual(bad, []);
  assert.equal(textOf(status.name), 'kthreadd');
  assert.equal(status.kernelThread, true);
  assert.deepEqual([status.vmRss, status.vmSwap, status.vmSize], [undefined, undefined, undefined]);
});

test('names keep their blanks, and an escape is undone once', () => {
  const name = (line: string) => textOf(parseStatus(bytesOf(`Name:\t${line}\n`)).status.name);
  assert.equal(name('  a b '), '  a b ');
  assert.equal(name('\\\\n'), '\\n');
  assert.equal(name('\\n\xff\\'), '\n\xff\\');
  assert.equal(name(''), '');
});

test('capabilities are masks of 64 bits, and what is none is bad', () => {
  const { status, bad } = parseStatus(bytesOf('CapPrm:\t000001ffffffffff\nCapEff:\t8000000000000000\nCapEff:\tx\n'));
  assert.deepEqual([status.permittedCapabilities, status.effectiveCapabilities], [(1n << 41n) - 1n, 1n << 63n]);
  assert.deepEqual(
    bad.map(({ line }) => line),
    [3],
  );
});

test('nested pids and ids of 32 bits', () => {
  const { status } = parseStatus(bytesOf('NSpid:\t900\t12\t1\nUid:\t4294967294\t1\t2\t3\n'));
  assert.deepEqual(status.nsPid, [900, 12, 1]);
  assert.deepEqual(status.uid, [4294967294, 1, 2, 3]);
});

test('a bad line leaves its field out, and no other', () => {
  const { status, bad } = parseStatus(
    bytesOf('Pid:\tx\nUid:\t1\t2\nVmRSS:\t 4 MB\nNew:\twhat\nThreads:\t3\nnothing\nPPid:\t1'),
  );
  assert.deepEqual(
    bad.map(({ line }) => line),
    [1, 2, 3, 6, 7],
  );
  assert.deepEqual(
    [status.pid, status.uid, status.vmRss, status.threads, status.parentPid],
    [undefined, undefined, undefined, 3, undefined],
  );
});
