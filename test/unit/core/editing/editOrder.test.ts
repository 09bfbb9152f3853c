import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { EditOrder } from '../../../../extension/core/editing/editOrder.ts';

test('an undo waits for the edits before it, those after wait for the undo, and a failure holds nobody up', async () => {
  const kinds = fc.array(fc.constantFrom('edit', 'turn'), { maxLength: 12 });
  const property = fc.asyncProperty(
    kinds,
    fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }),
    async (all, waits) => {
      const order = new EditOrder();
      const log: string[] = [];
      const act = (name: string, wait: number) => async () => {
        log.push(`${name} begins`);
        for (let i = 0; i < wait; i++) await nextTurn();
        log.push(`${name} ends`);
        if (wait === 3) throw new Error(name);
      };
      const asked = all.map((kind, at) => {
        const run = act(String(at), waits[at] ?? 0);
        return (kind === 'edit' ? order.edit(run) : order.turn(run)).catch(() => {});
      });
      await order.settled();
      await Promise.all(asked);
      for (const [at, kind] of all.entries()) {
        for (const [later, laterKind] of all.entries()) {
          if (later <= at || (kind === 'edit' && laterKind === 'edit')) continue;
          assert.ok(log.indexOf(`${at} ends`) < log.indexOf(`${later} begins`), `${log}`);
        }
      }
      // Edits begin in the order they were asked for, whatever comes between.
      const begun = log.filter((line) => line.endsWith('begins')).map((line) => Number.parseInt(line, 10));
      assert.deepEqual(
        begun,
        begun.toSorted((one, other) => one - other),
      );
    },
  );
  await fc.assert(property, { numRuns: 200 });
});
