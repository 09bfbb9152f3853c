/**
 * The serialisable identity of a source, and its codec to and from URIs.
 *
 * | kind | URI |
 * |---|---|
 * | file | `file:/tmp/x`, or `memglass-file:/2f746d702fff/\xff` |
 * | posixShm | `memglass-shm:/dev/shm/ring`, or `memglass-shm:/72ff/r\xff` |
 * | sysvShm | `memglass-sysv:/3-4121/System V 3` (shmid, creator) |
 * | processFd | `memglass-fd:/4121-88123-7-1052-6d656d66643a78/memfd:x` (pid, start time, descriptor, inode, name) |
 * | processRegion | `memglass-region:/4121-88123-7f2a1000-7f2a3000-5b686561705d/[heap] 7f2a1000` (pid, start time, addresses, name) |
 *
 * Names are bytes on Linux. Where the bytes of a path are UTF-8 its URI is a plain `file:` one; usual names of
 * shared memory stand as they are, since VS Code shows a tab's folder where two tabs have one title; everything else is
 * carried in hex. The last segment is a readable name, which becomes the tab's title and is not looked at again; the
 * identity stands in the path too because VS Code's Uri.toString() rewrites queries.
 */

import { SourceError } from './sourceError.ts';
import { printableName } from './text/printableName.ts';
import { decodeUtf8Strict, encodeUtf8, isWellFormed } from './text/utf8.ts';

export interface FileRef {
  readonly kind: 'file';
  /** From the root. */
  readonly path: Uint8Array;
}

export interface PosixShmRef {
  readonly kind: 'posixShm';
  /** Below /dev/shm, without a slash in front; with one inside where the object is in a folder. */
  readonly path: Uint8Array;
}

/** Of our own IPC namespace. Ids are given again: who made the segment keeps it apart from a later one. */
export interface SysvShmRef {
  readonly kind: 'sysvShm';
  readonly shmid: number;
  /** 0 where the creator is in a pid namespace that we cannot see. */
  readonly creatorPid: number;
}

interface OfProcess {
  readonly pid: number;
  /** Clock ticks since boot: a pid is given again. */
  readonly startTime: number;
  /** For people. `memfd:x`, a path, `[heap]`; empty for anonymous memory. Any bytes. */
  readonly name: Uint8Array;
}

/** A memfd or a deleted file, which only the descriptor of a process leads to. */
export interface ProcessFdRef extends OfProcess {
  readonly kind: 'processFd';
  readonly fd: number;
  /** Descriptors are given again within a process, more often than anything else: what was meant has this number. */
  readonly inode: bigint;
}

/** A range of a process's addresses, whatever is mapped there. Offset 0 is `start`. */
export interface ProcessRegionRef extends OfProcess {
  readonly kind: 'processRegion';
  readonly start: bigint;
  /** The first address after it. */
  readonly end: bigint;
}

export type SourceRef = FileRef | PosixShmRef | SysvShmRef | ProcessFdRef | ProcessRegionRef;

/** The parts of a URI, decoded, as vscode.Uri has them and Uri.from takes them. */
export interface UriParts {
  readonly scheme: string;
  readonly authority?: string;
  readonly path: string;
}

/** Throws SourceError('badUri') for a ref that can name nothing: a path that is not absolute, a NUL, a pid of 0. */
export function refToUri(ref: SourceRef): UriParts {
  check(ref);
  if (ref.kind === 'file') {
    const path = decodeUtf8Strict(ref.path);
    if (path !== undefined && survivesAsFileUri(path)) return { scheme: 'file', path };
  }
  if (ref.kind === 'posixShm') {
    const path = decodeUtf8Strict(posixShmPath(ref)) ?? '';
    if (PLAIN_SHM_PATH.test(path)) return { scheme: schemeOf.posixShm, path };
  }
  return ownUri(ref);
}

