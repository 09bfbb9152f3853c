import type { SourceOverview } from '../../extension/core/byteSource.ts';

/** What one pixel row of the residency strip stands for. */
export interface StripBucket {
  /** Part of it in the page cache, 0 … 1; undefined where the kernel does not tell. */
  readonly resident: number | undefined;
  /** Part of it that is data rather than a hole on disk, 0 … 1; undefined where the file system does not tell. */
  readonly allocated: number | undefined;
}

/** The bucket of an overview at `ratio` of the way down, 0 … 1. */
export function bucketAt(overview: SourceOverview, ratio: number): StripBucket {
  const { residency, allocation } = overview;
  const index = Math.min(residency.buckets.length - 1, Math.floor(ratio * residency.buckets.length));
  const isKnown = residency.method !== 'refused' && residency.method !== 'unsupported';
  const resident = residency.buckets[index] ?? 0;
  const allocated = allocation?.[index];
  return {
    resident: isKnown ? resident / 255 : undefined,
    allocated: allocated === undefined ? undefined : allocated / 255,
  };
}
