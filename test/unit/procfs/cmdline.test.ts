import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCmdline } from '../../../extension/procfs/cmdline.ts';
import { bytesOf, fixture, textOf } from './fixtures.ts';

const shown = (bytes: Uint8Array) => {
  const { arguments: list, emptyAtEnd } = parseCmdline(bytes);
  return [list.map(textOf), emptyAtEnd];
};

test('arguments, with an empty one at the end', () => {
  assert.deepEqual(shown(fixture('20950/cmdline')), [['/tmp/demo/prog', '--title', 'two words'], 1]);
});

test('kernel threads, titles and odd bytes', () => {
  assert.deepEqual(shown(bytesOf('')), [[], 0]);
  assert.deepEqual(shown(bytesOf('worker: idle')), [['worker: idle'], 0]);
  assert.deepEqual(shown(bytesOf('worker\0\0\0\0')), [['worker'], 3]);
  assert.deepEqual(shown(bytesOf('a\0\0b\xff\n\0')), [['a', '', 'b\xff\n'], 0]);
  assert.deepEqual(shown(bytesOf('\0')), [[], 1]);
});

test('what a process was started with comes back', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 5 }), { maxLength: 5 }), (list) => {
      const { arguments: got, emptyAtEnd } = parseCmdline(Uint8Array.from(list.flatMap((bytes) => [...bytes, 0])));
      const all = [...got.map((bytes) => [...bytes]), ...Array.from({ length: emptyAtEnd }, () => [])];
      assert.deepEqual(all, list);
    }),
  );
});
