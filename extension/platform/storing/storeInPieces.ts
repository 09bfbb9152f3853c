import type { NativeFailure, Stored } from '../../../native/index.d.ts';
import { type StoreOutcome, storePiece } from '../../core/live/liveStores.ts';
import { SourceError } from '../../core/sourceError.ts';

/** What a store is asked for. `size`: of what is stored into. */
export interface WantedStore {
  readonly offset: number;
  readonly expected: Uint8Array | undefined;
  readonly bytes: Uint8Array;
  readonly size: number;
}

/** Stores one piece through the addon; rejects with its failure. */
export type StorePiece = (offset: number, bytes: Uint8Array, expected: Uint8Array | undefined) => Promise<Stored>;

/** `toError`: what a failure of `store` means. */
export async function storeInPieces(
  wanted: WantedStore,
  store: StorePiece,
  toError: (failure: unknown) => unknown,
): Promise<StoreOutcome> {
  const { offset, size } = wanted;
  if (offset + wanted.bytes.length > size) throw new SourceError('pastEnd', { stored: 0 });
  // What the caller does to theirs while a piece is under way is not ours to store.
  const [bytes, expected] = [wanted.bytes.slice(), wanted.expected?.slice()];
  let isAtomic = false;
  for (let done = 0; done < bytes.length; done += storePiece) {
    const end = Math.min(bytes.length, done + storePiece);
    try {
      const answer = await store(offset + done, bytes.subarray(done, end), expected?.subarray(done, end));
      if (answer.now !== undefined) return { kind: 'differs', now: answer.now, stored: done + answer.stored };
      isAtomic = answer.isAtomic && end - done === bytes.length;
    } catch (failure) {
      const stored = done + ((failure as Partial<NativeFailure>).written ?? 0);
      const error = toError(failure);
      throw error instanceof SourceError ? new SourceError(error.code, { ...error.detail, stored }) : error;
    }
  }
  return { kind: 'stored', isAtomic };
}
