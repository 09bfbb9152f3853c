/**
 * A region of a process's address space: one line of /proc/<pid>/maps, or one answer of PROCMAP_QUERY, with what lies
 * behind it told apart already, so that nobody parses a name a second time.
 *
 * Numbers: addresses, inode numbers, device offsets and the sizes of regions are bigint, for all of them may pass 2^53
 * (a 5-level page table spans 2^57, [vsyscall] lies above 2^63, a tmpfs file may have 2^63 - 1 bytes).
 *
 * Names are bytes, and maps does not tell all about them; see PrintedName.
 */
import { encodeUtf8 } from '../text/utf8.ts';

/** A device number, in its two halves: maps and locks print them in hex, mountinfo in decimal. */
export interface Device {
  readonly major: number;
  readonly minor: number;
}

export interface Rights {
  readonly read: boolean;
  readonly write: boolean;
  readonly execute: boolean;
}

/** `s` or `p` in maps. A shared mapping of a file opened for reading only still is shared. */
export type Sharing = 'shared' | 'private';

/**
 * A name as the kernel prints it, with what cannot be known from it. Whoever can look further (PROCMAP_QUERY, stat)
 * may know more; nobody may guess.
 */
export interface PrintedName {
  /** Every byte, the suffix ` (deleted)` included. */
  readonly bytes: Uint8Array;
  /**
   * Present where the bytes end with ` (deleted)`: the name without it. Then either the file of this name is deleted,
   * or it is there and its name ends so.
   */
  readonly ifDeleted?: Uint8Array | undefined;
  /**
   * Whether the bytes hold `\012`, and came from a listing that writes a newline so: then each of them is a newline or
   * those four characters. Nothing else is ever escaped.
   */
  readonly maybeNewline: boolean;
}

/** What lies behind a region. Where a variant says `name`, the kernel's own decoration is taken off. */
export type Backing =
  /** A file by its path, deleted for sure (`ifDeleted` of the name) only where stat says so. */
  | { readonly kind: 'file'; readonly name: PrintedName }
  /** A file below /dev/shm, in whatever mount namespace that is. `name` is the path below it. */
  | { readonly kind: 'posixShm' | 'semaphore'; readonly name: PrintedName }
  /** `name` is exact but for a newline: the kernel always appends ` (deleted)` once, and that is taken off. */
  | { readonly kind: 'memfd'; readonly name: PrintedName }
  /** The key as of creation, signed as in /proc/sysvipc/shm: IPC_RMID sets it to 0 there but not here. */
  | { readonly kind: 'sysvShm'; readonly key: number; readonly shmid: number }
  /** MAP_SHARED | MAP_ANONYMOUS, or a shared mapping of /dev/zero. */
  | { readonly kind: 'sharedAnonymous'; readonly name?: PrintedName | undefined }
  | { readonly kind: 'privateAnonymous' }
  /** Private anonymous memory that its program named by prctl(PR_SET_VMA_ANON_NAME). */
  | { readonly kind: 'anonNamed'; readonly name: PrintedName }
  /** A private mapping of /dev/zero, which is anonymous memory. */
  | { readonly kind: 'devZero' }
  /** Anonymous huge pages of hugetlb, private or shared. */
  | { readonly kind: 'hugetlb' }
  | { readonly kind: 'secretmem' }
  | { readonly kind: 'heap' | 'stack' | 'vdso' | 'vvar' | 'vsyscall' }
  /** A path below /dev that is no shared memory and no file system of its own. */
  | { readonly kind: 'device'; readonly name: PrintedName }
  /** io_uring, perf, KVM and others: `anon_inode:[io_uring]`, `socket:[1]`, `/[aio] (deleted)`, `/dmabuf:x`. */
  | { readonly kind: 'anonInode'; readonly name: PrintedName }
  /** What this Memglass does not know: `[uprobes]`, or an object without a name. */
  | { readonly kind: 'other'; readonly name: PrintedName };

export interface MemoryRegion {
  readonly start: bigint;
  /** The first address after it. */
  readonly end: bigint;
  readonly rights: Rights;
  readonly sharing: Sharing;
  /** Where the region begins in its file or object. Bytes; meaningless for private anonymous memory. */
  readonly offset: bigint;
  /** 0:0 where there is no file. */
  readonly device: Device;
  /** 0 where there is no file; but the segment with shmid 0 has inode 0 too. */
  readonly inode: bigint;
  readonly backing: Backing;
}

/** The four kinds of mapping, always told apart. */
export const mappingKinds = ['privateAnonymous', 'sharedAnonymous', 'privateFile', 'sharedFile'] as const;
export type MappingKind = (typeof mappingKinds)[number];

/**
 * Which of the four kinds a region is. The pages of a private file mapping that were written to are anonymous all the
 * same: only smaps knows (its `anonymous`).
 */