/** The same without `file:` and without plain paths: in a scheme of Memglass's own, the identity in hex. */
export function ownUri(ref: SourceRef): UriParts {
  return { scheme: schemeOf[check(ref).kind], path: `/${identityOf(ref)}/${tabName(ref)}` };
}

/**
 * Throws SourceError('badUri') for what refToUri could not have made: another scheme, an authority (`file://server/…`),
 * a path that is not absolute, bad hex, a NUL byte, a lone surrogate. The readable name is not looked at.
 */
export function uriToRef(uri: UriParts): SourceRef {
  const ref = uri.authority ? undefined : parse(uri);
  if (ref === undefined) throw badUri(uri.path);
  return check(ref);
}

/** A string that is equal for the same refs and for no others; names are for people and do not count. Not for people. */
export function refKey(ref: SourceRef): string {
  return `${ref.kind}:${ref.kind === 'file' ? toHex(ref.path) : withoutName(ref)}`;
}

/** The path that leads to a POSIX object. */
export function posixShmPath(ref: PosixShmRef): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...DEV_SHM, ...ref.path]);
}

/** A path as the ref of a POSIX object where it leads below /dev/shm, else as that of a file. */
export function refOfPath(path: Uint8Array): FileRef | PosixShmRef {
  const below: PosixShmRef = { kind: 'posixShm', path: path.slice(DEV_SHM.length) };
  return DEV_SHM.every((byte, at) => byte === path[at]) && isValid(below) ? below : { kind: 'file', path };
}

/** Long enough to tell names apart in a tab, short enough for a title. The identity is the hex. */
const READABLE_NAME_LENGTH = 64;
const SLASH = 0x2f;
const DEV_SHM = encodeUtf8('/dev/shm/');
/** Names in it are of letters that no URI and no title changes. Not taken for hex, which `dev` is not. */
const PLAIN_SHM_PATH = /^\/dev\/shm(?:\/[\w.+=@,~-]+)+$/;
/** Pids, descriptors and ids of segments are C ints. */
const LARGEST_INT = 0x7fff_ffff;

const schemeOf = {
  /** Of files whose path no `file:` URI can carry. */
  file: 'memglass-file',
  posixShm: 'memglass-shm',
  sysvShm: 'memglass-sysv',
  processFd: 'memglass-fd',
  processRegion: 'memglass-region',
} as const satisfies Record<SourceRef['kind'], string>;

/** Of all URIs that are not `file:` ones. */
export const ownSchemes: readonly string[] = Object.values(schemeOf);

function identityOf(ref: SourceRef): string {
  switch (ref.kind) {
    case 'file':
    case 'posixShm':
    case 'sysvShm':
      return withoutName(ref);
    case 'processFd':
    case 'processRegion':
      return `${withoutName(ref)}-${toHex(ref.name)}`;
  }
}

function withoutName(ref: SourceRef): string {
  switch (ref.kind) {
    case 'file':
    case 'posixShm':
      return toHex(ref.path);
    case 'sysvShm':
      return `${ref.shmid}-${ref.creatorPid}`;
    case 'processFd':
      return `${ref.pid}-${ref.startTime}-${ref.fd}-${ref.inode}`;
    case 'processRegion':
      return `${ref.pid}-${ref.startTime}-${ref.start.toString(16)}-${ref.end.toString(16)}`;
  }
}

/** A decimal number as String() writes it, so that one source has one URI. */
const NUMBER = '(0|[1-9][0-9]{0,19})';
const ADDRESS = '(0|[1-9a-f][0-9a-f]{0,16})';
const BYTES = '((?:[0-9a-f]{2})*)';

const identityPattern = {
  file: pattern(BYTES),
  posixShm: pattern(BYTES),
  sysvShm: pattern(NUMBER, NUMBER),
  processFd: pattern(NUMBER, NUMBER, NUMBER, NUMBER, BYTES),
  processRegion: pattern(NUMBER, NUMBER, ADDRESS, ADDRESS, BYTES),
} as const satisfies Record<SourceRef['kind'], RegExp>;

