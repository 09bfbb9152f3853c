/** /proc/locks: who holds which lock on which file, and who waits. */
import type { Device } from '../core/memoryMap/memoryRegion.ts';
import { type BadLine, eachLine, latin1, toBigint, toNumber, toSigned } from './lines.ts';

export type LockKind = 'posix' | 'ofd' | 'flock' | 'lease' | 'delegation' | 'access' | 'unknown';

export interface FileLock {
  /** A lock and those who wait for it have the same number. It is good for one listing only. */
  readonly id: number;
  /** 0 for a lock that is held; 1 for one who waits for it, 2 for one who waits for that one, … */
  readonly waitDepth: number;
  readonly kind: LockKind;
  /** A mandatory lock (kernels before 5.15), which read and write obey. */
  readonly mandatory: boolean;
  /** Only of a lease or delegation: `breaker` is the one who wants it broken. */
  readonly lease: 'active' | 'breaking' | 'breaker' | undefined;
  readonly access: 'read' | 'write' | 'readWrite' | 'none';
  /**
   * Undefined for a lock of an open file description (OFD), which belongs to no process. Locks of processes outside of
   * our pid namespace are not listed at all. For flock: who took it, though others may hold it by inheritance.
   */
  readonly pid: number | undefined;
  /** Undefined where the kernel prints no file. */
  readonly file: { readonly device: Device; readonly inode: bigint } | undefined;
  readonly start: bigint;
  /** The last byte that is locked (not the one behind it); undefined for up to the end of the file, wherever it is. */
  readonly last: bigint | undefined;
}

export interface LocksTable {
  readonly locks: readonly FileLock[];
  readonly bad: readonly BadLine[];
}

/** Never throws. */
export function parseLocks(bytes: Uint8Array): LocksTable {
  const locks: FileLock[] = [];
  const bad = eachLine(bytes, (start, end) => {
    const lock = parseLock(latin1(bytes, start, end));
    if (lock !== undefined) locks.push(lock);
    return lock !== undefined;
  });
  return { locks, bad };
}

const KINDS: ReadonlyMap<string, LockKind> = new Map([
  ['POSIX', 'posix'],
  ['OFDLCK', 'ofd'],
  ['FLOCK', 'flock'],
  ['LEASE', 'lease'],
  ['DELEG', 'delegation'],
  ['ACCESS', 'access'],
  ['UNKNOWN', 'unknown'],
]);

const ACCESSES: ReadonlyMap<string, FileLock['access']> = new Map([
  ['READ', 'read'],
  ['WRITE', 'write'],
  ['RW', 'readWrite'],
  ['NONE', 'none'],
  ['UNLCK', 'none'],
]);

const LEASES: ReadonlyMap<string, FileLock['lease']> = new Map([
  ['ACTIVE', 'active'],
  ['BREAKING', 'breaking'],
  ['BREAKER', 'breaker'],
]);

/** Undefined for what is no lock. */
function parseLock(line: string): FileLock | undefined {
  // One arrow, whatever the depth; each further depth moves it to the right by one blank (older kernels: not at all).
  const [, number, blanks = '', arrow, rest = ''] = /^\s*(\d{1,15}):( +)(-> )?(.*)$/.exec(line) ?? [];
  const id = toNumber(number);
  const words = rest.split(/ +/).filter((word) => word !== '');
  const [kindWord = '', how = '', accessWord = '', pidWord, file = '', startWord, lastWord, ...more] = words;
  const kind = KINDS.get(kindWord);
  const access = ACCESSES.get(accessWord);
  const pid = toSigned(pidWord);
  const place = parseFile(file);
  const start = toBigint(startWord);
  const last = lastWord === 'EOF' ? undefined : toBigint(lastWord);
  if (id === undefined || kind === undefined || access === undefined || pid === undefined) return undefined;
  if (place === undefined || start === undefined || more.length > 0) return undefined;
  if (lastWord !== 'EOF' && last === undefined) return undefined;
  return {
    id,
    waitDepth: arrow === undefined ? 0 : blanks.length,
    kind,
    mandatory: how === 'MANDATORY',
    lease: LEASES.get(how),
    access,
    pid: pid > 0 ? pid : undefined,
    file: place === 'none' ? undefined : place,
    start,
    last,
  };
}

/** `00:1b:40`: the device in hex, the inode in decimal. */
function parseFile(text: string): FileLock['file'] | 'none' | undefined {
  if (text === '<none>:0') return 'none';
  const [, major = '', minor = '', digits] = /^([0-9a-f]{1,8}):([0-9a-f]{1,8}):(\d{1,20})$/.exec(text) ?? [];
  const inode = toBigint(digits);
  if (inode === undefined) return undefined;
  return { device: { major: Number.parseInt(major, 16), minor: Number.parseInt(minor, 16) }, inode };
}
