import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLocks } from '../../../extension/procfs/locks.ts';
import { bytesOf, fixture } from './fixtures.ts';

test('a captured table, with those who wait', () => {
  const { locks, bad } = parseLocks(fixture('locks'));
  assert.deepEqual(bad, []);
  assert.deepEqual(
    locks.map((lock) => [lock.id, lock.waitDepth, lock.kind, lock.access, lock.pid, lock.start, lock.last]),
    [
      [9, 0, 'lease', 'read', 20950, 0n, undefined],
      [10, 0, 'flock', 'read', 20950, 0n, undefined],
      [11, 0, 'ofd', 'read', undefined, 200n, undefined],
      [12, 0, 'posix', 'write', 20950, 100n, 104n],
      [12, 1, 'posix', 'write', 20951, 100n, 102n],
      [12, 2, 'posix', 'write', 20952, 102n, 102n],
    ],
  );
  assert.deepEqual(locks[3]?.file, { device: { major: 0xfe, minor: 0 }, inode: 2154720n });
  assert.equal(locks[0]?.lease, 'active');
});

test('rare forms', () => {
  const { locks, bad } = parseLocks(
    bytesOf(
      '1: POSIX  MANDATORY WRITE 7 00:1b:40 0 9223372036854775807\n' +
        '2: LEASE  BREAKING  READ  7 08:01:5 0 EOF\n' +
        '2: -> LEASE  BREAKER   WRITE 8 08:01:5 0 EOF\n' +
        '3: FLOCK  MSNFS     RW    9 08:01:6 0 EOF\n' +
        '4: POSIX  *NOINODE* READ  9 <none>:0 0 EOF\n' +
        '5: DELEG  ACTIVE    READ  9 08:01:18446744073709551615 0 EOF\n',
    ),
  );
  assert.deepEqual(bad, []);
  assert.deepEqual(
    locks.map(({ mandatory, lease, access }) => [mandatory, lease, access]),
    [
      [true, undefined, 'write'],
      [false, 'breaking', 'read'],
      [false, 'breaker', 'write'],
      [false, undefined, 'readWrite'],
      [false, undefined, 'read'],
      [false, 'active', 'read'],
    ],
  );
  assert.equal(locks[4]?.file, undefined);
  assert.equal(locks[5]?.file?.inode, 0xffff_ffff_ffff_ffffn);
});

test('one bad line is one bad record', () => {
  const good = '1: POSIX  ADVISORY  WRITE 7 00:1b:40 0 EOF\n';
  const { locks, bad } = parseLocks(
    bytesOf(
      `${good}1: POSIX\nx: POSIX  ADVISORY  WRITE 7 00:1b:40 0 EOF\n${good}1: ODD ADVISORY WRITE 7 00:1b:40 0 EOF\n1: POS`,
    ),
  );
  assert.equal(locks.length, 2);
  assert.deepEqual(
    bad.map(({ line }) => line),
    [2, 3, 5, 6],
  );
});
