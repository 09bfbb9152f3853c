/**
 * The names that shm_open takes, as glibc checks them (__shm_get_name): what a user types, turned into the name of the
 * file in /dev/shm, or the rule that it breaks.
 */
import { encodeUtf8, isWellFormed } from '../text/utf8.ts';

/**
 * - `empty`: nothing, or nothing but slashes.
 * - `slash`: a slash inside or at the end; those in front do not count.
 * - `dots`: `.` or `..`.
 * - `nul`: a NUL, which would end the name in C.
 * - `notText`: half a surrogate pair, which has no UTF-8.
 * - `tooLong`: more than `limit` bytes without the slashes in front.
 */
export type ShmNameFault = 'empty' | 'slash' | 'dots' | 'nul' | 'notText' | 'tooLong';

export type ShmNameCheck =
  | { readonly ok: true /** The file's name in /dev/shm. */; readonly file: Uint8Array }
  | { readonly ok: false; readonly fault: ShmNameFault; readonly limit: number; readonly length: number };

/** NAME_MAX of tmpfs. */
const LONGEST_FILE_NAME = 255;

const SLASH = 0x2f;
const DOT = 0x2e;

/** What shm_open does with a name. Blanks, newlines, dots in front and bytes that are no UTF-8 are all allowed. */
export function checkShmName(name: string | Uint8Array): ShmNameCheck {
  const limit = LONGEST_FILE_NAME;
  if (typeof name === 'string' && !isWellFormed(name)) return { ok: false, fault: 'notText', limit, length: 0 };
  const bytes = typeof name === 'string' ? encodeUtf8(name) : name;
  const start = bytes.findIndex((byte) => byte !== SLASH);
  const bare = start < 0 ? new Uint8Array(0) : bytes.subarray(start);
  const fault = faultOf(bare);
  if (fault !== undefined) return { ok: false, fault, limit, length: bare.length };
  return { ok: true, file: Uint8Array.from(bare) };
}

/**
 * The name by which shm_open reaches a file of /dev/shm, with its slash in front; undefined for a file in a folder
 * below it, which no name reaches.
 */
export function shmOpenName(below: Uint8Array): Uint8Array | undefined {
  if (!checkShmName(below).ok || below[0] === SLASH) return undefined;
  const name = new Uint8Array(below.length + 1);
  name[0] = SLASH;
  name.set(below, 1);
  return name;
}

function faultOf(bare: Uint8Array): ShmNameFault | undefined {
  if (bare.length === 0) return 'empty';
  if (bare.includes(0)) return 'nul';
  if (bare.includes(SLASH)) return 'slash';
  if (bare.length <= 2 && bare.every((byte) => byte === DOT)) return 'dots';
  return bare.length > LONGEST_FILE_NAME ? 'tooLong' : undefined;
}
