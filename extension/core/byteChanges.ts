import { type ByteRange, endOf } from './byteRange.ts';

/**
 * Where two windows of the same length differ, as ascending runs of offsets inside them. Runs with at most `mergeGap`
 * equal bytes between them are one. Throws a RangeError for different lengths.
 */
export function changedRuns(before: Uint8Array, now: Uint8Array, mergeGap = 0): ByteRange[] {
  const { length } = now;
  if (before.length !== length) throw new RangeError(`windows of ${before.length} and ${length} bytes`);
  const runs: ByteRange[] = [];
  const isSame = sameWords(before, now);
  let start = -1;
  let end = 0;
  for (let at = 0; at < length; at++) {
    // Nearly all is as it was: four bytes at a time.
    if (isSame !== undefined && at % 4 === 0) while (isSame(at / 4)) at += 4;
    if (at >= length || before[at] === now[at]) continue;
    if (start >= 0 && at - end > mergeGap) {
      runs.push({ offset: start, length: end - start });
      start = at;
    } else if (start < 0) start = at;
    end = at + 1;
  }
  if (start >= 0) runs.push({ offset: start, length: end - start });
  return runs;
}

/** Compares words by their number; undefined where one of the windows does not begin at a word. False past the end. */
function sameWords(before: Uint8Array, now: Uint8Array): ((index: number) => boolean) | undefined {
  if (before.byteOffset % 4 !== 0 || now.byteOffset % 4 !== 0) return undefined;
  const count = Math.floor(now.length / 4);
  const a = new Int32Array(before.buffer, before.byteOffset, count);
  const b = new Int32Array(now.buffer, now.byteOffset, count);
  return (index) => index < count && a[index] === b[index];
}

/** The ranges of both lists as one ascending list without overlaps; those with at most `mergeGap` bytes between are one. */
export function unionOf(one: readonly ByteRange[], other: readonly ByteRange[], mergeGap = 0): ByteRange[] {
  const union: ByteRange[] = [];
  for (const range of [...one, ...other].sort((a, b) => a.offset - b.offset)) {
    const last = union.at(-1);
    if (last === undefined || range.offset - endOf(last) > mergeGap) union.push(range);
    else {
      const end = Math.max(endOf(last), endOf(range));
      union[union.length - 1] = { offset: last.offset, length: end - last.offset };
    }
  }
  return union;
}

/** The parts of `range` that are not in `known`: at most one before it and one after it. */
export function outsideOf(range: ByteRange, known: ByteRange): ByteRange[] {
  const before = { offset: range.offset, length: Math.min(endOf(range), known.offset) - range.offset };
  const from = Math.max(range.offset, endOf(known));
  return [before, { offset: from, length: endOf(range) - from }].filter(({ length }) => length > 0);
}
