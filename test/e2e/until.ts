// Waiting for what comes later.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long, milliseconds, and how often at least is looked: a machine that was held up has looked seldom. */
const patience = 60_000;
const fewestLooks = 50;

/** Looks until what is found is right; fails with what was last found. */
export async function until<T>(look: () => T | Promise<T>, isThere: (found: T) => boolean, what: string): Promise<T> {
  const deadline = Date.now() + patience;
  for (let looks = 1; ; looks++) {
    let found: T | undefined;
    let problem: unknown;
    try {
      found = await look();
      if (isThere(found)) return found;
    } catch (error) {
      // An element may go between two questions about it.
      problem = error;
    }
    if (Date.now() > deadline && looks >= fewestLooks)
      assert.fail(`${what}; found ${JSON.stringify(found) ?? String(problem)}`);
    await sleep(25);
  }
}
