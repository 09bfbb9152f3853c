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

/** What of a range lies outside of another. */
export function outside(range: ByteRange, other: ByteRange): ByteRange[] {
  const before = { offset: range.offset, length: Math.min(endOf(range), other.offset) - range.offset };
  const from = Math.max(range.offset, endOf(other));
  return [before, { offset: from, length: endOf(range) - from }].filter(({ length }) => length > 0);
}

export function isSameRange(a: ByteRange, b: ByteRange): boolean {
  return a.offset === b.offset && a.length === b.length;
}

/** Whether a byte is in a range. */
export function holds({ offset, length }: ByteRange, at: number): boolean {
  return at >= offset && at < offset + length;
}

/** The shortest range that holds both. */
export function covering(a: ByteRange, b: ByteRange): ByteRange {
  const offset = Math.min(a.offset, b.offset);
  return { offset, length: Math.max(endOf(a), endOf(b)) - offset };
}

/** Ranges in order, neighbours as one. */
export function joinedRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const found: ByteRange[] = [];
  for (const range of ranges) {
    const last = found.at(-1);
    if (last !== undefined && endOf(last) === range.offset) found[found.length - 1] = covering(last, range);
    else found.push(range);
  }
  return found;
}
