import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  documentToUri,
  editModes,
  isMemoryRef,
  uriToDocument,
  usualMode,
} from '../../../../extension/core/editing/documentUri.ts';
import { SourceError } from '../../../../extension/core/sourceError.ts';
import { refToUri, type SourceRef, type UriParts } from '../../../../extension/core/sourceRef.ts';
import { fileRef, memoryRef } from '../../../support/refs.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const anyRef: fc.Arbitrary<SourceRef> = fc.oneof(fileRef, memoryRef);
const mode = fc.constantFrom(...editModes);
const isBadUri = (error: unknown): boolean => error instanceof SourceError && error.code === 'badUri';

test('every document comes back from its URI, and no two share one', () => {
  fc.assert(
    fc.property(anyRef, mode, mode, (ref, one, other) => {
      const uri = documentToUri({ ref, mode: one });
      assert.deepEqual(uriToDocument(uri), { ref, mode: one });
      assert.equal(JSON.stringify(uri) === JSON.stringify(documentToUri({ ref, mode: other })), one === other);
    }),
    { numRuns: 2000 },
  );
});

test('the usual mode of a source has the URI of the source', () => {
  fc.assert(
    fc.property(anyRef, (ref) => assert.deepEqual(documentToUri({ ref, mode: usualMode(ref) }), refToUri(ref))),
  );
});

test('scheme and path, by which VS Code chooses an editor and names a tab, are the same in all modes of memory', () => {
  fc.assert(
    fc.property(memoryRef, mode, (ref, one) => {
      const { scheme, path } = refToUri(ref);
      const uri = documentToUri({ ref, mode: one });
      assert.deepEqual([uri.scheme, uri.path], [scheme, path]);
    }),
  );
});

test('modes read as such', () => {
  const ring: SourceRef = { kind: 'posixShm', path: bytes('ring') };
  const log: SourceRef = { kind: 'file', path: bytes('/tmp/x') };
  const named: SourceRef = { kind: 'file', path: bytes('/dev/shm/ring') };
  const text = ({ scheme, authority, path }: UriParts) =>
    authority === undefined ? `${scheme}:${path}` : `${scheme}://${authority}${path}`;
  assert.equal(text(documentToUri({ ref: ring, mode: 'live' })), 'memglass-shm:/dev/shm/ring');
  assert.equal(text(documentToUri({ ref: ring, mode: 'staged' })), 'memglass-shm://staged/dev/shm/ring');
  assert.equal(text(documentToUri({ ref: log, mode: 'staged' })), 'file:/tmp/x');
  assert.equal(text(documentToUri({ ref: log, mode: 'live' })), 'memglass-file://live/tmp/x');
  assert.equal(text(documentToUri({ ref: log, mode: 'scratch' })), 'memglass-file://scratch/tmp/x');
  // Shared memory by the path of its file is what it is by its name.
  assert.equal(text(documentToUri({ ref: named, mode: 'live' })), 'file:/dev/shm/ring');
  assert.equal(isMemoryRef(named), true);
});

test('a path stands as it is where a URI leaves it alone, and else in hex', () => {
  const uriOf = (path: string) => documentToUri({ ref: { kind: 'file', path: bytes(path) }, mode: 'scratch' }).path;
  for (const path of ['/tmp/x', '/var/log/a.b-c_d+e=f@g,h~i', '/2fx/y', '/2e2e/y', '/.hidden/..x/...']) {
    assert.equal(uriOf(path), path);
  }
  for (const path of [
    '/',
    '/a b',
    '/a/',
    '//a',
    '/a/./b',
    '/a/../b',
    '/C:/x',
    '/a%20b',
    '/a?b',
    '/ä',
    '/2f/x',
    '/2F61/x',
    '/2f',
  ]) {
    assert.match(uriOf(path), /^\/2f[\da-f]*\//, path);
  }
});

const bad: readonly UriParts[] = [
  { scheme: 'memglass-shm', authority: 'live', path: '/dev/shm/ring' },
  { scheme: 'memglass-shm', authority: 'Staged', path: '/dev/shm/ring' },
  { scheme: 'memglass-shm', authority: 'server', path: '/dev/shm/ring' },
  { scheme: 'memglass-shm', authority: 'staged', path: '/dev/shm/../ring' },
  { scheme: 'memglass-file', authority: 'staged', path: '/2f746d702f78/x' },
  { scheme: 'memglass-file', authority: 'live', path: '/2f746d702f78/x' },
  { scheme: 'memglass-file', authority: 'staged', path: '/tmp/x' },
  { scheme: 'memglass-file', authority: 'scratch', path: '/tmp/../x' },
  { scheme: 'memglass-file', authority: 'scratch', path: '/tmp//x' },
  { scheme: 'memglass-file', authority: 'scratch', path: '/tmp/x/' },
  { scheme: 'memglass-file', path: '/2f746d702f78/x' },
  { scheme: 'memglass-file', path: '/tmp/x' },
  // By another spelling it would be two documents.
  { scheme: 'memglass-shm', path: '/72696e67/ring' },
  { scheme: 'memglass-shm', authority: 'staged', path: '/72696e67/ring' },
  { scheme: 'file', authority: 'live', path: '/tmp/x' },
  { scheme: 'file', authority: 'server', path: '/share' },
  { scheme: 'http', authority: 'live', path: '/x' },
];
for (const uri of bad) {
  test(`${JSON.stringify(uri)} is refused`, () => assert.throws(() => uriToDocument(uri), isBadUri));
}

test('whatever comes, it is a document or badUri', () => {
  const scheme = fc.constantFrom('file', 'memglass-file', 'memglass-shm', 'memglass-sysv', 'memglass-region', 'x');
  const authority = fc.oneof(mode, fc.string());
  fc.assert(
    fc.property(scheme, authority, fc.string({ unit: 'binary' }), (scheme, authority, path) => {
      try {
        uriToDocument({ scheme, authority, path });
      } catch (error) {
        assert.ok(isBadUri(error));
      }
    }),
    { numRuns: 1000 },
  );
});
