/**
 * Storing into a source at once, while others use it: what a live view does with each edit. Nothing is staged, and what
 * has the bytes mapped sees them with the next load.
 */
import type { ByteRange } from '../byteRange.ts';
import type { SourceProcess } from '../byteSource.ts';
import type { EditRefusal } from '../editing/stagedSave.ts';

export type StoreOutcome =
  /** `isAtomic`: as one, so that nobody reads a part of it, and nothing was stored over in between. */
  | { readonly kind: 'stored'; readonly isAtomic: boolean }
  /**
   * Other bytes stand there than were expected. The first `stored` were stored, none of what follows; `now` is what
   * stands there from then on, to the end of the range or less.
   */
  | { readonly kind: 'differs'; readonly now: Uint8Array; readonly stored: number };

/** A lock of somebody else (fcntl(2)) that a write would be against. Advisory: the kernel lets the write through. */
export interface RangeLock {
  readonly isExclusive: boolean;
  readonly offset: number;
  /** Undefined: to the end, wherever that is. */
  readonly length: number | undefined;
  /** Undefined where the lock is an open file's (OFD), which several processes may have, or another namespace's. */
  readonly holder: SourceProcess | undefined;
}

export interface RangeLocks {
  /** The first of somebody else on the range. Rejects with a SourceError. */
  heldLock(range: ByteRange): Promise<RangeLock | undefined>;
  /** Holds one of our own until `unlock` or the source is disposed of; false where somebody else has one. */
  lock(range: ByteRange): Promise<boolean>;
  unlock(range: ByteRange): Promise<void>;
}

export interface LiveStores {
  /** Whether a number is stored as one (see `store`), which only a mapping can do. */
  readonly storesNumbersAsOne: boolean;
  /** Why nothing may be stored, found out anew and without storing; undefined where it may. */
  refusal(): Promise<EditRefusal | undefined>;
  /**
   * Stores `bytes` from `offset` on; where `expected`, as many, is given, only over those. Never past the end, which it
   * never moves.
   *
   * What lies within 8 bytes at a multiple of 8 is stored by one instruction (`isAtomic`), with `expected` by one
   * compare-and-exchange, so that no store of another is lost between; only where the source is mapped, which memory of
   * a process that nothing else leads to is not. What is longer, or lies across, is stored in order, in pieces of
   * `storePiece` bytes at most: each piece is compared as a whole first, and where it differs none of it is stored; then
   * it is stored as a row of such numbers, each compared and exchanged again. Where nothing is mapped, some microseconds
   * lie between the comparison of a piece and its store.
   *
   * Rejects with a SourceError: `pastEnd`, `noSpace`, `mayNotChange`, `sealed`, …; its `stored` says how many went before.
   */
  store(offset: number, expected: Uint8Array | undefined, bytes: Uint8Array): Promise<StoreOutcome>;
  /** Where the source is a file. */
  readonly locks?: RangeLocks | undefined;
}

/** Whether a source that is mapped stores so many bytes from there on as one. */
export function isStoredAsOne(offset: number, length: number): boolean {
  return (offset % 8) + length <= 8;
}

/** Bytes that are compared and stored at a time. */
export const storePiece = 2 ** 20;
