/**
 * When to look again while somebody watches: at names at once when something happened to them, at all processes at a
 * slower beat, and in all for a few percent of one core, however much there is to see.
 */

/** Milliseconds between two looks at all processes where a look costs little. */
const beat = 2000;
/** So many times what a look at everything cost is waited before the next: it stays below 4 % of a core. */
const rest = 25;
/** The same for looks at names, which are asked for only while things come and go. */
const restOfNames = 10;
/** Milliseconds between two looks at names where only sizes and times change: a program may write without pause. */
const contentsPause = 500;

/** `names`: something was made or removed; `contents`: sizes, times or modes may have changed. */
export type Alarm = 'names' | 'contents';

export interface Rounds {
  /** A look at everything. */
  all(signal: AbortSignal): Promise<unknown>;
  /** A look at the names, sizes and times only. */
  names(signal: AbortSignal): Promise<unknown>;
  /** Raises an alarm whenever something happens, until `signal` is aborted. */
  listen(raise: (alarm: Alarm) => void, signal: AbortSignal): void;
}

/** Goes its rounds until `signal` is aborted. A look that fails is as good as one that found nothing. */
export async function patrol(rounds: Rounds, signal: AbortSignal): Promise<void> {
  let alarm: Alarm | undefined;
  let wake = () => {};
  const raise = (raised: Alarm) => {
    if (alarm !== 'names') alarm = raised;
    wake();
  };
  signal.addEventListener('abort', () => wake(), { once: true });
  rounds.listen(raise, signal);

  let allDue = 0;
  let allRested = 0;
  let namesRested = 0;
  let contentsDue = 0;
  const took = async (look: () => Promise<unknown>): Promise<readonly [end: number, cost: number]> => {
    const start = performance.now();
    const before = process.cpuUsage();
    await look().catch(() => {});
    const end = performance.now();
    contentsDue = end + contentsPause;
    // On a busy machine a look takes long and costs no more; in a busy host others use the processor as well.
    const { user, system } = process.cpuUsage(before);
    return [end, Math.min(end - start, (user + system) / 1000)];
  };
  while (!signal.aborted) {
    const now = performance.now();
    const namesDue =
      alarm === undefined ? Number.POSITIVE_INFINITY : Math.max(namesRested, alarm === 'names' ? 0 : contentsDue);
    if (now >= allDue) {
      alarm = undefined;
      const [end, cost] = await took(() => rounds.all(signal));
      allRested = end + rest * cost;
      allDue = Math.max(allRested, end + beat);
    } else if (now >= namesDue) {
      const isNews = alarm === 'names';
      alarm = undefined;
      const [end, cost] = await took(() => rounds.names(signal));
      namesRested = end + restOfNames * cost;
      // Who uses what has just come is wanted soon.
      if (isNews) allDue = Math.min(allDue, Math.max(allRested, end));
    } else {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(allDue, namesDue) - now);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = () => {};
    }
  }
}
