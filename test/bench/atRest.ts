// A machine that has nothing else to do: a window that has just opened is busy with itself for some seconds.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Of all processors together. */
const mostBusy = 0.05;
const lookMs = 500;
/** A machine that others use is never at rest: the figure is taken then as it is. */
const longestWaitMs = 20_000;

/** Waits until the processors have had next to nothing to do for half a second, or for twenty seconds. */
export async function atRest(): Promise<void> {
  const deadline = Date.now() + longestWaitMs;
  let before = times();
  for (;;) {
    await sleep(lookMs);
    const now = times();
    if ((now.busy - before.busy) / (now.all - before.all) < mostBusy || Date.now() > deadline) return;
    before = now;
  }
}

/** Ticks since the machine has started, by the first line of /proc/stat (proc_stat(5)): user, nice, system, idle, iowait, … */
function times(): { busy: number; all: number } {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  const ticks = line.split(/\s+/).slice(1).map(Number);
  const all = ticks.reduce((sum, each) => sum + each, 0);
  return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all };
}
