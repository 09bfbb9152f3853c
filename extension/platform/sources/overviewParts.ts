/** Buckets of an overview asked for at once. */
const bucketsPerCall = 32;

/** Some buckets of an overview: which, and the range of bytes that they cover. */
export interface OverviewPart {
  readonly first: number;
  /** The first that is not among them. */
  readonly last: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * An overview of [offset, offset + length) in parts, so that a read of what the user looks at waits for one of them
 * only: a source has one thread.
 */
export function* overviewParts(offset: number, length: number, buckets: number): Generator<OverviewPart> {
  const boundary = (bucket: number) => offset + Math.floor(length * (bucket / buckets));
  for (let first = 0; first < buckets; first += bucketsPerCall) {
    const last = Math.min(buckets, first + bucketsPerCall);
    yield { first, last, offset: boundary(first), length: boundary(last) - boundary(first) };
  }
}
