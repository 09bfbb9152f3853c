import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkSemaphoreName, checkShmName, type ShmNameCheck, shmOpenName } from '../../../extension/core/shmName.ts';

/** The file's name, or `!` and the rule. */
const shown = (check: ShmNameCheck): string => (check.ok ? new TextDecoder().decode(check.file) : `!${check.fault}`);
const shm = (name: string): string => shown(checkShmName(name));
const sem = (name: string): string => shown(checkSemaphoreName(name));

// As shm_open and sem_open of glibc 2.36 answered.
test('slashes in front do not count, others are refused', () => {
  assert.deepEqual(['/ring', 'ring', '///ring', 'a/b', 'a/', '/'].map(shm), [
    'ring',
    'ring',
    'ring',
    '!slash',
    '!slash',
    '!empty',
  ]);
  assert.deepEqual(['/ring', 'a/b', '', '//'].map(sem), ['sem.ring', '!slash', '!empty', '!empty']);
});

test('dots are a folder for shm_open and a name for sem_open', () => {
  assert.deepEqual(['.', '/..', '...', '.x'].map(shm), ['!dots', '!dots', '...', '.x']);
  assert.deepEqual(['.', '/..'].map(sem), ['sem..', 'sem...']);
});

test('any other byte goes', () => {
  assert.deepEqual([' ', 'a\nb', 'sem.x', 'ü'].map(shm), [' ', 'a\nb', 'sem.x', 'ü']);
  const check = checkShmName(Uint8Array.of(0x2f, 0xff));
  assert.ok(check.ok);
  assert.deepEqual([...check.file], [0xff]);
  assert.deepEqual(['a\0b', 'a\ud800'].map(shm), ['!nul', '!notText']);
});

test('lengths are counted in bytes, without the slashes, and sem_open has four fewer', () => {
  assert.equal(shm(`/${'x'.repeat(255)}`), 'x'.repeat(255));
  assert.equal(shm('x'.repeat(256)), '!tooLong');
  assert.equal(shm('ü'.repeat(128)), '!tooLong');
  assert.equal(sem('x'.repeat(251)), `sem.${'x'.repeat(251)}`);
  assert.deepEqual(checkSemaphoreName('x'.repeat(252)), { ok: false, fault: 'tooLong', limit: 251, length: 252 });
});

test('what is accepted is a name of one file, and reached again by its own name', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (name, isSemaphore) => {
      const check = isSemaphore ? checkSemaphoreName(name) : checkShmName(name);
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
