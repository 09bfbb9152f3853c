import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { processForest } from '../../../../extension/core/processes/processForest.ts';
import { type ProcessSummary, processKey } from '../../../../extension/core/processes/processSummary.ts';

const process = (pid: number, parentPid: number, startTime = pid): ProcessSummary => ({
  ...{ pid, parentPid, startTime, uid: 0, state: 'S', kernelThread: false, threads: 1, resident: 0 },
  ...{ name: new Uint8Array(), args: [], executable: undefined, mayLook: true },
});

const shape = (all: readonly ProcessSummary[], listed = all) => {
  const { roots, children } = processForest(all, listed);
  const below = (each: ProcessSummary): unknown => {
    const own = children.get(processKey(each)) ?? [];
    return own.length === 0 ? each.pid : { [each.pid]: own.map(below) };
  };
  return roots.map(below);
};

test('each stands below its parent, in the order of the list', () => {
  const all = [process(1, 0), process(20, 1), process(10, 1), process(11, 10)];
  assert.deepEqual(shape(all), [{ 1: [20, { 10: [11] }] }]);
  assert.deepEqual(shape(all, all.toReversed()), [{ 1: [{ 10: [11] }, 20] }]);
});

test('where the parent is not in the list, the nearest ancestor that is takes its place', () => {
  const all = [process(1, 0), process(10, 1), process(11, 10), process(12, 11)];
  const listed = all.filter(({ pid }) => pid !== 10 && pid !== 11);
  assert.deepEqual(shape(all, listed), [{ 1: [12] }]);
  assert.deepEqual(shape(all, [process(12, 11)]), [12]);
});

test('a number that is another process’s now is no parent', () => {
  assert.deepEqual(shape([process(10, 20, 5), process(20, 1, 7)]), [10, 20]);
  assert.deepEqual(shape([process(10, 20, 5), process(20, 10, 5)]), [{ 10: [20] }]);
  assert.deepEqual(shape([process(10, 10)]), [10]);
});

test('whatever /proc said, each is there once', () => {
  const row = fc.tuple(fc.nat(8), fc.nat(8), fc.nat(3));
  fc.assert(
    fc.property(fc.uniqueArray(row, { selector: ([pid]) => pid }), fc.infiniteStream(fc.boolean()), (rows, chosen) => {
      const all = rows.map(([pid, parent, start]) => process(pid, parent, start));
      const listed = all.filter(() => chosen.next().value);
      const { roots, children } = processForest(all, listed);
      const seen: number[] = [];
      const visit = (each: ProcessSummary) => {
        seen.push(each.pid);
        for (const child of children.get(processKey(each)) ?? []) visit(child);
      };
      roots.forEach(visit);
      assert.deepEqual(
        seen.toSorted((a, b) => a - b),
        listed.map(({ pid }) => pid).toSorted((a, b) => a - b),
      );
    }),
  );
});
