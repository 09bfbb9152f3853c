/** A half-open range of bytes inside a source: [offset, offset + length). Both are safe integers, length ≥ 0. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** The first offset after the range. */
export function endOf(range: ByteRange): number {
  return range.offset + range.length;
}

/** The part of `range` that lies in [0, size); its length may be 0. */
export function clampRange(range: ByteRange, size: number): ByteRange {
  const offset = Math.min(Math.max(0, range.offset), size);
  return { offset, length: Math.max(0, Math.min(endOf(range), size) - offset) };
}

/** The bytes both ranges hold, or undefined where they do not overlap. */
export function intersect(a: ByteRange, b: ByteRange): ByteRange | undefined {
  const offset = Math.max(a.offset, b.offset);
  const length = Math.min(endOf(a), endOf(b)) - offset;
  return length > 0 ? { offset, length } : undefined;
}
