/**
 * What a person may type where a range of bytes is asked for. The parts are offsets (offsetExpression.ts).
 *
 *   0x100..0x1FF   0x100 to 0x1FF       both ends included; either end of `..` may be left out; `..end` is to the end
 *   0x100-0x1FF                         the same, for two plain numbers of which the second is not smaller: as a
 *                                       difference it would lie before the start, so nothing else can be meant
 *   0x100,16   0x100 +16   0x100 length 16   an offset and a length; ` +16`, with the space before it and none after,
 *                                       is a length, `0x100+16` and `0x100 + 16` are a sum
 *   all                                 the whole source
 *   0x100                               that one byte
 */
import type { ByteRange } from '../byteRange.ts';
import {
  checkOffset,
  evaluate,
  MAX_EXPRESSION_LENGTH,
  type OffsetContext,
  type OffsetProblem,
} from './offsetExpression.ts';

export type RangeProblem =
  | OffsetProblem
  /** The end stands before the start. */
  | { readonly code: 'backwards'; readonly position: number }
  /** The range holds no byte. */
  | { readonly code: 'emptyRange' }
  /** `0x200-0x100`: a difference, or a range the wrong way round. `..` or `to` says which. */
  | { readonly code: 'ambiguousDash'; readonly position: number };

export type RangeResult =
  | { readonly ok: true; readonly range: ByteRange; readonly rounded: boolean }
  | { readonly ok: false; readonly problem: RangeProblem };

const fail = (problem: RangeProblem): RangeResult => ({ ok: false, problem });

/** The range lies inside the source and is not empty. Never throws. */
export function parseRange(text: string, context: OffsetContext): RangeResult {
  if (text.length > MAX_EXPRESSION_LENGTH) return fail({ code: 'tooLong', maxLength: MAX_EXPRESSION_LENGTH });
  if (/^\s*all\s*$/i.test(text)) return whole(text, context);

  const ends = /\.\.|\bto\b/i.exec(text);
  if (ends) return between(text, ends.index, ends[0].length, ends[0] === '..', context);

  // The last ` +`: `0x1000 + 4K +16` is a sum and a length.
  const length = /,|\b(?:length|len)\b/i.exec(text) ?? /\s\+(?=\S)(?!.*\s\+\S)/.exec(text);
  if (length && text.slice(0, length.index).trim()) return counted(text, length.index, length[0].length, context);

  const dash = /^\s*(?:0x[\da-f_' ]+|[\da-f_' ]+h|[\d_' ]+)(-)\s*(?:0x[\da-f_']+|[\da-f_' ]+h|[\d_' ]+)\s*$/i.exec(
    text,
  );
  if (dash) {
    const at = text.indexOf('-');
    const result = between(text, at, 1, false, context);
    return !result.ok && result.problem.code === 'backwards' ? fail({ code: 'ambiguousDash', position: at }) : result;
  }

  const single = evaluate(text, context);
  return single.ok ? finish(single.value, single.value + 1n, single.rounded, context) : single;
}

function whole(text: string, context: OffsetContext): RangeResult {
  const { sizeKind } = context;
  if (sizeKind === 'endless' || sizeKind === 'clamped') {
    return fail({ code: 'noEnd', position: text.search(/\S/), sizeKind });
  }
  const { origin = 0n } = context;
  return finish(origin, origin + BigInt(context.size), false, context);
}

/** `open`: an end may be left out. */
function between(text: string, at: number, width: number, open: boolean, context: OffsetContext): RangeResult {
  const left = text.slice(0, at);
  const right = text.slice(at + width);
  const from = evaluate(open && !left.trim() ? 'start' : left, context);
  if (!from.ok) return fail(atPosition(from.problem, at));
  const to = evaluate(open && !right.trim() ? 'end' : right, context, at + width);
  if (!to.ok) return fail(atPosition(to.problem, at + width));
  const rounded = from.rounded || to.rounded;
  // There is no byte at `end`; whoever writes it means the last one.
  const isEnd = to.value === (context.origin ?? 0n) + BigInt(context.size);
  const after = isEnd ? to.value : to.value + 1n;
  if (to.value < from.value) return fail({ code: 'backwards', position: at });
  return finish(from.value, after, rounded, context);
}

function counted(text: string, at: number, width: number, context: OffsetContext): RangeResult {
  const from = evaluate(text.slice(0, at), context);
  if (!from.ok) return fail(atPosition(from.problem, at));
  const length = evaluate(text.slice(at + width), { ...context, origin: undefined }, at + width);
  if (!length.ok) return fail(atPosition(length.problem, at + width));
  return finish(from.value, from.value + length.value, from.rounded || length.rounded, context);
}

/** [from, after) as a range of the source, or why not. */
function finish(from: bigint, after: bigint, rounded: boolean, context: OffsetContext): RangeResult {
  const problem = checkOffset(from, context) ?? checkOffset(after, context);
  if (problem) return fail(problem);
  if (after <= from) return fail({ code: 'emptyRange' });
  const offset = Number(from - (context.origin ?? 0n));
  return { ok: true, range: { offset, length: Number(after - from) }, rounded };
}

/** An empty part of a range is a number missing at that place. */
function atPosition(problem: OffsetProblem, position: number): OffsetProblem {
  return problem.code === 'empty' ? { code: 'missingNumber', position } : problem;
}
