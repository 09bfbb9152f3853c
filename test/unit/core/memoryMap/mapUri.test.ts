import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { mapRefOf, mapUri } from '../../../../extension/core/memoryMap/mapUri.ts';
import { encodeUtf8 } from '../../../../extension/core/text/utf8.ts';

const key = fc.record(
  { pid: fc.integer({ min: 1, max: 0x7fff_ffff }), startTime: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }) },
  { noNullPrototype: true },
);

describe('the URI of a memory map', () => {
  test('leads back to its process, whatever the process calls itself', () => {
    fc.assert(
      fc.property(key, fc.uint8Array({ maxLength: 15 }), (ref, name) => {
        const uri = mapUri({ ...ref, name, executable: undefined });
        assert.equal(uri.path.split('/').length, 3);
        assert.deepEqual(mapRefOf(uri), ref);
      }),
    );
  });

  test('ends with what a person calls the process', () => {
    const name = (text: string) => ({ pid: 4121, startTime: 88123, name: encodeUtf8(text), executable: undefined });
    assert.deepEqual(mapUri(name('node')), { scheme: 'memglass-map', path: '/4121-88123/node (4121)' });
    assert.equal(mapUri(name('kworker/u4')).path, '/4121-88123/kworker\u2215u4 (4121)');
    assert.equal(mapUri(name('a\nb\u202e')).path, '/4121-88123/a\\nb\\u{202e} (4121)');
    assert.equal(mapUri({ pid: 7, startTime: 0 }).path, '/7-0/7');
  });

  test('is refused where it names no process', () => {
    for (const path of [
      '',
      '/',
      '/1',
      '/0-5/x',
      '/1-5/x/y',
      '/01-5/x',
      '/1--5',
      '/2147483648-5/x',
      '/1-99999999999999999',
    ]) {
      assert.throws(() => mapRefOf({ scheme: 'memglass-map', path }), { code: 'badUri' }, path);
    }
    assert.throws(() => mapRefOf({ scheme: 'memglass-region', path: '/1-5/x' }), { code: 'badUri' });
    assert.throws(() => mapRefOf({ scheme: 'memglass-map', authority: 'host', path: '/1-5/x' }), { code: 'badUri' });
    for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 31]) {
      assert.throws(() => mapUri({ pid, startTime: 5 }), { code: 'badUri' });
    }
  });

  test('throws nothing but that, for any text', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        try {
          mapRefOf({ scheme: 'memglass-map', path });
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'badUri');
        }
      }),
    );
  });
});
