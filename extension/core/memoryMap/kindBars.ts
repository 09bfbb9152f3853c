/** The totals by kind as stacked bars: one bar per measure. */
import { type RegionKind, regionKinds } from './regionKind.ts';
import type { KindSums, RegionSums } from './regionSums.ts';

export const barMeasures = ['committed', 'resident', 'dirty', 'swapped'] as const;
export type BarMeasure = (typeof barMeasures)[number];

export interface BarPart {
  readonly kind: RegionKind;
  readonly bytes: number;
  /** Shares of the width there is, 0 … 1. */
  readonly from: number;
  readonly to: number;
}

export interface KindBar {
  readonly measure: BarMeasure;
  /** Bytes; undefined while nobody knows. */
  readonly bytes: number | undefined;
  /** Some regions have no figures: they add to it what nobody knows. */
  readonly isPartial: boolean;
  /** On the scale of the others; a bar that is not fills the width and has a scale of its own. */
  readonly isToScale: boolean;
  /** Those that are not empty, one behind the other, in the order of `regionKinds`. */
  readonly parts: readonly BarPart[];
}

/** So many times as long as the next one, a bar leaves nothing of the others to be seen. */
const farLonger = 6;

/**
 * All on one scale, but for what is committed where that is far more than all else: a process may map a file of
 * terabytes of which it has read a page.
 */
export function kindBars(sums: KindSums): readonly KindBar[] {
  const totals = barMeasures.map((measure) => figureOf(sums.all, measure) ?? 0);
  const [committed = 0, ...others] = totals;
  const longestOther = Math.max(...others);
  const isOffScale = longestOther > 0 && committed > farLonger * longestOther;
  const longest = isOffScale ? longestOther : Math.max(committed, longestOther);
  return barMeasures.map((measure) => {
    const isToScale = measure !== 'committed' || !isOffScale;
    return {
      measure,
      bytes: figureOf(sums.all, measure),
      isPartial: isPartial(sums.all, measure),
      isToScale,
      parts: partsOf(sums, measure, isToScale ? longest : committed),
    };
  });
}

function partsOf({ byKind }: KindSums, measure: BarMeasure, full: number): readonly BarPart[] {
  const parts: BarPart[] = [];
  let before = 0;
  for (const kind of regionKinds) {
    const sums = byKind.get(kind);
    const bytes = (sums === undefined ? 0 : figureOf(sums, measure)) ?? 0;
    if (bytes > 0) parts.push({ kind, bytes, from: before / full, to: (before + bytes) / full });
    before += bytes;
  }
  return parts;
}

/**
 * Bytes, below 2^53 for whatever memory there is (a mapping beyond it is drawn, not counted); undefined where no region
 * has figures yet. What is committed is known from the beginning.
 */
export function figureOf(sums: RegionSums, measure: BarMeasure): number | undefined {
  if (measure === 'committed') return Number(sums.committed);
  return sums.measured === 0 && sums.regions > 0 ? undefined : sums[measure];
}

/** Whether there is more of it than the figure says: some regions have figures, and some none. */
export function isPartial({ measured, regions }: RegionSums, measure: BarMeasure): boolean {
  return measure !== 'committed' && measured > 0 && measured < regions;
}
