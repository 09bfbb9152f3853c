/**
 * The serialisable identity of a source, and its codec to and from URIs.
 *
 * A path is bytes on Linux. Where the bytes are UTF-8 the URI is a plain `file:` one; where they are not, no `file:`
 * URI can spell them, and `memglass-file:` carries them in hex with a readable name as its last segment (the tab's
 * title comes from there): `memglass-file:/2f746d702fff/\xff`. The identity stands in the path because VS Code's
 * Uri.toString() rewrites queries.
 */
import { printableName } from './printableName.ts';
import { SourceError } from './sourceError.ts';
import { decodeUtf8Strict, encodeUtf8, isWellFormed } from './utf8.ts';

export type SourceRef = { readonly kind: 'file'; readonly path: Uint8Array };

/** The scheme of files whose path no `file:` URI can carry. */
export const FILE_BYTES_SCHEME = 'memglass-file';

/** The parts of a URI, decoded, as vscode.Uri has them and Uri.from takes them. */
export interface UriParts {
  readonly scheme: string;
  readonly authority?: string;
  readonly path: string;
}

/** Long enough to tell names apart in a tab, short enough for a title. The identity is the hex. */
const READABLE_NAME_LENGTH = 64;

const SLASH = 0x2f;

/** Throws SourceError('badUri') for a path that is not absolute or holds a NUL: it can name no file. */
export function refToUri(ref: SourceRef): UriParts {
  checkPath(ref.path);
  const path = decodeUtf8Strict(ref.path);
  if (path !== undefined && survivesAsFileUri(path)) return { scheme: 'file', path };
  return { scheme: FILE_BYTES_SCHEME, path: `/${toHex(ref.path)}/${readableName(ref.path)}` };
}

/**
 * Throws SourceError('badUri') for what refToUri could not have made: another scheme, an authority (`file://server/…`),
 * a path that is not absolute, bad hex, a NUL byte, a lone surrogate. The readable name is not looked at.
 */
export function uriToRef(uri: UriParts): SourceRef {
  if (uri.authority) throw badUri(uri.path);
  if (uri.scheme === 'file') {
    if (!isWellFormed(uri.path)) throw badUri(uri.path);
    return { kind: 'file', path: checkPath(encodeUtf8(uri.path)) };
  }
  const hex = uri.scheme === FILE_BYTES_SCHEME ? /^\/((?:[0-9a-f]{2})+)(?:\/[^/]*)?$/i.exec(uri.path)?.[1] : undefined;
  if (hex === undefined) throw badUri(uri.path);
  return { kind: 'file', path: checkPath(fromHex(hex)) };
}

/** A string that is equal for the same refs and for no others: paths are compared as bytes. Not for people. */
export function refKey(ref: SourceRef): string {
  return `${ref.kind}:${toHex(ref.path)}`;
}

function checkPath(path: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
function checkPath(path: Uint8Array): Uint8Array;
function checkPath(path: Uint8Array): Uint8Array {
  if (path[0] !== SLASH || path.includes(0)) throw badUri(path);
  return path;
}

function badUri(path: string | Uint8Array): SourceError {
  return new SourceError('badUri', { path: printableName(path, { maxLength: 4 * READABLE_NAME_LENGTH }) });
}

/**
 * Two kinds of UTF-8 path do not come back from vscode.Uri as they went in: a leading `//` is refused without an
 * authority, and what looks like a drive letter (`/C:`) is lower-cased by toString() and loses its slash in fsPath.
 */
function survivesAsFileUri(path: string): boolean {
  return !path.startsWith('//') && !/^\/[a-z]:/i.test(path);
}

/** The last name of a path, safe to show, with no '/' and neither empty nor a dot segment (URIs normalise those). */
function readableName(path: Uint8Array): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === SLASH) end--;
  const start = path.lastIndexOf(SLASH, Math.max(0, end - 1)) + 1;
  const name = printableName(path.subarray(start, Math.max(start, end)), { maxLength: READABLE_NAME_LENGTH });
  return /^\.{0,2}$/.test(name) ? '_' : name;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `hex` must be pairs of hex digits. */
function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  );
}
