import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseLink } from '../../../../extension/core/expressions/linkRequest.ts';
import { refToUri } from '../../../../extension/core/sourceRef.ts';
import { encodeUtf8 } from '../../../../extension/core/text/utf8.ts';

test('a file, a source, a map and an address', () => {
  assert.deepEqual(parseLink('/file/var/log/a & b?.txt'), {
    kind: 'source',
    ref: { kind: 'file', path: encodeUtf8('/var/log/a & b?.txt') },
  });
  assert.deepEqual(parseLink('/source/memglass-shm/dev/shm/ring'), {
    kind: 'source',
    ref: { kind: 'posixShm', path: encodeUtf8('ring') },
  });
  assert.deepEqual(parseLink('/source/memglass-sysv/3-4121/x'), {
    kind: 'source',
    ref: { kind: 'sysvShm', shmid: 3, creatorPid: 4121 },
  });
  assert.deepEqual(parseLink('/map/1234'), { kind: 'map', pid: 1234 });
  assert.deepEqual(parseLink('/map/1234-88'), { kind: 'map', pid: 1234, startTime: 88 });
  assert.deepEqual(parseLink('/address/1234-88/0x7fFF'), {
    kind: 'address',
    pid: 1234,
    startTime: 88,
    address: 0x7fffn,
  });
});

test('what nobody may ask for so', () => {
  for (const path of [
    '',
    '/',
    '/open/etc/passwd',
    '/file',
    '/file/a\0b',
    `/file/${'a'.repeat(20_000)}`,
    '/source/file/etc/passwd',
    '/source/http/x',
    '/source/memglass-shm/dev/shm/../../etc/passwd',
    '/source/memglass-region/1-2-3',
    '/source/command/workbench.action.quit',
    '/map/',
    '/map/1/2',
    '/map/1;ls',
    '/address/1',
    '/address/1/12',
    '/address/1/0x1/2',
    '/address/1/0x10000000000000000',
    'file/etc/passwd',
  ]) {
    assert.equal(parseLink(path), undefined, path);
  }
});

test('any text is taken, and what comes out can be opened', () => {
  const words = fc.constantFrom(
    'file',
    'source',
    'map',
    'address',
    'memglass-shm',
    'memglass-fd',
    '1',
    '0x1',
    '..',
    '%2e',
    '\0',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(words, fc.string()), { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
  );
  fc.assert(
    fc.property(text, (path) => {
      const request = parseLink(path);
      if (request?.kind === 'source') refToUri(request.ref);
      else if (request !== undefined) assert.ok(request.pid > 0 && request.pid <= 0x7fff_ffff);
    }),
    { numRuns: 500 },
  );
});
