import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkShmName, type ShmNameCheck, shmOpenName } from '../../../../extension/core/sharedMemory/shmName.ts';

/** The file's name, or `!` and the rule. */
const shown = (check: ShmNameCheck): string => (check.ok ? new TextDecoder().decode(check.file) : `!${check.fault}`);
const shm = (name: string): string => shown(checkShmName(name));

// As shm_open of glibc 2.36 answered.
test('slashes in front do not count, others are refused', () => {
  assert.deepEqual(['/ring', 'ring', '///ring', 'a/b', 'a/', '/'].map(shm), [
    'ring',
    'ring',
    'ring',
    '!slash',
    '!slash',
    '!empty',
  ]);
  assert.deepEqual(['', '//'].map(shm), ['!empty', '!empty']);
});

test('one dot or two are a folder', () => {
  assert.deepEqual(['.', '/..', '...', '.x'].map(shm), ['!dots', '!dots', '...', '.x']);
});

test('any other byte goes', () => {
  assert.deepEqual([' ', 'a\nb', 'sem.x', 'ü'].map(shm), [' ', 'a\nb', 'sem.x', 'ü']);
  const check = checkShmName(Uint8Array.of(0x2f, 0xff));
  assert.ok(check.ok);
  assert.deepEqual([...check.file], [0xff]);
  assert.deepEqual(['a\0b', 'a\ud800'].map(shm), ['!nul', '!notText']);
});

test('lengths are counted in bytes, without the slashes', () => {
  assert.equal(shm(`/${'x'.repeat(255)}`), 'x'.repeat(255));
  assert.equal(shm('x'.repeat(256)), '!tooLong');
  assert.equal(shm('ü'.repeat(128)), '!tooLong');
  assert.deepEqual(checkShmName('x'.repeat(256)), { ok: false, fault: 'tooLong', limit: 255, length: 256 });
});

test('what is accepted is a name of one file, and reached again by its own name', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (name) => {
      const check = checkShmName(name);
      if (!check.ok) return;
      assert.ok(check.file.length >= 1 && check.file.length <= 255);
      assert.ok(!check.file.includes(0) && !check.file.includes(0x2f));
      assert.deepEqual(shmOpenName(check.file), Uint8Array.of(0x2f, ...check.file));
    }),
  );
});

test('what no name reaches', () => {
  for (const path of ['folder/x', '.', '..', '', '/x']) {
    assert.equal(shmOpenName(new TextEncoder().encode(path)), undefined, path);
  }
});
