import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readNewSegment } from '../../../../extension/core/sharedMemory/newSegment.ts';
import { SourceError } from '../../../../extension/core/sourceError.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the argument of the command that makes a segment', () => {
  test('POSIX, with what is usual where nothing is said', () => {
    assert.deepEqual(readNewSegment({ name: '/ring', size: '64K' }), {
      kind: 'posix',
      file: bytes('ring'),
      size: 65536n,
      mode: 0o600,
      reserve: true,
      contents: { kind: 'zeros' },
    });
  });

  test('everything said', () => {
    const argument = { name: 'ring', size: 8, mode: '0644', reserve: false, fill: { text: 'hé' } };
    const wanted = readNewSegment(argument);
    assert.deepEqual(wanted, {
      kind: 'posix',
      file: bytes('ring'),
      size: 8n,
      mode: 0o644,
      reserve: false,
      contents: { kind: 'bytes', bytes: bytes('hé') },
    });
  });

  test('System V, with a key or private', () => {
    const keyOf = (key: unknown) => {
      const wanted = readNewSegment({ key, size: 1n });
      return wanted.kind === 'sysv' ? wanted.key : undefined;
    };
    assert.deepEqual(['0x4D670001', 5, '0xFFFFFFFF', 'private', 0].map(keyOf), [0x4d670001, 5, -1, 0, 0]);
  });

  test('contents', () => {
    const contentsOf = (fill: unknown) => readNewSegment({ name: 'a', size: 1, fill }).contents;
    assert.deepEqual(contentsOf('DE AD'), { kind: 'pattern', bytes: Uint8Array.of(0xde, 0xad) });
    assert.deepEqual(contentsOf({ pattern: Uint8Array.of(1) }), { kind: 'pattern', bytes: Uint8Array.of(1) });
    assert.deepEqual(contentsOf({ hex: '01' }), { kind: 'bytes', bytes: Uint8Array.of(1) });
    assert.deepEqual(contentsOf({ file: '/tmp/x' }), { kind: 'file', path: bytes('/tmp/x') });
    assert.deepEqual(contentsOf({ selection: true }), { kind: 'selection' });
  });

  test('what cannot be used is named', () => {
    const wrong: [Record<string, unknown>, string][] = [
      [{ size: 1 }, 'key'],
      [{ name: 'a' }, 'size'],
      [{ name: 'a/b', size: 1 }, 'name'],
      [{ name: 7, size: 1 }, 'name'],
      [{ name: 'a', size: -1 }, 'size'],
      [{ name: 'a', size: 1.5 }, 'size'],
      [{ name: 'a', size: 'end' }, 'size'],
      [{ key: 'private', size: 0 }, 'size'],
      [{ name: 'a', size: 1, mode: '888' }, 'mode'],
      [{ name: 'a', size: 1, mode: 0o1777 }, 'mode'],
      [{ name: 'a', size: 1, reserve: 'no' }, 'reserve'],
      [{ name: 'a', size: 1, fill: 'xyz' }, 'fill'],
      [{ name: 'a', size: 1, fill: { file: 'relative' } }, 'fill'],
      [{ name: 'a', size: 1, fill: {} }, 'fill'],
    ];
    for (const [argument, field] of wrong) {
      assert.throws(
        () => readNewSegment(argument),
        (error: unknown) =>
          error instanceof SourceError && error.code === 'badArgument' && error.detail.path?.startsWith(field) === true,
        JSON.stringify(argument),
      );
    }
  });

  test('whatever it is given, it answers or refuses', () => {
    const field = fc.oneof(fc.anything(), fc.string(), fc.integer());
    fc.assert(
      fc.property(fc.record({ name: field, key: field, size: field, mode: field, fill: field }), (argument) => {
        try {
          assert.ok(readNewSegment(argument).size >= 0n);
        } catch (error) {
          assert.ok(error instanceof SourceError, String(error));
        }
      }),
    );
  });
});
