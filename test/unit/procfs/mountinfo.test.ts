import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMountinfo } from '../../../extension/procfs/mountinfo.ts';
import { bytesOf, fixture, textOf } from './fixtures.ts';

const { mounts, bad } = parseMountinfo(fixture('mountinfo'));

test('optional fields, and the device in decimal', () => {
  assert.deepEqual(bad, []);
  const shm = mounts.find(({ mountPoint }) => textOf(mountPoint) === '/dev/shm');
  assert.deepEqual(shm?.device, { major: 0, minor: 27 });
  assert.deepEqual(shm?.propagation, ['shared:4', 'master:2', 'propagate_from:1']);
  assert.deepEqual([shm?.fileSystem, shm?.superOptions], ['tmpfs', ['rw', 'size=65536k']]);
  assert.deepEqual(mounts[1]?.device, { major: 254, minor: 0 });
});

test('octal escapes are undone once', () => {
  const mount = mounts.find(({ id }) => id === 40);
  assert.deepEqual([mount?.root, mount?.mountPoint, mount?.source].map(textOf), [
    '/sub folder',
    '/mnt/a b\tc\nd\\e',
    'with blank',
  ]);
  assert.deepEqual(mount?.propagation, []);
  const [odd] = parseMountinfo(bytesOf('1 1 0:1 / /\\134040\\9\\04 rw - a\\040b x rw\n')).mounts;
  assert.deepEqual([textOf(odd?.mountPoint), odd?.fileSystem], ['/\\040\\9\\04', 'a b']);
});

test('an empty source, and a root that is no path', () => {
  const empty = mounts.find(({ id }) => id === 41);
  assert.deepEqual([textOf(empty?.source), empty?.fileSystem], ['', 'fuse.thing']);
  assert.equal(textOf(mounts.find(({ id }) => id === 42)?.root), 'net:[4026531840]');
});

test('one bad line is one bad record', () => {
  const good = '1 1 0:1 / / rw - a x rw\n';
  const table = parseMountinfo(
    bytesOf(`${good}1 1 0:1 / / rw a x rw\n\n1 1 fe:1 / / rw - a x rw\n${good}1 1 0:1 / / rw - a`),
  );
  assert.equal(table.mounts.length, 2);
  assert.deepEqual(
    table.bad.map(({ line }) => line),
    [2, 3, 4, 6],
  );
});