export function mappingKind(region: Pick<MemoryRegion, 'sharing' | 'backing'>): MappingKind {
  if (isAnonymous(region.backing)) return region.sharing === 'shared' ? 'sharedAnonymous' : 'privateAnonymous';
  return region.sharing === 'shared' ? 'sharedFile' : 'privateFile';
}

/** Whether there is no file, nor any object with a name or a number that another process could open. */
function isAnonymous(backing: Backing): boolean {
  switch (backing.kind) {
    case 'sharedAnonymous':
    case 'privateAnonymous':
    case 'anonNamed':
    case 'devZero':
    case 'hugetlb':
    case 'heap':
    case 'stack':
    case 'vdso':
    case 'vvar':
    case 'vsyscall':
      return true;
    case 'file':
    case 'posixShm':
    case 'semaphore':
    case 'memfd':
    case 'sysvShm':
    case 'secretmem':
    case 'device':
    case 'anonInode':
      return false;
    case 'other':
      // Names in brackets that are not known yet have always been the kernel's own pages, with no file.
      return backing.name.bytes[0] === BRACKET;
  }
}

export function regionSize(region: Pick<MemoryRegion, 'start' | 'end'>): bigint {
  return region.end - region.start;
}

export function sameDevice(a: Device, b: Device): boolean {
  return a.major === b.major && a.minor === b.minor;
}

/** st_dev as stat gives it, in its halves (gnu_dev_major and gnu_dev_minor of glibc). */
export function deviceOf(dev: bigint): Device {
  return {
    major: Number(((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n)),
    minor: Number((dev & 0xffn) | ((dev >> 12n) & 0xffffff00n)),
  };
}

/** The inverse (gnu_dev_makedev). */
export function deviceNumber({ major, minor }: Device): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return ((high & 0xfffff000n) << 32n) | ((low & 0xffffff00n) << 12n) | ((high & 0xfffn) << 8n) | (low & 0xffn);
}

/** What a name belongs to, as far as it decides what the name means. */
export interface NameContext {
  readonly sharing: Sharing;
  readonly device: Device;
  readonly inode: bigint;
  /**
   * True for maps, smaps and numa_maps, which write a newline as `\012`; false for PROCMAP_QUERY and readlink, which
   * give the very bytes.
   */
  readonly escapesNewline: boolean;
}

const DELETED = encodeUtf8(' (deleted)');
const ESCAPED_NEWLINE = encodeUtf8('\\012');
const DEV = encodeUtf8('/dev/');
const DEV_SHM = encodeUtf8('/dev/shm/');
/** Folders of /dev with a file system of their own: files there are files. */
const FOLDERS_OF_FILES = ['/dev/hugepages/', '/dev/mqueue/'].map(encodeUtf8);
const DEV_ZERO = encodeUtf8('/dev/zero');
const DEV_ZERO_DELETED = encodeUtf8('/dev/zero (deleted)');
const MEMFD = encodeUtf8('/memfd:');
const SYSV = encodeUtf8('/SYSV');
const HUGEPAGE = encodeUtf8('/anon_hugepage');
const SECRETMEM = encodeUtf8('/secretmem');
const SEMAPHORE = encodeUtf8('sem.');
const ANON = encodeUtf8('[anon:');
const ANON_SHMEM = encodeUtf8('[anon_shmem:');
/** What the kernel names without a path, and what it names like a file in the root. */
const ANON_INODES = ['anon_inode:', 'socket:['].map(encodeUtf8);
const ROOTED_ANON_INODES = ['/[aio]', '/dmabuf:'].map(encodeUtf8);
const BRACKETED: readonly (readonly [Uint8Array, Backing])[] = (
  [
    ['[heap]', 'heap'],
    ['[stack]', 'stack'],
    ['[vdso]', 'vdso'],
    ['[vvar]', 'vvar'],
    // Linux 6.13 moved the clock pages of the hypervisor into a region of their own.
    ['[vvar_vclock]', 'vvar'],
    ['[vsyscall]', 'vsyscall'],
  ] as const
).map(([name, kind]) => [encodeUtf8(name), { kind }]);

const BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/**
 * What lies behind a region or a descriptor, from its name and what the name belongs to. The names in the answer are
 * views of `name`.
 *
 * The kernel's own objects (memfd, System V, shared anonymous memory) are deleted files on file systems that are mounted
 * nowhere: so their names always end with ` (deleted)`, and their device has no major number. A deleted file `/memfd:x`
 * in the very root of an overlay looks the same; only root can make one.
 */
