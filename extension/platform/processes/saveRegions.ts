/** Memory of a process into a file: sparse where it is, and with an account of what could not be read. */
import type { NativeAddon } from '../../../native/index.d.ts';
import { type ByteRange, endOf } from '../../core/byteRange.ts';
import type { ByteSource, HoleReason } from '../../core/byteSource.ts';
import { AddressSpace } from '../../core/memoryMap/addressSpace.ts';
import type { MemoryRegion } from '../../core/memoryMap/memoryRegion.ts';
import { refOfRegion } from '../../core/memoryMap/regionRef.ts';
import { type CoreLayout, layOutCore } from '../../core/processes/coreFile.ts';
import { SourceError } from '../../core/sourceError.ts';
import type { ProcessRegionRef } from '../../core/sourceRef.ts';
import { saveContents } from '../sharedMemory/copyObject.ts';
import type { ReadableObject } from '../sharedMemory/openObject.ts';
import type { Task } from '../sharedMemory/task.ts';
import type { ProcessKey } from './process.ts';
import { processAnswer } from './processAnswer.ts';

/** A range of addresses that is a hole of the file. */
export interface UnreadRange {
  readonly start: bigint;
  readonly end: bigint;
  readonly reason: HoleReason;
}

export interface SavedReport {
  /** Bytes of the file, holes included. */
  readonly size: number;
  /** What could not be read, in order: the first thousand ranges, and how many bytes all of them are. */
  readonly unread: readonly UnreadRange[];
  readonly unreadBytes: bigint;
}

type Open = (ref: ProcessRegionRef) => Promise<ByteSource>;

const mostTold = 1000;
/** Bytes read from a source at a time: the addon's thread is free for others in between. */
const pieceOfRead = 2 ** 20;
/** Of what is larger it is looked up how far it is touched, and the file ends there. Bytes. */
const looksAtFrom = BigInt(2 ** 20);

export async function saveRegion(
  addon: NativeAddon,
  open: Open,
  ref: ProcessRegionRef,
  path: Uint8Array,
  overwrite: boolean,
  task: Task,
): Promise<SavedReport> {
  const source = await open(ref);
  const account = new Account();
  const size = Number(ref.end - ref.start);
  try {
    if (!Number.isSafeInteger(size)) throw new SourceError('badSize');
    const object: ReadableObject = {
      size,
      data: () => dataOf(source, size),
      read: (offset, into) => readInto(source, ref, offset, into, account),
    };
    await saveContents(addon, { kind: 'object', object }, BigInt(size), path, overwrite, task);
    return { size, ...account.report };
  } finally {
    source.dispose();
  }
}

export async function saveProcess(
  addon: NativeAddon,
  open: Open,
  process: ProcessKey,
  path: Uint8Array,
  overwrite: boolean,
  task: Task,
): Promise<SavedReport> {
  const { pid, startTime } = process;
  const space = new AddressSpace(await processAnswer(process, addon.readRegions(pid, startTime)));
  const account = new Account();
  const object = new CoreObject(open, process, account);
  try {
    for (let row = 0; row < space.count; row++) {
      if (task.isCancelled()) throw new SourceError('cancelled');
      await object.add(space.region(row));
    }
    const { size } = object.layOut(addon.pageSize);
    await saveContents(addon, { kind: 'object', object }, BigInt(size), path, overwrite, task);
    return { size, ...account.report };
  } finally {
    object.close();
  }
}

/** What could not be read. */
class Account {
  readonly #unread: UnreadRange[] = [];
  #bytes = 0n;

