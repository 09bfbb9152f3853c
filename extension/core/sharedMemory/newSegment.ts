/** What a new shared memory segment shall be: as the steps of the user interface or a command's argument say it. */
import type { ByteRange } from '../byteRange.ts';
import type { ByteSource } from '../byteSource.ts';
import { parseHexBytes } from '../expressions/hexBytes.ts';
import { parseMode } from '../expressions/octalMode.ts';
import { parseSize } from '../expressions/sizeExpression.ts';
import { SourceError } from '../sourceError.ts';
import { printableName } from '../text/printableName.ts';
import { encodeUtf8 } from '../text/utf8.ts';
import { parseSegmentKey } from './segmentKey.ts';
import { checkShmName } from './shmName.ts';

/** What is to be put into a segment. `bytes` come once, from the start; what they do not fill stays zero. */
export type WantedContents =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'pattern' | 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly path: Uint8Array }
  /** Of the active Memglass view. */
  | { readonly kind: 'selection' }
  | SourceContents;

/** A range of what is open, whose owner disposes of it. */
export interface SourceContents extends ByteRange {
  readonly kind: 'source';
  readonly source: Pick<ByteSource, 'read'>;
}

export type WantedSegment = WantedPosix | WantedSysv;

interface Wanted {
  readonly size: bigint;
  readonly mode: number;
  readonly contents: WantedContents;
}

export interface WantedPosix extends Wanted {
  readonly kind: 'posix';
  /** The file's name in /dev/shm. */
  readonly file: Uint8Array;
  readonly reserve: boolean;
}

export interface WantedSysv extends Wanted {
  readonly kind: 'sysv';
  /** 0 for a private one. */
  readonly key: number;
}

export const usualMode = 0o600;

/**
 * Reads the argument `{name | key, size, fill?, reserve?, mode?}` of a command. `key` is a number, `"0x4D670001"` or
 * `"private"`; `size` and `mode` are numbers or what a person may type; `fill` is a pattern in hex, or one of
 * `{pattern}`, `{hex}`, `{text}`, `{file}`, `{selection: true}`. Throws SourceError('badArgument').
 */
export function readNewSegment(argument: Readonly<Record<string, unknown>>): WantedSegment {
  const size = readSize(argument['size']);
  const mode = readMode(argument['mode']);
  const contents = readContents(argument['fill']);
  const { name, key, reserve = true } = argument;
  if (typeof reserve !== 'boolean') throw bad('reserve', reserve);
  if (name !== undefined) {
    const checked = typeof name === 'string' || name instanceof Uint8Array ? checkShmName(name) : undefined;
    if (checked?.ok !== true) throw bad('name', name);
    return { kind: 'posix', file: checked.file, size, mode, reserve, contents };
  }
  if (size === 0n) throw bad('size', argument['size']);
  return { kind: 'sysv', key: readKey(key), size, mode, contents };
}

/** Bytes: a whole number, a bigint, or a size as it is typed. Throws SourceError('badArgument'). */
export function readSize(value: unknown): bigint {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  const result = isWhole || typeof value === 'string' ? parseSize(String(value), { mayBeEmpty: true }) : undefined;
  if (result?.ok !== true) throw bad('size', value);
  return result.size;
}

/** Permission bits; 0600 where nothing is said. Throws SourceError('badArgument'). */
export function readMode(value: unknown): number {
  if (value === undefined) return usualMode;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0o777) return value;
  const result = typeof value === 'string' ? parseMode(value) : undefined;
  if (result?.ok !== true) throw bad('mode', value);
  return result.mode;
}

/** See readNewSegment. Throws SourceError('badArgument'). */
export function readContents(value: unknown): WantedContents {
  if (value === undefined) return { kind: 'zeros' };
  if (typeof value === 'string') return { kind: 'pattern', bytes: readHex(value) };
  if (typeof value !== 'object' || value === null) throw bad('fill', value);
  if ('pattern' in value) return { kind: 'pattern', bytes: readHex(value.pattern) };
  if ('hex' in value) return { kind: 'bytes', bytes: readHex(value.hex) };
  if ('text' in value && typeof value.text === 'string') return { kind: 'bytes', bytes: encodeUtf8(value.text) };
  if ('file' in value && typeof value.file === 'string' && value.file.startsWith('/')) {
    return { kind: 'file', path: encodeUtf8(value.file) };
  }
  if ('selection' in value && value.selection === true) return { kind: 'selection' };
  throw bad('fill', value);
}

function readHex(value: unknown): Uint8Array {
  if (value instanceof Uint8Array && value.length > 0) return value;
  const result = typeof value === 'string' ? parseHexBytes(value) : undefined;
  if (result?.ok !== true) throw bad('fill', value);
  return result.bytes;
}

function readKey(value: unknown): number {
  if (value === 'private' || value === 0) return 0;
  const result = typeof value === 'string' || typeof value === 'number' ? parseSegmentKey(String(value)) : undefined;
  if (result?.ok !== true) throw bad('key', value);
  return result.key;
}

function bad(field: string, value: unknown): SourceError {
  const isPlain = value === undefined || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
  const shown = isPlain ? printableName(String(value), { maxLength: 100 }) : typeof value;
  return new SourceError('badArgument', { path: `${field}: ${shown}` });
}
