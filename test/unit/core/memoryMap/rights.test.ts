import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RightsFact, rightsFacts, rightsLines, rightsText } from '../../../../extension/core/memoryMap/rights.ts';

const code = { rights: { read: true, write: false, execute: true }, sharing: 'private' } as const;
const closed = { rights: { read: false, write: false, execute: false }, sharing: 'shared' } as const;

test('rights are written as maps has them', () => {
  assert.equal(rightsText(code), 'r-xp');
  assert.equal(rightsText(closed), '---s');
  assert.equal(rightsText({ rights: { read: true, write: true, execute: false }, sharing: 'private' }), 'rw-p');
});

test('each letter has a line that says what it means', () => {
  const all: readonly RightsFact[] = [...rightsFacts(code.rights, 'private'), ...rightsFacts(closed.rights, 'shared')];
  const words = Object.fromEntries(all.map((fact) => [fact, `<${fact}>`])) as Record<RightsFact, string>;
  assert.deepEqual(rightsLines(code, words), ['r  <read>', '-  <noWrite>', 'x  <execute>', 'p  <private>']);
  assert.deepEqual(rightsLines(closed, words), ['-  <noRead>', '-  <noWrite>', '-  <noExecute>', 's  <shared>']);
});
