import { changedRuns, outsideOf, unionOf } from '../byteChanges.ts';
import { type ByteRange, endOf, intersect } from '../byteRange.ts';
import type { Hole } from '../byteSource.ts';

/** Equal bytes between two changed runs that are sent along: a run of its own costs more. */
const mergeGap = 16;

/** Bytes that a view may not have. */
export interface LookRun extends ByteRange {
  /** Whether they changed while they were looked at; else they came into the window, and the view may have old ones. */
  readonly isNews: boolean;
}

/** What one look at the bytes that show found different from the look before. */
export interface Look {
  /** What was looked at. */
  readonly range: ByteRange;
  /** Ascending, without overlaps, inside `range`. A few bytes of a run may be as they were. */
  readonly runs: readonly LookRun[];
  /** The bytes of the runs, one after another. Owns its buffer. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What differed between two immediate reads: somebody is writing there at this moment. Ascending, inside `range`. */
  readonly writing: readonly ByteRange[];
  /** All holes in `range`; undefined where they are as they were. */
  readonly holes?: readonly Hole[] | undefined;
  /** All that nobody ever wrote to in `range`, where the source can tell; undefined where it is as it was. */
  readonly unwritten?: readonly ByteRange[] | undefined;
  /** Whether nobody looked for a while before: what it found is compared with what the user had before the eyes. */
  readonly isAfterPause: boolean;
}

/** A window as it was read. Bytes in its holes are zero. */
export interface Seen extends ByteRange {
  readonly bytes: Uint8Array;
  readonly holes: readonly Hole[];
  readonly unwritten: readonly ByteRange[];
}

/** What a view has, and where it was told that somebody writes. */
export interface Told extends Seen {
  readonly writing: readonly ByteRange[];
}

/** Whether `now` differs from what the view was told of the same bytes. */
export function hasChanged(told: Told | undefined, now: Seen): boolean {
  const known = told && intersect(told, now);
  if (told === undefined || known === undefined) return false;
  return changedRuns(part(told, known), part(now, known)).length > 0;
}

/**
 * What there is to tell a view that was told `told` (undefined: nothing yet) and now shows `now`, in which `writing`
 * changes at this moment; undefined where there is nothing.
 */
export function lookOf(
  told: Told | undefined,
  now: Seen,
  writing: readonly ByteRange[],
  isAfterPause: boolean,
): Look | undefined {
  const range = { offset: now.offset, length: now.length };
  const known = (told && intersect(told, range)) ?? { offset: range.offset, length: 0 };
  const changed = told === undefined ? [] : shifted(changedRuns(part(told, known), part(now, known)), known.offset);
  // In what came into the window nothing is known to have changed, unless the user had it before the eyes in the pause.
  const entered = outsideOf(range, known).map((part) => ({ ...part, isNews: isAfterPause }));
  const news = unionOf(changed, writing, mergeGap).flatMap((run) => {
    const inKnown = intersect(run, known);
    return inKnown === undefined ? [] : [{ ...inKnown, isNews: true }];
  });
  const runs = [...news, ...entered].sort((a, b) => a.offset - b.offset);
  const isMoved = told?.offset !== now.offset || told.length !== now.length;
  const areHolesNew = isMoved || !isSame(told.holes, now.holes);
  const isUnwrittenNew = isMoved || !isSame(told.unwritten, now.unwritten);
  const isQuiet = runs.length === 0 && !areHolesNew && !isUnwrittenNew;
  if (isQuiet && isSame(told?.writing ?? [], writing)) return undefined;
  return {
    range,
    runs,
    bytes: joined(now, runs),
    writing,
    holes: areHolesNew ? now.holes : undefined,
    unwritten: isUnwrittenNew ? now.unwritten : undefined,
    isAfterPause,
  };
}

/** The bytes of `range`, which lies inside `seen`. */
export function part(seen: Seen, range: ByteRange): Uint8Array {
  return seen.bytes.subarray(range.offset - seen.offset, endOf(range) - seen.offset);
}

function shifted(runs: readonly ByteRange[], by: number): ByteRange[] {
  return runs.map(({ offset, length }) => ({ offset: offset + by, length }));
}

function joined(now: Seen, runs: readonly ByteRange[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(runs.reduce((sum, run) => sum + run.length, 0));
  let at = 0;
  for (const run of runs) {
    bytes.set(part(now, run), at);
    at += run.length;
  }
  return bytes;
}

function isSame(one: readonly object[], other: readonly object[]): boolean {
  return one.length === other.length && JSON.stringify(one) === JSON.stringify(other);
}
