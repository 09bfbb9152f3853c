import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SourceError } from '../../../extension/core/sourceError.ts';
import {
  posixShmPath,
  refKey,
  refOfPath,
  refToUri,
  type SourceRef,
  type UriParts,
  uriToRef,
} from '../../../extension/core/sourceRef.ts';
import { anyPath, memoryRef, nameBytes } from '../../support/refs.ts';

const file = (path: string | readonly number[]): SourceRef => ({
  kind: 'file',
  path: typeof path === 'string' ? new TextEncoder().encode(path) : Uint8Array.from([0x2f, ...path]),
});
const isBadUri = (error: unknown): boolean => error instanceof SourceError && error.code === 'badUri';

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

test('memory has readable names, in the tab and nowhere else', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const of = { pid: 4121, startTime: 88123 };
  const refs: [SourceRef, string][] = [
    [{ kind: 'posixShm', path: bytes('ring') }, 'memglass-shm:/dev/shm/ring'],
    [{ kind: 'posixShm', path: bytes('jobs/a') }, 'memglass-shm:/dev/shm/jobs/a'],
    [{ kind: 'posixShm', path: bytes('a b') }, 'memglass-shm:/612062/a b'],
    [{ kind: 'sysvShm', shmid: 3, creatorPid: 4121 }, 'memglass-sysv:/3-4121/System V 3'],
    [
      { kind: 'processFd', ...of, fd: 7, inode: 1052n, name: bytes('memfd:x') },
      'memglass-fd:/4121-88123-7-1052-6d656d66643a78/memfd:x',
    ],
    [{ kind: 'processFd', ...of, fd: 7, inode: 1052n, name: bytes('') }, 'memglass-fd:/4121-88123-7-1052-/_'],
    [
      { kind: 'processRegion', ...of, start: 0x7f2a1000n, end: 0x7f2a3000n, name: bytes('[heap]') },
      'memglass-region:/4121-88123-7f2a1000-7f2a3000-5b686561705d/[heap] 7f2a1000',
    ],
    [
      { kind: 'processRegion', ...of, start: 0x7f2a1000n, end: 0x7f2a3000n, name: bytes('') },
      'memglass-region:/4121-88123-7f2a1000-7f2a3000-/anonymous 7f2a1000',
    ],
  ];
  for (const [ref, text] of refs) {
    const { scheme, path } = refToUri(ref);
    assert.equal(`${scheme}:${path}`, text);
  }
});

test('every ref of memory comes back, its name byte for byte', () => {
  fc.assert(
    fc.property(memoryRef, (ref) => {
      const uri = refToUri(ref);
      assert.deepEqual(uriToRef(uri), ref);
      // A usual name of a POSIX object reads as its path; everything else is carried in hex.
      assert.match(uri.path, /^\/(?:[0-9a-f-]+\/[^/]+|dev\/shm\/[^\0]+)$/);
      assert.doesNotMatch(uri.path, /\/\.{1,2}$/);
    }),
    { numRuns: 1000 },
  );
});

test('keys of memory are equal for the same source only, whatever it is called', () => {
  const named = (ref: SourceRef, name: Uint8Array): SourceRef => ('name' in ref ? { ...ref, name } : ref);
  fc.assert(
    fc.property(memoryRef, memoryRef, nameBytes, (a, b, name) => {
      assert.equal(refKey(a), refKey(named(a, name)));
      const sameUri = refToUri(named(a, name)).path === refToUri(named(b, name)).path;
      assert.equal(refKey(a) === refKey(b), a.kind === b.kind && sameUri);
    }),
    { numRuns: 1000 },
  );
});

test('a path below /dev/shm is the ref of an object, and any other that of a file', () => {
  fc.assert(
    fc.property(memoryRef, (ref) => {
      if (ref.kind !== 'posixShm') return;
      assert.deepEqual(refOfPath(posixShmPath(ref)), ref);
    }),
  );
  for (const path of ['/dev/shm', '/dev/shm/', '/dev/shm/../x', '/dev/shm//x', '/dev/shmx/y', '/tmp/x']) {
    const bytes = new TextEncoder().encode(path);
    assert.deepEqual(refOfPath(bytes), { kind: 'file', path: bytes });
  }
});

const bad: readonly UriParts[] = [
  { scheme: 'memglass-shm', path: '/' },
  { scheme: 'memglass-shm', path: '//x' },
  { scheme: 'memglass-shm', path: '/dev/shm/../x' },
  { scheme: 'memglass-shm', path: '/dev/shm/' },
  { scheme: 'memglass-shm', path: '/2f78/x' },
  { scheme: 'memglass-shm', path: '/2e2e2f78/..\u{2215}x' },
  { scheme: 'memglass-shm', path: '/782f2e2f78/x' },
  { scheme: 'memglass-shm', path: '/7800/x' },
  { scheme: 'memglass-shm', path: '/78/x/y' },
  { scheme: 'memglass-shm', authority: 'server', path: '/78/x' },
  { scheme: 'memglass-sysv', path: '/3/x' },
  { scheme: 'memglass-sysv', path: '/03-1/x' },
  { scheme: 'memglass-sysv', path: '/-3-1/x' },
  { scheme: 'memglass-sysv', path: '/2147483648-1/x' },
  { scheme: 'memglass-fd', path: '/1-2-3-4/x' },
  { scheme: 'memglass-fd', path: '/0-2-3-4-/x' },
  { scheme: 'memglass-fd', path: '/1-9007199254740993-3-4-/x' },
  { scheme: 'memglass-fd', path: '/1-2-3-18446744073709551616-/x' },
  { scheme: 'memglass-fd', path: '/1-2-3-4-7/x' },
  { scheme: 'memglass-region', path: '/1-2-1000-1000-/x' },
  { scheme: 'memglass-region', path: '/1-2-2000-1000-/x' },
  { scheme: 'memglass-region', path: '/1-2-1000-10000000000000001-/x' },
  { scheme: 'memglass-region', path: '/1-2-0x1000-2000-/x' },
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
  const scheme = fc.constantFrom('file', 'memglass-file', 'memglass-shm', 'memglass-sysv', 'memglass-region', 'x');
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
