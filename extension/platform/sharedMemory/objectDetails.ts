/** What is asked about one object only when somebody wants to know all of it. */
import { open, readFile } from 'node:fs/promises';
import type { NativeAddon } from '../../../native/index.d.ts';
import { sameDevice } from '../../core/memoryMap/memoryRegion.ts';
import { targetOf } from '../../core/sharedMemory/objectTarget.ts';
import type { ObjectUser, SharedMemoryObject } from '../../core/sharedMemory/sharedMemory.ts';
import type { SmapsFigures } from '../../procfs/figureLines.ts';
import { type FileLock, parseLocks } from '../../procfs/locks.ts';
import { SmapsParser } from '../../procfs/smaps.ts';
import { type Accounts, readAccounts } from '../accounts.ts';
import { sealsOf } from './changeObject.ts';

export interface ObjectDetails {
  readonly accounts: Accounts;
  readonly locks: readonly FileLock[];
  /** F_SEAL_… bits; undefined where nobody can tell: it takes a descriptor, and a file that can be sealed. */
  readonly seals: number | undefined;
  /** The figures of one mapping and whose it is; undefined where no mapping may be looked at, or it would take long. */
  readonly mapped: { readonly pid: number; readonly figures: SmapsFigures } | undefined;
}

/** Bytes resident, beyond which smaps takes the kernel so long that nobody would wait for it. */
const mostResident = 16 * 2 ** 30;

/** What cannot be found out is left out, and so is what was not found when nobody wants it any more. */
export async function readObjectDetails(
  addon: NativeAddon,
  object: SharedMemoryObject,
  isCancelled: () => boolean,
): Promise<ObjectDetails> {
  const [accounts, locks, seals, mapped] = await Promise.all([
    readAccounts(),
    locksOn(object).catch(() => []),
    readSeals(addon, object).catch(() => undefined),
    readMapped(addon, object, isCancelled).catch(() => undefined),
  ]);
  return { accounts, locks, seals, mapped };
}

async function locksOn({ identity, class: of }: SharedMemoryObject): Promise<readonly FileLock[]> {
  if (of === 'sysv' || of === 'sharedAnonymous') return [];
  const { locks } = parseLocks(await readFile('/proc/locks'));
  return locks.filter(
    ({ file }) => file !== undefined && file.inode === identity.inode && sameDevice(file.device, identity.device),
  );
}

async function readSeals(addon: NativeAddon, object: SharedMemoryObject): Promise<number | undefined> {
  if (object.class !== 'memfd') return undefined;
  const target = targetOf(object);
  return target?.kind === 'file' ? await sealsOf(addon, target) : undefined;
}

async function readMapped(
  addon: NativeAddon,
  object: SharedMemoryObject,
  isCancelled: () => boolean,
): Promise<ObjectDetails['mapped']> {
  for (const user of object.users) {
    const mapping = user.mappings.find(({ sharing }) => sharing === 'shared');
    if (mapping === undefined || (await residentBytes(addon, user)) > mostResident) continue;
    const figures = await readFigures(user, mapping.start, isCancelled).catch(() => undefined);
    if (figures !== undefined) return { pid: user.process.pid, figures };
  }
  return undefined;
}

/** /proc/PID/statm: size and resident pages first. */
async function residentBytes(addon: NativeAddon, { process }: ObjectUser): Promise<number> {
  const [, resident] = (await readFile(`/proc/${process.pid}/statm`, 'latin1')).split(' ');
  return Number(resident) * addon.pageSize;
}

/** Reads smaps up to the region, and no further: the kernel makes the text as it is read. */
async function readFigures(
  { process }: ObjectUser,
  start: bigint,
  isCancelled: () => boolean,
): Promise<SmapsFigures | undefined> {
  const file = await open(`/proc/${process.pid}/smaps`);
  try {
    const parser = new SmapsParser();
    const piece = new Uint8Array(65_536);
    for (;;) {
      if (isCancelled()) return undefined;
      const { bytesRead } = await file.read(piece, 0, piece.length);
      const regions = bytesRead === 0 ? parser.end().regions : parser.push(piece.subarray(0, bytesRead));
      const found = regions.find(({ region }) => region.start === start);
      if (found !== undefined) return found.figures;
      if (bytesRead === 0 || (regions.at(-1)?.region.start ?? 0n) > start) return undefined;
    }
  } finally {
    await file.close();
  }
}
