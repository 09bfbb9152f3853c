import type { ByteRange } from '../byteRange.ts';
import { parseHexBytes } from '../expressions/hexBytes.ts';
import { SourceError } from '../sourceError.ts';

/** What a command is to fill. */
export interface Filling {
  /** Undefined for what is selected. */
  readonly range: ByteRange | undefined;
  /** Repeated over the range. */
  readonly pattern: Uint8Array;
}

/**
 * Reads the argument of a command: a pattern in hex, or `{offset, length, bytes}` where `bytes` is one, or a Uint8Array.
 * Throws SourceError('badArgument').
 */
export function readFillArgument(argument: unknown): Filling {
  if (typeof argument === 'string') return { range: undefined, pattern: readPattern(argument) };
  if (typeof argument !== 'object' || argument === null) throw bad('fill', typeof argument);
  const { offset, length, bytes } = argument as Readonly<Record<string, unknown>>;
  if (!isWhole(offset)) throw bad('offset', offset);
  if (!isWhole(length) || length === 0) throw bad('length', length);
  return { range: { offset, length }, pattern: readPattern(bytes) };
}

function readPattern(value: unknown): Uint8Array {
  if (value instanceof Uint8Array && value.length > 0) return value;
  const parsed = typeof value === 'string' ? parseHexBytes(value) : undefined;
  if (parsed?.ok !== true) throw bad('bytes', value);
  return parsed.bytes;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function bad(field: string, value: unknown): SourceError {
  const shown = typeof value === 'object' ? 'object' : String(value).slice(0, 100);
  return new SourceError('badArgument', { path: `${field}: ${shown}` });
}