function pattern(...parts: readonly string[]): RegExp {
  return new RegExp(`^/${parts.join('-')}(?:/[^/]*)?$`, 'i');
}

function parse({ scheme, path }: UriParts): SourceRef | undefined {
  if (scheme === 'file') return isWellFormed(path) ? { kind: 'file', path: encodeUtf8(path) } : undefined;
  if (scheme === schemeOf.posixShm && PLAIN_SHM_PATH.test(path)) {
    return { kind: 'posixShm', path: encodeUtf8(path).slice(DEV_SHM.length) };
  }
  const kind = (Object.keys(schemeOf) as SourceRef['kind'][]).find((each) => schemeOf[each] === scheme);
  const found = kind === undefined ? undefined : identityPattern[kind].exec(path);
  if (kind === undefined || !found) return undefined;
  const [, a = '', b = '', c = '', d = '', e = ''] = found;
  switch (kind) {
    case 'file':
    case 'posixShm':
      return { kind, path: fromHex(a) };
    case 'sysvShm':
      return { kind, shmid: Number(a), creatorPid: Number(b) };
    case 'processFd':
      return { kind, pid: Number(a), startTime: Number(b), fd: Number(c), inode: BigInt(d), name: fromHex(e) };
    case 'processRegion': {
      const [start, end] = [BigInt(`0x${c}`), BigInt(`0x${d}`)];
      return { kind, pid: Number(a), startTime: Number(b), start, end, name: fromHex(e) };
    }
  }
}

function check<Ref extends SourceRef>(ref: Ref): Ref {
  if (isValid(ref)) return ref;
  throw badUri(ref.kind === 'file' || ref.kind === 'posixShm' ? ref.path : withoutName(ref));
}

function isValid(ref: SourceRef): boolean {
  switch (ref.kind) {
    case 'file':
      return ref.path[0] === SLASH && !ref.path.includes(0);
    case 'posixShm':
      return !ref.path.includes(0) && staysBelow(ref.path);
    case 'sysvShm':
      return isInt(ref.shmid) && isInt(ref.creatorPid);
    case 'processFd':
      return isProcess(ref) && isInt(ref.fd) && ref.inode >= 0n && ref.inode < 1n << 64n;
    case 'processRegion':
      return isProcess(ref) && ref.start >= 0n && ref.start < ref.end && ref.end <= 1n << 64n;
  }
}

function isProcess({ pid, startTime }: OfProcess): boolean {
  return isInt(pid) && pid > 0 && Number.isSafeInteger(startTime) && startTime >= 0;
}

function isInt(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= LARGEST_INT;
}

/** Whether a path leads down from its folder, with no segment that is empty, `.` or `..`. */
function staysBelow(path: Uint8Array): boolean {
  const DOT = 0x2e;
  for (let start = 0; start <= path.length; ) {
    const slash = path.indexOf(SLASH, start);
    const segment = path.subarray(start, slash < 0 ? path.length : slash);
    if (segment.length <= 2 && segment.every((byte) => byte === DOT)) return false;
    start += segment.length + 1;
  }
  return true;
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

/** The title of the tab: safe to show, no '/', and neither empty nor a dot segment (URIs normalise those). */
function tabName(ref: SourceRef): string {
  switch (ref.kind) {
    case 'file':
    case 'posixShm':
      return lastName(ref.path);
    case 'sysvShm':
      return `System V ${ref.shmid}`;
    case 'processFd':
      return lastName(ref.name);
    case 'processRegion':
      return `${ref.name.length === 0 ? 'anonymous' : lastName(ref.name)} ${ref.start.toString(16)}`;
  }
}

/** The last name of a path. What has slashes and is no path (a memfd may be called so) is taken the same way. */
function lastName(path: Uint8Array): string {
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
