import type { ByteRange } from '../../core/byteRange.ts';

/**
 * Fills `into` with how much of each equal bucket of the range holds data, 0 for none; false where nobody can tell.
 * Bucket i begins at offset + floor(length × i / into.length).
 */
export type AllocationLook = (offset: number, length: number, into: Uint8Array) => Promise<boolean>;

const bucketsPerLook = 256;

/** Parts as small as this are taken whole: a page, on most machines. Bytes. */
const smallest = 4096;

/**
 * The parts of [0, size) that may hold data, in order, found from the coarse to the fine: 1 TiB with a byte in it takes
 * four looks. Neighbours come as one.
 */
export async function* dataRanges(size: number, look: AllocationLook): AsyncGenerator<ByteRange> {
  let pending: ByteRange | undefined;
  for await (const part of parts({ offset: 0, length: size }, look)) {
    if (pending !== undefined && pending.offset + pending.length === part.offset) {
      pending = { offset: pending.offset, length: pending.length + part.length };
      continue;
    }
    if (pending !== undefined) yield pending;
    pending = part;
  }
  if (pending !== undefined) yield pending;
}

async function* parts(range: ByteRange, look: AllocationLook): AsyncGenerator<ByteRange> {
  if (range.length === 0) return;
  const count = Math.min(bucketsPerLook, Math.ceil(range.length / smallest));
  const held = new Uint8Array(count);
  if (!(await look(range.offset, range.length, held))) {
    yield range;
    return;
  }
  // Exact, as the addon counts: rounding would take a few bytes from one bucket and give them to its neighbour.
  const boundary = (bucket: number) => range.offset + Number((BigInt(range.length) * BigInt(bucket)) / BigInt(count));
  for (const [bucket, share] of held.entries()) {
    const part = { offset: boundary(bucket), length: boundary(bucket + 1) - boundary(bucket) };
    if (share === 0) continue;
    if (share === 255 || part.length <= smallest) yield part;
    else yield* parts(part, look);
  }
}
