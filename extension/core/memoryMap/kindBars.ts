/** The totals by kind as stacked bars: one bar per measure, all on one scale. */
import { type RegionKind, regionKinds } from './regionKind.ts';
import type { KindSums, RegionSums } from './regionSums.ts';

export const barMeasures = ['committed', 'resident', 'dirty', 'swapped'] as const;
export type BarMeasure = (typeof barMeasures)[number];

export interface BarPart {
  readonly kind: RegionKind;
  readonly bytes: number;
  /** Shares of the longest bar, 0 … 1. */
  readonly from: number;
  readonly to: number;
}

export interface KindBar {
  readonly measure: BarMeasure;
  readonly bytes: number;
  /** Those that are not empty, one behind the other, in the order of `regionKinds`. */
  readonly parts: readonly BarPart[];
}

export function kindBars({ all, byKind }: KindSums): readonly KindBar[] {
  const longest = Math.max(...barMeasures.map((measure) => bytesOf(all, measure)));
  return barMeasures.map((measure) => {
    const parts: BarPart[] = [];
    let before = 0;
    for (const kind of regionKinds) {
      const sums = byKind.get(kind);
      const bytes = sums === undefined ? 0 : bytesOf(sums, measure);
      if (bytes > 0) parts.push({ kind, bytes, from: before / longest, to: (before + bytes) / longest });
      before += bytes;
    }
    return { measure, bytes: before, parts };
  });
}

/** Below 2^53 for whatever memory there is; reservations beyond it are drawn, not counted. */
function bytesOf(sums: RegionSums, measure: BarMeasure): number {
  return Number(sums[measure]);
}
