import type { ByteRange } from '../byteRange.ts';
import { equalBytes } from '../memoryMap/memoryRegion.ts';

/** Bytes of a digest. One that is all zeros stands for a block of which nobody knows what was there. */
export const digestBytes = 16;

/** The shortest: a conflict names one, and a person looks at what is in it. Bytes. */
const leastBlock = 2 ** 20;

/** Of one deletion: they are in each backup of it. */
const mostBlocks = 2 ** 14;

/** What tells of bytes whether they are still the same: a digest of each block, the last of which may be shorter. */
export interface BlockDigests {
  /** Bytes. */
  readonly blockLength: number;
  /** `digestBytes` of each. */
  readonly digests: Uint8Array;
}

/** The bytes of the source that one deletion leaves out, where those are too many to be kept. */
export class UnkeptBytes {
  /** Undefined until they are taken. */
  digests: BlockDigests | undefined;
}

/** The length of the blocks that so many bytes are divided into. */
export function blockLengthFor(length: number): number {
  let blockLength = leastBlock;
  while (length > mostBlocks * blockLength) blockLength *= 2;
  return blockLength;
}

/** The blocks of a range, in order. */
export function* blocksOf({ offset, length }: ByteRange, blockLength: number): Generator<ByteRange, undefined> {
  for (let done = 0; done < length; done += blockLength) {
    yield { offset: offset + done, length: Math.min(blockLength, length - done) };
  }
}

/** What stands for digests of so many bytes of which nobody knows what was there. */
export function unknownDigests(length: number): BlockDigests {
  const blockLength = blockLengthFor(length);
  return { blockLength, digests: new Uint8Array(Math.ceil(length / blockLength) * digestBytes) };
}

/** The blocks of a range that are others by now, or may be: of which nobody knows what was there, or is. */
export function changedBlocks(range: ByteRange, before: BlockDigests, now: BlockDigests): ByteRange[] {
  return [...blocksOf(range, before.blockLength)].filter((_, i) => {
    const [was, is] = [before, now].map(({ digests }) => digests.subarray(i * digestBytes, (i + 1) * digestBytes));
    return was === undefined || is === undefined || was.every((byte) => byte === 0) || !equalBytes(was, is);
  });
}

/** Of the first `length` bytes. Of a block that is only in part among them nobody knows any more. */
export function cutDigests({ blockLength, digests }: BlockDigests, length: number): BlockDigests {
  const cut = new Uint8Array(Math.ceil(length / blockLength) * digestBytes);
  cut.set(digests.subarray(0, Math.floor(length / blockLength) * digestBytes));
  return { blockLength, digests: cut };
}
