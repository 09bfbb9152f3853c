// What a benchmark gives, and the few sums all of them do.

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The value must not exceed it; without it the figure is only reported. */
  readonly limit?: number;
  /** The value must reach the limit instead. */
  readonly atLeast?: boolean;
}

/** Whether the figure keeps its limit; undefined where it has none. */
export function isKept({ value, limit, atLeast }: Figure): boolean | undefined {
  if (limit === undefined) return undefined;
  return atLeast === true ? value >= limit : value <= limit;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median of what each pair gives: what slowed the machine down for a moment slowed down both of a pair. */
export function pairedRatio(ours: readonly number[], floor: readonly number[]): number {
  if (ours.length !== floor.length) throw new Error('values that are no pairs');
  return median(ours.map((value, i) => value / (floor[i] ?? Number.NaN)));
}

/** A generator of numbers from 0 to 1 that gives the same ones in each run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` times `value(i)`, one after the other. */
export async function times<T>(count: number, value: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < count; i++) results.push(await value(i));
  return results;
}

/** Both of a pair one after the other, so many times, each of them first in half of the pairs. */
export async function inPairs(
  count: number,
  ours: () => Promise<void>,
  floor: () => void | Promise<void>,
): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    if (turn % 2 === 0) await floor();
    await ours();
    if (turn % 2 === 1) await floor();
  }
}
