import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ForceRule } from '../../../../extension/core/memoryMap/forceRule.ts';
import type { Backing, MemoryRegion } from '../../../../extension/core/memoryMap/memoryRegion.ts';
import { absentReading, pageReading } from '../../../../extension/core/memoryMap/regionReading.ts';
import { whyUnreadable } from '../../../../extension/core/memoryMap/unreadable.ts';

const name = { bytes: Uint8Array.of(0x2f), maybeNewline: false };
const rights = { read: true, write: true, execute: false };
const region = (backing: Backing, change: Partial<Pick<MemoryRegion, 'sharing' | 'rights' | 'inode'>> = {}) => {
  return { backing, sharing: 'private' as const, rights, inode: 'name' in backing ? 7n : 0n, ...change };
};
const facts = { hasFile: true, mayForce: true, isSupplied: false };
const closed = { rights: { ...rights, read: false } };

test('what is absent is zeros in private memory, the file behind a mapping, and else nobody knows', () => {
  const cases: readonly (readonly [
    ReturnType<typeof absentReading>,
    ReturnType<typeof region>,
    Partial<typeof facts>,
  ])[] = [
    ['zeros', region({ kind: 'privateAnonymous' }), {}],
    ['zeros', region({ kind: 'heap' }), { hasFile: false }],
    ['zeros', region({ kind: 'privateAnonymous' }, closed), {}],
    ['memory', region({ kind: 'privateAnonymous' }, closed), { mayForce: false }],
    ['memory', region({ kind: 'privateAnonymous' }), { isSupplied: true }],
    ['file', region({ kind: 'file', name }), {}],
    ['memory', region({ kind: 'file', name }), { hasFile: false }],
    ['memory', region({ kind: 'memfd', name }), { isSupplied: true }],
    ['file', region({ kind: 'sharedAnonymous' }, { sharing: 'shared' }), {}],
    ['memory', region({ kind: 'sharedAnonymous' }, { sharing: 'shared' }), { hasFile: false }],
  ];
  for (const [wanted, where, change] of cases) {
    assert.equal(
      absentReading(where, { ...facts, ...change }),
      wanted,
      `${where.backing.kind} ${JSON.stringify(change)}`,
    );
  }
});

test('an entry of pagemap tells what is there; what is not told is read', () => {
  const entry = (last: number) => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, last);
  assert.equal(pageReading(entry(0), 0, 'zeros'), 'zeros');
  assert.equal(pageReading(entry(0x80), 0, 'zeros'), 'memory');
  assert.equal(pageReading(entry(0x40), 0, 'file'), 'memory');
  assert.equal(pageReading(entry(0x44), 0, 'zeros'), 'guard');
  assert.equal(pageReading(entry(0), 1, 'zeros'), 'memory');
});

test('why a page cannot be read', () => {
  const why = (
    where: ReturnType<typeof region> | undefined,
    flags: readonly string[] = [],
    force: ForceRule = 'always',
    isPastEnd?: boolean,
  ) => whyUnreadable({ region: where, flags, force, isPastEnd });
  assert.equal(why(undefined), 'unmapped');
  assert.equal(why(region({ kind: 'secretmem' })), 'secret');
  assert.equal(why(region({ kind: 'vsyscall' })), 'kernel');
  assert.equal(why(region({ kind: 'device', name })), 'device');
  assert.equal(why(region({ kind: 'privateAnonymous' }), ['rd', 'io']), 'device');
  assert.equal(why(region({ kind: 'privateAnonymous' }), ['rd', 'um']), 'absent');
  const byRule = (rule: ForceRule) => why(region({ kind: 'privateAnonymous' }, closed), [], rule);
  assert.deepEqual((['restricted', 'ptrace', 'never', 'always'] as const).map(byRule), [
    'protected',
    'protectedUnlessTraced',
    'protectedAlways',
    'guard',
  ]);
  assert.equal(why(region({ kind: 'privateAnonymous' })), 'guard');
  assert.equal(why(region({ kind: 'file', name })), 'pastEnd');
  assert.equal(why(region({ kind: 'file', name }), [], 'always', false), 'ioError');
});
