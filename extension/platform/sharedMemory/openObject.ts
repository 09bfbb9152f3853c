import { readFile } from 'node:fs/promises';
import type { NativeAddon, NativeFile, NativeSegment, ReadFault } from '../../../native/index.d.ts';
import { type ByteRange, intersect } from '../../core/byteRange.ts';
import { deviceNumber } from '../../core/memoryMap/memoryRegion.ts';
import type { FileTarget, ObjectTarget, SegmentTarget } from '../../core/sharedMemory/objectTarget.ts';
import { SourceError } from '../../core/sourceError.ts';
import { printableName } from '../../core/text/printableName.ts';
import { parseSysvShm } from '../../procfs/sysvipcShm.ts';
import { dataRanges } from './dataRanges.ts';
import { operation } from './operationErrors.ts';

/** The most that one write of the addon takes, and a piece of every longer one. Bytes. */
export const pieceSize = 8 * 2 ** 20;

/** What can be copied as a whole. All reject with a SourceError. */
export interface ReadableObject {
  /** Bytes. A size past 2^53 counts as that. */
  readonly size: number;
  /** The parts that may hold anything but zeros, in order; the rest was never written. */
  data(): AsyncIterable<ByteRange>;
  /** Fills `into` (at most 64 MiB) from `offset` on, and says what of it was never written and is 0. */
  read(offset: number, into: Uint8Array): Promise<readonly ByteRange[]>;
}

/** An object open for an operation: the very one that was meant, or nothing happens. */
export interface OpenObject extends ReadableObject {
  /** At most `pieceSize` bytes, never past the end, and only where identity and size are as they were. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  close(): void;
}

export async function openObject(addon: NativeAddon, target: ObjectTarget): Promise<OpenObject> {
  return target.kind === 'file'
    ? new FileObject(target, await openFile(addon, target))
    : new SegmentObject(addon, target, await attach(addon, target));
}

/** The same to be copied: as long as it is now, whatever it was when it was looked at. */
export async function openWhole(addon: NativeAddon, target: ObjectTarget): Promise<OpenObject> {
  if (target.kind === 'segment') return await openObject(addon, target);
  const file = await openFile(addon, target);
  return new FileObject({ ...target, size: file.facts.size }, file);
}

/** Opens what `target` names, if that is still the object that was meant. The caller closes it. */
export async function openFile(addon: NativeAddon, target: FileTarget): Promise<NativeFile> {
  const file = await operation(() => addon.openFile(target.path));
  if (file.facts.dev === deviceNumber(target.device) && file.facts.ino === target.inode) return file;
  file.close();
  throw new SourceError('stale', { path: printableName(target.path) });
}

async function attach(addon: NativeAddon, target: SegmentTarget): Promise<NativeSegment> {
  const segment = await operation(() => addon.attachSegment(target.id));
  if (segment.facts.size === target.size && segment.facts.creatorPid === target.creatorPid) return segment;
  segment.close();
  throw new SourceError('stale');
}

/** What the addon is to hold the object against right before it changes it. */
export function expectedFile(target: FileTarget): { dev: bigint; ino: bigint; size: bigint } {
  return { dev: deviceNumber(target.device), ino: target.inode, size: target.size };
}

/** F_SEAL_…, as fcntl(2) has them. */
export const seal = { seal: 1, shrink: 2, grow: 4, write: 8, futureWrite: 16 } as const;

/** Runs what changes a file; a refusal is blamed on its seals where one of `seals` is set. */
export async function unlessSealed<T>(file: NativeFile, seals: number, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const isRefused = error instanceof SourceError && error.detail.errno === 'EPERM';
    const found = isRefused ? await file.seals().catch(() => 0) : 0;
    throw isRefused && ((found ?? 0) & seals) !== 0 ? new SourceError('sealed', error.detail) : error;
  }
}

class FileObject implements OpenObject {
  readonly size: number;
  readonly #target: FileTarget;
  readonly #file: NativeFile;

  constructor(target: FileTarget, file: NativeFile) {
    this.size = toOffset(target.size);
    this.#target = target;
    this.#file = file;
  }

  data(): AsyncIterable<ByteRange> {
    const look = (offset: number, length: number, into: Uint8Array) =>
      operation(() => this.#file.allocation(offset, length, into));
    return dataRanges(this.size, look);
  }

  async read(offset: number, into: Uint8Array): Promise<readonly ByteRange[]> {
    const { length, faults } = await operation(() => this.#file.read(offset, into));
    if (length < into.length) throw new SourceError('stale', { path: printableName(this.#target.path) });
    refuseFaults(faults);
    return [];
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    await unlessSealed(this.#file, seal.write | seal.futureWrite, () =>
      operation(() => this.#file.write(offset, bytes, expectedFile(this.#target))),
    );
  }

  close(): void {
    this.#file.close();
  }
}

class SegmentObject implements OpenObject {
  readonly size: number;
  readonly #addon: NativeAddon;
  readonly #target: SegmentTarget;
  readonly #segment: NativeSegment;

  constructor(addon: NativeAddon, target: SegmentTarget, segment: NativeSegment) {
    this.size = toOffset(target.size);
    this.#addon = addon;
    this.#target = target;
    this.#segment = segment;
  }

  async *data(): AsyncIterable<ByteRange> {
    yield { offset: 0, length: this.size };
  }

  async read(offset: number, into: Uint8Array): Promise<readonly ByteRange[]> {
    // Looking at a page that was never touched would allocate it; what is swapped out looks alike and has bytes.
    const mayBeSwapped = await isSwapped(this.#target.id);
    const first = await operation(() => this.#segment.read(offset, into, !mayBeSwapped));
    const hasAbsent = first.faults.some(({ code }) => code === 'ENODATA');
    const isWrong = hasAbsent && (await isSwapped(this.#target.id));
    const { faults } = isWrong ? await operation(() => this.#segment.read(offset, into, false)) : first;
    refuseFaults(faults.filter(({ code }) => code !== 'ENODATA'));
    const range = { offset, length: into.length };
    return faults.flatMap((fault) => intersect(fault, range) ?? []);
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    const { id, size, creatorPid } = this.#target;
    await operation(() => this.#addon.writeSegment(id, offset, bytes, { size, creatorPid }));
  }

  close(): void {
    this.#segment.close();
  }
}

/** Whether a part of the segment is in the swap, or nobody can tell. */
async function isSwapped(id: number): Promise<boolean> {
  const listing = await readFile('/proc/sysvipc/shm').catch(() => undefined);
  const found = listing === undefined ? undefined : parseSysvShm(listing).segments.find(({ shmid }) => shmid === id);
  return found?.swapped !== 0n;
}

function refuseFaults([fault]: readonly ReadFault[]): void {
  if (fault !== undefined) throw new SourceError('ioError', { errno: fault.code, syscall: 'pread' });
}

function toOffset(size: bigint): number {
  return Number(size > BigInt(Number.MAX_SAFE_INTEGER) ? BigInt(Number.MAX_SAFE_INTEGER) : size);
}
