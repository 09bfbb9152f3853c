/**
 * What a person may type where a size is asked for: the numbers, units and sums of offsetExpression.ts (`64K`,
 * `1.5MiB`, `0x1000`, `4MB + 512`), without the names that mean a place.
 */
import { evaluate, type OffsetProblem } from './offsetExpression.ts';

export type SizeProblem =
  | OffsetProblem
  /** A name of a place (`end`, `$`), a percentage, or a sign in front: relative to what? */
  | { readonly code: 'notASize'; readonly found: string }
  | { readonly code: 'negative' }
  | { readonly code: 'zero' }
  | { readonly code: 'beyondLimit'; readonly limit: bigint };

export type SizeResult =
  /** `rounded` where a part of a byte was dropped. */
  | { readonly ok: true; readonly size: bigint; readonly rounded: boolean }
  | { readonly ok: false; readonly problem: SizeProblem };

/** What a tmpfs takes for the size of a file: 2^63 - 1 bytes, in whole pages. */
export const LARGEST_OBJECT = 2n ** 63n - 4096n;

const PLACE = /%|\$|\b(?:start|end|here)\b|^\s*[+\u2212-]/i;

/** 1 … `limit` bytes; 0 too where `mayBeEmpty`. Never throws. */
export function parseSize(
  text: string,
  { limit = LARGEST_OBJECT, mayBeEmpty = false }: { readonly limit?: bigint; readonly mayBeEmpty?: boolean } = {},
): SizeResult {
  const fail = (problem: SizeProblem): SizeResult => ({ ok: false, problem });
  const [place] = PLACE.exec(text) ?? [];
  if (place !== undefined) return fail({ code: 'notASize', found: place.trim() });
  const result = evaluate(text, { cursor: 0, size: 0, sizeKind: 'exact' });
  if (!result.ok) return fail(result.problem);
  const { value, rounded } = result;
  if (value < 0n) return fail({ code: 'negative' });
  if (value === 0n && !mayBeEmpty) return fail({ code: 'zero' });
  if (value > limit) return fail({ code: 'beyondLimit', limit });
  return { ok: true, size: value, rounded };
}