export function backingOf(name: Uint8Array, context: NameContext): Backing {
  if (name.length === 0) {
    const isFile = context.inode !== 0n || context.device.major !== 0 || context.device.minor !== 0;
    return isFile ? { kind: 'other', name: printedName(name, context) } : { kind: 'privateAnonymous' };
  }
  if (name[0] === BRACKET) return bracketed(name, context);
  if (name[0] !== SLASH) {
    const kind = ANON_INODES.some((prefix) => startsWith(name, prefix)) ? 'anonInode' : 'other';
    return { kind, name: printedName(name, context) };
  }
  if (equalBytes(name, DEV_ZERO) && context.sharing === 'private') return { kind: 'devZero' };
  return (context.device.major === 0 ? kernelObject(name, context) : undefined) ?? pathBacking(name, context);
}

function bracketed(name: Uint8Array, context: NameContext): Backing {
  // A program may name its memory `/lib/x.so (deleted)`, or (with a prefix) anything else but a bracket.
  if (name.at(-1) === CLOSING_BRACKET) {
    if (startsWith(name, ANON)) return { kind: 'anonNamed', name: innerName(name, ANON) };
    if (startsWith(name, ANON_SHMEM)) return { kind: 'sharedAnonymous', name: innerName(name, ANON_SHMEM) };
  }
  const known = BRACKETED.find(([text]) => equalBytes(text, name));
  return known?.[1] ?? { kind: 'other', name: printedName(name, context) };
}

function innerName(name: Uint8Array, prefix: Uint8Array): PrintedName {
  // The kernel lets no backslash into these names, so nothing in them is an escape.
  return { bytes: name.subarray(prefix.length, -1), maybeNewline: false };
}

function kernelObject(name: Uint8Array, context: NameContext): Backing | undefined {
  if (equalBytes(name, DEV_ZERO_DELETED)) {
    return context.sharing === 'shared' ? { kind: 'sharedAnonymous' } : { kind: 'devZero' };
  }
  if (ROOTED_ANON_INODES.some((prefix) => startsWith(name, prefix))) {
    return { kind: 'anonInode', name: printedName(name, context) };
  }
  if (!endsWith(name, DELETED)) return undefined;
  const bare = name.subarray(0, -DELETED.length);
  if (startsWith(bare, MEMFD)) {
    const bytes = bare.subarray(MEMFD.length);
    return { kind: 'memfd', name: { bytes, maybeNewline: context.escapesNewline && holdsEscape(bytes) } };
  }
  if (equalBytes(bare, HUGEPAGE)) return { kind: 'hugetlb' };
  if (equalBytes(bare, SECRETMEM)) return { kind: 'secretmem' };
  const key = sysvKey(bare);
  // A shmid is a C int.
  if (key === undefined || context.inode > 0x7fff_ffffn) return undefined;
  return { kind: 'sysvShm', key, shmid: Number(context.inode) };
}

/** The key of `/SYSV1234abcd`, made signed; undefined for any other name, such as that of a file called `/SYSVx`. */
function sysvKey(bare: Uint8Array): number | undefined {
  if (bare.length !== SYSV.length + 8 || !startsWith(bare, SYSV)) return undefined;
  let key = 0;
  for (let at = SYSV.length; at < bare.length; at++) {
    const byte = bare[at] ?? 0;
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
    if (digit < 0) return undefined;
    key = (key << 4) | digit;
  }
  return key;
}

function pathBacking(name: Uint8Array, context: NameContext): Backing {
  if (!startsWith(name, DEV)) return { kind: 'file', name: printedName(name, context) };
  if (startsWith(name, DEV_SHM)) {
    const below = name.subarray(DEV_SHM.length);
    return { kind: isSemaphoreName(below) ? 'semaphore' : 'posixShm', name: printedName(below, context) };
  }
  const kind = FOLDERS_OF_FILES.some((folder) => startsWith(name, folder)) ? 'file' : 'device';
  return { kind, name: printedName(name, context) };
}

/** Whether a path below /dev/shm is one that sem_open of glibc makes: `sem.` and no folder. */
export function isSemaphoreName(below: Uint8Array): boolean {
  return startsWith(below, SEMAPHORE) && !below.includes(SLASH);
}

function printedName(bytes: Uint8Array, context: NameContext): PrintedName {
  const maybeNewline = context.escapesNewline && holdsEscape(bytes);
  return endsWith(bytes, DELETED)
    ? { bytes, ifDeleted: bytes.subarray(0, -DELETED.length), maybeNewline }
    : { bytes, maybeNewline };
}

function holdsEscape(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(BACKSLASH); at >= 0; at = bytes.indexOf(BACKSLASH, at + 1)) {
    if (standsAt(bytes, at, ESCAPED_NEWLINE)) return true;
  }
  return false;
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && standsAt(bytes, 0, prefix);
}

function endsWith(bytes: Uint8Array, suffix: Uint8Array): boolean {
  return bytes.length >= suffix.length && standsAt(bytes, bytes.length - suffix.length, suffix);
}

/** Allocates nothing: names are looked at by the hundred thousand. */
function standsAt(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  for (let index = 0; index < part.length; index++) if (bytes[at + index] !== part[index]) return false;
  return true;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && startsWith(a, b);
}