  add(range: UnreadRange): void {
    this.#bytes += range.end - range.start;
    const last = this.#unread.at(-1);
    if (last !== undefined && last.end === range.start && last.reason === range.reason) {
      this.#unread[this.#unread.length - 1] = { ...last, end: range.end };
    } else if (this.#unread.length < mostTold) this.#unread.push(range);
  }

  get report(): Pick<SavedReport, 'unread' | 'unreadBytes'> {
    return { unread: this.#unread, unreadBytes: this.#bytes };
  }
}

/** The regions of a process as one core file, of which one region is open at a time. */
class CoreObject implements ReadableObject {
  readonly #open: Open;
  readonly #process: ProcessKey;
  readonly #account: Account;
  readonly #segments: { readonly region: MemoryRegion; readonly fileSize: number }[] = [];
  #layout: CoreLayout = { header: new Uint8Array(0), offsets: [], size: 0 };
  #current: { readonly source: ByteSource; readonly ref: ProcessRegionRef; readonly offset: number } | undefined;

  constructor(open: Open, process: ProcessKey, account: Account) {
    this.#open = open;
    this.#process = process;
    this.#account = account;
  }

  get size(): number {
    return this.#layout.size;
  }

  /** A region whose bytes nobody may read has none in the file; one that is touched in part has those up to the last. */
  async add(region: MemoryRegion): Promise<void> {
    const { start, end } = region;
    let fileSize = Number(end - start);
    if (region.backing.kind === 'vsyscall' || region.backing.kind === 'vvar') {
      fileSize = 0;
      this.#account.add({ start, end, reason: 'kernel' });
    } else if (end - start > looksAtFrom) {
      const source = await this.#source(region);
      fileSize = 0;
      if (source !== undefined) {
        for await (const range of dataOf(source, Number(end - start))) fileSize = endOf(range);
        source.dispose();
      }
    }
    this.#segments.push({ region, fileSize });
  }

  layOut(pageSize: number): CoreLayout {
    const segments = this.#segments.map(({ region, fileSize }) => ({ ...region, fileSize }));
    this.#layout = layOutCore(segments, pageSize, process.arch);
    return this.#layout;
  }

  async *data(): AsyncGenerator<ByteRange> {
    yield { offset: 0, length: this.#layout.header.length };
    for (const [index, { region, fileSize }] of this.#segments.entries()) {
      if (fileSize === 0) continue;
      const source = await this.#source(region);
      if (source === undefined) continue;
      const offset = this.#layout.offsets[index] ?? 0;
      this.close();
      this.#current = { source, ref: refOfRegion(this.#process, region), offset };
      for await (const range of dataOf(source, fileSize)) {
        const end = Math.min(endOf(range), fileSize);
        if (end > range.offset) yield { offset: offset + range.offset, length: end - range.offset };
      }
    }
  }

  async read(offset: number, into: Uint8Array): Promise<readonly ByteRange[]> {
    const { header } = this.#layout;
    if (offset < header.length) {
      into.set(header.subarray(offset, offset + into.length));
      return [];
    }
    const current = this.#current;
    if (current === undefined) throw new SourceError('gone');
    const absent = await readInto(current.source, current.ref, offset - current.offset, into, this.#account);
    return absent.map((range) => ({ ...range, offset: range.offset + current.offset }));
  }

  close(): void {
    this.#current?.source.dispose();
    this.#current = undefined;
  }

  /** Undefined where it has been unmapped since. */
  async #source(region: MemoryRegion): Promise<ByteSource | undefined> {
    try {
      return await this.#open(refOfRegion(this.#process, region));
    } catch (error) {
      if (!(error instanceof SourceError) || error.code !== 'regionGone') throw error;
      this.#account.add({ start: region.start, end: region.end, reason: 'unmapped' });
      return undefined;
    }
  }
}

async function* dataOf(source: ByteSource, size: number): AsyncGenerator<ByteRange> {
  if (source.data === undefined) yield { offset: 0, length: size };
  else yield* source.data();
}

/** Fills `into`; answers what of it holds nothing, in order and without overlaps, and accounts for what is not read. */
async function readInto(
  source: ByteSource,
  { start, pid }: ProcessRegionRef,
  offset: number,
  into: Uint8Array,
  account: Account,
): Promise<readonly ByteRange[]> {
  const absent: ByteRange[] = [];
  for (let done = 0; done < into.length; ) {
    const piece = into.subarray(done, done + pieceOfRead);
    const { length, holes, unwritten } = await source.read(offset + done, piece);
    // Half of a process is no copy of it.
    if (holes.some(({ reason }) => reason === 'gone')) throw new SourceError('processGone', { id: pid });
    for (const hole of holes) {
      const [from, to] = [start + BigInt(hole.offset), start + BigInt(endOf(hole))];
      account.add({ start: from, end: to, reason: hole.reason });
    }
    absent.push(...[...holes, ...(unwritten ?? [])].sort((a, b) => a.offset - b.offset));
    if (length < piece.length) {
      absent.push({ offset: offset + done + length, length: piece.length - length });
      account.add({
        start: start + BigInt(offset + done + length),
        end: start + BigInt(offset + done + piece.length),
        reason: 'pastEnd',
      });
    }
    done += piece.length;
  }
  return absent;
}
