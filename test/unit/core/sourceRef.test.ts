import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SourceError } from '../../../extension/core/sourceError.ts';
import { refKey, refToUri, type SourceRef, type UriParts, uriToRef } from '../../../extension/core/sourceRef.ts';

const file = (path: string | readonly number[]): SourceRef => ({
  kind: 'file',
  path: typeof path === 'string' ? new TextEncoder().encode(path) : Uint8Array.from([0x2f, ...path]),
});
const isBadUri = (error: unknown): boolean => error instanceof SourceError && error.code === 'badUri';
const pathByte = fc.integer({ min: 1, max: 255 });
const anyPath = fc.oneof(
  fc.array(pathByte, { maxLength: 40 }),
  fc.string({ unit: 'binary' }).map((text) => Array.from(new TextEncoder().encode(text)).filter((byte) => byte !== 0)),
);

test('a UTF-8 path is a file: URI', () => {
  assert.deepEqual(refToUri(file('/dev/shm/a b?#%ü\\')), { scheme: 'file', path: '/dev/shm/a b?#%ü\\' });
});

test('other bytes travel in hex, with a name to read', () => {
  assert.deepEqual(refToUri(file([0x61, 0x2f, 0xff, 0x0a])), {
    scheme: 'memglass-file',
    path: '/2f612fff0a/\\xff\\n',
  });
});

test('paths that vscode.Uri would change travel in hex too', () => {
  assert.equal(refToUri(file('//double')).scheme, 'memglass-file');
  assert.equal(refToUri(file('/C:/drive')).scheme, 'memglass-file');
  assert.equal(refToUri(file('/c:/drive')).scheme, 'memglass-file');
});

test('every path comes back byte for byte', () => {
  fc.assert(
    fc.property(anyPath, (bytes) => {
      const ref = file(bytes);
      const uri = refToUri(ref);
      assert.deepEqual(uriToRef(uri), ref);
      if (uri.scheme === 'file') return;
      // An absolute path of two plain segments, which no normalising changes.
      assert.match(uri.path, /^\/[0-9a-f]+\/[^/]+$/);
      assert.doesNotMatch(uri.path, /\/\.{1,2}$/);
      assert.ok(uri.path.length < 2 * (bytes.length + 1) + 70);
    }),
    { numRuns: 1000 },
  );
});

test('keys are equal for the same path only', () => {
  fc.assert(
    fc.property(anyPath, anyPath, (a, b) => {
      assert.equal(refKey(file(a)) === refKey(file(b)), a.join() === b.join());
      assert.equal(refKey(uriToRef(refToUri(file(a)))), refKey(file(a)));
    }),
  );
});

const bad: readonly UriParts[] = [
  { scheme: 'http', path: '/etc/passwd' },
  { scheme: 'file', authority: 'server', path: '/share' },
  { scheme: 'file', path: '' },
  { scheme: 'file', path: 'relative' },
  { scheme: 'file', path: '/nul\0byte' },
  { scheme: 'file', path: '/lone\ud800' },
  { scheme: 'memglass-file', path: '' },
  { scheme: 'memglass-file', path: '/' },
  { scheme: 'memglass-file', path: '/2f6/x' },
  { scheme: 'memglass-file', path: '/2fzz/x' },
  { scheme: 'memglass-file', path: '/616263/x' },
  { scheme: 'memglass-file', path: '/2f6100/x' },
  { scheme: 'memglass-file', path: '/2f61/x/y' },
  { scheme: 'memglass-file', path: '2f61/x' },
];
for (const uri of bad) {
  test(`${JSON.stringify(uri)} is refused`, () => assert.throws(() => uriToRef(uri), isBadUri));
}

test('a ref that can name no file has no URI', () => {
  assert.throws(() => refToUri({ kind: 'file', path: Uint8Array.of() }), isBadUri);
  assert.throws(() => refToUri({ kind: 'file', path: Uint8Array.of(0x61) }), isBadUri);
  assert.throws(() => refToUri({ kind: 'file', path: Uint8Array.of(0x2f, 0) }), isBadUri);
});

test('the readable name is not the identity', () => {
  assert.equal(refKey(uriToRef({ scheme: 'memglass-file', path: '/2FFF' })), refKey(file([0xff])));
  assert.equal(refKey(uriToRef({ scheme: 'memglass-file', path: '/2fff/else' })), refKey(file([0xff])));
});

test('whatever comes, it is a ref or badUri', () => {
  const scheme = fc.constantFrom('file', 'memglass-file', 'x');
  fc.assert(
    fc.property(scheme, fc.string({ unit: 'binary' }), fc.string(), (scheme, path, authority) => {
      try {
        uriToRef({ scheme, path, authority });
      } catch (error) {
        assert.ok(isBadUri(error));
      }
    }),
    { numRuns: 1000 },
  );
});
