import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  findAddress,
  findProcessAddresses,
  parseAddress,
  parseProcess,
} from '../../../../extension/core/memoryMap/processAddress.ts';

test('an address is hex, or a whole number, of 64 bits', () => {
  assert.equal(parseAddress(' 0x7f2A10d00000 '), 0x7f2a10d00000n);
  assert.equal(parseAddress('4096'), 4096n);
  assert.equal(parseAddress('0xffffffffffffffff'), 2n ** 64n - 1n);
  for (const bad of ['', '0x', '-1', '1e3', '0x1g', '0x10000000000000000', '18446744073709551616', 'ref#1']) {
    assert.equal(parseAddress(bad), undefined, bad);
  }
});

test('the first address in a value as debuggers show it', () => {
  assert.equal(findAddress('(char *) 0x55d0c0ffee00 "text 0x1"'), 0x55d0c0ffee00n);
  assert.equal(findAddress('0x0000000000401136 <main+4>'), 0x401136n);
  assert.equal(findAddress('{x = 1, next = 0xdead}'), 0xdeadn);
  for (const bad of ['42', 'a0x12', '0x', '0x123456789abcdef01', '0x12z', 'x.0x12']) {
    assert.equal(findAddress(bad), undefined, bad);
  }
});

test('addresses of processes in a line of a terminal', () => {
  const line = 'leak at pid:1234/0x7f00 (was PID:7/0XAB), pid:0/0x1 xpid:1/0x1 pid:2147483648/0x1 pid:1/0x1g';
  const found = findProcessAddresses(line);
  assert.deepEqual(
    found.map(({ pid, address }) => [pid, address]),
    [
      [1234, 0x7f00n],
      [7, 0xabn],
    ],
  );
  const [first] = found;
  assert.equal(line.slice(first?.offset, (first?.offset ?? 0) + (first?.length ?? 0)), 'pid:1234/0x7f00');
  assert.equal(findProcessAddresses('pid:1/0x1 '.repeat(1000)).length, 100);
});

test('a process is its number, with its start time or without', () => {
  assert.deepEqual(parseProcess('1234'), { pid: 1234 });
  assert.deepEqual(parseProcess('1234-88'), { pid: 1234, startTime: 88 });
  for (const bad of ['', '0', '01', '-1', '1-', '2147483648', '1-9999999999999999', '1 ']) {
    assert.equal(parseProcess(bad), undefined, bad);
  }
});

test('any text is taken, and what is found is a process’s', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^(pid:[0-9]{1,11}\/0x[0-9a-f]{0,18}[ ;]?){0,5}$/),
  );
  fc.assert(
    fc.property(text, (line) => {
      for (const { pid, address, offset, length } of findProcessAddresses(line)) {
        assert.ok(pid > 0 && pid <= 0x7fff_ffff && address >= 0n && address < 1n << 64n);
        assert.match(line.slice(offset, offset + length), /^pid:/i);
      }
      findAddress(line);
      parseAddress(line);
      parseProcess(line);
    }),
  );
});
