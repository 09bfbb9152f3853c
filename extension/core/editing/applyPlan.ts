import { endOf } from '../byteRange.ts';
import { storePiece } from '../live/liveStores.ts';
import type { Change } from '../overlay/changes.ts';
import type { Overlay } from '../overlay/overlay.ts';
import { putBytes } from '../overlay/putBytes.ts';
import { SourceError } from '../sourceError.ts';

/** Bytes that are put into memory together. */
export interface PlannedStore {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** What the user saw there. */
  readonly seen: Uint8Array;
}

/**
 * What overwriting edits put where, in order: those that touch together, so that a number which was typed in two goes is
 * stored as one, in pieces of a store's length at most. Throws SourceError('sizeIsFixed') where an edit moves others.
 */
export function* planStores(overlay: Overlay): Generator<PlannedStore, undefined> {
  let run: Change[] = [];
  // Before the first: nothing is stored of edits that cannot all be.
  for (const { kind } of overlay.allChanges()) if (kind !== 'overwrite') throw new SourceError('sizeIsFixed');
  for (const change of overlay.allChanges()) {
    const last = run.at(-1);
    if (last !== undefined && endOf(last) !== change.offset) {
      yield* pieces(overlay, run);
      run = [];
    }
    run.push(change);
  }
  yield* pieces(overlay, run);
}

/** Cut at multiples of a piece, which are multiples of a number's length too. */
function* pieces(overlay: Overlay, run: readonly Change[]): Generator<PlannedStore, undefined> {
  const [first, last] = [run[0], run.at(-1)];
  if (first === undefined || last === undefined) return;
  const bytes = new Uint8Array(endOf(last) - first.offset);
  const seen = new Uint8Array(bytes.length);
  for (const change of run) {
    bytes.set(putBytes(overlay, change), change.offset - first.offset);
    const from = change.offset - first.offset;
    overlay.readOriginals(change.id, 0, seen.subarray(from, from + change.length));
  }
  for (let done = 0; done < bytes.length; ) {
    const offset = first.offset + done;
    const length = Math.min(bytes.length - done, storePiece - (offset % storePiece));
    yield { offset, bytes: bytes.subarray(done, done + length), seen: seen.subarray(done, done + length) };
    done += length;
  }
}

/** Whether each byte is what the user saw, or what his edit puts there: by a store that was cut off, or by chance. */
export function isSeenOrOurs({ bytes, seen }: PlannedStore, now: Uint8Array): boolean {
  return now.every((byte, i) => byte === seen[i] || byte === bytes[i]);
}
