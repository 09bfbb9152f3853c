/** /proc/<pid>/fdinfo/<fd>: how a descriptor was opened, where it stands, and the locks that came by it. */
import { type BadLine, eachField, latin1, toBigint, toNumber, toOctal, toSignedBigint, words } from './lines.ts';
import { type FileLock, parseLock } from './locks.ts';

export interface FdInfo {
  readonly position: bigint | undefined;
  readonly access: 'read' | 'write' | 'readWrite' | 'path' | undefined;
  /** The flags of open(2), all of them. */
  readonly flags: number | undefined;
  readonly closeOnExec: boolean | undefined;
  /** The mount it was opened through: the first number of a line of mountinfo. */
  readonly mountId: number | undefined;
  /** Linux 5.14 and later. */
  readonly inode: bigint | undefined;
  readonly locks: readonly FileLock[];
  readonly bad: readonly BadLine[];
}

const O_ACCMODE = 0o3;
const O_CLOEXEC = 0o2000000;
/** On x86-64, arm64 and RISC-V alike. */
const O_PATH = 0o10000000;

/** Never throws; the keys of eventfd, epoll, inotify and their like are passed over. */
export function parseFdInfo(bytes: Uint8Array): FdInfo {
  let position: bigint | undefined;
  let flags: number | undefined;
  let mountId: number | undefined;
  let inode: bigint | undefined;
  const locks: FileLock[] = [];
  const bad = eachField(bytes, (key, start, end) => {
    const values = words(bytes, start, end);
    switch (key) {
      case 'pos':
        position = toSignedBigint(values[0]);
        return position !== undefined;
      case 'flags':
        flags = toOctal(values[0]);
        return flags !== undefined;
      case 'mnt_id':
        mountId = toNumber(values[0]);
        return mountId !== undefined;
      case 'ino':
        inode = toBigint(values[0]);
        return inode !== undefined;
      case 'lock': {
        const lock = parseLock(latin1(bytes, start, end));
        if (lock !== undefined) locks.push(lock);
        return lock !== undefined;
      }
      default:
        return true;
    }
  });
  return {
    position,
    access: flags === undefined ? undefined : accessOf(flags),
    flags,
    closeOnExec: flags === undefined ? undefined : (flags & O_CLOEXEC) !== 0,
    mountId,
    inode,
    locks,
    bad,
  };
}

function accessOf(flags: number): FdInfo['access'] {
  if ((flags & O_PATH) !== 0) return 'path';
  const mode = flags & O_ACCMODE;
  return mode === 0 ? 'read' : mode === 1 ? 'write' : 'readWrite';
}
