import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSysvShm } from '../../../extension/procfs/sysvipcShm.ts';
import { bytesOf, fixture } from './fixtures.ts';

const HEAD = ' key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap\n';

test('a captured table', () => {
  const { segments, bad } = parseSysvShm(fixture('sysvipc/shm'));
  assert.deepEqual(bad, []);
  assert.equal(segments.length, 3);
  const [first, second, third] = segments;
  assert.deepEqual(first, {
    key: 0x5eed1234,
    shmid: 7,
    size: 10000n,
    creatorPid: 20950,
    lastPid: 20951,
    attachments: 3,
    uid: 0,
    gid: 0,
    creatorUid: 0,
    creatorGid: 0,
    mode: 0o640,
    isRemoved: false,
    isLocked: false,
    attachedAt: 1795249832,
    detachedAt: undefined,
    changedAt: 1795249832,
    resident: 4096n,
    swapped: 0n,
  });
  assert.equal(second?.key, 0xfeedbeef | 0);
  assert.deepEqual([third?.key, third?.mode, third?.isRemoved], [0, 0o600, true]);
});

test('octal perms, huge ids and sizes', () => {
  const line = '-2147483648 2147483647 3666 18446744073692774399 0 0 0 4294967294 4294967294 4000000000 0 0 0 0 1 2\n';
  const [segment] = parseSysvShm(bytesOf(HEAD + line)).segments;
  assert.deepEqual(
    [segment?.key, segment?.mode, segment?.isRemoved, segment?.isLocked],
    [-2147483648, 0o666, true, true],
  );
  assert.deepEqual([segment?.size, segment?.uid, segment?.creatorUid], [18446744073692774399n, 4294967294, 4000000000]);
  assert.deepEqual([segment?.attachedAt, segment?.changedAt], [undefined, undefined]);
});

test('columns are found by name', () => {
  const { segments } = parseSysvShm(
    bytesOf(
      'new shmid key perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime\n9 5 7 600 1 2 3 4 5 6 7 8 9 10 11\n',
    ),
  );
  assert.deepEqual([segments[0]?.shmid, segments[0]?.key, segments[0]?.attachments], [5, 7, 4]);
  assert.deepEqual([segments[0]?.detachedAt, segments[0]?.resident], [10, undefined]);
});

test('one bad line is one bad record', () => {
  const good = '1 2 600 4096 1 1 0 0 0 0 0 0 0 5 0 0\n';
  const { segments, bad } = parseSysvShm(
    bytesOf(
      `${HEAD}${good}${good.replace('600', '900')}${good.replace(' 0\n', '\n')}${good.replace('4096', '-1')}${good}1 2 6`,
    ),
  );
  assert.equal(segments.length, 2);
  assert.deepEqual(
    bad.map(({ line }) => line),
    [3, 4, 5, 7],
  );
  assert.equal(parseSysvShm(bytesOf(good)).bad.length, 1);
});
