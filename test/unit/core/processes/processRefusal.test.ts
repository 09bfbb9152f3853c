import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRefusal, type RefusalFacts } from '../../../../extension/core/processes/processRefusal.ts';

const user = (id: number) => ({
  uid: [id, id, id, id] as const,
  gid: [id, id, id, id] as const,
  effective: 0n,
  permitted: 0n,
  uidMap: '0 0 4294967295\n',
});
const target = { ...user(1000), state: 'S', threads: 1, kernelThread: false, filesUid: 1000 };
const mine: RefusalFacts = { own: user(1000), target, isThere: true, hidepid: undefined, yamaScope: undefined };
const all = 2n ** 41n - 1n;
const root = { ...user(0), effective: all, permitted: all };

const both = (facts: RefusalFacts) => [findRefusal('look', facts), findRefusal('memory', facts)];
const same = <Value>(value: Value) => [value, value];

test('nothing is in the way of looking into what is ours, nor of root', () => {
  assert.deepEqual(both(mine), same(undefined));
  for (const other of [target, { ...target, ...user(5), filesUid: 0 }, { ...target, ...root, filesUid: 0 }]) {
    assert.deepEqual(both({ ...mine, own: root, target: other, yamaScope: 2 }), same(undefined));
  }
});

test('gone, hidden, a zombie, a kernel thread', () => {
  assert.deepEqual(both({ ...mine, target: undefined, isThere: false }), same({ kind: 'gone' }));
  assert.deepEqual(both({ ...mine, target: undefined, hidepid: '2' }), same({ kind: 'hidden', hidepid: '2' }));
  assert.deepEqual(both({ ...mine, target: { ...target, state: 'Z' } }), same({ kind: 'zombie' }));
  assert.deepEqual(both({ ...mine, target: { ...target, state: 'Z', threads: 2 } }), same(undefined));
  const thread = { ...target, ...root, kernelThread: true };
  assert.deepEqual(both({ ...mine, own: root, target: thread }), same({ kind: 'kernelThread' }));
});

test("another user's, and one that has changed its user", () => {
  assert.deepEqual(both({ ...mine, target: { ...target, ...user(5) } }), same({ kind: 'otherUser', uid: 5 }));
  const setuid = { ...target, uid: [1000, 0, 0, 0] as const, filesUid: 0 };
  assert.deepEqual(both({ ...mine, target: setuid }), same({ kind: 'otherUser', uid: 0 }));
  // Root in a container may have no capability to trace.
  const weak = { ...root, effective: 0n };
  assert.deepEqual(both({ ...mine, own: weak, target: { ...target } }), same({ kind: 'otherUser', uid: 1000 }));
});

test('not dumpable: its files are root’s, or it has another group', () => {
  assert.deepEqual(both({ ...mine, target: { ...target, filesUid: 0 } }), same({ kind: 'notDumpable' }));
  const setgid = { ...target, gid: [1000, 7, 7, 7] as const };
  assert.deepEqual(both({ ...mine, target: setgid }), same({ kind: 'notDumpable' }));
});

test('another user namespace, and more capabilities than we have', () => {
  const outside = { ...target, ...user(0), filesUid: 0, permitted: all };
  const inside = { ...mine, own: { ...root, uidMap: '0 1000 1\n' }, target: outside };
  assert.deepEqual(both(inside), same({ kind: 'namespace' }));
  assert.deepEqual(both({ ...mine, target: { ...target, permitted: 1n << 12n } }), same({ kind: 'moreCapable' }));
});

test('Yama guards the memory, not the list of regions', () => {
  for (const scope of [1, 2, 3] as const) {
    assert.deepEqual(both({ ...mine, yamaScope: scope }), [undefined, { kind: 'yama', scope }]);
  }
  assert.deepEqual(both({ ...mine, yamaScope: 0 }), same(undefined));
  assert.deepEqual(findRefusal('memory', { ...mine, own: root, yamaScope: 3 }), { kind: 'yama', scope: 3 });
});
