/** /proc/sysvipc/shm: every System V segment of our IPC namespace, whoever owns it. */
import type { SysvSegment } from '../core/sharedMemory/sharedMemory.ts';
import { type BadLine, eachLine, toBigint, toNumber, toOctal, toSigned, words } from './lines.ts';

export interface SysvTable {
  readonly segments: readonly SysvSegment[];
  readonly bad: readonly BadLine[];
}

/** Bits of `perms` beside the mode. */
const SHM_DEST = 0o1000;
const SHM_LOCKED = 0o2000;

/**
 * Never throws. The columns are found by the head line's names, so that a kernel with one more of them is read as well;
 * without a head line every line is bad.
 */
export function parseSysvShm(bytes: Uint8Array): SysvTable {
  let columns: ReadonlyMap<string, number> | undefined;
  const segments: SysvSegment[] = [];
  const bad = eachLine(bytes, (start, end, line) => {
    const values = words(bytes, start, end);
    if (line === 1) {
      if (REQUIRED.every((name) => values.includes(name))) columns = new Map(values.map((name, at) => [name, at]));
      return columns !== undefined;
    }
    if (columns === undefined || values.length !== columns.size) return false;
    const segment = readSegment(columns, values);
    if (segment !== undefined) segments.push(segment);
    return segment !== undefined;
  });
  return { segments, bad };
}

const REQUIRED = ['key', 'shmid', 'perms', 'size', 'cpid', 'lpid', 'nattch', 'uid', 'gid', 'cuid', 'cgid'] as const;

function readSegment(columns: ReadonlyMap<string, number>, values: readonly string[]): SysvSegment | undefined {
  const text = (name: string): string | undefined => values[columns.get(name) ?? -1];
  const number = (name: string): number | undefined => toNumber(text(name));
  const time = (name: string): number | undefined => toSigned(text(name));
  const perms = toOctal(text('perms'));
  const facts = {
    key: toSigned(text('key')),
    shmid: number('shmid'),
    size: toBigint(text('size')),
    creatorPid: number('cpid'),
    lastPid: number('lpid'),
    attachments: number('nattch'),
    uid: number('uid'),
    gid: number('gid'),
    creatorUid: number('cuid'),
    creatorGid: number('cgid'),
  };
  if (perms === undefined || !allKnown(facts)) return undefined;
  return {
    ...facts,
    mode: perms & 0o777,
    isRemoved: (perms & SHM_DEST) !== 0,
    isLocked: (perms & SHM_LOCKED) !== 0,
    // 0 is "never".
    attachedAt: time('atime') || undefined,
    detachedAt: time('dtime') || undefined,
    changedAt: time('ctime') || undefined,
    resident: toBigint(text('rss')),
    swapped: toBigint(text('swap')),
  };
}

function allKnown<Facts extends Record<string, unknown>>(
  facts: Facts,
): facts is { [Name in keyof Facts]: Exclude<Facts[Name], undefined> } & Facts {
  return Object.values(facts).every((fact) => fact !== undefined);
}
